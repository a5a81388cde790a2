import Foundation
import PatchbayConnector
import PatchbayModel

/// Writes a sent request as a recorded one is written, so that what still differs between the texts is a real difference.
///
/// Equal values take the recorded spelling and order. Where the record has `[secret NAME]`, any text may stand, or nothing: a
/// replay has no credential, or another one.
struct RequestAlignment {
    let expected: Exchange.Request

    func align(_ sent: Exchange.Request) -> Exchange.Request {
        Exchange.Request(
            method: sent.method,
            url: Self.url(sent.url, to: expected.url),
            body: Self.body(sent.body, to: expected.body)
        )
    }

    /// A request for people and for comparison: method and URL, then the body; headers do not count.
    static func text(_ request: Exchange.Request) -> String {
        let line = "\(request.method) \(request.url)\n"
        switch request.body {
        case nil: return line
        case .json(let value): return line + JSONWriter(.indented).text(value)
        case .text(let text): return line + text + "\n"
        case let body?: return line + JSONWriter(.indented).text(body.json)
        }
    }

    private static func body(_ sent: Exchange.Body?, to expected: Exchange.Body?) -> Exchange.Body? {
        switch (sent, expected) {
        case (.json(let sent), .json(let expected)): .json(value(sent, to: expected))
        case (.text(let sent), .text(let expected)): .text(text(sent, to: expected))
        default: sent
        }
    }

    // MARK: - Values

    static func value(_ sent: JSONValue, to expected: JSONValue) -> JSONValue {
        switch (sent, expected) {
        case (.string(let sent), .string(let expected)): return .string(text(sent, to: expected))
        case (.number(let sent), .number(let expected)): return .number(sent == expected ? expected : sent)
        case (.number(let sent), .string(let expected)) where fits(sent.text, expected): return .string(expected)
        case (.array(let sent), .array(let expected)):
            return .array(sent.enumerated().map { $0 < expected.count ? value($1, to: expected[$0]) : $1 })
        case (.object(let sent), .object(let expected)):
            var aligned = JSONObject()
            for member in expected.members {
                if let found = sent[member.key] {
                    aligned[member.key] = value(found, to: member.value)
                } else if let secret = member.value.string, isSecret(secret) {
                    aligned[member.key] = member.value
                }
            }
            for member in sent.members where expected[member.key] == nil { aligned[member.key] = member.value }
            return .object(aligned)
        default: return sent
        }
    }

    /// The recorded text where the sent one fits it.
    static func text(_ sent: String, to expected: String) -> String { fits(sent, expected) ? expected : sent }

    /// Whether a text is the recorded one, with anything in place of its secrets.
    private static func fits(_ sent: String, _ expected: String) -> Bool {
        guard expected.contains(Marker.start) else { return false }
        let pieces = Marker.split(expected).pieces.map { Array($0.utf8) }
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return false }
        let text = Array(sent.utf8)
        guard text.starts(with: first), text.count >= first.count + last.count,
            text.suffix(last.count).elementsEqual(last)
        else {
            return false
        }
        var rest = text[first.count..<(text.count - last.count)]
        for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }

    /// Whether a text is nothing but a secret.
    private static func isSecret(_ text: String) -> Bool {
        let (pieces, names) = Marker.split(text)
        return names.count == 1 && pieces.allSatisfy(\.isEmpty)
    }

    // MARK: - URLs

    private static func url(_ sent: String, to expected: String) -> String {
        guard expected.contains(Marker.start) else { return sent }
        let (sentStart, sentQuery) = halves(sent)
        let (start, query) = halves(expected)
        var items = sentQuery
        for (index, item) in query.enumerated() where item.contains(Marker.start) {
            let name = item.prefix { $0 != "=" }
            items.removeAll { $0.prefix { $0 != "=" } == name }
            items.insert(item, at: min(index, items.count))
        }
        return text(sentStart, to: start) + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    private static func halves(_ url: String) -> (start: String, query: [Substring]) {
        guard let mark = url.firstIndex(of: "?") else { return (url, []) }
        return (
            String(url[..<mark]), url[url.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        )
    }
}
