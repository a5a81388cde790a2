package import PatchbayLanguage
package import PatchbayModel

extension Plugin {
    /// Compiles a schema whose `$ref`s name files of the plugin.
    ///
    /// - Throws: `SchemaError`, also for a file that is not there.
    package func compile(_ schema: JSONValue) throws(SchemaError) -> JSONSchema {
        try JSONSchema(schema) { reference in try? self.json(reference) }
    }
}
