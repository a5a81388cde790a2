import PatchbayModel

/// Values as `name=value` pairs, for queries and `application/x-www-form-urlencoded` bodies.
struct FormEncoder {
    private(set) var bytes: [UInt8] = []

    /// The pairs so far; empty for none.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Adds a value: a scalar as one pair, an array by its style, an object as `name[key]` for each key.
    ///
    /// The style is `repeat` (`a=1&a=2`), `comma` (`a=1,2`) or `brackets` (`a[]=1&a[]=2`).
    mutating func add(_ name: String, _ value: JSONValue, style: String = "repeat") throws(Failure) {
        switch value {
        case .array(let elements) where style == "comma":
            var texts: [String] = []
            for element in elements {
                texts.append(PercentEncoding.encode(try ScalarText.required(element, named: "'\(name)'")))
            }
            if !texts.isEmpty { pair(name, encoded: texts.joined(separator: ",")) }
        case .array(let elements):
            for element in elements { try add(style == "brackets" ? name + "[]" : name, element, style: style) }
        case .object(let object):
            for member in object.members { try add("\(name)[\(member.key)]", member.value, style: style) }
        default: pair(name, encoded: PercentEncoding.encode(try ScalarText.required(value, named: "'\(name)'")))
        }
    }

    private mutating func pair(_ name: String, encoded value: String) {
        if !bytes.isEmpty { bytes.append(0x26) }
        PercentEncoding.append(name, to: &bytes)
        bytes.append(0x3D)
        bytes += value.utf8
    }
}
