/// `name=value` options.
enum Assignments {
    /// The values by name, in order.
    static func parse(_ texts: [String], flag: String) throws -> [(name: String, value: String)] {
        var names: Set<String> = []
        return try texts.map { text in
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                throw CommandFailure(usage: "'\(flag) \(text)' has no value; write \(flag) NAME=VALUE")
            }
            let name = String(text[..<sign])
            guard names.insert(name).inserted else {
                throw CommandFailure(usage: "'\(flag) \(name)=…' stands twice; say it once")
            }
            return (name, String(text[text.index(after: sign)...]))
        }
    }
}
