import PatchbayModel

/// Measures a context without writing it.
enum ContextSize {
    /// What is too much about a context, in words; nil when nothing is.
    static func excess(of context: JSONObject, limits: DialogLimits) -> String? {
        var bytes = 0
        guard measure(.object(context), depth: 0, limits: limits, bytes: &bytes) else {
            return "its context is nested deeper than \(limits.contextDepth) levels; keep less in it"
        }
        guard bytes > limits.contextBytes else { return nil }
        return "its context would be larger than \(limits.contextBytes) bytes; keep less in it"
    }

    /// Adds up the bytes, and stops once they are too many; false when the value is too deep.
    private static func measure(_ value: JSONValue, depth: Int, limits: DialogLimits, bytes: inout Int) -> Bool {
        guard depth <= limits.contextDepth else { return false }
        guard bytes <= limits.contextBytes else { return true }
        switch value {
        case .null, .bool: bytes += 5
        case .number(let number): bytes += number.text.utf8.count
        case .string(let text): bytes += text.utf8.count + 2
        case .array(let elements):
            bytes += 2 + elements.count
            for element in elements where !measure(element, depth: depth + 1, limits: limits, bytes: &bytes) {
                return false
            }
        case .object(let object):
            bytes += 2
            for member in object.members {
                bytes += member.key.utf8.count + 4
                if !measure(member.value, depth: depth + 1, limits: limits, bytes: &bytes) { return false }
            }
        }
        return true
    }
}
