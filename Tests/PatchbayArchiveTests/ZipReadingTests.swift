import PatchbayFiles
import Testing

@testable import PatchbayArchive

@Suite("Reading a zip")
struct ZipReadingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let zip: ZipBuilder
        let reason: String

        init(_ what: String, _ reason: String, _ zip: ZipBuilder, _ change: (inout ZipBuilder) -> Void = { _ in }) {
            testDescription = what
            self.reason = reason
            self.zip = zip.with(change)
        }
    }

    static let names: [Case] = [
        ("../x", "part '..'"), ("a/../../x", "part '..'"), ("/etc/passwd", "absolute"), ("./a", "part '.'"),
        ("a//b", "empty part"),
        ("C:/x", "drive"), ("C:x", "drive"), ("a\\..\\b", "backslash"), ("a\0.txt", "control character"),
        ("a\nb", "control character"),
        ("", "empty"), ("/", "disagree"), (String(repeating: "n", count: 241), "241 bytes"),
        (String(repeating: "d/", count: 17) + "f", "16 folders"), ("ä", "not marked as UTF-8"),
    ].map { Case("the name \($0.debugDescription)", $1, ZipBuilder($0)) }

    static let pairs: [Case] = [
        ("a", "a", "twice"), ("a", "A", "twice"), ("stra\u{DF}e", "STRASSE", "twice"),
        ("caf\u{E9}", "cafe\u{301}", "twice"),
        ("a", "a/b", "file and a folder"), ("a/b", "a", "file and a folder"), ("a/b/c", "A/B", "spelled in two ways"),
        ("a", "a/", "file and a folder"), ("a/x", "A/y", "spelled in two ways"), ("a/", "a/", "twice"),
    ].map { one, other, reason in
        Case("\(one.debugDescription) beside \(other.debugDescription)", reason, ZipBuilder(one, other)) { zip in
            for place in zip.entries.indices {
                zip.entries[place].flags = 0x0800
                if zip.entries[place].name.last == UInt8(ascii: "/") {
                    zip.entries[place].data = []
                    zip.entries[place].size = 0
                    zip.entries[place].crc = 0
                    zip.entries[place].attributes = 0
                }
            }
        }
    }

    static let kinds: [Case] = [
        (0o120777, "symbolic link"), (0o010644, "FIFO"), (0o020644, "device"), (0o060644, "device"),
        (0o140644, "socket"),
        (0o104755, "setuid"), (0o102755, "setgid"), (0o040755, "disagree"),
    ].map { mode, reason in
        Case("mode \(String(mode, radix: 8))", reason, ZipBuilder("a")) { $0.entries[0].attributes = mode << 16 }
    }

    static let containers: [Case] = [
        Case("bytes before", "neither a zip", ZipBuilder("a")) { $0.prefix = [1, 2, 3] },
        Case("a prefix that looks like a zip", "belong to no entry", ZipBuilder("a")) {
            $0.prefix = Array("PK\u{3}\u{4}xxxx".utf8)
        },
        Case("two zips in one", "belong to no entry", ZipBuilder("a")) { $0.prefix = ZipBuilder("b").bytes },
        Case("bytes behind", "doesn't end with its end record", ZipBuilder("a")) { $0.suffix = [0] },
        Case("a comment", "has a comment", ZipBuilder("a")) { $0.comment = [65] },
        Case("bytes before the directory", "belong to no entry", ZipBuilder("a")) { $0.beforeDirectory = [0, 0] },
        Case("bytes behind the directory", "doesn't end where", ZipBuilder("a")) { $0.afterDirectory = [0, 0] },
        Case("bytes between entries", "belong to no entry", ZipBuilder("a", "b")) { $0.entries[1].gap = [0] },
        Case("fewer entries than there are", "more than its 1", ZipBuilder("a", "b")) { $0.count = 1 },
        Case("more entries than there are", "damaged", ZipBuilder("a")) { $0.count = 2 },
        Case("several parts", "one part of several", ZipBuilder("a")) { $0.disk = 1 },
        Case("zip64 in the end record", "zip64", ZipBuilder("a")) { $0.count = 0xFFFF },
        Case("too many entries", "2001 entries", ZipBuilder((0..<2_001).map { ZipBuilder.Entry("f\($0)", "") })),
        Case("an entry inside another's data", "overlap", ZipBuilder("a", "b")) {
            $0.entries[0].data = Array(ZipBuilder("b").bytes.prefix(35))
            $0.entries[0].size = 35
            $0.entries[0].crc = checksum($0.entries[0].data)
            $0.entries[1].offset = 31
        },
        Case("no local header", "no local header", ZipBuilder("a")) { $0.entries[0].offset = 3 },
        Case("an offset beyond the end", "no local header", ZipBuilder("a")) { $0.entries[0].offset = 0xFFFF_FF00 },
    ]

    static let entries: [Case] = [
        ("encrypted", "encrypted", { $0.flags = 1 }), ("strongly encrypted", "flags", { $0.flags = 0x40 }),
        ("method 12", "method 12", { $0.method = 12 }), ("a comment", "comment", { $0.comment = [65] }),
        ("a zip64 field", "zip64", { $0.extra = number(1, 2) + number(0, 2) }),
        ("a second name in an extra field", "0x7075", { $0.extra = number(0x7075, 2) + number(0, 2) }),
        ("a damaged extra field", "extra fields are damaged", { $0.extra = [0x55, 0x54, 9, 0, 1] }),
        ("a second name in the local extra field", "0x7075", { $0.localExtra = number(0x7075, 2) + number(0, 2) }),
        ("another local name", "differ in name ('b' there)", { $0.localName = [UInt8(ascii: "b")] }),
        ("another local method", "differ in method", { $0.localMethod = 8 }),
        ("other local flags", "differ in flags", { $0.localFlags = 0x0800 }),
        ("another local size", "differ in size", { $0.localSize = 9 }),
        ("another local checksum", "differ in checksum", { $0.localCRC = 9 }),
        ("a wrong checksum", "", { $0.crc = 1 }), ("a stored entry of two sizes", "two sizes differ", { $0.size = 9 }),
        (
            "data beyond the end", "beyond the archive",
            {
                $0.size = 1 << 20
                $0.packed = 1 << 20
            }
        ),
        (
            "a bomb by its sizes", "more than 100 times",
            {
                $0.method = 8
                $0.size = 50 << 20
            }
        ),
        (
            "more than fits", "more than 104857600 bytes",
            {
                $0.method = 8
                $0.size = 200 << 20
                $0.packed = 4 << 20
            }
        ),
        ("deflated data that is none", "", { $0.method = 8 }),
        (
            "a stored entry with its size behind it", "only behind it",
            {
                $0.flags = 8
                $0.descriptor = [0]
            }
        ),
        ("a DOS folder bit on a file", "disagree", { $0.attributes = 0x10 }),
        ("a volume label", "volume label", { $0.attributes = 8 }),
    ].map { (what: String, reason: String, change: (inout ZipBuilder.Entry) -> Void) in
        Case(what, reason, ZipBuilder("a")) { change(&$0.entries[0]) }
    }

    @Test(arguments: names + pairs + kinds + containers + entries)
    func `refuses what is not plain and says why`(hostile: Case) {
        let error = #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: hostile.zip.bytes) }
        #expect(error?.description.contains(hostile.reason) == true, "\(error?.description ?? "")")
    }

    @Test func `takes stored and deflated entries, folders, times and UTF-8 names`() throws {
        let long = String(repeating: "the same again, ", count: 500)
        var folder = ZipBuilder.Entry("sub/", "")
        folder.attributes = 0o040755 << 16 | 0x10
        var timed = ZipBuilder.Entry("sub/ä.txt", "timed")
        timed.flags = 0x0800
        timed.extra = number(0x5455, 2) + number(5, 2) + [1, 0, 0, 0, 0]
        timed.localExtra = timed.extra
        let zip = ZipBuilder([
            ZipBuilder.Entry("a", ""), folder, timed, try deflated("long", long), try streamed("s", long),
        ])
        let entries = try StrictArchiveReader().entries(of: zip.bytes)
        #expect(entries.map(\.path) == ["a", "sub/ä.txt", "long", "s"])
        #expect(entries.map { String(decoding: $0.bytes, as: UTF8.self) } == ["", "timed", long, long])
    }

    private func deflated(_ name: String, _ text: String) throws -> ZipBuilder.Entry {
        var entry = ZipBuilder.Entry(name, text)
        entry.method = 8
        entry.data = try #require(Deflater(window: 15, memory: 8)?.pack(Array(text.utf8)))
        return entry
    }

    /// An entry whose sizes stand behind its data, as programs write that stream.
    private func streamed(_ name: String, _ text: String) throws -> ZipBuilder.Entry {
        var entry = try deflated(name, text)
        entry.flags = 8
        entry.localCRC = 0
        entry.localSize = 0
        entry.descriptor =
            number(0x0807_4B50, 4) + number(Int(entry.crc), 4) + number(entry.data.count, 4) + number(entry.size, 4)
        return entry
    }

    @Test func `refuses a data descriptor that says something else`() throws {
        var entry = try streamed("s", String(repeating: "x", count: 1_000))
        entry.descriptor[4] ^= 1
        let zip = ZipBuilder([entry]).bytes
        #expect(throws: ArchiveError(entry: "s", "central directory and data descriptor differ")) {
            try StrictArchiveReader().entries(of: zip)
        }
    }

    @Test func `refuses data that unpacks to more or less than stated`() throws {
        for change in [-1, 1] {
            var entry = try deflated("s", String(repeating: "x", count: 1_000))
            entry.size += change
            let zip = ZipBuilder([entry]).bytes
            #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: zip) }
        }
    }

    @Test func `refuses every beginning of a good zip, and never traps on a changed byte`() throws {
        let zip = ZipBuilder([try deflated("long", String(repeating: "again ", count: 40)), ZipBuilder.Entry("b/c")])
            .bytes
        for count in 0..<zip.count {
            #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: Array(zip[..<count])) }
        }
        let good = try StrictArchiveReader().entries(of: zip)
        for place in zip.indices {
            for value: UInt8 in [0x00, 0xFF, zip[place] ^ 1] {
                var changed = zip
                changed[place] = value
                // Times and versions say nothing about the content; all else is refused.
                if let read = try? StrictArchiveReader().entries(of: changed) {
                    #expect(read.map(\.bytes) == good.map(\.bytes))
                }
            }
        }
    }

    @Test func `refuses what is too large before it looks at it`() {
        let large = [UInt8](repeating: 0x50, count: 20 << 20 + 1)
        #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: large) }
        #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: []) }
    }
}
