import PatchbayLanguage
import PatchbayModel

extension Template {
    /// Values for all parameters: defaults, else the first choice, else an example of the schema.
    func usualParameters(of manifest: PluginManifest) -> JSONObject {
        parameterSets(models: manifest) { parameter in
            // A schema that can't be compiled is lint's finding.
            (try? JSONSchema(parameter.schema))?.example(seed: 1)
        }.first ?? JSONObject()
    }
}
