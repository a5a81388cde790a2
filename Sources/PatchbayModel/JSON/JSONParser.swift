/// One pass over the bytes, by recursive descent.
///
/// Safe because the buffer is touched only by ``byte(at:)`` and ``text(_:)``, after a comparison with `count`.
@safe struct JSONParser: ~Copyable {
    private let buffer: UnsafeBufferPointer<UInt8>
    private let count: Int
    let maxDepth: Int
    /// How many repeated keys are told; whoever shows their places reads the text again for each.
    private static let mostRepeated = 100

    var position = 0
    var repeated: [JSONSyntaxError.Problem] = []

    init(bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
        unsafe buffer = bytes
        count = bytes.count
        self.maxDepth = maxDepth
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if count >= 3, text(0..<3) == "\u{FEFF}" {
            throw problem("a byte order mark stands before the text; remove it", at: 0)
        }
        try checkEncoding()
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        if position < count { throw problem("unexpected \(found) after the value") }
        if !repeated.isEmpty { throw JSONSyntaxError(problems: repeated) }
        return value
    }

    private func checkEncoding() throws(JSONSyntaxError) {
        guard unsafe buffer.contains(where: { $0 >= 0x80 }) else { return }
        var place = 0
        while place < count {
            let lead = byte(at: place)
            let length: Int
            switch lead {
            case 0..<0x80: length = 1
            case 0xC2..<0xE0: length = 2
            case 0xE0..<0xF0: length = 3
            case 0xF0..<0xF5: length = 4
            default: throw problem("the text is not UTF-8", at: place)
            }
            guard place + length <= count else { throw problem("the text is not UTF-8", at: place) }
            if length > 1 {
                // The narrower second bytes keep out overlong forms, surrogates and what lies beyond Unicode (RFC 3629 §4).
                let second = byte(at: place + 1)
                let low: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
                let high: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
                guard second >= low, second <= high else { throw problem("the text is not UTF-8", at: place) }
                for next in place + 2..<max(place + 2, place + length) where byte(at: next) & 0xC0 != 0x80 {
                    throw problem("the text is not UTF-8", at: place)
                }
            }
            place += length
        }
    }

    @inline(__always)
    private func byte(at place: Int) -> UInt8 { unsafe buffer[place] }

