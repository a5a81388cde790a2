package import PatchbayFiles

/// Writes zips of plain files (PKWARE APPNOTE 6.3.10): 1980-01-01, mode 0644, no extra fields, no folders' own entries.
package struct ZipWriter: ArchiveWriter {
    package init() {}

    /// A zip of the entries in their order.
    ///
    /// When `compressed`, entries are deflated where that makes them shorter; otherwise all are stored.
    ///
    /// - Throws: ``ArchiveError`` for a name that ``StrictArchiveReader`` refuses, and beyond 65,534 entries or 4 GiB.
    package func zip(_ entries: [ArchiveEntry], compressed: Bool) throws -> [UInt8] {
        guard entries.count < 0xFFFF else {
            throw ArchiveError("a zip can't hold \(entries.count) entries; at most 65534")
        }
        var output: [UInt8] = []
        var directory: [UInt8] = []
        output.reserveCapacity(entries.reduce(22) { $0 + $1.bytes.count + 2 * $1.path.utf8.count + 76 })
        var names = NameCheck()
        let deflaters = compressed ? Deflaters() : nil
        for entry in entries {
            _ = try names.add(Array(entry.path.utf8), isFolder: false)
            let offset = output.count
            guard entry.bytes.count < 0xFFFF_FFFF, offset < 0xFFFF_FFFF - entry.bytes.count - 1_024 else {
                throw ArchiveError(entry: RelativePath.shown(entry.path), "the zip would be larger than 4 GiB")
            }
            let packed = deflaters?.pack(entry.bytes)
            let facts = Self.facts(of: entry, packed: packed)
            let name = Array(entry.path.utf8)
            output.append(number: 0x0403_4B50, bytes: 4)
            output += facts
            output += name
            output += packed ?? entry.bytes
            directory.append(number: 0x0201_4B50, bytes: 4)
            directory.append(number: 3 << 8 | 20, bytes: 2)  // Made on Unix, by version 2.0.
            directory += facts
            directory.append(number: 0, bytes: 2 + 2 + 2)  // No comment, first disk, no internal attributes.
            directory.append(number: 0o100644 << 16, bytes: 4)
            directory.append(number: offset, bytes: 4)
            directory += name
        }
        let start = output.count
        guard start + directory.count < 0xFFFF_FFFF else { throw ArchiveError("the zip would be larger than 4 GiB") }
        output += directory
        output.append(number: 0x0605_4B50, bytes: 4)
        output.append(number: 0, bytes: 4)
        output.append(number: entries.count, bytes: 2)
        output.append(number: entries.count, bytes: 2)
        output.append(number: directory.count, bytes: 4)
        output.append(number: start, bytes: 4)
        output.append(number: 0, bytes: 2)
        return output
    }

    /// What local header and central directory say alike, from "version needed" to "extra field length".
    private static func facts(of entry: ArchiveEntry, packed: [UInt8]?) -> [UInt8] {
        var facts: [UInt8] = []
        facts.reserveCapacity(26)
        facts.append(number: packed == nil ? 10 : 20, bytes: 2)
        facts.append(number: entry.path.utf8.allSatisfy { $0 < 0x80 } ? 0 : 0x0800, bytes: 2)
        facts.append(number: packed == nil ? 0 : 8, bytes: 2)
        facts.append(number: 0, bytes: 2)
        facts.append(number: 0x0021, bytes: 2)  // 1980-01-01, the first day that DOS knows.
        facts.append(number: Int(checksum(entry.bytes)), bytes: 4)
        facts.append(number: packed?.count ?? entry.bytes.count, bytes: 4)
        facts.append(number: entry.bytes.count, bytes: 4)
        facts.append(number: entry.path.utf8.count, bytes: 2)
        facts.append(number: 0, bytes: 2)
        return facts
    }

    /// Two states of zlib: small files need only a small one, which is far quicker to make ready again.
    private final class Deflaters {
        private let small = Deflater(window: 12, memory: 5)
        private lazy var large = Deflater(window: 15, memory: 8)

        func pack(_ bytes: [UInt8]) -> [UInt8]? { bytes.count <= 4_096 ? small?.pack(bytes) : large?.pack(bytes) }
    }
}

extension [UInt8] {
    /// Appends a number, the lowest byte first.
    fileprivate mutating func append(number: Int, bytes: Int) {
        for place in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
}
