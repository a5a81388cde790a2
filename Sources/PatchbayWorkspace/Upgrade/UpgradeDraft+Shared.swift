import PatchbayModel

/// What a template has in files that others share: variables and hosts.
extension UpgradeDraft {
    /// Joins the records of the template.
    ///
    /// - Returns: What the lock says of them.
    mutating func mergeVariables(
        of request: TemplateUpgrade.Request
    ) throws -> [(path: String, keys: [String])] {
        try VariableRecord.Kind.allCases.compactMap { kind in
            let path = "variables/\(kind.rawValue).json"
            let all = request.template.variables.filter { $0.kind == kind }
            let before = installed.records.first { $0.path == path }?.keys ?? []
            guard !all.isEmpty || !before.isEmpty else { return nil }
            try mergeVariables(all, of: kind, at: path, before: before, request)
            return all.isEmpty ? nil : (path, all.map(\.key))
        }
    }

    private mutating func mergeVariables(
        _ variables: [VariableRecord],
        of kind: VariableRecord.Kind,
        at path: String,
        before: [String],
        _ request: TemplateUpgrade.Request
    ) throws {
        let format: FileKind = kind == .env ? .variables : .content
        let file = try files.value(path, as: format)
        let head = file ?? ["formatVersion": 1, "variables": []]
        let language = head["language"]?.string ?? "en"
        let mine = head["variables"]?.array ?? []
        let here = Set(mine.compactMap { $0["key"]?.string })
        let base = try files.value(self.base(path), as: format)?["variables"]?.array ?? []
        let known = Set(base.compactMap { $0["key"]?.string })
        // What stood there before the template came, or belongs to another one, is not its own.
        let offered: [JSONValue] = variables.filter { known.contains($0.key) || !here.contains($0.key) }.map {
            .object(
                PlanDraft.record(
                    of: $0,
                    parameters: request.parameters,
                    language: request.template.language,
                    fileLanguage: language
                )
            )
        }
        let keys = Set(offered.compactMap { $0["key"]?.string })
        for key in before where known.contains(key) && keys.contains(key) && !here.contains(key) { hasGaps = true }
        let leaving = known.subtracting(keys).subtracting(try othersNeed(known.subtracting(keys), of: kind, at: path))
        let own = Set(base.compactMap { $0["key"]?.string }).intersection(keys.union(leaving))
        /// The file with the records of one side, in the order that the workspace has.
        func side(_ records: [JSONValue], _ isKept: (String) -> Bool) -> JSONValue {
            let byKey = Dictionary(
                records.map { ($0["key"]?.string ?? "", $0) },
                uniquingKeysWith: { first, _ in first }
            )
            var list = mine.compactMap { record -> JSONValue? in
                let key = record["key"]?.string ?? ""
                return isKept(key) ? byKey[key] : record
            }
            list += records.filter { !here.contains($0["key"]?.string ?? "") }
            return head.setting(.array(list), at: "/variables")
        }
        let values = ThreeWay(
            base: side(base.filter { own.contains($0["key"]?.string ?? "") }) { own.contains($0) },
            mine: head,
            theirs: side(offered) { own.contains($0) || keys.contains($0) }
        )
        let after: JSONValue = ["formatVersion": 1, "variables": .array(offered)]
        try files.write(offered.isEmpty ? nil : CanonicalText.bytes(after, of: format), to: self.base(path))
        guard values.base != values.theirs else { return }
        conflicts += takeOpen(of: path).filter { conflict in
            guard let at = conflict.at else { return true }
            // Where the template says something new, it is asked anew.
            return ShapeWalk.value(at: at, in: values.base, format.shape)
                == ShapeWalk.value(at: at, in: values.theirs, format.shape)
        }
        var merge = ValueMerge(languages: values.map { _ in language })
        let merged = merge.merge(values.map(Optional.some), format.shape, at: .root) ?? head
        conflicts += merge.conflicts.map { FileConflict($0, in: path) }
        guard merged != head else {
            if !merge.conflicts.isEmpty, let bytes = try files.read(path) { try put(bytes, at: path, .keep) }
            return
        }
        try put(CanonicalText.bytes(merged, of: format), at: path, file == nil ? .create : .merge)
        try files.write(merged, as: format, to: path)
    }

    /// Which of the template's records something else needs: another template lists them, or a dialog of the user's reads them.
    private mutating func othersNeed(
        _ keys: Set<String>,
        of kind: VariableRecord.Kind,
        at path: String
    ) throws -> Set<String> {
        guard !keys.isEmpty else { return [] }
        let name = installed.instance
        let listed = files.lock.templates.filter { $0.instance != name }.flatMap(\.records)
            .filter { $0.path == path }.flatMap(\.keys)
        let texts = try userTexts()
        return keys.filter { key in listed.contains(key) || texts.name("\(kind.rawValue).\(key)") }
    }

    /// What stands in dialogs and scripts and is not the template's.
    private mutating func userTexts() throws -> UserTexts {
        let own = Set(installed.files.map(\.path))
        var texts = UserTexts()
        for id in try dialogsThere() {
            let folder = "dialogs/\(id)"
            for name in try files.names(in: folder) where name == "dialog.json" || name.hasSuffix(".js") {
                let path = "\(folder)/\(name)"
                guard let bytes = try files.read(path) else { continue }
                let base = own.contains(path) ? try files.read(self.base(path)) : nil
                guard base != bytes else { continue }
                texts.all.append((String(decoding: bytes, as: UTF8.self), String(decoding: base ?? [], as: UTF8.self)))
            }
        }
        return texts
    }

    /// Hosts as a set: what the template adds is there, what it drops goes where nothing else names it.
    mutating func mergeHosts(of request: TemplateUpgrade.Request) throws {
        let path = Workspace.settingsFile
        let base = try files.read(self.base(path)).map { try JSONReader().read($0) }
        let before = base?["hosts"]?.array ?? []
        let theirs = request.template.hosts.map(JSONValue.string)
        guard before != theirs, let settings = try files.value(path, as: .workspace) else { return }
        let mine = settings["hosts"]?.array ?? []
        let added = theirs.filter { !mine.contains($0) && !before.contains($0) }
        let dropped = before.filter { !theirs.contains($0) && mine.contains($0) }
        let texts = dropped.isEmpty ? UserTexts() : try userTexts()
        let leaving = dropped.filter { host in !texts.name(host.string ?? "") }
        let own = before.filter { theirs.contains($0) } + added
        let after: JSONValue = ["formatVersion": 1, "hosts": .array(own)]
        try files.write(own.isEmpty ? nil : CanonicalText.bytes(after, of: .workspace), to: self.base(path))
        guard !added.isEmpty || !leaving.isEmpty else { return }
        let merged = mine.filter { !leaving.contains($0) } + added
        try put(CanonicalText.bytes(settings.setting(.array(merged), at: "/hosts"), of: .workspace), at: path, .merge)
    }
}

/// Texts of the workspace beside what the template wrote there.
private struct UserTexts {
    var all: [(mine: String, base: String)] = []

    /// Whether the user's part of any of them has a word.
    func name(_ word: String) -> Bool {
        all.contains { $0.mine.ranges(of: word).count > $0.base.ranges(of: word).count }
    }
}
