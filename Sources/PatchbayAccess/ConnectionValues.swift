package import PatchbayModel

/// Connection values with the manifest's defaults.
package enum ConnectionValues {
    /// The values given, and the default of each field that has one.
    package static func complete(_ given: [String: String], for manifest: PluginManifest) -> [String: String] {
        var values = given
        for field in manifest.connection where values[field.key] == nil { values[field.key] = field.defaultValue }
        return values
    }
}
