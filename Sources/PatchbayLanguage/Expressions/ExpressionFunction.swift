import PatchbayModel

/// The functions of expressions, by the names that people write; each is described in `docs/expressions.md`.
enum ExpressionFunction: String, CaseIterable, Sendable {
    case length, lower, upper, trim, first, last, join, split, slice, replace, contains, keys
    case round, number, string, json, format, now, title
    case `default`

    static let names = allCases.map(\.rawValue)

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .now: 0...0
        case .length, .lower, .upper, .trim, .first, .last, .keys, .number, .string, .json, .title: 1...1
        case .join, .round: 1...2
        case .split, .contains, .format, .default: 2...2
        case .slice: 2...3
        case .replace: 3...3
        }
    }

    var arityText: String {
        let most = arity.upperBound
        if arity.count > 1 { return "\(arity.lowerBound) or \(most) arguments" }
        return most == 0 ? "no arguments" : most == 1 ? "1 argument" : "\(most) arguments"
    }

    /// How it is called, for messages.
    var usage: String {
        switch self {
        case .now: "now()"
        case .join: "join(list, ', ')"
        case .split: "split(text, ',')"
        case .slice: "slice(value, 0, 3)"
        case .replace: "replace(text, 'old', 'new')"
        case .contains: "contains(value, 'part')"
        case .round: "round(number, 2)"
        case .format: "format(value, 'yyyy-MM-dd')"
        case .default: "default(value, 'instead')"
        default: "\(rawValue)(value)"
        }
    }

    /// What can be seen to be wrong with the arguments before any value is there.
    func fault(in arguments: [Expression.Node]) -> (message: String, remedy: String)? {
        guard self == .format, case .literal(let pattern) = arguments[1] else { return nil }
        guard FormatPattern(pattern.string ?? "") == nil else { return nil }
        return (
            "unknown format \(JSONWriter().text(pattern))",
            "use 'date', 'time', 'dateTime', letters of yyyy MM dd HH mm ss, or a number such as '0.00' or '#,##0'"
        )
    }
}

extension ExpressionFunction {
    func value(of arguments: [Expression.Node], in scope: some ExpressionScope) -> JSONValue? {
        switch self {
        case .now: return .string(CivilTime(scope.now, secondsFromGMT: 0).iso)
        case .default:
            if let value = arguments[0].value(in: scope), !value.isNull, value != .string("") { return value }
            return arguments[1].value(in: scope)
        case .title: return Self.title(of: arguments[0], in: scope)
        default: break
        }
        var values: [JSONValue] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments {
            guard let value = argument.value(in: scope) else { return nil }
            values.append(value)
        }
        guard let result = value(of: values, in: scope) else { return nil }
        if case .string(let text) = result, text.utf8.count > Expression.maxResultBytes { return nil }
        return result
    }

    private static func title(of argument: Expression.Node, in scope: some ExpressionScope) -> JSONValue? {
        guard let value = argument.value(in: scope) else { return nil }
        var path: [String] = []
        if case .path(let root, let steps) = argument {
            path = [root] + steps.map(\.token)
            if !Expression.rootNames.contains(root), scope.lookup(root) == nil { path.insert("context", at: 0) }
        }
        if case .array(let elements) = value {
            return .array(elements.map { scope.title(of: $0, at: path).map(JSONValue.string) ?? $0 })
        }
        return scope.title(of: value, at: path).map(JSONValue.string) ?? value
    }

