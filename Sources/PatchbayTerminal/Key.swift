/// What somebody pressed, or pasted.
package enum Key: Sendable, Equatable {
    case text(String)
    /// A bracketed paste, whole, with its line breaks as LF.
    case paste(String)
    case enter, tab, escape
    case backspace, delete
    case left, right, up, down, home, end
    case wordLeft, wordRight
    case pageUp, pageDown
    /// Tab with Shift.
    case backTab
    /// A letter with Control.
    case control(Character)
}

/// Turns the bytes of a terminal into keys; incomplete sequences wait for their rest.
///
/// Sequences as xterm sends them (invisible-island.net/xterm/ctlseqs, "PC-Style Function Keys" and "Bracketed Paste Mode").
package struct KeyDecoder: Sendable {
    private var pending: [UInt8] = []
    private var pasted: [UInt8]?

    private static let pasteStart = Array("\u{1B}[200~".utf8)
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    package init() {}

    /// Whether the start of a sequence is waiting for its rest; an Escape pressed alone looks like that.
    package var isWaiting: Bool { !pending.isEmpty }

    /// The keys that are complete with these bytes.
    package mutating func keys(from bytes: [UInt8]) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let key = next() { keys.append(key) }
        return keys
    }

    /// What waits, taken as it is: called when nothing follows.
    package mutating func flush() -> [Key] {
        guard pending.first == 0x1B else { return [] }
        pending.removeFirst()
        return [.escape] + keys(from: [])
    }

    private mutating func next() -> Key? {
        if pasted != nil { return nextPasted() }
        guard let first = pending.first else { return nil }
        if first == 0x1B { return sequence() }
        if first < 0x20 || first == 0x7F {
            pending.removeFirst()
            return Self.controlKey(first)
        }
        return characters()
    }

    /// As much text as is there, so that pasted text in terminals without bracketed paste stays fast.
    private mutating func characters() -> Key? {
        let run = pending.prefix { $0 >= 0x20 && $0 != 0x7F }
        var end = run.count
        // A character whose bytes have not all arrived waits.
        if let lead = run.lastIndex(where: { $0 & 0xC0 != 0x80 }), run[lead] >= 0xC0 {
            let needed = run[lead] >= 0xF0 ? 4 : run[lead] >= 0xE0 ? 3 : 2
            if run.count - lead < needed && run.count == pending.count { end = lead }
        }
        guard end > 0 else { return nil }
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end)
        return .text(text)
    }

    private mutating func sequence() -> Key? {
        if pending.starts(with: Self.pasteStart) {
            pending.removeFirst(Self.pasteStart.count)
            pasted = []
            return nextPasted()
        }
        guard pending.count >= 2 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                if pending.count > 32 { pending.removeAll() }
                return nil
            }
            let body = String(decoding: pending[2...end], as: UTF8.self)
            pending.removeFirst(end + 1)
            return Self.named(body) ?? next()
        case UInt8(ascii: "b"):
            pending.removeFirst(2)
            return .wordLeft
        case UInt8(ascii: "f"):
            pending.removeFirst(2)
            return .wordRight
        default:
            pending.removeFirst()
            return .escape
        }
    }

    private mutating func nextPasted() -> Key? {
        guard let soFar = pasted else { return nil }
        let all = soFar + pending
        pending = []
        let end = Self.pasteEnd
        guard let place = all.indices.first(where: { all[$0] == 0x1B && all[$0...].starts(with: end) }) else {
            pasted = all
            return nil
        }
        pasted = nil
        pending = Array(all[(place + end.count)...])
        let text = String(decoding: all[..<place], as: UTF8.self)
        return .paste(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
    }

    private static func controlKey(_ byte: UInt8) -> Key {
        switch byte {
        case 0x0D, 0x0A: .enter
        case 0x09: .tab
        case 0x08, 0x7F: .backspace
        default: .control(Character(Unicode.Scalar(byte + 0x60)))
        }
    }

    private static func named(_ body: String) -> Key? {
        switch body {
        case "A": .up
        case "B": .down
        case "C": .right
        case "D": .left
        case "H", "1~", "7~": .home
        case "F", "4~", "8~": .end
        case "3~": .delete
        case "5~": .pageUp
        case "6~": .pageDown
        case "Z": .backTab
        case "1;5D", "1;3D": .wordLeft
        case "1;5C", "1;3C": .wordRight
        default: nil
        }
    }
}
