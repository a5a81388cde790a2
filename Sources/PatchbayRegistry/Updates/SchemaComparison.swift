import PatchbayLanguage
package import PatchbayModel

/// Whether the values that one JSON Schema allows are all allowed by another, by rule.
///
/// Rules look at the keywords that say what values are (type, enum, required, bounds, items, properties, `$ref`, `anyOf`).
/// Where a keyword differs that no rule knows, the finding is uncertain: nothing is guessed.
package struct SchemaComparison {
    /// Which side of a call the schemas describe.
    package enum Direction: Sendable {
        /// What an operation takes: a value that was allowed must stay allowed.
        case input
        /// What an operation answers: a value that is allowed now must have been allowed.
        case output
    }

    /// One thing in which they differ to somebody's harm.
    package struct Finding: Sendable, Hashable {
        /// The place within the values' schema, such as `/properties/title`.
        package let place: JSONPointer
        /// False where it may be harmless.
        package let isCertain: Bool
        package let words: String
    }

    /// A schema with what its references name.
    package struct Side {
        let schema: JSONValue
        /// The document a reference without fragment, or with another document's name, means.
        let file: (String) -> JSONValue?

        /// - Parameters:
        ///   - schema: The whole schema.
        ///   - file: Gives the file that a reference names.
        package init(_ schema: JSONValue, file: @escaping (String) -> JSONValue? = { _ in nil }) {
            self.schema = schema
            self.file = { name in file(name).map { Self.within(name, $0) } }
        }

        /// A file's schema, its references written as seen from the outside.
        private static func within(_ name: String, _ value: JSONValue) -> JSONValue {
            switch value {
            case .array(let elements): .array(elements.map { within(name, $0) })
            case .object(let object):
                .object(
                    JSONObject(
                        object.members.map { member in
                            guard member.key == "$ref", let reference = member.value.string else {
                                return (member.key, within(name, member.value))
                            }
                            let folder = name.split(separator: "/").dropLast().map { $0 + "/" }.joined()
                            return ("$ref", .string(reference.hasPrefix("#") ? name + reference : folder + reference))
                        }
                    )
                )
            case .null, .bool, .number, .string: value
            }
        }

        /// A schema with its reference followed; nil where that leads nowhere.
        func resolved(_ schema: JSONValue) -> JSONValue? {
            var schema = schema
            for _ in 0..<16 {
                guard let reference = schema["$ref"]?.string else { return schema }
                let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                    .map(String.init)
                guard let document = parts[0].isEmpty ? self.schema : file(parts[0]),
                    let pointer = JSONPointer(parts.count > 1 ? parts[1] : ""), let found = document[pointer]
                else { return nil }
                // What stands beside the reference counts, too.
                let own = (schema.object?.members ?? []).filter {
                    $0.key != "$ref" && !SchemaComparison.isSilent($0.key)
                }
                guard !own.isEmpty, var object = found.object else {
                    schema = found
                    continue
                }
                for member in own { object[member.key] = member.value }
                schema = .object(object)
            }
            return nil
        }

        /// The schema of a part of the values, by its names and indices; nil where nothing describes it.
        func part(_ path: [String]) -> JSONValue? {
            var found = resolved(schema)
            for name in path {
                let next = found?["properties"]?.object?[name] ?? (Int(name) != nil ? found?["items"] : nil)
                guard let next else { return nil }
                found = resolved(next)
            }
            return found
        }
    }

    let direction: Direction
    let wide: Side
    let narrow: Side
    var findings: [Finding] = []
    private var seen: Set<String> = []
    /// Whether the wide schema says more than the rules look at, so that nothing is certain.
    private var isBlurred = false

    /// What of the old schema's values the new one no longer allows, or, of answers, what the new one allows anew.
    package static func findings(from old: Side, to new: Side, _ direction: Direction) -> [Finding] {
        findings(from: old, old.schema, to: new, new.schema, direction)
    }

    /// The same of a part of each.
    static func findings(
        from old: Side,
        _ oldPart: JSONValue,
        to new: Side,
        _ newPart: JSONValue,
        _ direction: Direction
    ) -> [Finding] {
        var comparison =
            direction == .input
            ? SchemaComparison(direction: direction, wide: old, narrow: new)
            : SchemaComparison(direction: direction, wide: new, narrow: old)
        let isInput = direction == .input
        comparison.compare(isInput ? oldPart : newPart, isInput ? newPart : oldPart, at: .root)
        var told: Set<Finding> = []
        return comparison.findings.filter { told.insert($0).inserted }
    }

    private init(direction: Direction, wide: Side, narrow: Side) {
        self.direction = direction
        self.wide = wide
        self.narrow = narrow
    }

    /// Words for one of the directions.
    func say(_ input: String, _ output: String) -> String { direction == .input ? input : output }

    mutating func note(_ words: String, at place: JSONPointer, isCertain: Bool = true) {
        findings.append(Finding(place: place, isCertain: isCertain && !isBlurred, words: words))
    }

    /// Compares two schemas: every value of the wide one has to be one of the narrow one.
    mutating func compare(_ first: JSONValue, _ second: JSONValue, at place: JSONPointer) {
        guard place.tokens.count < 32, findings.count < 100 else {
            note("it is too deep to be compared", at: place, isCertain: false)
            return
        }
        guard !isSame(first, second) else { return }
        // Schemas may contain themselves: what is being compared already is compared once.
        if first["$ref"] != nil || second["$ref"] != nil,
            !seen.insert(JSONWriter().text([first, second])).inserted
        {
            return
        }
        guard let wide = self.wide.resolved(first), let narrow = self.narrow.resolved(second) else {
            note("a reference leads nowhere", at: place, isCertain: false)
            return
        }
        if wide == .bool(false) || Self.allowsEverything(narrow) { return }
        if narrow == .bool(false) {
            note(say("it takes nothing any more", "it was never there before"), at: place)
            return
        }
        let (a, b) = (wide.object ?? JSONObject(), narrow.object ?? JSONObject())
        if values(a, b, at: place) { return }
        for key in ["anyOf", "oneOf"] where a[key] != b[key] {
            guard let branches = a[key]?.array else { continue }
            branch(a, key, branches, narrow, at: place)
            return
        }
        let wasBlurred = isBlurred
        defer { isBlurred = wasBlurred }
        isBlurred =
            isBlurred
            || a.members.contains { !Self.known.contains($0.key) && !Self.isSilent($0.key) && $0.value != b[$0.key] }
        types(a, b, at: place)
        bounds(a, b, at: place)
        texts(a, b, at: place)
        lists(a, b, at: place)
        objects(a, b, at: place)
        alternatives(a, b, at: place)
        others(a, b, at: place)
    }

    /// Each alternative of the wide schema by itself.
    private mutating func branch(
        _ wide: JSONObject,
        _ key: String,
        _ branches: [JSONValue],
        _ narrow: JSONValue,
        at place: JSONPointer
    ) {
        var rest = wide
        rest[key] = nil
        for (index, schema) in branches.enumerated() {
            var whole = rest
            guard let own = self.wide.resolved(schema)?.object else { continue }
            for member in own.members { whole[member.key] = member.value }
            compare(.object(whole), narrow, at: place.appending(key).appending(index))
        }
    }

    /// Whether two schemas are the same text, with references that mean the same.
    private func isSame(_ first: JSONValue, _ second: JSONValue) -> Bool {
        guard first == second else { return false }
        return !Self.hasReference(first) || (wide.schema == narrow.schema && !Self.namesFile(first))
    }

    private static func hasReference(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): object["$ref"] != nil || object.members.contains { hasReference($0.value) }
        case .array(let elements): elements.contains(where: hasReference)
        case .null, .bool, .number, .string: false
        }
    }

    private static func namesFile(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object):
            object["$ref"]?.string?.hasPrefix("#") == false || object.members.contains { namesFile($0.value) }
        case .array(let elements): elements.contains(where: namesFile)
        case .null, .bool, .number, .string: false
        }
    }

    /// Keywords that say nothing about which values fit.
    static let annotations: Set<String> = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$id",
        "$schema", "$anchor", "$defs", "definitions", "contentMediaType", "contentEncoding",
    ]

    /// Whether a keyword says nothing about which values fit.
    static func isSilent(_ key: String) -> Bool { annotations.contains(key) || key.hasPrefix("x-") }

    private static func allowsEverything(_ schema: JSONValue) -> Bool {
        schema == .bool(true) || schema.object?.keys.allSatisfy(isSilent) == true
    }
}
