/// What a plugin offers to install: `template.json`.
package struct Template: Sendable {
    package let id: TemplateID
    package let language: String
    package let title: LocalizedText
    package let summary: LocalizedText?
    package let description: LocalizedText?
    package let categories: [String]
    /// The operations it uses, as `plugin/operation`.
    package let operations: [String]
    /// Other plugins it needs: id to range.
    package let requires: [(plugin: PluginID, range: VersionRange)]
    package let parameters: [TemplateParameter]
    package let variables: [VariableRecord]
    /// Hosts that its custom requests call.
    package let hosts: [String]
    /// What older versions called things.
    package let renames: [TemplateRename]

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        id = try fields.id("id")
        language = fields.language
        title = try fields.text("title")
        summary = fields.optionalText("summary")
        description = fields.optionalText("description")
        categories = fields.strings("categories")
        operations = fields.strings("operations")
        requires = fields.optionalObject("requires").members.compactMap { member in
            member.value.string.flatMap(VersionRange.init).map { (PluginID(member.key), $0) }
        }
        parameters = try fields.map("parameters", TemplateParameter.init)
        variables = try fields.list("variables", VariableRecord.init)
        hosts = fields.strings("hosts")
        renames = try fields.list("renames", TemplateRename.init)
    }
}

/// Something that an older version of a template called otherwise.
package struct TemplateRename: Sendable, Equatable {
    /// What was renamed.
    package enum Kind: String, Sendable, CaseIterable {
        case dialog, node, variable, parameter
    }

    /// The first version with the new name.
    package let since: Version
    package let kind: Kind
    /// The template's id of the dialog whose node it is.
    package let dialog: DialogID?
    package let from: String
    package let to: String

    init(_ fields: Fields) throws(DiagnosticError) {
        guard let version = Version(try fields.string("since")) else {
            throw fields.wrong("since", "expected a version such as 1.2.3")
        }
        since = version
        kind = try fields.choice("kind")
        dialog = fields["dialog"]?.string.map { DialogID($0) }
        from = try fields.string("from")
        to = try fields.string("to")
    }
}

/// A value asked for at installation.
package struct TemplateParameter: Sendable, Equatable {
    package let key: String
    package let title: LocalizedText?
    package let help: LocalizedText?
    package let schema: JSONValue
    package let defaultValue: JSONValue?
    /// A list, or `{"models": {"ability": …}}`.
    package let choices: JSONValue?

    init(_ key: String, _ fields: Fields) throws(DiagnosticError) {
        self.key = key
        title = fields.optionalText("title")
        help = fields.optionalText("help")
        schema = fields["schema"] ?? .bool(true)
        defaultValue = fields["default"]
        choices = fields["choices"]
    }
}

/// A variable of a workspace.
package struct VariableRecord: Sendable, Equatable {
    /// Which file it stands in.
    package enum Kind: String, Sendable, CaseIterable {
        case env, content
    }

    package let kind: Kind
    package let key: String
    /// Nil when the value is secured and so in the vault.
    package let value: JSONValue?
    package let isSecured: Bool
    /// The record as it is written, without `kind`.
    package let record: JSONObject

    /// Decodes a template's record, where `kind` tells the file.
    init(_ fields: Fields) throws(DiagnosticError) {
        try self.init(fields, kind: try fields.choice("kind", default: .env))
    }

    /// Decodes a record of one of the files.
    package init(_ fields: Fields, kind: Kind) throws(DiagnosticError) {
        self.kind = kind
        key = try fields.string("key")
        value = fields["value"]
        isSecured = fields.bool("secured")
        var record = fields.object
        record["kind"] = nil
        self.record = record
    }
}
