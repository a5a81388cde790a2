import PatchbayFiles
import Testing

@testable import PatchbayArchive

@Suite("Reading a tar.gz")
struct TarReadingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let tar: TarBuilder
        let reason: String

        init(_ what: String, _ reason: String, _ body: (inout TarBuilder) -> Void) {
            testDescription = what
            self.reason = reason
            tar = TarBuilder.build(body)
        }
    }

    static let cases: [Case] = [
        Case("a name that leads out", "part '..'") { $0.add("../x") },
        Case("an absolute name", "absolute") { $0.add("/x") },
        Case("a name that leads out by its prefix", "part '..'") { $0.add("x", prefix: "a/../..") },
        Case("a name that leads out by pax", "part '..'") {
            $0.addPax([("path", "../x")])
            $0.add("x")
        },
        Case("a name that leads out by a long name", "part '..'") {
            $0.add("././@LongLink", "../x\u{0}", kind: "L", magic: "ustar  \u{0}")
            $0.add("x", magic: "ustar  \u{0}")
        },
        Case("a backslash", "backslash") { $0.add("a\\b") },
        Case("a name twice", "twice") {
            $0.add("a")
            $0.add("./a")
        },
        Case("names equal but for case", "twice") {
            $0.add("a")
            $0.add("A")
        },
        Case("a file and folder", "file and a folder") {
            $0.add("a")
            $0.add("a/b")
        },
        Case("a hard link", "hard link") { $0.add("a", "", kind: "1", link: "b") },
        Case("a symbolic link", "symbolic link") { $0.add("a", "", kind: "2", link: "/etc") },
        Case("a character device", "device") { $0.add("a", "", kind: "3") },
        Case("a block device", "device") { $0.add("a", "", kind: "4") },
        Case("a FIFO", "FIFO") { $0.add("a", "", kind: "6") },
        Case("a sparse file", "sparse") { $0.add("a", kind: "S") },
        Case("an unknown kind", "not read") { $0.add("a", kind: "V") },
        Case("a setuid file", "setuid") { $0.add("a", mode: "0004755") },
        Case("a file that names another", "names another file") { $0.add("a", link: "b") },
        Case("a folder with content", "folder with content") { $0.add("a/", kind: "5") },
        Case("a file named like a folder", "ends with '/'") { $0.add("a/") },
        Case("a wrong checksum", "checksum") { $0.add("a", sum: 1) },
        Case("an old tar", "not in ustar") { $0.add("a", magic: "") },
        Case("a link by pax", "linkpath") {
            $0.addPax([("linkpath", "/etc")])
            $0.add("a")
        },
        Case("sparse by pax", "GNU.sparse.major") {
            $0.addPax([("GNU.sparse.major", "1")])
            $0.add("a")
        },
        Case("a path for all entries", "'path'") {
            $0.addPax([("path", "b")], kind: "g")
            $0.add("a")
        },
        Case("two sizes", "differ in size") {
            $0.addPax([("size", "3")])
            $0.add("a")
        },
        Case("a damaged pax header", "pax header is damaged") {
            $0.add("pax", "99999 path=x\n", kind: "x")
            $0.add("a")
        },
        Case("a pax header at the end", "behind an extended header") { $0.addPax([("path", "a")]) },
        Case("a pax header of great length", "64 KiB") { $0.add("pax", "", kind: "x", size: 1 << 20) },
        Case("data beyond the end", "beyond the archive") { $0.add("a", size: 1 << 20) },
        Case("a size beyond all bounds", "more than 104857600 bytes") { $0.add("a", size: 0o77777777777) },
        Case("something in the padding", "behind its data") { $0.add("a", padding: 7) },
        Case("no end mark", "end mark is missing") {
            $0.add("a")
            $0.end = []
        },
        Case("half an end mark", "end mark is damaged") {
            $0.add("a")
            $0.end = [UInt8](repeating: 0, count: 512)
        },
        Case("something behind the end", "follows it") {
            $0.add("a")
            $0.end += [UInt8](repeating: 1, count: 512)
        },
        Case("half a block", "cut off") {
            $0.add("a")
            $0.end += [0]
        },
        Case("too many entries", "more than 2000 entries") { tar in
            for number in 0..<2_001 { tar.add("f\(number)", "") }
        },
        Case("a bomb", "more than 100 times") { $0.add("a", String(repeating: "0", count: 5 << 20)) },
    ]

    @Test(arguments: cases)
    func `refuses what is not plain and says why`(hostile: Case) {
        let error = #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: hostile.tar.bytes) }
        #expect(error?.description.contains(hostile.reason) == true, "\(error?.description ?? "")")
    }

    @Test func `takes what tar programs write`() throws {
        let long = String(repeating: "long/", count: 15) + String(repeating: "n", count: 90)
        let tar = TarBuilder.build {
            $0.addPax([("comment", "made by a test")], kind: "g")
            $0.add("./", "", kind: "5")
            $0.add("./plugin.json", "{}")
            $0.add("./sub/", "", kind: "5", mode: "0000755")
            $0.add("sub/empty", "")
            $0.addPax([("path", "sub/ä.txt"), ("mtime", "1.5"), ("size", "2")])
            $0.add("sub/x", "ab")
            $0.add("name", "prefixed", prefix: "a/prefix")
            $0.add("././@LongLink", long + "\u{0}", kind: "L", magic: "ustar  \u{0}")
            $0.add(String(long.prefix(100)), "c", magic: "ustar  \u{0}")
            $0.end += [UInt8](repeating: 0, count: 2_048)
        }
        let entries = try StrictArchiveReader().entries(of: tar.bytes)
        #expect(entries.map(\.path) == ["plugin.json", "sub/empty", "sub/ä.txt", "a/prefix/name", long])
        #expect(entries.map { String(decoding: $0.bytes, as: UTF8.self) } == ["{}", "", "ab", "prefixed", "c"])
    }

    @Test func `refuses bytes behind the gzip data, a second member and a cut`() {
        let good = TarBuilder.build { $0.add("a") }.bytes
        #expect(throws: ArchiveError("1 bytes follow the gzip data")) {
            try StrictArchiveReader().entries(of: good + [0])
        }
        #expect(throws: ArchiveError.self) { try StrictArchiveReader().entries(of: good + good) }
        for count in 2..<good.count {
            #expect(throws: ArchiveError("the gzip data is damaged or cut off")) {
                try StrictArchiveReader().entries(of: Array(good[..<count]))
            }
        }
    }

    @Test func `stops a bomb while it unpacks`() throws {
        var limits = ArchiveLimits()
        limits.maxContentBytes = 1_000
        limits.maxEntries = 1
        let bomb = TarBuilder.gzip([UInt8](repeating: 0, count: 10 << 20))
        #expect(throws: ArchiveError("the archive unpacks to more than 23016 bytes")) {
            try StrictArchiveReader(limits: limits).entries(of: bomb)
        }
    }

    @Test func `never traps on a changed byte`() {
        let tar = TarBuilder.build {
            $0.addPax([("path", "x/y")])
            $0.add("a")
        }
        for place in stride(from: 0, to: 2_100, by: 3) {
            for value: UInt8 in [0x00, 0xFF, 0x39] {
                var changed = tar.tar
                changed[place] = value
                _ = try? StrictArchiveReader().entries(of: TarBuilder.gzip(changed))
            }
        }
    }
}
