import PatchbayFiles
import Testing

@testable import PatchbayArchive

@Suite("Writing a zip")
struct ZipWriterTests {
    static let entries = [
        ArchiveEntry(path: "plugin.json", bytes: Array(#"{"id": "weather", "name": "Weather"}"#.utf8)),
        ArchiveEntry(path: "empty", bytes: []),
        ArchiveEntry(path: "deep/er/ä.txt", bytes: Array(String(repeating: "all the same ", count: 2_000).utf8)),
        ArchiveEntry(path: "random", bytes: (0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 7_919 >> 3) }),
    ]

    @Test(arguments: [false, true])
    func `is read back by the strict reader`(compressed: Bool) throws {
        let zip = try ZipWriter().zip(Self.entries, compressed: compressed)
        #expect(try StrictArchiveReader().entries(of: zip) == Self.entries)
        #expect(try ZipWriter().zip(Self.entries, compressed: compressed) == zip)
    }

    @Test func `writes exactly these bytes`() throws {
        let zip = try ZipWriter().zip([ArchiveEntry(path: "a", bytes: Array("hello".utf8))], compressed: false)
        let crc: [UInt8] = [0x86, 0xA6, 0x10, 0x36]
        let facts: [UInt8] = [10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + crc + [5, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0]
        var expected: [UInt8] = [0x50, 0x4B, 3, 4] + facts + [0x61] + Array("hello".utf8)
        expected += [0x50, 0x4B, 1, 2, 20, 3] + facts + [0, 0, 0, 0, 0, 0, 0, 0, 0xA4, 0x81, 0, 0, 0, 0, 0x61]
        expected += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 36, 0, 0, 0, 0, 0]
        #expect(zip == expected)
    }

    @Test func `is shorter when compressed`() throws {
        let many = (0..<50).map { number in
            ArchiveEntry(path: "\(number).json", bytes: Array(String(repeating: #"{"key": "value"}"#, count: 30).utf8))
        }
        let stored = try ZipWriter().zip(many, compressed: false)
        let packed = try ZipWriter().zip(many, compressed: true)
        #expect(packed.count * 2 < stored.count)
        #expect(try StrictArchiveReader().entries(of: packed) == many)
    }

    @Test func `holds nothing when there is nothing`() throws {
        #expect(try StrictArchiveReader().entries(of: ZipWriter().zip([], compressed: false)) == [])
    }

    @Test(arguments: ["../x", "/x", "a\\b", "", "a\nb"])
    func `refuses a name that the reader refuses`(name: String) {
        #expect(throws: ArchiveError.self) {
            try ZipWriter().zip([ArchiveEntry(path: name, bytes: [])], compressed: false)
        }
    }

    @Test func `refuses two files of one name`() {
        let twice = [ArchiveEntry(path: "a", bytes: []), ArchiveEntry(path: "A", bytes: [])]
        #expect(throws: ArchiveError.self) { try ZipWriter().zip(twice, compressed: true) }
    }
}
