import PatchbayModel

/// What the template calls otherwise now gets its new name before anything is joined: in what the template wrote and in what the
/// user made of it.
extension UpgradeDraft {
    mutating func follow(_ renames: [TemplateRename]) throws {
        for rename in renames {
            switch rename.kind {
            case .node:
                guard let here = installed.dialogs.first(where: { $0.template == rename.dialog })?.here else {
                    continue
                }
                try renameNode(rename.from, to: rename.to, in: here)
            case .dialog: try renameDialog(DialogID(rename.from), to: DialogID(rename.to))
            case .variable:
                for kind in VariableRecord.Kind.allCases { try renameVariable(rename.from, to: rename.to, kind) }
            case .parameter: continue
            }
        }
    }

    // MARK: - Nodes

    private mutating func renameNode(_ old: String, to new: String, in id: DialogID) throws {
        let folder = "dialogs/\(id)"
        let main = "\(folder)/dialog.json"
        let mine = try files.value(main, as: .dialog)
        // A node of the user's own that has the name already: both stay what they are.
        guard mine?["nodes"]?.array?.contains(where: { $0["id"]?.string == new }) != true else { return }
        if let mine { try files.write(DialogRenames.node(old, to: new, in: mine), as: .dialog, to: main) }
        try changeWritten(main) { bytes in
            try CanonicalText.bytes(DialogRenames.node(old, to: new, in: JSONReader().read(bytes)), of: .dialog)
        }
        let words = WordReplacement.node(old, new)
        for name in try files.names(in: folder) where name.hasSuffix(".js") {
            let path = "\(folder)/\(name)"
            let isOwn = name.hasPrefix(old + ".")
            guard let text = try files.read(path) else { continue }
            if isOwn { try files.write(nil, to: path) }
            try files.write(
                words.applied(to: text),
                to: isOwn ? "\(folder)/\(new)\(name.dropFirst(old.count))" : path
            )
        }
        try move("\(folder)/tapes/\(old)", to: "\(folder)/tapes/\(new)")
        for (path, _) in installed.files where path.hasPrefix(folder + "/") && path.hasSuffix(".js") {
            let name = path.dropFirst(folder.count + 1)
            try changeWritten(
                path,
                as: name.hasPrefix(old + ".") ? "\(folder)/\(new)\(name.dropFirst(old.count))" : path
            ) { words.applied(to: $0) }
        }
        for (path, _) in installed.files where path.hasPrefix("\(folder)/tapes/\(old)/") {
            let rest = path.dropFirst("\(folder)/tapes/\(old)/".count)
            try changeWritten(path, as: "\(folder)/tapes/\(new)/\(rest)") { $0 }
        }
        try changeTests { $0 == "\(id)/\(old)" ? "\(id)/\(new)" : $0 }
        changeOpen { conflict in
            guard conflict.dialog == id else { return conflict }
            return conflict.renamingNode(old, to: new)
        }
    }

    /// Moves the files of a folder.
    private mutating func move(_ old: String, to new: String) throws {
        for name in try files.names(in: old) {
            guard let bytes = try files.read("\(old)/\(name)"), try files.read("\(new)/\(name)") == nil else {
                continue
            }
            try files.write(bytes, to: "\(new)/\(name)")
            try files.write(nil, to: "\(old)/\(name)")
        }
    }

    /// Changes what the template wrote into a file, and where it stands.
    private mutating func changeWritten(
        _ path: String,
        as target: String? = nil,
        _ change: ([UInt8]) throws -> [UInt8]
    ) throws {
        let target = target ?? path
        guard let bytes = try written(path, theirs: nil) else { return }
        let changed = try change(bytes)
        if target != path { try files.write(nil, to: base(path)) }
        try files.write(changed, to: base(target))
        let hash = hash(changed)
        installed = installed.with(
            files: installed.files.map { $0.path == path ? (target, hash) : $0 }.sorted { $0.0 < $1.0 }
        )
    }

    // MARK: - Dialogs

