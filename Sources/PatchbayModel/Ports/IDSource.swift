/// Where fresh ids come from.
package protocol IDSource: Sendable {
    /// An id that was never given before: 1 to 64 letters, digits and hyphens.
    func newID() -> String
}

/// Ids of 128 random bits as 32 hexadecimal digits.
package struct RandomIDSource: IDSource {
    private let random: any RandomSource

    package init(random: any RandomSource = SystemRandomSource()) {
        self.random = random
    }

    package func newID() -> String { Self.hexadecimal(random.next()) + Self.hexadecimal(random.next()) }

    private static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
