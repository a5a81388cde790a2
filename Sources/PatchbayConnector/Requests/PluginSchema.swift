package import PatchbayLanguage
package import PatchbayModel

/// JSON Schemas of plugins, whose `$ref`s name files of the plugin.
package enum PluginSchema {
    /// Compiles a schema as a manifest holds it.
    ///
    /// - Throws: What the plugin's files or the schema are at fault with.
    package static func compile(_ schema: JSONValue, of plugin: Plugin) throws -> JSONSchema {
        try JSONSchema(schema) { path in try? plugin.json(path) }
    }
}
