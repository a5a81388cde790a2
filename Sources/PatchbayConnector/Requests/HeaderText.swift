import PatchbayModel

/// Names and values of header fields as they may stand on the wire (RFC 9110 §5).
enum HeaderText {
    /// Whether a text is a token: a header's name, a cookie's name, a method.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
                default: false
                }
            }
    }

    /// Refuses what could become a second header or is not ASCII; the message does not hold the value.
    static func check(_ value: String, named name: String) throws(Failure) {
        for byte in value.utf8 where byte < 0x20 && byte != 0x09 || byte == 0x7F {
            throw Failure(.invalid, "header '\(name)' has a line break or control character in its value; remove it")
        }
        guard value.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Failure(
                .invalid,
                "header '\(name)' has characters beyond ASCII in its value; encode them or send them in the body"
            )
        }
    }
}

/// JSON scalars as text, for places that know no types.
enum ScalarText {
    /// A string as it is, a number in its spelling, `true` or `false`; nil for anything else.
    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// The same, or an error that names the value's place.
    static func required(_ value: JSONValue, named name: String) throws(Failure) -> String {
        guard let text = text(value) else {
            throw Failure(
                .invalid,
                "\(name) is \(article(value)), but only a string, number or truth value can stand there"
            )
        }
        return text
    }

    private static func article(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .array, .object: "an \(value.kindName)"
        default: "a \(value.kindName)"
        }
    }
}
