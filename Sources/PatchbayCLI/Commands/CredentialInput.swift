import Foundation
import Patchbay
import PatchbayAccess
import PatchbayModel
import PatchbayTerminal

/// Where the fields of a credential come from, and asking for them.
struct CredentialInput {
    /// The four ways.
    enum Source {
        case terminal, environment, standardInput, none
    }

    private let type: AuthorizationType
    private let manifest: PluginManifest
    private let known: [String: String]
    private let given: [(name: String, value: String)]
    private let source: Source

    init(
        plugin: Plugin,
        authorization: String?,
        known: [String: String],
        given: [(name: String, value: String)],
        source: Source
    ) throws {
        manifest = plugin.manifest
        let types = manifest.authorization
        if let authorization {
            guard let found = manifest.authorization(authorization) else {
                throw AccessError.unknownType(
                    authorization,
                    remedy: NearName.remedy(for: authorization, among: types.map(\.id))
                )
            }
            type = found
        } else {
            type = types[0]
        }
        self.known = known
        self.given = given
        self.source = source
    }

    /// The credential's fields and the connection values.
    func values(in session: Session) throws -> (fields: [String: Secret], connection: [String: String]) {
        var connection = known
        for (name, value) in given { connection[name] = value }
        if let secret = given.first(where: { pair in type.fields.contains { $0.key == pair.name } }) {
            throw CommandFailure(
                usage: "'\(secret.name)' is a secret and no argument; use the prompt, --from-env or --stdin"
            )
        }
        switch source {
        case .none: return ([:], connection)
        case .environment: return (try fromEnvironment(&connection), connection)
        case .standardInput: return (try fromStandardInput(&connection), connection)
        case .terminal: return (try fromTerminal(&connection, in: session), connection)
        }
    }

    private func fromEnvironment(_ connection: inout [String: String]) throws -> [String: Secret] {
        let environment = ProcessInfo.processInfo.environment
        for field in manifest.connection where connection[field.key] == nil {
            connection[field.key] = field.environment.flatMap { environment[$0] }
        }
        var fields: [String: Secret] = [:]
        for field in type.fields {
            if let value = field.environment.flatMap({ environment[$0] }), !value.isEmpty {
                fields[field.key] = Secret(value)
            }
        }
        let missing = type.fields.filter {
            $0.isRequired && fields[$0.key] == nil && $0.defaultValue == nil && $0.isVisible(with: fields)
        }
        guard missing.isEmpty else {
            let names = missing.map { $0.environment ?? "(no variable for '\($0.key)'; use --stdin)" }
            throw CommandFailure(
                "these variables are not set: " + names.joined(separator: ", "),
                code: "missing-fields"
            )
        }
        return fields
    }

    private func fromStandardInput(_ connection: inout [String: String]) throws -> [String: Secret] {
        // One byte more than the reader takes is enough to be refused by it.
        let data = try FileHandle.standardInput.read(upToCount: 1 << 20 + 1) ?? Data()
        // The text may hold a secret, so nothing of it is shown.
        guard let object = (try? JSONReader().read(Array(data)))?.object else {
            throw CommandFailure(
                "standard input is not one JSON object of fields, each named once; write {\"FIELD\": \"VALUE\"}",
                code: "invalid"
            )
        }
        var fields: [String: Secret] = [:]
        for member in object.members {
            guard let text = member.value.string else {
                throw CommandFailure("field '\(member.key)' is not a string", code: "invalid")
            }
            if manifest.connection.contains(where: { $0.key == member.key }) {
                connection[member.key] = text
            } else {
                fields[member.key] = Secret(text)
            }
        }
        return fields
    }

    private func fromTerminal(_ connection: inout [String: String], in session: Session) throws -> [String: Secret] {
        let needsFields = type.fields.contains { $0.isRequired }
        let needsConnection = manifest.connection.contains {
            $0.isRequired && connection[$0.key] == nil && $0.defaultValue == nil
        }
        guard needsFields || needsConnection || Terminal.isInteractive else { return [:] }
        guard Terminal.isInteractive else {
            throw CommandFailure(
                usage: "nobody can be asked for the credential here; use --from-env or --stdin (or --sandbox)"
            )
        }
        for field in manifest.connection where connection[field.key] == nil {
            let hint = field.defaultValue.map { " [\($0)]" } ?? (field.isRequired ? "" : " (optional)")
            let title = field.title?.text(in: "en") ?? field.key
            let answer = Terminal.ask(Console.line("\(title)\(hint): ")) ?? ""
            if !answer.isEmpty { connection[field.key] = answer }
        }
        var fields: [String: Secret] = [:]
        for field in type.fields where field.isVisible(with: fields) {
            if let help = field.help {
                session.console.note(help.text(in: "en") + (field.helpURL.map { " (\($0))" } ?? ""))
            }
            let title = field.title?.text(in: "en") ?? field.key
            let choices = field.choices.isEmpty ? "" : " (" + field.choices.joined(separator: ", ") + ")"
            let hint = choices + (field.defaultValue.map { " [\($0)]" } ?? (field.isRequired ? "" : " (optional)"))
            let prompt = Console.line("\(title)\(hint): ")
            let answer = field.kind == .password ? try Terminal.readHidden(prompt: prompt) : Terminal.ask(prompt)
            let value = answer.flatMap { $0.isEmpty ? nil : $0 } ?? field.defaultValue
            fields[field.key] = value.map { Secret($0) }
        }
        return fields
    }
}
