/// What an address is good for, by the special-purpose registries of IANA (RFC 6890; read as of 2025).
enum AddressKind: Sendable, Equatable {
    /// May be called by anybody.
    case global
    /// This machine or its neighbourhood: called only where the operator allowed it. The word is for messages.
    case near(String)
    /// Where cloud machines hand out credentials: never called.
    case metadata
    /// Is nobody's address: never called. The word is for messages.
    case unusable(String)
}

extension IPAddress {
    /// The kind, decided on the version 4 address inside where a version 6 one carries one.
    var kind: AddressKind {
        if Self.metadataAddresses.contains(self) { return .metadata }
        return isVersion6 ? kindOfVersion6 : Self.kind(ofVersion4: bits(at: 0))
    }

    /// Amazon's, Google's, Azure's, Alibaba's and Oracle's instance metadata and container credential endpoints, by their documentation.
    private static let metadataAddresses: Set<IPAddress> = Set(
        [
            "169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "192.0.0.192",
            "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
        ].compactMap { IPAddress($0) }
    )

    private static func kind(ofVersion4 bits: UInt32) -> AddressKind {
        if let entry = version4Registry.first(where: { bits >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }) {
            return entry.kind
        }
        return .global
    }

    private struct Version4Block: Sendable {
        let prefix: UInt32
        let length: UInt32
        let kind: AddressKind

        init(_ prefix: UInt32, _ length: UInt32, _ kind: AddressKind) {
            self.prefix = prefix
            self.length = length
            self.kind = kind
        }
    }

    /// IANA IPv4 Special-Purpose Address Registry; the more special entry stands before the wider one.
    private static let version4Registry: [Version4Block] = [
        Version4Block(0x0000_0000, 8, .unusable("unspecified")),
        Version4Block(0x0A00_0000, 8, .near("private")),
        Version4Block(0x6440_0000, 10, .near("shared")),
        Version4Block(0x7F00_0000, 8, .near("loopback")),
        Version4Block(0xA9FE_0000, 16, .near("link-local")),
        Version4Block(0xAC10_0000, 12, .near("private")),
        Version4Block(0xC000_0009, 32, .global),
        Version4Block(0xC000_000A, 32, .global),
        Version4Block(0xC000_0000, 24, .unusable("reserved")),
        Version4Block(0xC000_0200, 24, .unusable("documentation")),
        Version4Block(0xC058_6300, 24, .unusable("reserved")),
        Version4Block(0xC0A8_0000, 16, .near("private")),
        Version4Block(0xC612_0000, 15, .near("benchmarking")),
        Version4Block(0xC633_6400, 24, .unusable("documentation")),
        Version4Block(0xCB00_7100, 24, .unusable("documentation")),
        Version4Block(0xE000_0000, 4, .unusable("multicast")),
        Version4Block(0xF000_0000, 4, .unusable("reserved")),
    ]

    /// IANA IPv6 Special-Purpose Address Registry.
    private var kindOfVersion6: AddressKind {
        let upper = [bits(at: 0), bits(at: 4), bits(at: 8)]
        if upper[0] == 0, upper[1] == 0 {
            switch (upper[2], bits(at: 12)) {
            case (0, 0): return .unusable("unspecified")
            case (0, 1): return .near("loopback")
            case (0, _), (0xFFFF, _): return inner(at: 12)  // IPv4-compatible and IPv4-mapped, RFC 4291 §2.5.5
            default: return .unusable("reserved")
            }
        }
        switch upper[0] {
        case 0x0064_FF9B where upper[1] == 0 && upper[2] == 0: return inner(at: 12)  // NAT64, RFC 6052
        case 0x2001_0000:  // Teredo, RFC 4380 §4: the client's address is stored with its bits turned
            let server = inner(at: 4)
            let client = Self.reduced(~bits(at: 12))
            return server == .global ? client : server
        case 0x2001_0001 where upper[1] == 0 && upper[2] == 0 && (1...3).contains(bits(at: 12)): return .global
        case 0x2001_0002 where upper[1] >> 16 == 0: return .near("benchmarking")
        case 0x2001_0003, 0x2001_0020...0x2001_003F: return .global
        case 0x2001_0004 where upper[1] >> 16 == 0x0112: return .global
        case 0x2001_0000...0x2001_01FF: return .unusable("reserved")
        case 0x2001_0DB8: return .unusable("documentation")
        case 0x2002_0000...0x2002_FFFF: return inner(at: 2)  // 6to4, RFC 3056
        case 0x3FFF_0000...0x3FFF_0FFF: return .unusable("documentation")
        case 0x2000_0000...0x3FFF_FFFF: return .global
        case 0xFC00_0000...0xFDFF_FFFF: return .near("private")
        case 0xFE80_0000...0xFEBF_FFFF: return .near("link-local")
        case 0xFEC0_0000...0xFEFF_FFFF: return .near("site-local")
        case 0xFF00_0000...0xFFFF_FFFF: return .unusable("multicast")
        default: return .unusable("reserved")
        }
    }

    private func inner(at offset: Int) -> AddressKind { Self.reduced(bits(at: offset)) }

    private static func reduced(_ bits: UInt32) -> AddressKind { IPAddress(v4: bits).kind }
}
