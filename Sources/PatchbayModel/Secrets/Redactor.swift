import Foundation
import Synchronization

/// Removes known secrets from text by value, at every sink: log, error, transcript, tape, export.
///
/// A secret is known from the moment it is opened; each of its forms is looked for: as it is, percent-encoded, in base64
/// (padded or not, also of `user:password`), and as it stands in JSON text.
package final class Redactor: Sendable {
    private struct Needle {
        let text: String
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
        var quoted: [UInt8] = []
        JSONWriter.quote(value, into: &quoted)
        var forms: Set<String> = [value, String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)]
        forms.insert(Data(value.utf8).base64EncodedString())
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        )
        if let encoded = value.addingPercentEncoding(withAllowedCharacters: unreserved) {
            forms.insert(encoded)
            forms.insert(encoded.replacing("%20", with: "+"))
        }
        for form in forms where form.hasSuffix("=") { forms.insert(String(form.prefix { $0 != "=" })) }
        let found = forms.map { Needle(text: $0, name: name) }
        needles.withLock { needles in
            let known = Set(needles.map(\.text))
            needles += found.filter { !known.contains($0.text) }
            needles.sort { ($1.text.utf8.count, $0.text) < ($0.text.utf8.count, $1.text) }
        }
    }

    /// The text with each known secret replaced by `[secret NAME]`.
    package func redact(_ text: String) -> String {
        let needles = needles.withLock { $0 }
        var result = text
        for needle in needles where result.contains(needle.text) {
            result = result.replacing(needle.text, with: "[secret \(needle.name)]")
        }
        return result
    }

    /// How many bytes of a text that still grows can be shown, redacted: no secret lies across that place, nor can one that
    /// what comes later completes.
    package func settledBytes(of bytes: [UInt8]) -> Int {
        let needles = needles.withLock { $0.map { Array($0.text.utf8) } }
        var end = bytes.count
        for needle in needles {
            let longest = min(needle.count - 1, bytes.count)
            let begun = (0..<longest).lazy.map { bytes.count - longest + $0 }
                .first { needle.starts(with: bytes[$0...]) }
            end = min(end, begun ?? end)
        }
        // One that is complete may lie across that place.
        var isSettled = false
        while !isSettled {
            isSettled = true
            for needle in needles {
                let places = max(end - needle.count + 1, 0)..<end
                guard let start = places.first(where: { bytes[$0...].starts(with: needle) }),
                    start + needle.count > end
                else { continue }
                end = start
                isSettled = false
            }
        }
        return end
    }

    /// The names of the known secrets that stand in a file, in any form.
    package func names(in bytes: [UInt8]) -> Set<String> {
        let needles = needles.withLock { $0 }
        return Set(needles.filter { Self.holds(bytes, Array($0.text.utf8)) }.map(\.name))
    }

    private static func holds(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return false }
        var rest = bytes[...]
        while let place = rest.firstIndex(of: first) {
            if rest[place...].starts(with: needle) { return true }
            rest = rest[(place + 1)...]
        }
        return false
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
