/// `name=value` options.
enum Assignments {
    /// The values by name, in order.
    static func parse(_ texts: [String], flag: String) throws -> [(name: String, value: String)] {
        try texts.map { text in
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                throw CommandFailure(usage: "'\(flag) \(text)' has no value; write \(flag) NAME=VALUE")
            }
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
    }
}
