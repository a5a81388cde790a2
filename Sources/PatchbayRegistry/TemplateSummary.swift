package import PatchbayModel
import PatchbayFiles

/// A template as a list shows it.
package struct TemplateSummary: Sendable, Equatable {
    package let id: TemplateID
    package let title: LocalizedText
    package let summary: LocalizedText?
    package let categories: [String]

    init(_ template: Template) {
        id = template.id
        title = template.title
        summary = template.summary
        categories = template.categories
    }

    init?(row: JSONObject) {
        guard let id = row["id"]?.string, let language = row["language"]?.string,
            let title = row["title"].flatMap({ LocalizedText($0, language: language) })
        else { return nil }
        self.id = TemplateID(id)
        self.title = title
        summary = row["summary"].flatMap { LocalizedText($0, language: language) }
        categories = row["categories"]?.array?.compactMap(\.string) ?? []
    }

    var row: JSONObject {
        var row: JSONObject = ["id": .string(id.rawValue), "language": .string(title.base)]
        row["title"] = PluginSummary.json(title)
        row["summary"] = summary.map(PluginSummary.json)
        row["categories"] = .array(categories.map(JSONValue.string))
        return row
    }
}

extension Plugin {
    /// The plugin's templates in the manifest's order, from an index where there is one.
    package func templateSummaries(_ index: inout ListIndex?) throws -> [TemplateSummary] {
        try manifest.templates.map { id in
            let path = "templates/\(id)/template.json"
            // Only this file: dialogs and samples are of no matter in a list.
            func read() throws -> TemplateSummary { TemplateSummary(try Template(try json(path))) }
            guard let (folder, file) = (files as? FolderPluginFiles)?.place(of: path), index != nil else {
                return try read()
            }
            return try index?.value(id.rawValue, of: file, in: folder, from: TemplateSummary.init(row:)) {
                let summary = try read()
                return (summary, summary.row)
            } ?? read()
        }
    }
}

extension ListIndex {
    /// Runs a list with an index, and saves it.
    package static func using<Value>(
        _ index: ListIndex?,
        _ list: (inout ListIndex?) throws -> Value
    ) rethrows -> Value {
        var index = index
        let value = try list(&index)
        index?.save()
        return value
    }
}