    private func value(of values: [JSONValue], in scope: some ExpressionScope) -> JSONValue? {
        switch self {
        case .length: Self.length(values[0])
        case .lower: values[0].scalarText.map { .string($0.lowercased()) }
        case .upper: values[0].scalarText.map { .string($0.uppercased()) }
        case .trim: values[0].scalarText.map { .string(Self.trimmed($0)) }
        case .first: Self.end(of: values[0], first: true)
        case .last: Self.end(of: values[0], first: false)
        case .join: Self.joined(values[0], by: values.count > 1 ? values[1] : ", ")
        case .split: Self.split(values[0], by: values[1])
        case .slice: Self.slice(values)
        case .replace: Self.replace(values)
        case .contains: .bool(values[0].contains(values[1]))
        case .keys: values[0].object.map { .array($0.keys.map(JSONValue.string)) }
        case .round: Self.rounded(values)
        case .number: Self.number(values[0])
        case .string: .string(values[0].textForm)
        case .json: .string(JSONWriter().text(values[0]))
        case .format:
            values[1].string.flatMap { FormatPattern($0)?.text(of: values[0], in: scope) }.map(JSONValue.string)
        case .now, .title, .default: nil
        }
    }

    // MARK: - Lists and texts

    private static let mostPieces = 10_000

    private static func length(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .string(let text): .number(JSONNumber(text.count))
        case .array(let elements): .number(JSONNumber(elements.count))
        case .object(let object): .number(JSONNumber(object.count))
        default: nil
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
            let end = text.lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(text[start...end])
    }

    private static func end(of value: JSONValue, first: Bool) -> JSONValue? {
        switch value {
        case .array(let elements): first ? elements.first : elements.last
        case .string(let text): (first ? text.first : text.last).map { .string(String($0)) }
        default: nil
        }
    }

    private static func joined(_ value: JSONValue, by separator: JSONValue) -> JSONValue? {
        guard let elements = value.array, let separator = separator.string else { return nil }
        let size = elements.count.multipliedReportingOverflow(by: separator.utf8.count)
        guard !size.overflow, size.partialValue <= Expression.maxResultBytes else { return nil }
        return .string(elements.map(\.textForm).joined(separator: separator))
    }

    private static func split(_ value: JSONValue, by separator: JSONValue) -> JSONValue? {
        guard let text = value.scalarText, let separator = separator.string else { return nil }
        var pieces: [JSONValue] = []
        if separator.isEmpty {
            pieces = text.prefix(mostPieces + 1).map { .string(String($0)) }
        } else {
            var start = text.startIndex
            while pieces.count <= mostPieces, let range = text.place(of: separator, from: start) {
                pieces.append(.string(String(text[start..<range.lowerBound])))
                start = range.upperBound
            }
            pieces.append(.string(String(text[start...])))
        }
        return pieces.count <= mostPieces ? .array(pieces) : nil
    }

    private static func slice(_ values: [JSONValue]) -> JSONValue? {
        guard let from = values[1].int, from >= 0 else { return nil }
        var to = Int.max
        if values.count > 2 {
            guard let end = values[2].int, end >= 0 else { return nil }
            to = end
        }
        switch values[0] {
        case .array(let elements): return .array(Array(elements.prefix(to).dropFirst(from)))
        case .string(let text): return .string(String(text.prefix(to).dropFirst(from)))
        default: return nil
        }
    }

    private static func replace(_ values: [JSONValue]) -> JSONValue? {
        guard let text = values[0].scalarText, let old = values[1].scalarText, let new = values[2].scalarText else {
            return nil
        }
        guard !old.isEmpty else { return .string(text) }
        var result = ""
        var start = text.startIndex
        while let range = text.place(of: old, from: start) {
            result += text[start..<range.lowerBound]
            result += new
            start = range.upperBound
            guard result.utf8.count <= Expression.maxResultBytes else { return nil }
        }
        return .string(result + text[start...])
    }

    // MARK: - Numbers

    private static func number(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .number: value
        case .string(let text): JSONNumber(wholly: trimmed(text)).map(JSONValue.number)
        default: nil
        }
    }

    private static func rounded(_ values: [JSONValue]) -> JSONValue? {
        guard let number = number(values[0])?.number else { return nil }
        let places = values.count > 1 ? values[1].int : 0
        guard let places, (0...20).contains(places) else { return nil }
        return ExactDecimal(number).rounded(toPlaces: places).json.map(JSONValue.number)
    }
}
