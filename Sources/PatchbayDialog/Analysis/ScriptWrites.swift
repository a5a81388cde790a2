/// Tells which keys of `context` a script writes, as far as its text shows it.
enum ScriptWrites {
    /// The keys behind `context.` or `context["…"]` to which something is assigned; comments and texts are left out.
    static func keys(in source: String) -> Set<String> {
        var scanner = ScriptScanner(source)
        return scanner.writtenKeys()
    }
}

/// Steps over a script's text.
private struct ScriptScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ source: String) {
        bytes = Array(source.utf8)
    }

    mutating func writtenKeys() -> Set<String> {
        var keys: Set<String> = []
        while position < bytes.count {
            if skipCommentOrText() { continue }
            guard isNameByte(position) else {
                position += 1
                continue
            }
            let isMember = position > 0 && bytes[position - 1] == UInt8(ascii: ".")
            let word = name()
            if word == "context", !isMember, let key = memberKey(), isAssigned() { keys.insert(key) }
        }
        return keys
    }

    private mutating func skipCommentOrText() -> Bool {
        let byte = bytes[position]
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        switch (byte, next) {
        case (0x2F, 0x2F):
            while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        case (0x2F, 0x2A):
            position += 2
            while position < bytes.count, !(bytes[position] == 0x2F && bytes[position - 1] == 0x2A) { position += 1 }
            position += 1
        case (0x22, _), (0x27, _), (0x60, _): _ = text()
        default: return false
        }
        return true
    }

    /// A text in quotes, without them.
    private mutating func text() -> String {
        let quote = bytes[position]
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += bytes[position] == 0x5C ? 2 : 1 }
        let end = min(position, bytes.count)
        position = end + 1
        return String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    }

    private func isNameByte(_ place: Int) -> Bool {
        guard place < bytes.count else { return false }
        switch bytes[place] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: return true
        default: return false
        }
    }

    private mutating func name() -> String {
        let start = position
        while isNameByte(position) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    /// The key of `.key` or `["key"]`; nil when it cannot be told.
    private mutating func memberKey() -> String? {
        skipSpace()
        guard position < bytes.count else { return nil }
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            skipSpace()
            let key = name()
            return key.isEmpty ? nil : key
        }
        guard bytes[position] == UInt8(ascii: "[") else { return nil }
        position += 1
        skipSpace()
        guard position < bytes.count, bytes[position] == 0x22 || bytes[position] == 0x27 else { return nil }
        let key = text()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "]") else { return nil }
        position += 1
        return key
    }

    /// Whether an assignment follows, also to something deeper inside.
    private mutating func isAssigned() -> Bool {
        while true {
            skipSpace()
            guard position < bytes.count else { return false }
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : 0
            if byte == UInt8(ascii: "=") { return next != UInt8(ascii: "=") && next != UInt8(ascii: ">") }
            if [0x2B, 0x2D, 0x2A, 0x2F, 0x25].contains(byte) {
                return next == UInt8(ascii: "=") || next == byte && (byte == 0x2B || byte == 0x2D)
            }
            if byte == UInt8(ascii: "."), isNameByte(position + 1) {
                position += 1
                _ = name()
            } else if byte == UInt8(ascii: "["), skipBrackets() {
                continue
            } else {
                return false
            }
        }
    }

    private mutating func skipBrackets() -> Bool {
        var depth = 0
        while position < bytes.count {
            if [0x22, 0x27, 0x60].contains(bytes[position]) {
                _ = text()
                continue
            }
            if bytes[position] == UInt8(ascii: "[") { depth += 1 }
            if bytes[position] == UInt8(ascii: "]") { depth -= 1 }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }
}