    private mutating func renameDialog(_ old: DialogID, to new: DialogID) throws {
        guard let before = installed.dialogs.first(where: { $0.template == old })?.here else { return }
        let prefixed = DialogID("\(installed.instance)-\(new)")
        var here = before == old ? new : before.rawValue == "\(installed.instance)-\(old)" ? prefixed : before
        // A dialog of the user's own that has the name already: this one keeps its own here.
        if here != before, try files.read("dialogs/\(here)/dialog.json") != nil { here = before }
        installed = installed.with(
            dialogs: installed.dialogs.map { $0.template == old ? (new, here) : $0 }
        )
        guard here != before else { return }
        let (from, to) = ("dialogs/\(before)", "dialogs/\(here)")
        for name in try files.names(in: "\(from)/tapes") {
            try move("\(from)/tapes/\(name)", to: "\(to)/tapes/\(name)")
        }
        for name in try files.names(in: from) where name != "tapes" {
            guard let bytes = try files.read("\(from)/\(name)") else { continue }
            try files.write(bytes, to: "\(to)/\(name)")
            try files.write(nil, to: "\(from)/\(name)")
        }
        for (path, _) in installed.files where path.hasPrefix(from + "/") {
            try changeWritten(path, as: to + path.dropFirst(from.count)) { $0 }
        }
        moved(before, to: here)
        try followDialog(before.rawValue, to: here.rawValue)
    }

    /// Whoever calls a dialog calls it by its new id.
    private mutating func followDialog(_ old: String, to new: String) throws {
        let own = Set(installed.files.map(\.path))
        for id in try dialogsThere() {
            let path = "dialogs/\(id)/dialog.json"
            // What can't be read calls nothing that could be seen.
            guard let bytes = try files.read(path), let value = try? JSONReader().read(bytes) else { continue }
            let changed = DialogRenames.dialog(old, to: new, in: value)
            if changed != value { try files.write(CanonicalText.bytes(changed, of: .dialog), to: path) }
        }
        for path in own where path.hasSuffix("/dialog.json") {
            try changeWritten(path) { bytes in
                try CanonicalText.bytes(DialogRenames.dialog(old, to: new, in: JSONReader().read(bytes)), of: .dialog)
            }
        }
        if var settings = try files.value(Workspace.settingsFile, as: .workspace) {
            for place: JSONPointer in ["/defaultDialog", "/settings/events/start/dialog"]
            where settings[place]?.string == old {
                settings = settings.setting(.string(new), at: place)
            }
            if settings != files.workspace.settingsValue {
                try files.write(CanonicalText.bytes(settings, of: .workspace), to: Workspace.settingsFile)
            }
        }
        try changeTests { $0.hasPrefix(old + "/") ? new + $0.dropFirst(old.count) : $0 }
        changeOpen { conflict in
            conflict.dialog?.rawValue == old ? conflict.moved(from: "dialogs/\(old)/", to: "dialogs/\(new)/") : conflict
        }
    }

    // MARK: - Variables

    private mutating func renameVariable(_ old: String, to new: String, _ kind: VariableRecord.Kind) throws {
        let path = "variables/\(kind.rawValue).json"
        let format: FileKind = kind == .env ? .variables : .content
        guard installed.records.contains(where: { $0.path == path && $0.keys.contains(old) }) else { return }
        installed = installed.with(
            records: installed.records.map { entry in
                entry.path == path ? (path, entry.keys.map { $0 == old ? new : $0 }) : entry
            }
        )
        func renamed(_ value: JSONValue) -> JSONValue {
            let records = (value["variables"]?.array ?? []).map {
                $0["key"]?.string == old ? $0.setting(.string(new), at: "/key") : $0
            }
            return value.setting(.array(records), at: "/variables")
        }
        if let base = try files.value(base(path), as: format) {
            try files.write(CanonicalText.bytes(renamed(base), of: format), to: self.base(path))
        }
        let name = installed.instance
        let isShared = files.lock.templates.contains { other in
            other.instance != name && other.records.contains { $0.path == path && $0.keys.contains(old) }
        }
        if let mine = try files.value(path, as: format), let records = mine["variables"]?.array,
            !records.contains(where: { $0["key"]?.string == new }),
            let record = records.first(where: { $0["key"]?.string == old })
        {
            // Where another template has it under the old name, both are there.
            let after =
                isShared
                ? mine.setting(.array(records + [record.setting(.string(new), at: "/key")]), at: "/variables")
                : renamed(mine)
            try files.write(CanonicalText.bytes(after, of: format), to: path)
        }
        try followVariable(.variable(kind, old, new), everywhere: !isShared)
    }

