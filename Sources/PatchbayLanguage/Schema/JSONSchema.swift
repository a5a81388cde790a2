package import PatchbayModel

/// A compiled JSON Schema, draft 2020-12.
///
/// Without `$dynamicRef`, `$dynamicAnchor`, `unevaluatedItems`, `unevaluatedProperties` and `$vocabulary`: a schema
/// that has one of them is refused by its name, and so is a reference to a document that nobody gives. `format` and the
/// other annotations check nothing. The metaschema's address is known.
package struct JSONSchema: Sendable {
    /// How a schema is read.
    package enum Dialect: Sendable {
        /// JSON Schema as it is published.
        case standard
        /// As in OpenAPI documents: `nullable: true` means "or null", `exclusiveMinimum: true` sharpens `minimum`, and
        /// `$recursiveRef` is skipped.
        case openAPI
    }

    /// The schema as it was given.
    package let source: JSONValue

    let nodes: [SchemaNode]
    /// The place of the whole schema in ``nodes``.
    let root: Int

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - value: An object or a boolean.
    ///   - dialect: How it is read.
    ///   - resolve: Gives the document that a reference names without its fragment, as `schemas/messages.json`;
    ///     nil when there is none. References inside a document are relative to its own name.
    /// - Throws: ``SchemaError`` with the first thing that is wrong.
    package init(
        _ value: JSONValue,
        dialect: Dialect = .standard,
        resolve: ((String) -> JSONValue?)? = nil
    ) throws(SchemaError) {
        var compiler = SchemaCompiler(dialect: dialect, resolve: resolve)
        root = try compiler.compile(value)
        nodes = compiler.nodes
        source = value
    }

    /// Everything in which a value does not fit, at most ``maxProblems`` of it; empty when it fits.
    package func problems(of value: JSONValue) -> [SchemaProblem] {
        var validator = SchemaValidator(nodes: nodes, collects: true)
        let fits = validator.check(root, value)
        if let surrender = validator.surrender { return [surrender] }
        return fits ? [] : validator.problems
    }

    /// Whether a value fits.
    package func isValid(_ value: JSONValue) -> Bool {
        var validator = SchemaValidator(nodes: nodes, collects: false)
        return validator.check(root, value) && validator.surrender == nil
    }

    /// How many problems are told.
    package static let maxProblems = 100
}
