/// Checks a value against a shape and says everything that is wrong with it.
///
/// Nothing is built for what is right: places are put together from the inside out, only for what has been found.
struct ShapeChecker {
    /// Something found; its place is collected from the innermost key outwards.
    struct Finding {
        var place: [String]
        let message: String
        let remedy: String?
    }

    /// Whether `{"$parameter": name}` may stand for a value.
    let allowsParameters: Bool
    var findings: [Finding] = []

    init(allowsParameters: Bool) {
        self.allowsParameters = allowsParameters
    }

    /// What is wrong with a file's value.
    static func diagnostics(of value: JSONValue, shape: Shape, allowsParameters: Bool = false) -> [Diagnostic] {
        var checker = ShapeChecker(allowsParameters: allowsParameters)
        checker.check(value, shape, name: "value")
        return checker.findings.map { finding in
            Diagnostic(at: JSONPointer(tokens: finding.place.reversed()), finding.message, remedy: finding.remedy)
        }
    }

    /// Checks one value; `name` is the key it stands under, for messages.
    mutating func check(_ value: JSONValue, _ shape: Shape, name: String) {
        if allowsParameters, case .object(let object) = value, object["$parameter"] != nil {
            return checkParameter(object, for: shape, name: name)
        }
        switch shape.form {
        case .any: break
        case .boolean: if value.bool == nil { wrongType(value, "true or false") }
        case .string(let kind): checkText(value, kind, name: name)
        case .number(let least, let most): checkNumber(value, least, most, name: name)
        case .integer(let least, let most): checkInteger(value, least, most, name: name)
        case .const(let wanted):
            if value != wanted { find("'\(name)' is \(shown(value))", remedy: "write \(shown(wanted))") }
        case .enumeration(let words): checkWord(value, words, name: name)
        case .array(let list): checkList(value, list, name: name)
        case .map(let keys, let values): checkMap(value, keys, values, name: name)
        case .object(let object):
            guard case .object(let members) = value else { return wrongType(value, "an object") }
            check(members, object)
        case .variants(let variants): checkVariants(value, variants)
        case .branch(let key, let with, let without):
            guard case .object(let members) = value else { return wrongType(value, "an object") }
            check(value, members[key] != nil ? with : without, name: name)
        case .either(let shapes):
            guard let shape = shapes.first(where: { $0.takes(value) }) else {
                return wrongType(value, shapes.map(\.typeWords).joined(separator: " or "))
            }
            check(value, shape, name: name)
        case .nullable(let shape): if !value.isNull { check(value, shape, name: name) }
        case .reference(_, let find): check(value, find(), name: name)
        }
    }

    /// Notes something at the value that is being checked.
    mutating func find(_ message: String, remedy: String?) {
        findings.append(Finding(place: [], message: message, remedy: remedy))
    }

    /// Notes something at one of its keys.
    mutating func find(at key: String, _ message: String, remedy: String?) {
        findings.append(Finding(place: [key], message: message, remedy: remedy))
    }

    @inline(__always)
    mutating func under(_ token: @autoclosure () -> String, since count: Int) {
        if findings.count > count { place(token(), since: count) }
    }

    mutating func place(_ token: String, since count: Int) {
        for index in count..<findings.count { findings[index].place.append(token) }
    }

    mutating func wrongType(_ value: JSONValue, _ wanted: String) {
        if value.isNull {
            find("found null, expected \(wanted)", remedy: "leave the key out; null never means absent")
        } else {
            find("expected \(wanted), found \(value.kindName)", remedy: nil)
        }
    }

    private mutating func checkVariants(_ value: JSONValue, _ variants: VariantShape) {
        guard case .object(let members) = value else { return wrongType(value, "an object") }
        guard let given = members[variants.key] else {
            return find(
                "'\(variants.key)' is missing",
                remedy: "write one of " + variants.words.joined(separator: ", ")
            )
        }
        guard case .string(let word) = given, let shape = variants.shape(for: word) else {
            let count = findings.count
            checkWord(given, variants.words, name: variants.key)
            return under(variants.key, since: count)
        }
        check(members, shape)
    }

    /// Checks the members of an object with known keys.
    private mutating func check(_ members: JSONObject, _ object: ObjectShape) {
        var seen: UInt64 = 0
        var guess = 0
        for member in members.members {
            guard let place = object.place(of: member.key, guess: guess) else {
                if !ObjectShape.isFree(member.key) { findUnknownKey(member.key, in: object) }
                continue
            }
            seen |= 1 << UInt64(place)
            guess = place + 1
            let count = findings.count
            check(member.value, object.fields[place].shape, name: member.key)
            under(member.key, since: count)
        }
        if seen & object.requiredMask != object.requiredMask {
            for (place, field) in object.fields.enumerated() where field.isRequired && seen & 1 << UInt64(place) == 0 {
                find("'\(field.key)' is missing", remedy: field.shape.example.map { "write \($0)" })
            }
        }
        if !object.keepsRules(seen) {
            for rule in object.rules { check(members, rule) }
        }
    }

    /// Whether the next finding is told: near names are looked for only then, since each takes its time.
    private var isTold: Bool { findings.count < FileCheck.mostFindings }

    private mutating func findUnknownKey(_ key: String, in object: ObjectShape) {
        let keys = isTold ? object.keys.filter { $0 != "$schema" } : []
        find(at: key, "unknown key '\(key)'", remedy: NearName.remedy(for: key, among: keys) ?? "remove it")
    }

    /// Checks `{"$parameter": name}` where it stands for a value.
    private mutating func checkParameter(_ object: JSONObject, for shape: Shape, name: String) {
        guard shape.takesParameter else {
            return find(
                "a parameter stands for '\(name)'",
                remedy: "write it out; ids, kinds and file names take no parameter"
            )
        }
        for member in object.members where member.key != "$parameter" {
            find(
                at: member.key,
                "'\(member.key)' stands beside '$parameter'",
                remedy: "a parameter is the only key of its object"
            )
        }
        let count = findings.count
        if let parameter = object["$parameter"] { checkText(parameter, .name, name: "$parameter") }
        under("$parameter", since: count)
    }

    func remedy(for word: String, among words: [String]) -> String? {
        guard isTold else { return nil }
        let all = "use one of " + words.joined(separator: ", ")
        return NearName.suggestion(for: word, among: words).map { "did you mean '\($0)'? (\(all))" } ?? all
    }

    /// A value for a message, cut where it is long.
    func shown(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return "'" + (text.count > 60 ? text.prefix(57) + "…" : text[...]) + "'"
        case .array, .object: return value.kindName
        default: return JSONWriter().text(value)
        }
    }
}
