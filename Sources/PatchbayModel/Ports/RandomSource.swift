import Synchronization

/// Where chance comes from.
package protocol RandomSource: Sendable {
    /// The next 64 random bits.
    func next() -> UInt64
}

/// The operating system's randomness.
package struct SystemRandomSource: RandomSource {
    package init() {}

    package func next() -> UInt64 { UInt64.random(in: .min ... .max) }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same seed gives the same sequence on every machine.
package struct SplitMix64: Sendable, Equatable, RandomNumberGenerator {
    /// What the sequence goes on from; saved with a conversation.
    package private(set) var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Chance from a seed, shared.
package final class SeededRandomSource: RandomSource {
    private let generator: Mutex<SplitMix64>

    package init(seed: UInt64) {
        generator = Mutex(SplitMix64(seed: seed))
    }

    package func next() -> UInt64 { generator.withLock { $0.next() } }
}
