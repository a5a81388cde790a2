import PatchbayLanguage
import PatchbayModel
import Synchronization

/// The compiled JSON Schemas of operations, each made at its first use.
final class OperationSchemas: Sendable {
    private struct Key: Hashable {
        let plugin: PluginID
        let version: Version
        let hash: String
        let operation: OperationID
        /// Empty for the answer.
        let input: String
    }

    private let compiled = Mutex<[Key: JSONSchema]>([:])

    /// Checks inputs against their schemas.
    ///
    /// - Throws: ``Failure`` of kind `invalid` that names the input, the place in it and what is allowed.
    func check(
        _ inputs: [(OperationInput, JSONValue)],
        operation: ServiceOperation,
        plugin: Plugin
    ) throws(Failure) {
        for (input, value) in inputs where input.schema != .bool(true) {
            let schema = try schema(of: input, operation: operation, plugin: plugin)
            guard let problem = schema.problems(of: value).first else { continue }
            let place = problem.pointer == .root ? "" : " at '\(problem.pointer)'"
            let remedy = problem.remedy.map { "; " + $0 } ?? ""
            throw Failure(.invalid, "input '\(input.key)'\(place): \(problem.message)\(remedy)")
        }
    }

    /// What an answer's body lacks; nil for nothing.
    ///
    /// It is at fault when it is of another JSON type than its schema allows, or when a value that the manifest
    /// extracts is missing where the schema requires it. New fields and new words of an enumeration are no fault.
    func fault(of body: JSONValue, operation: ServiceOperation, plugin: Plugin) -> String? {
        guard operation.response.schema != nil else { return nil }
        let missing = operation.response.values.filter { body[$0.pointer].map(\.isNull) ?? true }
        guard body.object == nil || !missing.isEmpty, let schema = answerSchema(operation, plugin) else { return nil }
        let problems = schema.problems(of: body)
        if body.object == nil, let problem = problems.first(where: { $0.pointer == .root }) {
            return "the answer is not what the service promises: \(problem.message)"
        }
        for value in missing {
            let path = value.pointer.tokens
            let onTheWay = problems.filter { path.starts(with: $0.pointer.tokens) }
            guard !onTheWay.isEmpty else { continue }
            // The value is required if something that was wrong on the way to it is not wrong any more once it is
            // there.
            let filled = schema.problems(of: body.setting("", at: value.pointer))
            if onTheWay.contains(where: { !filled.contains($0) }) {
                return "the answer's '\(value.pointer)' is missing"
            }
        }
        return nil
    }

    private func answerSchema(_ operation: ServiceOperation, _ plugin: Plugin) -> JSONSchema? {
        guard let source = operation.response.schema else { return nil }
        // A schema that cannot be used is lint's to tell; here it must not spoil a good answer.
        return try? compiled(source, operation: operation, plugin: plugin, input: "")
    }

    private func schema(
        of input: OperationInput,
        operation: ServiceOperation,
        plugin: Plugin
    ) throws(Failure) -> JSONSchema {
        do {
            return try compiled(input.schema, operation: operation, plugin: plugin, input: input.key)
        } catch {
            throw Failure(
                .invalid,
                "the schema of input '\(input.key)' of operation '\(operation.id)' cannot be used: \(error)"
            )
        }
    }

    private func compiled(
        _ source: JSONValue,
        operation: ServiceOperation,
        plugin: Plugin,
        input: String
    ) throws -> JSONSchema {
        let key = Key(
            plugin: plugin.id,
            version: plugin.manifest.version,
            hash: plugin.hash,
            operation: operation.id,
            input: input
        )
        if let known = compiled.withLock({ $0[key] }) { return known }
        let schema = try PluginSchema.compile(source, of: plugin)
        compiled.withLock { $0[key] = schema }
        return schema
    }
}
