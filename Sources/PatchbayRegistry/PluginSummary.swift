package import PatchbayModel

/// A plugin as a list shows it.
package struct PluginSummary: Sendable, Equatable {
    package let id: PluginID
    package let version: Version
    package let name: LocalizedText
    package let summary: LocalizedText?
    package let categories: [String]
    /// The templates it brings.
    package let templates: [TemplateID]
    /// Where its folder is.
    package let place: String

    package init(_ manifest: PluginManifest, place: String) {
        id = manifest.id
        version = manifest.version
        name = manifest.name
        summary = manifest.summary
        categories = manifest.categories
        templates = manifest.templates
        self.place = place
    }

    /// Takes what a list shows out of a manifest that was checked.
    init(checked manifest: JSONValue, place: String) throws(DiagnosticError) {
        let fields = try Fields(root: manifest)
        guard let version = Version(try fields.string("version")) else {
            throw fields.wrong("version", "expected a version such as 1.2.3")
        }
        id = try fields.id("id")
        self.version = version
        name = try fields.text("name")
        summary = fields.optionalText("summary")
        categories = fields.strings("categories")
        templates = fields.strings("templates").map { TemplateID($0) }
        self.place = place
    }

    /// Takes what a list shows out of an index file's entry; one without a name is called by its id.
    init(indexed fields: Fields, place: String) throws(DiagnosticError) {
        guard let version = Version(try fields.string("version")) else {
            throw fields.wrong("version", "expected a version such as 1.2.3")
        }
        id = try fields.id("id")
        self.version = version
        name = fields.optionalText("name") ?? LocalizedText(id.rawValue, language: fields.language)
        summary = fields.optionalText("summary")
        categories = fields.strings("categories")
        templates = fields.strings("templates").map { TemplateID($0) }
        self.place = place
    }

    /// Reads a row of the index; nil for what is none.
    init?(row: JSONObject, place: String) {
        guard let id = row["id"]?.string, let version = row["version"]?.string.flatMap(Version.init),
            let language = row["language"]?.string,
            let name = row["name"].flatMap({ LocalizedText($0, language: language) })
        else { return nil }
        self.id = PluginID(id)
        self.version = version
        self.name = name
        summary = row["summary"].flatMap { LocalizedText($0, language: language) }
        categories = row["categories"]?.array?.compactMap(\.string) ?? []
        templates = row["templates"]?.array?.compactMap { $0.string.map { TemplateID($0) } } ?? []
        self.place = place
    }

    /// The row of the index: everything but the place.
    var row: JSONObject {
        var row: JSONObject = [
            "id": .string(id.rawValue), "version": .string(version.description), "language": .string(name.base),
            "name": Self.json(name),
        ]
        row["summary"] = summary.map(Self.json)
        row["categories"] = .array(categories.map(JSONValue.string))
        row["templates"] = .array(templates.map { .string($0.rawValue) })
        return row
    }

    static func json(_ text: LocalizedText) -> JSONValue {
        .object(JSONObject(text.byLanguage.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
