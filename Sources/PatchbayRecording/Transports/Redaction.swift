import Foundation
import PatchbayConnector
import PatchbayModel

/// Keeps secrets out of what is written down: known ones by value wherever they stand, others by the name they go under.
struct Redaction: Sendable {
    let redactor: Redactor

    func text(_ text: String) -> String { redactor.redact(text) }

    /// The value without secrets in strings, keys, and numbers: a number's digits may be a secret too.
    func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redactor.redact(text))
        case .number(let number):
            if case let clean = redactor.redact(number.text), clean != number.text { .string(clean) } else { value }
        case .array(let elements): .array(elements.map { self.value($0) })
        case .object(let object): .object(self.object(object))
        case .null, .bool: value
        }
    }

    func object(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.map { (redactor.redact($0.key), value($0.value)) })
    }

    // MARK: - Bodies

    /// A whole body in its most readable form; nil for none.
    func body(_ bytes: [UInt8], mediaType: String?) -> Exchange.Body? {
        guard !bytes.isEmpty else { return nil }
        if mediaType?.lowercased().contains("json") == true,
            let json = try? JSONReader(maxDepth: 128, maxBytes: .max).read(bytes)
        {
            // Whoever reads JSON does not see its white space.
            return .json(value(json))
        }
        switch Exchange.Body(bytes) {
        case .json(let json): return .json(value(json))
        case .text(let text): return .text(redactor.redact(text))
        case .base64(let text):
            // A secret between bytes that are no text: nothing but the readable rest can be kept.
            let readable = String(decoding: bytes, as: UTF8.self)
            let clean = redactor.redact(readable)
            return clean == readable ? .base64(text) : .text(clean)
        case .parts(let parts): return .parts(self.parts(parts))
        }
    }

    /// The pieces of a stream, each whole UTF-8 where the stream is text.
    func parts(_ pieces: [Exchange.Part]) -> [Exchange.Part] {
        let whole = TextPieces.joined(pieces)
        let readable = String(decoding: whole.flatMap(\.bytes), as: UTF8.self)
        let clean = redactor.redact(readable)
        guard clean != readable else { return whole }
        let redacted = whole.map { Exchange.Part(after: $0.after, bytes: cleaned($0.bytes)) }
        if String(decoding: redacted.flatMap(\.bytes), as: UTF8.self) == clean { return redacted }
        // A secret lies across two pieces: then they are kept as one.
        let time = whole.reduce(Duration.zero) { $0 + ($1.after ?? .zero) }
        return [Exchange.Part(after: time > .zero ? time : nil, bytes: Array(clean.utf8))]
    }

    private func cleaned(_ bytes: [UInt8]) -> [UInt8] {
        Array(redactor.redact(String(decoding: bytes, as: UTF8.self)).utf8)
    }
}

/// Pieces of a stream cut anew, so that no character lies across two of them.
enum TextPieces {
    static func joined(_ pieces: [Exchange.Part]) -> [Exchange.Part] {
        var result: [Exchange.Part] = []
        var carried: [UInt8] = []
        var waited = Duration.zero
        for (index, piece) in pieces.enumerated() {
            var bytes = carried + piece.bytes
            waited += piece.after ?? .zero
            carried = []
            if index < pieces.count - 1 {
                let cut = bytes.count - unfinished(bytes)
                carried = Array(bytes[cut...])
                bytes.removeSubrange(cut...)
                if bytes.isEmpty { continue }
            }
            result.append(Exchange.Part(after: waited > .zero ? waited : nil, bytes: bytes))
            waited = .zero
        }
        return result
    }

    /// How many bytes at the end begin a character that is not whole (RFC 3629 §3).
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            switch byte {
            case 0x80...0xBF: continue
            case 0xC2...0xDF: return back < 2 ? back : 0
            case 0xE0...0xEF: return back < 3 ? back : 0
            case 0xF0...0xF4: return back < 4 ? back : 0
            default: return 0
            }
        }
        return 0
    }
}
