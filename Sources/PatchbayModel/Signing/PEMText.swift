import Foundation

/// A block of bytes as text between two lines (RFC 7468).
package struct PEMText: Sendable {
    /// What the lines say that it is, such as `PUBLIC KEY`.
    package let label: String
    package let bytes: [UInt8]

    package init(label: String, bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
    }

    /// Reads a text that holds exactly one block; nil for anything else, a text before or after it included.
    package init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        let (begin, dashes) = ("-----BEGIN ", "-----")
        guard lines.count >= 3, let first = lines.first, first.hasPrefix(begin), first.hasSuffix(dashes),
            first.count > begin.count + dashes.count
        else { return nil }
        let label = String(first.dropFirst(begin.count).dropLast(dashes.count))
        guard lines.last == "-----END \(label)-----",
            let data = Data(base64Encoded: lines.dropFirst().dropLast().joined())
        else { return nil }
        self.init(label: label, bytes: Array(data))
    }

    /// The two lines, and base64 in lines of 64 characters between.
    package var text: String {
        let base64 = Array(Data(bytes).base64EncodedString())
        let lines = stride(from: 0, to: base64.count, by: 64).map { String(base64[$0..<min($0 + 64, base64.count)]) }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
