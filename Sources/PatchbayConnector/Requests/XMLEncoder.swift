import PatchbayModel

/// A JSON value as an XML document (XML 1.0, fifth edition).
///
/// An object's keys become elements in their order, an array repeats its element, `@name` becomes an attribute, `#text`
/// the element's text, null an empty element.
struct XMLEncoder {
    private var output = #"<?xml version="1.0" encoding="UTF-8"?>"#
    private static let maxDepth = 64

    /// The document's bytes.
    static func encode(_ value: JSONValue, root: String) throws(Failure) -> [UInt8] {
        var encoder = XMLEncoder()
        if case .array = value {
            throw Failure(.invalid, "an XML body has one outermost element; give an object, not an array")
        }
        try encoder.element(root, value, depth: 0)
        return Array(encoder.output.utf8)
    }

    private mutating func element(_ name: String, _ value: JSONValue, depth: Int) throws(Failure) {
        guard depth <= Self.maxDepth else {
            throw Failure(.invalid, "the XML body nests deeper than \(Self.maxDepth) elements")
        }
        if case .array(let elements) = value {
            for element in elements { try self.element(name, element, depth: depth + 1) }
            return
        }
        guard Self.isName(name) else { throw Failure(.invalid, "'\(name)' cannot be the name of an XML element") }
        output += "<\(name)"
        guard case .object(let object) = value else {
            output += ">"
            if !value.isNull { try text(value, named: name) }
            output += "</\(name)>"
            return
        }
        for member in object.members where member.key.hasPrefix("@") {
            let attribute = String(member.key.dropFirst())
            guard Self.isName(attribute) else {
                throw Failure(.invalid, "'\(attribute)' cannot be the name of an XML attribute")
            }
            output += " \(attribute)=\""
            try text(member.value, named: "\(name)/@\(attribute)")
            output += "\""
        }
        output += ">"
        for member in object.members where !member.key.hasPrefix("@") {
            if member.key == "#text" {
                try text(member.value, named: name)
            } else {
                try element(member.key, member.value, depth: depth + 1)
            }
        }
        output += "</\(name)>"
    }

    private mutating func text(_ value: JSONValue, named name: String) throws(Failure) {
        let text = try ScalarText.required(value, named: "XML element '\(name)'")
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: output += "&amp;"
            case 0x3C: output += "&lt;"
            case 0x3E: output += "&gt;"
            case 0x22: output += "&quot;"
            // A parser would turn these into a space or a line feed if they stood bare (XML 1.0 §2.11, §3.3.3).
            case 0x09, 0x0A, 0x0D: output += "&#\(scalar.value);"
            case 0x00..<0x20, 0xFFFE, 0xFFFF:
                throw Failure(
                    .invalid,
                    "XML element '\(name)' holds the character U+\(Self.hex(scalar.value)), which XML cannot carry; remove it"
                )
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether a text is an ASCII name, with at most one prefix.
    static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, first == 0x5F || Self.isLetter(first) else { return false }
                return part.utf8.allSatisfy {
                    Self.isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
                }
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
}
