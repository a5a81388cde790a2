/// The last events of a conversation, by short hashes: an event that may be among them is looked up in its turn.
package struct RecentEvents: Sendable, Equatable {
    /// Six characters for each event, the newest last.
    private(set) var bytes: [UInt8]

    private static let width = 6
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Takes what ``bytes`` held; what cannot be that counts as empty.
    init(_ text: String = "") {
        bytes = Array(text.utf8)
        if bytes.count % Self.width != 0 { bytes = [] }
    }

    /// How many events came after this one; nil when it is not among them.
    ///
    /// Another event may have the same hash.
    func age(of event: String) -> Int? {
        let wanted = Self.hash(event)
        var place = bytes.count - Self.width
        while place >= 0 {
            if bytes[place] == wanted[0], bytes[place..<place + Self.width].elementsEqual(wanted) {
                return (bytes.count - place) / Self.width - 1
            }
            place -= Self.width
        }
        return nil
    }

    /// Adds the newest event, and forgets those beyond a number.
    mutating func append(_ event: String, keeping limit: Int) {
        bytes += Self.hash(event)
        let excess = bytes.count - limit * Self.width
        if excess > 0 { bytes.removeFirst(excess) }
    }

    /// 36 bits of FNV-1a (64 bits).
    private static func hash(_ event: String) -> [UInt8] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in event.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= hash >> 32
        return (0..<width).map { place in digits[Int(truncatingIfNeeded: hash >> UInt64(place * 6)) & 63] }
    }
}