    @inline(__always)
    private mutating func skipSpace() {
        while position < count {
            switch byte(at: position) {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard position < count else { throw problem("the text ends where a value is expected") }
        switch byte(at: position) {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw problem("unexpected \(found); expected a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        try enter(depth)
        var members: [JSONObject.Member] = []
        var long: Set<String> = []
        if try closes(with: UInt8(ascii: "}")) { return JSONObject() }
        while true {
            guard position < count, byte(at: position) == UInt8(ascii: "\"") else {
                throw problem("unexpected \(found); expected a key in double quotes")
            }
            let start = position
            let key = try string()
            if long.isEmpty ? members.contains(where: { $0.key == key }) : long.contains(key) {
                repeated.append(.init(offset: start, message: "the key '\(key)' stands twice in one object"))
                if repeated.count == Self.mostRepeated { throw JSONSyntaxError(problems: repeated) }
            }
            skipSpace()
            guard position < count, byte(at: position) == UInt8(ascii: ":") else {
                throw problem("unexpected \(found); expected ':' after the key '\(key)'")
            }
            position += 1
            skipSpace()
            members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
            if members.count == 17 { long = Set(members.map(\.key)) } else if members.count > 17 { long.insert(key) }
            if try ends(with: UInt8(ascii: "}")) { return JSONObject(unique: members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if try closes(with: UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth))
            if try ends(with: UInt8(ascii: "]")) { return elements }
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
        if depth > maxDepth { throw problem("the text nests deeper than \(maxDepth) levels") }
        position += 1
        skipSpace()
    }

    private mutating func closes(with end: UInt8) throws(JSONSyntaxError) -> Bool {
        guard position < count else { throw problem("the text ends inside \(end == 0x5D ? "an array" : "an object")") }
        if byte(at: position) == end {
            position += 1
            return true
        }
        return false
    }

    /// After an element: whether the list ends here; otherwise steps over the comma.
    private mutating func ends(with end: UInt8) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        if try closes(with: end) { return true }
        guard byte(at: position) == UInt8(ascii: ",") else {
            throw problem("unexpected \(found); expected ',' or '\(Character(Unicode.Scalar(end)))'")
        }
        position += 1
        skipSpace()
        if position < count, byte(at: position) == end { throw problem("a comma stands before the end; remove it") }
        return false
    }

    private mutating func word(_ word: String) throws(JSONSyntaxError) {
        for expected in word.utf8 {
            guard position < count, byte(at: position) == expected else {
                throw problem("unexpected \(found); expected a value")
            }
            position += 1
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = position
        if byte(at: position) == UInt8(ascii: "-") { position += 1 }
        let leading = position
        guard digits() else { throw problem("unexpected \(found) in a number; expected a digit") }
        if byte(at: leading) == UInt8(ascii: "0"), position - leading > 1 {
            throw problem("a number may not start with 0", at: leading)
        }
        if position < count, byte(at: position) == UInt8(ascii: ".") {
            position += 1
            guard digits() else { throw problem("unexpected \(found) in a number; expected a digit") }
        }
        if position < count, byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < count, byte(at: position) == UInt8(ascii: "+") || byte(at: position) == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() else { throw problem("unexpected \(found) in a number; expected a digit") }
        }
        return JSONNumber(validated: text(start..<position))
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < count, case UInt8(ascii: "0")...UInt8(ascii: "9") = byte(at: position) { position += 1 }
        return position > start
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while position < count {
            switch byte(at: position) {
            case UInt8(ascii: "\""):
                let text = text(start..<position)
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0x00..<0x20: throw problem("unexpected \(found) in a string; write control characters as escapes")
            default: position += 1
            }
        }
        throw problem("the text ends inside a string")
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var result = text(start..<position)
        var plain = position
        while position < count {
            switch byte(at: position) {
            case UInt8(ascii: "\""):
                result += text(plain..<position)
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += text(plain..<position)
                result.unicodeScalars.append(try escape())
                plain = position
            case 0x00..<0x20: throw problem("unexpected \(found) in a string; write control characters as escapes")
            default: position += 1
            }
        }
        throw problem("the text ends inside a string")
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = position
        position += 2
        guard position <= count else { throw problem("the text ends inside a string") }
        switch byte(at: position - 1) {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default:
            throw problem("unknown escape in a string; use one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: start)
        }
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code), position + 1 < count, byte(at: position) == UInt8(ascii: "\\"),
            byte(at: position + 1) == UInt8(ascii: "u")
        {
            position += 2
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else {
                throw problem("a lone surrogate stands in a string", at: start)
            }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard code != 0 else { throw problem("NUL stands in a string", at: start) }
        guard let scalar = Unicode.Scalar(code) else { throw problem("a lone surrogate stands in a string", at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        guard position + 4 <= count else { throw problem("the text ends inside a string", at: count) }
        var code: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch byte(at: position) {
            case let byte where (0x30...0x39).contains(byte): digit = byte - 0x30
            case let byte where (0x41...0x46).contains(byte): digit = byte - 0x41 + 10
            case let byte where (0x61...0x66).contains(byte): digit = byte - 0x61 + 10
            default: throw problem("'\\u' must be followed by four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private func text(_ range: Range<Int>) -> String {
        unsafe String(decoding: UnsafeBufferPointer(rebasing: buffer[range]), as: UTF8.self)
    }

    /// What stands at the position, for a message.
    private var found: String {
        guard position < count else { return "end of the text" }
        let byte = byte(at: position)
        guard byte >= 0x20, byte != 0x7F else { return "control character \(byte)" }
        let end = min(position + 4, count)
        let character = text(position..<end).first.map(String.init) ?? "?"
        return "'\(character)'"
    }

    private func problem(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(problems: repeated + [.init(offset: offset ?? position, message: message)])
    }
}
