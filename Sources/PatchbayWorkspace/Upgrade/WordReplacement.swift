import PatchbayModel

/// Exchanges names in expressions and scripts: whole ones only, so that `context.a` is not found in `context.ab` or `x.context.a`.
struct WordReplacement {
    private let pairs: [(old: [UInt8], new: [UInt8])]

    init(_ pairs: [(old: String, new: String)]) {
        self.pairs = pairs.map { (Array($0.old.utf8), Array($0.new.utf8)) }
    }

    /// What is read of a node: its result and, of an entity, its value.
    static func node(_ old: String, _ new: String) -> WordReplacement {
        WordReplacement(
            ["context", "context.entities"].flatMap { root in
                [
                    ("\(root).\(old)", "\(root).\(new)"), ("\(root)['\(old)']", "\(root)['\(new)']"),
                    ("\(root)[\"\(old)\"]", "\(root)[\"\(new)\"]"),
                ]
            }
        )
    }

    /// A variable: `env.x` or `content.x`.
    static func variable(_ kind: VariableRecord.Kind, _ old: String, _ new: String) -> WordReplacement {
        let root = kind.rawValue
        return WordReplacement([
            ("\(root).\(old)", "\(root).\(new)"), ("\(root)['\(old)']", "\(root)['\(new)']"),
            ("\(root)[\"\(old)\"]", "\(root)[\"\(new)\"]"),
        ])
    }

    func applied(to text: String) -> String {
        let bytes = Array(text.utf8)
        let changed = applied(to: bytes)
        return changed == bytes ? text : String(decoding: changed, as: UTF8.self)
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for (old, new) in pairs {
            var result: [UInt8] = []
            var index = 0
            while index < bytes.count {
                if bytes[index] == old[0], bytes[index...].starts(with: old), !Self.isPart(result.last, orDot: true),
                    !Self.endsInName(old)
                        || !Self.isPart(index + old.count < bytes.count ? bytes[index + old.count] : nil)
                {
                    result += new
                    index += old.count
                } else {
                    result.append(bytes[index])
                    index += 1
                }
            }
            bytes = result
        }
        return bytes
    }

    private static func endsInName(_ word: [UInt8]) -> Bool { isPart(word.last) }

    /// Whether a byte belongs to a name.
    private static func isPart(_ byte: UInt8?, orDot dot: Bool = false) -> Bool {
        guard let byte else { return false }
        return switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"): true
        case UInt8(ascii: "."): dot
        default: byte >= 0x80
        }
    }
}

extension JSONValue {
    /// The value with every string in it changed; keys stay.
    func mappingStrings(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let elements): .array(elements.map { $0.mappingStrings(change) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.key, $0.value.mappingStrings(change)) }))
        case .null, .bool, .number: self
        }
    }
}
