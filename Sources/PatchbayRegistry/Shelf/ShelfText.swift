import Foundation

/// The shelf as one text, which is also its file: lines of plugins and templates, then what is searched in, a line for
/// each template.
///
/// Nothing is taken out of it before it is needed: of five thousand templates a screen shows thirty.
struct ShelfText: Sendable {
    /// A line's place, without its end.
    typealias Line = Range<Int>

    /// The lines of one plugin.
    struct Plugin: Sendable {
        let line: Line
        /// Its templates among all.
        let templates: Range<Int>
    }

    private static let head = Array("patchbay shelf 1\n".utf8)
    private static let mark = Array("H\n".utf8)
    /// Between two fields.
    static let separator: UInt8 = 0x1F

    let bytes: [UInt8]
    private(set) var plugins: [Plugin] = []
    private(set) var templates: [Line] = []
    /// What is searched in, by template.
    private(set) var texts: [Line] = []

    /// Reads a text; nil for one that is damaged or of another version.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.starts(with: Self.head) else { return nil }
        var place = Self.head.count
        var isInTexts = false
        var lines: [(line: Line, templates: Int)] = []
        let isWhole = unsafe bytes.withUnsafeBufferPointer { buffer in
            while place < buffer.count {
                var end = place
                while end < buffer.count, unsafe buffer[end] != 0x0A { end += 1 }
                guard end < buffer.count else { return false }
                if isInTexts {
                    texts.append(place..<end)
                } else {
                    switch unsafe buffer[place] {
                    case UInt8(ascii: "P"): lines.append((place..<end, templates.count))
                    case UInt8(ascii: "T") where !lines.isEmpty: templates.append(place..<end)
                    case UInt8(ascii: "H") where end == place + 1: isInTexts = true
                    default: return false
                    }
                }
                place = end + 1
            }
            return isInTexts
        }
        guard isWhole, texts.count == templates.count else { return nil }
        for (index, entry) in lines.enumerated() {
            let end = index + 1 < lines.count ? lines[index + 1].templates : templates.count
            plugins.append(Plugin(line: entry.line, templates: entry.templates..<end))
        }
    }

    /// The fields of a line, without its letter.
    func fields(_ line: Line) -> [String] {
        bytes[line].split(separator: Self.separator, omittingEmptySubsequences: false).dropFirst()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// A field of a line; the letter is field 0.
    func field(_ number: Int, of line: Line) -> ArraySlice<UInt8> {
        var start = line.lowerBound
        var rest = number
        while rest > 0, let next = bytes[start..<line.upperBound].firstIndex(of: Self.separator) {
            start = next + 1
            rest -= 1
        }
        guard rest == 0 else { return [] }
        return bytes[start..<line.upperBound].prefix { $0 != Self.separator }
    }

    // MARK: - Making one

    /// What one plugin adds.
    struct Part: Sendable {
        var plugin: [UInt8]
        var templates: [[UInt8]] = []
        var texts: [[UInt8]] = []
    }

    /// The lines of a plugin as they stand here.
    func part(_ plugin: Plugin) -> Part {
        Part(
            plugin: Array(bytes[plugin.line]),
            templates: plugin.templates.map { Array(bytes[templates[$0]]) },
            texts: plugin.templates.map { Array(bytes[texts[$0]]) }
        )
    }

    /// The text of some parts.
    static func joined(_ parts: [Part]) -> [UInt8] {
        var bytes = head
        for part in parts {
            for line in [part.plugin] + part.templates {
                bytes += line
                bytes.append(0x0A)
            }
        }
        bytes += mark
        for part in parts {
            for line in part.texts {
                bytes += line
                bytes.append(0x0A)
            }
        }
        return bytes
    }

    /// A line of fields; what would end a field or line becomes a space.
    static func line(_ letter: String, _ fields: [String]) -> [UInt8] {
        var bytes = Array(letter.utf8)
        for field in fields {
            bytes.append(separator)
            bytes += field.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        }
        return bytes
    }

    /// A text as it is compared: without regard to case, and to how marks are written.
    static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.lowercased().precomposedStringWithCanonicalMapping
    }
}
