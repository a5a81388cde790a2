import PatchbayConnector
import PatchbayLanguage
import PatchbayModel

/// Checks what somebody typed into a field.
enum FieldCheck {
    /// What is wrong with a value, without the value; nil when nothing is.
    static func fault(in value: String, kind: CredentialField.Kind, pattern: String?, choices: [String]) -> String? {
        if value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "it holds a control character"
        }
        // Lint has refused a pattern that does not compile.
        if let pattern, let compiled = try? Pattern(pattern), !compiled.wholeMatch(value) {
            return "it does not fit the pattern \(pattern)"
        }
        switch kind {
        case .select where !choices.contains(value): return "use one of " + choices.joined(separator: ", ")
        case .url where (try? BaseURLs.origin(of: value)) == nil: return "it is no http or https URL"
        case .boolean where value != "true" && value != "false": return "use true or false"
        default: return nil
        }
    }

    /// What is wrong with a text as one label of a host; nil when nothing is (RFC 1123 §2.1).
    static func faultAsHostLabel(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
        }
        guard isPlain, (1...63).contains(text.utf8.count), text.first != "-", text.last != "-" else {
            return "it is a part of a host; use 1 to 63 letters, digits and hyphens"
        }
        return nil
    }

    /// Whether a text is `host:port`, the host a name or an address.
    static func isAddressAndPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return false }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
        }
        return !host.isEmpty && host.utf8.allSatisfy { "0123456789abcdefghijklmnopqrstuvwxyz.-".utf8.contains($0) }
    }
}