    /// Whoever reads a variable reads it by its new name.
    private mutating func followVariable(_ words: WordReplacement, everywhere: Bool) throws {
        let own = Set(installed.dialogs.map(\.here))
        for id in try dialogsThere() where everywhere || own.contains(id) {
            for name in try files.names(in: "dialogs/\(id)") where name == "dialog.json" || name.hasSuffix(".js") {
                let path = "dialogs/\(id)/\(name)"
                guard let bytes = try files.read(path) else { continue }
                try files.write(Self.replaced(words, in: bytes, path), to: path)
            }
        }
        for (path, _) in installed.files { try changeWritten(path) { Self.replaced(words, in: $0, path) } }
    }

    private static func replaced(_ words: WordReplacement, in bytes: [UInt8], _ path: String) -> [UInt8] {
        guard path.hasSuffix(".json") else { return words.applied(to: bytes) }
        // In a file with JSON's escapes, names in quotes look otherwise.
        guard let value = try? JSONReader().read(bytes) else { return bytes }
        let changed = value.mappingStrings(words.applied)
        guard changed != value, let kind = WorkspaceLayout.kind(of: path) else { return bytes }
        return CanonicalText.bytes(changed, of: kind)
    }

    // MARK: - Tests

    /// Changes the places of nodes that recorded conversations name.
    private mutating func changeTests(_ change: (String) -> String) throws {
        for name in try files.names(in: "tests") where name.hasSuffix(".json") {
            let path = "tests/\(name)"
            guard let bytes = try files.read(path), let value = try? JSONReader().read(bytes) else { continue }
            let changed = DialogRenames.mapping(value, FileKind.test.shape) { text, kind in
                kind === TextKind.nodePlace ? change(text) : text
            }
            if changed != value { try files.write(CanonicalText.bytes(changed, of: .test), to: path) }
        }
    }
}

extension FileConflict {
    /// The conflict with a node of its dialog renamed.
    fileprivate func renamingNode(_ old: String, to new: String) -> FileConflict {
        func place(_ place: JSONPointer) -> JSONPointer {
            place.tokens.starts(with: ["nodes", old])
                ? JSONPointer(tokens: ["nodes", new] + place.tokens.dropFirst(2)) : place
        }
        func value(_ value: JSONValue?) -> JSONValue? {
            guard let value else { return nil }
            if value.string == old { return .string(new) }
            return value["id"]?.string == old ? value.setting(.string(new), at: "/id") : value
        }
        let held = with.map { held -> Held in
            if case .value(let at, let theirs) = held { .value(at: place(at), theirs: theirs) } else { held }
        }
        return FileConflict(
            file: file,
            at: at.map(place),
            base: value(base),
            mine: value(mine),
            theirs: value(theirs),
            theirsFile: theirsFile,
            with: held
        )
    }

    fileprivate func moved(from old: String, to new: String) -> FileConflict {
        func path(_ path: String) -> String { path.hasPrefix(old) ? new + path.dropFirst(old.count) : path }
        let held = with.map { held -> Held in
            if case .file(let file, let theirs) = held { .file(path(file), theirsFile: theirs) } else { held }
        }
        return FileConflict(
            file: path(file),
            at: at,
            base: base,
            mine: mine,
            theirs: theirs,
            theirsFile: theirsFile,
            with: held
        )
    }
}
