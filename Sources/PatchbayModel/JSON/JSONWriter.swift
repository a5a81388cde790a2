/// Writes JSON text, the same bytes for the same value on every machine.
package struct JSONWriter: Sendable {
    /// How a value is laid out.
    package enum Layout: Sendable {
        /// One line without spaces.
        case compact
        /// Two spaces a level, a final newline; empty arrays and objects on one line.
        case indented
    }

    private let layout: Layout

    package init(_ layout: Layout = .compact) {
        self.layout = layout
    }

    /// The text of a value: keys in their order, numbers in their spelling, only what must be escaped is.
    package func text(_ value: JSONValue) -> String {
        String(decoding: bytes(value), as: UTF8.self)
    }

    /// The text of a value as UTF-8.
    package func bytes(_ value: JSONValue) -> [UInt8] {
        var output: [UInt8] = []
        write(value, into: &output, level: 0)
        if layout == .indented { output.append(0x0A) }
        return output
    }

    private func write(_ value: JSONValue, into output: inout [UInt8], level: Int) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .number(let number): output += number.text.utf8
        case .string(let text): Self.quote(text, into: &output)
        case .array(let elements):
            list(elements, between: (0x5B, 0x5D), into: &output, level: level) { element, output in
                write(element, into: &output, level: level + 1)
            }
        case .object(let object):
            list(object.members, between: (0x7B, 0x7D), into: &output, level: level) { member, output in
                Self.quote(member.key, into: &output)
                output.append(0x3A)
                if layout == .indented { output.append(0x20) }
                write(member.value, into: &output, level: level + 1)
            }
        }
    }

    private func list<Element>(
        _ elements: [Element],
        between marks: (UInt8, UInt8),
        into output: inout [UInt8],
        level: Int,
        write: (Element, inout [UInt8]) -> Void
    ) {
        output.append(marks.0)
        for (place, element) in elements.enumerated() {
            if place > 0 { output.append(0x2C) }
            lineBreak(into: &output, level: level + 1)
            write(element, &output)
        }
        if !elements.isEmpty { lineBreak(into: &output, level: level) }
        output.append(marks.1)
    }

    private func lineBreak(into output: inout [UInt8], level: Int) {
        guard layout == .indented else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: 2 * level))
    }

    /// Appends a string in quotes.
    package static func quote(_ text: String, into output: inout [UInt8]) {
        output.append(0x22)
        var text = text
        // Nearly every string has nothing to escape: what stands between two escapes is copied at once.
        text.withUTF8 { bytes in
            var start = 0
            for place in 0..<bytes.count {
                let byte = unsafe bytes[place]
                guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
                unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<place]))
                escape(byte, into: &output)
                start = place + 1
            }
            unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        output.append(0x22)
    }

    private static func escape(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case 0x22: output += [0x5C, 0x22]
        case 0x5C: output += [0x5C, 0x5C]
        case 0x0A: output += [0x5C, 0x6E]
        case 0x0D: output += [0x5C, 0x72]
        case 0x09: output += [0x5C, 0x74]
        case 0x08: output += [0x5C, 0x62]
        case 0x0C: output += [0x5C, 0x66]
        default:
            let digits = Array("0123456789abcdef".utf8)
            output += [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}
