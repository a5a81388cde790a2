/// An internet address as its bits: 4 bytes or 16.
///
/// Reading is strict (RFC 6943 §3.1.1 lists what lenient readers take): four decimal parts without leading zeros, or RFC 4291 §2.2
/// text without a zone.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, the first of the network first.
    package let bytes: [UInt8]

    /// Version 4 from its 32 bits.
    init(v4 bits: UInt32) {
        bytes = [UInt8(bits >> 24), UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
    }

    /// Version 6 from 16 bytes, version 4 from 4; nil for another count.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// An address from its text, without brackets; nil for every other spelling.
    package init?(_ text: String) {
        let text = Array(text.utf8)
        guard let bytes = text.contains(UInt8(ascii: ":")) ? Self.version6(text[...]) : Self.version4(text[...]) else {
            return nil
        }
        self.bytes = bytes
    }

    var isVersion6: Bool { bytes.count == 16 }

    /// The 32 bits that begin at a byte.
    func bits(at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard part.count == 1 || part.first != 0x30 else { return nil }
            let value = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard let byte = UInt8(exactly: value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count <= 45, let gap = gap(in: text) else { return nil }
        switch gap {
        case .none:
            guard let bytes = groups(text, mayEndInVersion4: true), bytes.count == 16 else { return nil }
            return bytes
        case .some(let index):
            guard let head = groups(text[..<index], mayEndInVersion4: false),
                let tail = groups(text[(index + 2)...], mayEndInVersion4: true), head.count + tail.count <= 14
            else { return nil }
            return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
        }
    }

    /// Where `::` stands: `.some(nil)` when nowhere, nil when it stands twice.
    private static func gap(in text: ArraySlice<UInt8>) -> Int?? {
        var found: Int?
        for index in text.indices.dropLast() where text[index] == 0x3A && text[index + 1] == 0x3A {
            guard found == nil else { return nil }
            found = index
        }
        return .some(found)
    }

    private static func groups(_ text: ArraySlice<UInt8>, mayEndInVersion4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let inner = version4(part) else { return nil }
                bytes += inner
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for digit in part {
                guard let nibble = hexadecimal(digit) else { return nil }
                value = value << 4 | UInt16(nibble)
            }
            bytes += [UInt8(value >> 8), UInt8(value & 255)]
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text (RFC 5952), without brackets.
    package var description: String {
        guard isVersion6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

/// The value of a hexadecimal digit.
func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
}
