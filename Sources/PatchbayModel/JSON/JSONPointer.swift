/// A place inside a JSON value (RFC 6901).
package struct JSONPointer: Sendable, Hashable {
    /// The keys and indices from the root, unescaped; empty means the whole value.
    package var tokens: [String]

    /// The whole value.
    package static let root = JSONPointer(tokens: [])

    package init(tokens: [String]) {
        self.tokens = tokens
    }

    /// Reads a pointer such as `/nodes/0/id`; nil when it is not empty and does not start with `/`, or when a `~` is followed by
    /// neither 0 nor 1.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        tokens = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard part.utf8.contains(UInt8(ascii: "~")) else {
                tokens.append(String(part))
                continue
            }
            let bare = part.replacing("~0", with: "").replacing("~1", with: "")
            guard !bare.contains("~") else { return nil }
            tokens.append(String(part).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }

    /// The place one level further in.
    package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

    /// The place of an element.
    package func appending(_ index: Int) -> JSONPointer { appending(String(index)) }
}

extension JSONPointer: CustomStringConvertible {
    package var description: String {
        tokens.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }
}

extension JSONPointer: ExpressibleByStringLiteral {
    /// A pointer known to be well formed.
    package init(stringLiteral value: String) { self = JSONPointer(value) ?? .root }
}

extension JSONValue {
    /// The value at a place; nil when nothing is there.
    package subscript(pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let next = object[token] else { return nil }
                value = next
            case .array(let elements):
                guard let index = Self.index(token), index < elements.count else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    /// This value with another one laid down at a place; objects on the way are made where there are none.
    ///
    /// A token `-` or the count of an array appends.
    package func setting(_ new: JSONValue, at pointer: JSONPointer) -> JSONValue {
        guard let token = pointer.tokens.first else { return new }
        let rest = JSONPointer(tokens: Array(pointer.tokens.dropFirst()))
        if case .array(var elements) = self, let index = token == "-" ? elements.count : Self.index(token),
            index <= elements.count
        {
            if index == elements.count { elements.append(.object(JSONObject())) }
            elements[index] = elements[index].setting(new, at: rest)
            return .array(elements)
        }
        var object = object ?? JSONObject()
        object[token] = (object[token] ?? .object(JSONObject())).setting(new, at: rest)
        return .object(object)
    }

    private static func index(_ token: String) -> Int? {
        guard token == "0" || !token.hasPrefix("0"), token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(token)
    }
}
