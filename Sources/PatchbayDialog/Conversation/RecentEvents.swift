/// The last events of a conversation, by short hashes: an event that may be among them is looked up in its turn.
package struct RecentEvents: Sendable, Equatable {
    /// Six characters for each event, the newest last.
    private(set) var text: String

    private static let width = 6
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Takes what ``text`` held; anything else counts as empty.
    init(_ text: String = "") {
        let isWhole = text.utf8.count % Self.width == 0 && text.utf8.allSatisfy { $0 < 0x80 }
        self.text = isWhole ? text : ""
    }

    var count: Int { text.utf8.count / Self.width }

    /// How many events came after this one; nil when it is not among them. Another event may have the same hash.
    func age(of event: String) -> Int? {
        let wanted = Self.hash(event)
        var rest = text.utf8[...]
        var age = 0
        while !rest.isEmpty {
            if rest.suffix(Self.width).elementsEqual(wanted) { return age }
            rest = rest.dropLast(Self.width)
            age += 1
        }
        return nil
    }

    /// Adds the newest event, and forgets those beyond a number.
    mutating func append(_ event: String, keeping limit: Int) {
        text += String(decoding: Self.hash(event), as: UTF8.self)
        let excess = count - limit
        if excess > 0 { text = String(decoding: text.utf8.dropFirst(excess * Self.width), as: UTF8.self) }
    }

    /// 36 bits of FNV-1a (64 bits).
    private static func hash(_ event: String) -> [UInt8] {
        var hash = event.utf8.reduce(0xCBF2_9CE4_8422_2325) { (hash: UInt64, byte) in (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= hash >> 32
        return (0..<width).map { place in digits[Int(truncatingIfNeeded: hash >> UInt64(place * 6)) & 63] }
    }
}
