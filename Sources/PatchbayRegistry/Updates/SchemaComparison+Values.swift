import PatchbayLanguage
import PatchbayModel

extension SchemaComparison {
    static let allTypes: Set<String> = ["null", "boolean", "object", "array", "number", "integer", "string"]

    // MARK: - Values and types

    /// Compares values that are listed one by one; true when that says everything.
    mutating func values(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) -> Bool {
        let listed = Self.listed(wide)
        if let listed {
            // Each can be tried.
            let side = self.narrow
            guard let schema = try? JSONSchema(.object(Self.whole(narrow, of: side)), resolve: side.file) else {
                note("its schema can't be compiled", at: place, isCertain: false)
                return true
            }
            let lost = listed.filter { !schema.isValid($0) }
            if !lost.isEmpty {
                let shown = Self.shown(lost)
                note(say("it no longer takes \(shown)", "it may now be \(shown)"), at: place)
            }
            return true
        }
        if let only = Self.listed(narrow) {
            let shown = Self.shown(only)
            note(say("it takes only \(shown) now", "it may now be something else than \(shown)"), at: place)
            return true
        }
        return false
    }

    /// A schema with the definitions that its references may name.
    private static func whole(_ schema: JSONObject, of side: Side) -> JSONObject {
        var schema = schema
        for key in ["$defs", "definitions"] where schema[key] == nil { schema[key] = side.schema[key] }
        return schema
    }

    /// The values of a schema that lists them; nil for one that doesn't.
    private static func listed(_ schema: JSONObject) -> [JSONValue]? {
        if let value = schema["const"] { return [value] }
        return schema["enum"]?.array
    }

    private static func shown(_ values: [JSONValue]) -> String {
        let shown = values.prefix(6).map { $0.string.map { "'\($0)'" } ?? JSONWriter().text($0) }
        return shown.joined(separator: ", ") + (values.count > 6 ? ", …" : "")
    }

    mutating func types(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard narrow["type"] != nil else { return }
        let taken = Self.types(narrow)
        let lost = Self.types(wide).filter { !taken.contains($0) && !($0 == "integer" && taken.contains("number")) }
        // Every integer is a number, so that it is no loss of its own.
        let told = lost.filter { !($0 == "integer" && lost.contains("number")) }.sorted()
        guard !told.isEmpty else { return }
        let words = told.joined(separator: " or ")
        if wide["type"] == nil {
            let only = taken.subtracting(taken.contains("number") ? ["integer"] : []).sorted().joined(separator: " or ")
            note(say("it takes only \(only) now", "it may now be something else than \(only)"), at: place)
        } else {
            note(say("it no longer takes \(words)", "it may now be \(words)"), at: place)
        }
    }

    static func types(_ schema: JSONObject) -> Set<String> {
        guard let type = schema["type"] else { return allTypes }
        let named = Set(type.array?.compactMap(\.string) ?? [type.string].compactMap(\.self))
        return named.contains("number") ? named.union(["integer"]) : named
    }

    // MARK: - Bounds

    mutating func bounds(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        let types = Self.types(wide).intersection(Self.types(narrow))
        if types.contains("integer") {
            let isWhole = !types.contains("number")
            edge(Self.least(wide, isWhole), Self.least(narrow, isWhole), "least", at: place) { $0 < $1 }
            edge(Self.most(wide, isWhole), Self.most(narrow, isWhole), "most", at: place) { $1 < $0 }
            multiples(wide, narrow, at: place)
        }
        if types.contains("string") { sizes("minLength", "maxLength", "characters", wide, narrow, at: place) }
        if types.contains("array") { sizes("minItems", "maxItems", "elements", wide, narrow, at: place) }
        if types.contains("object") { sizes("minProperties", "maxProperties", "keys", wide, narrow, at: place) }
    }

    /// A bound of numbers, and whether it is one of them itself.
    private typealias Edge = (value: JSONNumber, isInside: Bool)

    private static func least(_ schema: JSONObject, _ isWhole: Bool) -> Edge? {
        strictest(schema["minimum"]?.number, schema["exclusiveMinimum"]?.number, step: isWhole ? 1 : 0) { $0 < $1 }
    }

    private static func most(_ schema: JSONObject, _ isWhole: Bool) -> Edge? {
        strictest(schema["maximum"]?.number, schema["exclusiveMaximum"]?.number, step: isWhole ? -1 : 0) { $1 < $0 }
    }

    /// The stricter of two bounds; beyond a whole number, the next whole number is the bound.
    private static func strictest(
        _ inside: JSONNumber?,
        _ outside: JSONNumber?,
        step: Int,
        isLooser: (JSONNumber, JSONNumber) -> Bool
    ) -> Edge? {
        var beyond = outside.map { Edge($0, false) }
        if step != 0, let whole = outside?.int, abs(whole) < 1 << 53 { beyond = (JSONNumber(whole + step), true) }
        guard let inside else { return beyond }
        guard let beyond else { return (inside, true) }
        return isLooser(inside, beyond.value) || inside == beyond.value && !beyond.isInside ? beyond : (inside, true)
    }

    private mutating func edge(
        _ wide: Edge?,
        _ narrow: Edge?,
        _ word: String,
        at place: JSONPointer,
        isLooser: (JSONNumber, JSONNumber) -> Bool
    ) {
        guard let narrow else { return }
        if let wide {
            guard
                isLooser(wide.value, narrow.value) || wide.value == narrow.value && wide.isInside && !narrow.isInside
            else { return }
        }
        let beyond = narrow.isInside ? "" : " (without it)"
        note(
            say(
                "its numbers are at \(word) \(narrow.value.text)\(beyond) now"
                    + (wide.map { ", not \($0.value.text)" } ?? ""),
                "its numbers are no longer at \(word) \(narrow.value.text)\(beyond)"
            ),
            at: place
        )
    }

    private mutating func multiples(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard let step = narrow["multipleOf"]?.number, !ExactDecimal(step).isZero else { return }
        if let before = wide["multipleOf"]?.number, ExactDecimal(before).isMultiple(of: ExactDecimal(step)) { return }
        // Integers are multiples of one.
        if step == JSONNumber(1), !Self.types(wide).contains("number") { return }
        note(
            say("its numbers are multiples of \(step.text) now", "its numbers are no longer multiples of \(step.text)"),
            at: place
        )
    }

    private mutating func sizes(
        _ least: String,
        _ most: String,
        _ what: String,
        _ wide: JSONObject,
        _ narrow: JSONObject,
        at place: JSONPointer
    ) {
        let before = (wide[least]?.int ?? 0, wide[most]?.int ?? Int.max)
        let now = (narrow[least]?.int ?? 0, narrow[most]?.int ?? Int.max)
        if now.0 > before.0 {
            note(say("it has at least \(now.0) \(what) now", "it may now have less than \(now.0) \(what)"), at: place)
        }
        if now.1 < before.1 {
            note(say("it has at most \(now.1) \(what) now", "it may now have more than \(now.1) \(what)"), at: place)
        }
    }

    // MARK: - Texts

    mutating func texts(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard Self.types(wide).intersection(Self.types(narrow)).contains("string") else { return }
        if let pattern = narrow["pattern"], pattern != wide["pattern"] {
            let shown = "'\(pattern.string ?? "")'"
            if wide["pattern"] == nil {
                note(say("its texts match \(shown) now", "its texts no longer match \(shown)"), at: place)
            } else {
                note("its pattern differs from \(shown)", at: place, isCertain: false)
            }
        }
        if let format = narrow["format"], format != wide["format"] {
            note("its format differs: '\(format.string ?? "")'", at: place, isCertain: false)
        }
    }
}
