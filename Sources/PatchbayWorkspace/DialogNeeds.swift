package import PatchbayModel

/// What dialogs and scripts refer to, found in their files as they stand: rather too much than too little.
package struct DialogNeeds: Sendable {
    /// A profile of an integration; nil is the integration's default.
    package struct Use: Sendable, Hashable {
        package let integration: PluginID
        package let profile: ProfileID?

        package init(integration: PluginID, profile: ProfileID?) {
            self.integration = integration
            self.profile = profile
        }
    }

    /// The dialogs that are called.
    package private(set) var dialogs: Set<DialogID> = []
    /// The integrations that are called; `custom` for requests of the author's own with a profile.
    package private(set) var uses: Set<Use> = []
    /// Whether requests of the author's own go to hosts without a profile.
    package private(set) var hasOwnRequests = false
    /// The environment variables that are read; nil when it can't be told which.
    package private(set) var env: Set<String>? = []
    /// The same of content variables.
    package private(set) var content: Set<String>? = []

    package init() {}

    /// Adds what a dialog's file refers to.
    package mutating func add(dialog: JSONValue) {
        for node in dialog["nodes"]?.array ?? [] {
            if let id = node["dialog"]?.string { dialogs.insert(DialogID(id)) }
            add(call: node)
            for tool in node["tools"]?.array ?? [] {
                if let id = tool["dialog"]?.string { dialogs.insert(DialogID(id)) }
                if let call = tool["call"] { add(call: call) }
            }
        }
        add(texts: dialog)
    }

    /// A service or prompt node, or a tool's call.
    private mutating func add(call: JSONValue) {
        let profile = call["profile"]?.string.map { ProfileID($0) }
        if let integration = call["integration"]?.string {
            uses.insert(Use(integration: PluginID(integration), profile: profile))
        } else if let operation = call["operation"]?.string, let slash = operation.firstIndex(of: "/") {
            uses.insert(Use(integration: PluginID(String(operation[..<slash])), profile: profile))
        } else if let profile {
            uses.insert(Use(integration: .custom, profile: profile))
        } else if call["request"] != nil {
            hasOwnRequests = true
        }
    }

    /// Adds the variables that the texts of a value read.
    package mutating func add(texts value: JSONValue) {
        switch value {
        case .string(let text): add(text: text)
        case .array(let elements): for element in elements { add(texts: element) }
        case .object(let object):
            for member in object.members {
                add(text: member.key)
                add(texts: member.value)
            }
        case .null, .bool, .number: break
        }
    }

    /// Adds the variables that a script reads; one that takes them as a whole may read any.
    package mutating func add(script: String) { add(text: script, isScript: true) }

    private mutating func add(text: String, isScript: Bool = false) {
        guard text.utf8.count > 4 else { return }
        let bytes = Array(text.utf8)
        env = Self.keys(of: "env", in: bytes, isScript: isScript, with: env)
        content = Self.keys(of: "content", in: bytes, isScript: isScript, with: content)
    }

    /// Every `name.key` and `name["key"]`; nil where it can't be told what is read.
    private static func keys(
        of name: StaticString,
        in bytes: [UInt8],
        isScript: Bool,
        with known: Set<String>?
    ) -> Set<String>? {
        guard var keys = known else { return nil }
        let name = Array(name.description.utf8)
        var place = 0
        while let start = bytes[place...].firstIndex(of: name[0]), start + name.count <= bytes.count {
            place = start + 1
            let end = start + name.count
            guard bytes[start..<end].elementsEqual(name), end == bytes.count || !isWord(bytes[end]),
                start == 0 || !isWord(bytes[start - 1]) && bytes[start - 1] != UInt8(ascii: ".")
            else { continue }
            var rest = bytes[end...]
            if rest.first == UInt8(ascii: "?") { rest = rest.dropFirst() }
            switch rest.first {
            case UInt8(ascii: ".")?:
                var key = rest.dropFirst()
                if key.first == UInt8(ascii: "[") {
                    guard let inside = quoted(key) else { return nil }
                    keys.insert(inside)
                    continue
                }
                key = key.prefix(while: isWord)
                if !key.isEmpty { keys.insert(String(decoding: key, as: UTF8.self)) }
            case UInt8(ascii: "[")?:
                guard let inside = quoted(rest) else { return nil }
                keys.insert(inside)
            default:
                // `{ env: 1 }` reads nothing; in a text it is a word like any other.
                if isScript, rest.first(where: { $0 != 0x20 }) != UInt8(ascii: ":") { return nil }
            }
        }
        return keys
    }

    /// The text in `["…"]` at the beginning; nil for anything else in the brackets.
    private static func quoted(_ bytes: ArraySlice<UInt8>) -> String? {
        let inside = bytes.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")]
        guard let first = inside.first, quotes.contains(first), inside.count > 2, inside.last == first else {
            return nil
        }
        return String(decoding: inside.dropFirst().dropLast(), as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80 || (0x30...0x39).contains(byte)
            || (0x61...0x7A).contains(byte | 0x20)
    }
}
