import Foundation
import Synchronization

/// Removes known secrets from text by value, at every sink: log, error, transcript, tape, export.
///
/// A secret is known from the moment it is opened; each of its forms is looked for: as it is, with any of its characters
/// escaped as URLs, JSON and HTML do, and in base64 (padded or not, also of `user:password`).
package final class Redactor: Sendable {
    private struct Needle {
        let spelling: SecretSpelling
        let name: String
    }

    private let needles = Mutex<[Needle]>([])

    /// Secrets shorter than this are not looked for: they would tear holes into ordinary text.
    private static let shortest = 4

    package init() {}

    /// Makes a secret known under a name such as `openai/apiKey`; the name takes its place in texts.
    package func register(_ secret: Secret, as name: String) {
        secret.open { register(value: $0, as: name) }
    }

    private func register(value: String, as name: String) {
        guard value.utf8.count >= Self.shortest else { return }
        let base64 = Data(value.utf8).base64EncodedString().prefix { $0 != "=" }
        let urlForm = base64.replacing("+", with: "-").replacing("/", with: "_")
        var found = [SecretSpelling(bytes: Array(value.utf8), takesEscapes: true)]
        found.append(SecretSpelling(bytes: Array(base64.utf8), takesEscapes: true))
        if urlForm != base64 { found.append(SecretSpelling(bytes: Array(urlForm.utf8), takesEscapes: false)) }
        needles.withLock { needles in
            for spelling in found where !needles.contains(where: { $0.spelling.bytes == spelling.bytes }) {
                let place = needles.firstIndex { $0.spelling.bytes.count < spelling.bytes.count } ?? needles.endIndex
                needles.insert(Needle(spelling: spelling, name: name), at: place)
            }
        }
    }

    /// The text with each known secret replaced by `[secret NAME]`, the longest first.
    ///
    /// Bytes are compared: what a text has behind a secret, such as an accent, makes it no other.
    package func redact(_ text: String) -> String {
        let needles = needles.withLock { $0 }
        guard !needles.isEmpty else { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        for needle in needles {
            var rest = 0
            while let found = needle.spelling.range(in: bytes, from: rest) {
                let mark = Array("[secret \(needle.name)]".utf8)
                bytes.replaceSubrange(found, with: mark)
                rest = found.lowerBound + mark.count
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// How many bytes of a text that still grows can be shown, redacted: no secret lies across that place, nor can one that
    /// what comes later completes.
    package func settledBytes(of bytes: [UInt8]) -> Int {
        let needles = needles.withLock { $0 }
        var end = bytes.count
        for needle in needles {
            let begun = bytes.indices.first { needle.spelling.finding(in: bytes, at: $0) == .beginning }
            end = min(end, begun ?? end)
        }
        // One that is complete may lie across that place.
        var isSettled = false
        while !isSettled {
            isSettled = true
            for needle in needles {
                var rest = 0
                while let found = needle.spelling.range(in: bytes, from: rest), found.lowerBound < end {
                    rest = found.upperBound
                    guard found.upperBound > end else { continue }
                    end = found.lowerBound
                    isSettled = false
                }
            }
        }
        return end
    }

    /// The names of the known secrets that stand in a file, in any form.
    package func names(in bytes: [UInt8]) -> Set<String> {
        let needles = needles.withLock { $0 }
        return Set(needles.filter { $0.spelling.range(in: bytes, from: 0) != nil }.map(\.name))
    }

    /// The value with each known secret replaced in every string and key.
    package func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let elements): .array(elements.map(redact))
        case .object(let object): .object(JSONObject(object.members.map { (redact($0.key), redact($0.value)) }))
        case .null, .bool, .number: value
        }
    }
}
