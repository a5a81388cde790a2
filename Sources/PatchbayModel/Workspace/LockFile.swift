/// What a workspace has pinned and installed: `patchbay.lock`.
package struct LockFile: Sendable, Equatable {
    /// A plugin at a version and hash.
    package struct PinnedPlugin: Sendable, Equatable {
        package let id: PluginID
        package let version: Version
        package let hash: String

        package init(id: PluginID, version: Version, hash: String) {
            self.id = id
            self.version = version
            self.hash = hash
        }
    }

    /// A template that was installed.
    package struct Instance: Sendable, Equatable {
        package let instance: String
        package let plugin: PluginID
        package let template: TemplateID
        package let pluginVersion: Version
        package let parameters: JSONObject
        /// The template's dialog ids to those here.
        package let dialogs: [(template: DialogID, here: DialogID)]
        /// The files it wrote: path to the hash of the canonical text.
        package let files: [(path: String, hash: String)]
        /// The records it put into shared files: path to keys.
        package let records: [(path: String, keys: [String])]

        package init(
            instance: String,
            plugin: PluginID,
            template: TemplateID,
            pluginVersion: Version,
            parameters: JSONObject,
            dialogs: [(template: DialogID, here: DialogID)],
            files: [(path: String, hash: String)],
            records: [(path: String, keys: [String])]
        ) {
            self.instance = instance
            self.plugin = plugin
            self.template = template
            self.pluginVersion = pluginVersion
            self.parameters = parameters
            self.dialogs = dialogs
            self.files = files
            self.records = records
        }

        package static func == (left: Self, right: Self) -> Bool { left.json == right.json }
    }

    /// By id.
    package var plugins: [PinnedPlugin]
    /// By instance.
    package var templates: [Instance]

    /// A lock that pins nothing.
    package init() {
        plugins = []
        templates = []
    }

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        plugins = try fields.list("plugins") { fields throws(DiagnosticError) in
            guard let version = Version(try fields.string("version")) else {
                throw fields.wrong("version", "expected a version such as 1.2.3")
            }
            return PinnedPlugin(id: try fields.id("id"), version: version, hash: try fields.string("hash"))
        }
        templates = try fields.list("templates", Instance.init)
    }

    /// The file's value; lists in the order of their ids.
    package var json: JSONValue {
        [
            "formatVersion": 1,
            "plugins": .array(
                plugins.sorted { $0.id < $1.id }.map { plugin in
                    [
                        "id": .string(plugin.id.rawValue), "version": .string(plugin.version.description),
                        "hash": .string(plugin.hash),
                    ]
                }
            ),
            "templates": .array(templates.sorted { $0.instance < $1.instance }.map(\.json)),
        ]
    }

    /// The version that is pinned of a plugin, or nil.
    package func pin(of plugin: PluginID) -> PinnedPlugin? { plugins.first { $0.id == plugin } }
}

extension LockFile.Instance {
    init(_ fields: Fields) throws(DiagnosticError) {
        guard let version = Version(try fields.string("pluginVersion")) else {
            throw fields.wrong("pluginVersion", "expected a version such as 1.2.3")
        }
        self.init(
            instance: try fields.string("instance"),
            plugin: try fields.id("plugin"),
            template: try fields.id("template"),
            pluginVersion: version,
            parameters: fields.optionalObject("parameters"),
            dialogs: fields.optionalObject("dialogs").members.compactMap { member in
                member.value.string.map { (DialogID(member.key), DialogID($0)) }
            },
            files: fields.optionalObject("files").members.compactMap { member in
                member.value.string.map { (member.key, $0) }
            },
            records: fields.optionalObject("records").members.map { member in
                (member.key, member.value.array?.compactMap(\.string) ?? [])
            }
        )
    }

    var json: JSONValue {
        [
            "instance": .string(instance), "plugin": .string(plugin.rawValue), "template": .string(template.rawValue),
            "pluginVersion": .string(pluginVersion.description), "parameters": .object(parameters),
            "dialogs": .object(JSONObject(dialogs.map { ($0.template.rawValue, .string($0.here.rawValue)) })),
            "files": .object(JSONObject(files.map { ($0.path, .string($0.hash)) })),
            "records": .object(JSONObject(records.map { ($0.path, .array($0.keys.map(JSONValue.string))) })),
        ]
    }
}
