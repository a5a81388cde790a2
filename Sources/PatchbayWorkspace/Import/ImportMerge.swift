import PatchbayFiles
import PatchbayModel

/// How the files that everybody shares take in what an export has of them.
enum ImportMerge {
    /// Variables by their keys: those of the export are added, and replace those of the same key.
    static func variables(
        _ kind: VariableRecord.Kind,
        _ archive: ImportArchive,
        _ workspace: Workspace,
        _ draft: inout ImportDraft
    ) throws {
        let path = "variables/\(kind.rawValue).json"
        guard let file = archive.file(path) else { return }
        let format: FileKind = kind == .env ? .variables : .content
        guard let mine = try workspace.value(of: path, as: format) else { return try draft.put(file) }
        let theirs = try JSONReader().read(file.bytes)
        let language = (mine: mine["language"]?.string ?? "en", theirs: theirs["language"]?.string ?? "en")
        var records = mine["variables"]?.array ?? []
        var rows: [ImportDraft.Row] = []
        for record in theirs["variables"]?.array ?? [] {
            guard let key = record["key"]?.string else { continue }
            var record = record
            // A plain text means the language of its file.
            if language.mine != language.theirs {
                for field in kind == .content ? ["hint", "value"] : ["hint"] {
                    guard let text = record[field], text.string != nil else { continue }
                    record = record.setting(
                        .object(JSONObject([(language.theirs, text)])),
                        at: JSONPointer(tokens: [field])
                    )
                }
            }
            let place = records.firstIndex { $0["key"]?.string == key }
            guard place.map({ records[$0] }) != record else { continue }
            let pointer = JSONPointer(tokens: ["variables", key])
            rows.append(.init(pointer: pointer, old: place.map { records[$0] }, new: record, isKept: false))
            if let place { records[place] = record } else { records.append(record) }
        }
        try draft.merge(path, mine.setting(.array(records), at: "/variables"), from: mine, as: format, rows: rows)
    }

    /// What makes an assistant this one, and where its conversations begin: its own, also where it says nothing.
    private static let identity = [
        "$schema", "formatVersion", "language", "id", "name", "description", "timeZone", "defaultDialog",
    ]

    /// Settings by what their shape says (`x-merge`): what is missing is added, and what both have stays.
    static func settings(_ archive: ImportArchive, _ workspace: Workspace, _ draft: inout ImportDraft) throws {
        let mine = workspace.settingsValue
        func language(_ value: JSONValue) -> String { value["language"]?.string ?? "en" }
        let languages = ThreeWay(base: language(mine), mine: language(mine), theirs: language(archive.settings))
        let theirs =
            languages.mine == languages.theirs ? archive.settings : spelledOut(archive.settings, languages.theirs)
        var merge = ValueMerge(languages: languages)
        // Without a common version nothing counts as removed, and objects come together key by key.
        let three = ThreeWay<JSONValue?>(base: padded([:]), mine: padded(mine), theirs: padded(theirs))
        var merged = (merge.merge(three, FileKind.workspace.shape, at: .root) ?? mine).object ?? JSONObject()
        for key in identity { merged[key] = mine[key] }
        if mine["languages"] == nil, merged["languages"]?.array == mine["language"].map({ [$0] }) {
            merged["languages"] = nil
        }
        merged = unpadded(.object(merged), like: mine).object ?? merged
        var rows: [ImportDraft.Row] = []
        for conflict in merge.conflicts where !identity.contains(conflict.at.tokens.first ?? "") {
            rows.append(.init(pointer: conflict.at, old: conflict.mine, new: conflict.theirs, isKept: true))
        }
        for key in merged.keys where merged[key] != mine[key] {
            rows.append(.init(pointer: JSONPointer(tokens: [key]), old: mine[key], new: merged[key], isKept: false))
        }
        try draft.merge(Workspace.settingsFile, .object(merged), from: mine, as: .workspace, rows: rows)
    }

    /// The plain texts of another language as maps.
    private static func spelledOut(_ settings: JSONValue, _ language: String) -> JSONValue {
        var settings = settings
        for (key, text) in settings["settings"]?["standardResponses"]?.object?.members.map({ ($0.key, $0.value) }) ?? []
        where text.string != nil {
            let pointer = JSONPointer(tokens: ["settings", "standardResponses", key])
            settings = settings.setting(.object(JSONObject([(language, text)])), at: pointer)
        }
        return settings
    }

    /// The objects that are merged key by key.
    private static let objects: [JSONPointer] = [
        "/integrations", "/settings", "/settings/standardResponses", "/settings/events",
    ]

    private static func padded(_ value: JSONValue) -> JSONValue {
        let value = objects.reduce(value) { $0[$1] == nil ? $0.setting([:], at: $1) : $0 }
        // Who names no languages speaks the file's.
        guard value["languages"] == nil, let language = value["language"] else { return value }
        return value.setting([language], at: "/languages")
    }

    /// Takes away what padding left empty, the innermost first.
    private static func unpadded(_ value: JSONValue, like mine: JSONValue) -> JSONValue {
        objects.reversed().reduce(value) { value, pointer in
            guard value[pointer]?.object?.isEmpty == true, mine[pointer] == nil, let key = pointer.tokens.last else {
                return value
            }
            let around = JSONPointer(tokens: pointer.tokens.dropLast())
            guard var object = value[around]?.object else { return value }
            object[key] = nil
            return around.tokens.isEmpty ? .object(object) : value.setting(.object(object), at: around)
        }
    }

    /// The lock: installed templates of the export replace those of the same instance; of two versions of a plugin the
    /// higher one is pinned, and of two contents of one version the one that is pinned here.
    static func lock(_ archive: ImportArchive, _ workspace: Workspace, _ draft: inout ImportDraft) throws {
        var lock = workspace.lock
        var rows: [ImportDraft.Row] = []
        for pin in archive.lock.plugins {
            let mine = lock.pin(of: pin.id)
            guard mine != pin else { continue }
            let pointer = JSONPointer(tokens: ["plugins", pin.id.rawValue])
            let isKept = mine.map { $0.version >= pin.version } ?? false
            rows.append(.init(pointer: pointer, old: mine.map(words), new: words(pin), isKept: isKept))
            guard !isKept else { continue }
            lock.plugins.removeAll { $0.id == pin.id }
            lock.plugins.append(pin)
        }
        for instance in archive.lock.templates {
            let mine = lock.templates.first { $0.instance == instance.instance }
            guard mine != instance else { continue }
            let pointer = JSONPointer(tokens: ["templates", instance.instance])
            rows.append(.init(pointer: pointer, old: mine.map(words), new: words(instance), isKept: false))
            lock.templates.removeAll { $0.instance == instance.instance }
            lock.templates.append(instance)
        }
        guard lock != workspace.lock || !rows.isEmpty else { return }
        let old = workspace.lockBytes == nil ? nil : workspace.lock.json
        try draft.merge(Workspace.lockFile, lock.json, from: old, as: .lock, rows: rows)
    }

    private static func words(_ pin: LockFile.PinnedPlugin) -> JSONValue {
        ["version": .string(pin.version.description), "hash": .string(pin.hash)]
    }

    private static func words(_ instance: LockFile.Instance) -> JSONValue {
        .string("\(instance.plugin)/\(instance.template) \(instance.pluginVersion)")
    }
}
