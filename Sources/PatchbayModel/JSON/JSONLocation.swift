/// Finds where values stand in a JSON text, for messages: only a text with something to say about it is read twice.
package struct JSONLocation: Sendable, Hashable {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in Unicode scalars.
    package let column: Int

    /// The place of a byte.
    package init(offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(max(0, offset))
        line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    }

    /// The place of the value that a pointer names, or of the nearest enclosing value that exists.
    ///
    /// - Parameters:
    ///   - pointer: The place in the text's value.
    ///   - bytes: A text that ``JSONReader`` has read without error.
    package init(of pointer: JSONPointer, in bytes: [UInt8]) {
        var walker = JSONWalker(bytes: bytes)
        self.init(offset: walker.offset(of: pointer.tokens[...]), in: bytes)
    }
}

/// Steps over values that are known to be well formed.
private struct JSONWalker {
    let bytes: [UInt8]
    var position = 0

    mutating func offset(of tokens: ArraySlice<String>) -> Int {
        skipSpace()
        let here = position
        guard let token = tokens.first, position < bytes.count else { return here }
        let isObject = bytes[position] == UInt8(ascii: "{")
        guard isObject || bytes[position] == UInt8(ascii: "[") else { return here }
        position += 1
        let wanted = Int(token)
        var index = 0
        while position < bytes.count {
            skipSpace()
            guard position < bytes.count, bytes[position] != UInt8(ascii: "}"), bytes[position] != UInt8(ascii: "]")
            else { return here }
            var isWanted = index == wanted
            if isObject {
                let start = position
                skipString()
                isWanted = Self.isKey(bytes[start..<position], token)
                skipSpace()
                position += 1
            }
            if isWanted { return offset(of: tokens.dropFirst()) }
            skipValue()
            skipSpace()
            if position < bytes.count, bytes[position] == UInt8(ascii: ",") { position += 1 }
            index += 1
        }
        return here
    }

    /// Whether a key in its quotes is a token; it is read only where its bytes are not those of the token.
    private static func isKey(_ quoted: ArraySlice<UInt8>, _ token: String) -> Bool {
        guard quoted.contains(where: { $0 == UInt8(ascii: "\\") || $0 >= 0x80 }) else {
            return quoted.dropFirst().dropLast().elementsEqual(token.utf8)
        }
        return (try? JSONReader().read(Array(quoted)))?.string == token  // a key of a text already read: never fails
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func skipString() {
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
    }

    private mutating func skipValue() {
        skipSpace()
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                skipString()
                if depth == 0 { return }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    position += 1
                    return
                }
            case UInt8(ascii: ","): if depth == 0 { return }
            default: break
            }
            position += 1
        }
    }
}
