/// A version of three numbers (Semantic Versioning 2.0.0), with an optional pre-release part.
package struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// For example `beta.1`; empty for a release.
    package let preRelease: String

    package init(_ major: Int, _ minor: Int, _ patch: Int, preRelease: String = "") {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    /// Reads `1.2.3` or `1.2.3-beta.1`; nil when it is no such version.
    package init?(_ text: String) {
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3 else { return nil }
        var values: [Int] = []
        for number in numbers {
            guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), number.count <= 9,
                number == "0" || number.first != "0",
                let value = Int(number)
            else { return nil }
            values.append(value)
        }
        let rest = halves.count > 1 ? String(halves[1]) : ""
        guard halves.count == 1 || !rest.isEmpty,
            rest.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D
                    || byte == 0x2E
            })
        else { return nil }
        self.init(values[0], values[1], values[2], preRelease: rest)
    }

    package var description: String { "\(major).\(minor).\(patch)" + (preRelease.isEmpty ? "" : "-" + preRelease) }

    package static func < (left: Self, right: Self) -> Bool {
        let numbers = ((left.major, left.minor, left.patch), (right.major, right.minor, right.patch))
        if numbers.0 != numbers.1 { return numbers.0 < numbers.1 }
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        let parts = (left.preRelease.split(separator: "."), right.preRelease.split(separator: "."))
        for (one, other) in zip(parts.0, parts.1) where one != other {
            switch (Int(one), Int(other)) {
            case (let one?, let other?): return one < other
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return one < other
            }
        }
        return parts.0.count < parts.1.count
    }
}

/// Versions that fit: comparisons that must all hold, as in `>=1.0.0 <2.0.0`.
package struct VersionRange: Sendable, Hashable, CustomStringConvertible {
    private enum Comparison: String {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case exactly = "="
    }

    private struct Bound: Hashable {
        let comparison: Comparison
        let version: Version
    }

    private let bounds: [Bound]
    package let description: String

    /// Reads comparisons (`>= <= > < =`) separated by spaces; a bare version means exactly that one; nil when it is none.
    package init?(_ text: String) {
        var bounds: [Bound] = []
        for part in text.split(separator: " ") {
            let sign = part.prefix { ">=<".contains($0) }
            guard let comparison = Comparison(rawValue: sign.isEmpty ? "=" : String(sign)),
                let version = Version(String(part.dropFirst(sign.count)))
            else { return nil }
            bounds.append(Bound(comparison: comparison, version: version))
        }
        guard !bounds.isEmpty else { return nil }
        self.bounds = bounds
        description = text
    }

    /// Whether a version fits.
    package func contains(_ version: Version) -> Bool {
        bounds.allSatisfy { bound in
            switch bound.comparison {
            case .atLeast: version >= bound.version
            case .atMost: version <= bound.version
            case .above: version > bound.version
            case .below: version < bound.version
            case .exactly: version == bound.version
            }
        }
    }
}
