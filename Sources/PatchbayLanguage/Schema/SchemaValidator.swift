import PatchbayModel

/// Checks one value against compiled schemas.
struct SchemaValidator {
    let nodes: [SchemaNode]
    /// Whether it goes on after the first fault and says what is wrong.
    private(set) var collects: Bool
    private(set) var problems: [SchemaProblem] = []
    /// Why the check was given up, after which its result says nothing; nil when it came to its end.
    private(set) var surrender: SchemaProblem?

    private var place: [String] = []
    private var depth = 0
    var steps = 0

    /// How deep values and schemas may nest together: some 60 levels of values with references at each.
    private static let maxDepth = 400
    /// How many schemas are tried before the check is given up.
    private static let maxSteps = 4_000_000

    init(nodes: [SchemaNode], collects: Bool) {
        self.nodes = nodes
        self.collects = collects
    }

    /// Whether the value fits the node.
    mutating func check(_ index: Int, _ value: JSONValue) -> Bool {
        depth += 1
        steps += 1
        defer { depth -= 1 }
        guard surrender == nil else { return false }
        guard depth <= Self.maxDepth else { return giveUp("the value nests too deeply to be checked") }
        guard steps <= Self.maxSteps else {
            return giveUp("the value takes too long to check", remedy: "use a simpler schema")
        }
        let node = nodes[index]
        if node.isNever { return fail("nothing is allowed here", remedy: "remove it") }
        if node.takesNull, value.isNull { return true }
        if let types = node.types, !types.takes(value) {
            return fail("expected \(types.words), found \(Self.brief(value))")
        }
        var fits = true
        if let constant = node.constant, !constant.isIdentical(to: value) {
            fits = fail("expected \(Self.brief(constant)), found \(Self.brief(value))")
        }
        if let values = node.values, !values.contains(where: { $0.isIdentical(to: value) }) {
            fits = failEnum(values, value)
        }
        if !fits, !collects { return false }
        switch value {
        case .number(let number): if let rules = node.number, !check(rules, number) { fits = false }
        case .string(let text): if let rules = node.text, !check(rules, text) { fits = false }
        case .array(let elements): if let rules = node.list, !check(rules, elements) { fits = false }
        case .object(let object): if let rules = node.object, !check(rules, object, value) { fits = false }
        case .null, .bool: break
        }
        if !fits, !collects { return false }
        if let rules = node.logic, !check(rules, value) { fits = false }
        return fits
    }

    /// Checks a value further in.
    mutating func check(_ index: Int, _ value: JSONValue, at token: @autoclosure () -> String) -> Bool {
        guard collects else { return check(index, value) }
        place.append(token())
        defer { place.removeLast() }
        return check(index, value)
    }

    mutating func fail(
        _ message: @autoclosure () -> String,
        remedy: @autoclosure () -> String? = nil,
        at token: String? = nil
    ) -> Bool {
        if collects, problems.count < JSONSchema.maxProblems {
            let pointer = JSONPointer(tokens: token.map { place + [$0] } ?? place)
            problems.append(SchemaProblem(pointer: pointer, message: message(), remedy: remedy()))
        }
        return false
    }

    /// A schema under a `not` or an `if` must not turn "too much" into "fits".
    private mutating func giveUp(_ message: String, remedy: String? = nil) -> Bool {
        surrender = SchemaProblem(pointer: JSONPointer(tokens: place), message: message, remedy: remedy)
        return false
    }

    private mutating func failEnum(_ values: [JSONValue], _ value: JSONValue) -> Bool {
        guard collects else { return false }
        let near = value.string.flatMap { NearName.suggestion(for: $0, among: values.compactMap(\.string)) }
        let shown = values.prefix(12).map(Self.brief).joined(separator: ", ") + (values.count > 12 ? ", …" : "")
        return fail(
            "\(Self.brief(value)) is not one of the allowed values",
            remedy: near.map { "did you mean '\($0)'?" } ?? "use one of \(shown)"
        )
    }

    /// The kind of a value, and the value where it is short.
    static func brief(_ value: JSONValue) -> String {
        switch value {
        case .array, .object: return value.kindWithArticle
        case .null: return "null"
        default: break
        }
        let text = JSONWriter().text(value)
        return text.count <= 40 ? text : text.prefix(37) + "…"
    }
}

// MARK: - Schemas over the same value

extension SchemaValidator {
    private mutating func check(_ rules: LogicRules, _ value: JSONValue) -> Bool {
        var fits = true
        for schema in rules.all where !check(schema, value) {
            fits = false
            if !collects { return false }
        }
        if !rules.any.isEmpty, quietly({ $0.count(of: rules.any, that: value, atMost: 1) }) == 0 {
            fits = failForms(rules.any, value)
        }
        if !rules.one.isEmpty {
            let count = quietly { $0.count(of: rules.one, that: value, atMost: 2) }
            if count == 0 { fits = failForms(rules.one, value) }
            if count > 1 {
                fits = fail(
                    "the value fits more than one of the \(rules.one.count) forms of which exactly one must fit"
                )
            }
        }
        if let schema = rules.not, quietly({ $0.check(schema, value) }) {
            fits = fail("the value is one that is not allowed here")
        }
        if !fits, !collects { return false }
        guard let condition = rules.condition else { return fits }
        let way = quietly { $0.check(condition, value) } ? rules.then : rules.otherwise
        return way.map { check($0, value) } ?? true ? fits : false
    }

    private mutating func count(of schemas: [Int], that value: JSONValue, atMost most: Int) -> Int {
        var count = 0
        for schema in schemas where check(schema, value) {
            count += 1
            if count == most { break }
        }
        return count
    }

    /// Looks without saying anything.
    mutating func quietly<Result>(_ look: (inout SchemaValidator) -> Result) -> Result {
        let collected = collects
        collects = false
        defer { collects = collected }
        return look(&self)
    }

    /// Says why none of several forms fits: the faults of the only form for this kind of value, else of the closest.
    private mutating func failForms(_ schemas: [Int], _ value: JSONValue) -> Bool {
        guard collects else { return false }
        let before = problems
        var tries: [[SchemaProblem]] = []
        for schema in schemas {
            problems = []
            _ = check(schema, value)
            tries.append(problems)
        }
        problems = before
        let here = JSONPointer(tokens: place)
        let ofKind = zip(schemas, tries).filter { schema, found in
            !(found.first?.pointer == here && found.first?.message.hasPrefix("expected ") == true) || schemas.count == 1
        }.map(\.1)
        if ofKind.count == 1, let only = ofKind.first {
            problems += only.prefix(JSONSchema.maxProblems - problems.count)
            return false
        }
        let closest = tries.min { $0.count < $1.count }?.first
        return fail(
            "the value fits none of the \(schemas.count) allowed forms",
            remedy: closest.map { "the closest form: \($0)" }
        )
    }
}
