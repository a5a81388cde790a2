import CPlatform
import Foundation
import Testing

@testable import PatchbayFiles

@Suite("A root")
struct RootTests {
    let folder: TemporaryFolder
    let root: Root

    init() throws {
        folder = try TemporaryFolder()
        root = try folder.root()
    }

    @Test func `reads what it wrote`() throws {
        try root.makeFolder("a/b")
        try root.write(bytes("text"), to: "a/b/c.txt")
        #expect(try root.read("a/b/c.txt", maxBytes: 4) == bytes("text"))
        #expect(try root.list("a/b") == [DirectoryEntry(name: "c.txt", kind: .file, size: 4)])
    }

    @Test func `reads a megabyte and an empty file`() throws {
        let large = [UInt8](repeating: 7, count: 1 << 20)
        try root.write(large, to: "large")
        try root.write([], to: "empty")
        #expect(try root.read("large", maxBytes: 1 << 20) == large)
        #expect(try root.read("empty", maxBytes: 0) == [])
    }

    @Test(arguments: [0o644, 0o600, 0o640] as [UInt32])
    func `gives a file exactly the mode asked for`(mode: UInt32) throws {
        try root.write(bytes("x"), to: "f", mode: mode)
        #expect(try folder.mode("f") == Int(mode))
    }

    @Test func `keeps the mode of the file it replaces`() throws {
        try root.write(bytes("x"), to: "f", mode: 0o600)
        try root.write(bytes("y"), to: "f")
        #expect(try folder.mode("f") == 0o600)
    }

    @Test func `makes folders with exactly the mode asked for`() throws {
        #expect(try root.makeFolder("a/b", mode: 0o700) == ["a", "a/b"])
        #expect(try root.makeFolder("a/b", mode: 0o755) == [])
        #expect(try folder.mode("a") == 0o700)
        #expect(try folder.mode("a/b") == 0o700)
    }

    @Test func `follows no link to a file`() throws {
        let outside = try TemporaryFolder()
        try outside.put("secret", at: "f")
        try folder.link("f", to: outside.path + "/f")
        #expect(throws: FileError.link(folder.path + "/f")) { try root.read("f", maxBytes: 100) }
        #expect(throws: FileError.link(folder.path + "/f")) { try root.write(bytes("x"), to: "f") }
        #expect(throws: FileError.link(folder.path + "/f")) { try root.remove("f") }
        #expect(try outside.tree() == ["f": "secret"])
        #expect(try root.kind("f") == .link)
    }

    @Test func `follows no link to a folder`() throws {
        let outside = try TemporaryFolder()
        try outside.put("secret", at: "f")
        try folder.link("d", to: outside.path)
        #expect(throws: FileError.link(folder.path + "/d/f")) { try root.read("d/f", maxBytes: 100) }
        #expect(throws: FileError.link(folder.path + "/d")) { try root.write(bytes("x"), to: "d/f") }
        #expect(throws: FileError.link(folder.path + "/d/e")) { try root.makeFolder("d/e") }
        #expect(throws: FileError.link(folder.path + "/d")) { try root.list("d") }
        #expect(try outside.tree() == ["f": "secret"])
    }

    @Test func `follows no link step by step where the kernel can't do it at once`() throws {
        try root.makeFolder("a/b")
        try folder.link("a/l", to: "b")
        try root.write(bytes("x"), to: "a/b/f")
        let top = unsafe open(folder.path, O_RDONLY | O_DIRECTORY)
        defer { close(top) }
        let good = unsafe patchbay_open_stepwise(top, "a/b/f", O_RDONLY, 0)
        #expect(good >= 0)
        close(good)
        #expect(unsafe patchbay_open_stepwise(top, "a/l/f", O_RDONLY, 0) == -ELOOP)
        #expect(unsafe patchbay_open_stepwise(top, "a/l", O_RDONLY, 0) == -ELOOP)
        #expect(unsafe patchbay_open_stepwise(top, "a/l", O_RDONLY | O_DIRECTORY, 0) == -ELOOP)
        #expect(unsafe patchbay_open_stepwise(top, "../x", O_RDONLY, 0) == -EXDEV)
        #expect(unsafe patchbay_open_stepwise(top, "a/..", O_RDONLY, 0) == -EXDEV)
    }

    @Test func `doesn't hang on a FIFO`() throws {
        folder.fifo("pipe")
        #expect(throws: FileError.notAFile(folder.path + "/pipe", kind: .other)) { try root.read("pipe", maxBytes: 10) }
        #expect(throws: FileError.notAFile(folder.path + "/pipe", kind: .other)) { try root.write([], to: "pipe") }
    }

    @Test func `refuses a folder in place of a file`() throws {
        try root.makeFolder("d")
        #expect(throws: FileError.notAFile(folder.path + "/d", kind: .folder)) { try root.read("d", maxBytes: 10) }
        #expect(throws: FileError.notAFile(folder.path + "/d", kind: .folder)) { try root.write([], to: "d") }
    }

    @Test func `compares the size before it reads`() throws {
        let sparse = unsafe open(folder.path + "/sparse", O_WRONLY | O_CREAT, 0o600)
        #expect(ftruncate(sparse, 1 << 40) == 0)
        close(sparse)
        #expect(throws: FileError.tooLarge(folder.path + "/sparse", limit: 100)) {
            try root.read("sparse", maxBytes: 100)
        }
    }

    @Test func `says what is missing`() throws {
        #expect(throws: FileError.missing(folder.path + "/x/y")) { try root.read("x/y", maxBytes: 1) }
        #expect(try root.readIfPresent("x/y", maxBytes: 1) == nil)
        #expect(try root.kind("x/y") == nil)
        try root.remove("x/y")
    }

    @Test(arguments: [
        (ENOSPC, "no space left on the device"), (EDQUOT, "quota"), (EROFS, "read-only"), (EIO, "device failed"),
        (EMFILE, "too many open files"),
    ])
    func `names the file and the reason and keeps the old file`(code: Int32, words: String) throws {
        try root.write(bytes("old"), to: "f")
        var number = 1
        while true {
            let counter = FaultCounter(at: number, code: code)
            let failing = try folder.root(fault: counter.fault)
            var error: FileError?
            do {
                try failing.write(bytes("new"), to: "f")
            } catch let found {
                error = found
            }
            guard counter.wasReached else { break }
            if let error {
                #expect(error.description.contains(words))
                #expect(error.description.contains(folder.path))
            }
            let text = try folder.tree()
            #expect(text == ["f": "old"] || text == ["f": "new"])
            if text["f"] == "new" { try root.write(bytes("old"), to: "f") }
            number += 1
        }
        #expect(number > 5)
    }

    @Test func `clears away what a killed writer left`() throws {
        var number = 1
        while true {
            let counter = FaultCounter(at: number)
            let killed = try folder.root(fault: counter.fault)
            _ = try? killed.write(bytes("one"), to: "f")
            guard counter.wasReached else { break }
            #expect(try root.list().filter { $0.name != "f" } == [])
            try root.write(bytes("two"), to: "f")
            #expect(try folder.tree() == ["f": "two"])
            number += 1
        }
        #expect(number > 5)
    }

    @Test func `brings a file onto the device before its name and its folder after`() throws {
        let calls = CallLog()
        let logged = try folder.root(fault: { calls.note($0) })
        try logged.write(bytes("x"), to: "f")
        let kinds = calls.all.map(\.kind)
        let rename = try #require(kinds.firstIndex(of: .rename))
        #expect(kinds[..<rename].last == .sync)
        #expect(kinds[(rename + 1)...].contains(.sync))
    }

    @Test func `lists by bytes and tells kinds apart`() throws {
        for name in ["b", "a", "Z", "ä"] { try folder.put("1", at: name) }
        try root.makeFolder("d")
        try folder.link("l", to: "a")
        try folder.put("x", at: "new\nline")
        let entries = try root.list()
        #expect(entries.map(\.name) == ["Z", "a", "b", "d", "l", "new\\u{a}line", "ä"])
        #expect(entries.map(\.kind) == [.file, .file, .file, .folder, .link, .badName, .file])
    }

    @Test func `finds all files and names what it passes over`() throws {
        try folder.put("1", at: "a/b/c")
        try folder.put("22", at: "z")
        try folder.put("3", at: ".git/config")
        try folder.link("a/link", to: "/etc/passwd")
        let tree = try root.files(skipping: { $0.name == ".git" })
        #expect(tree.files.map(\.path) == ["a/b/c", "z"])
        #expect(tree.files.map(\.size) == [1, 2])
        #expect(tree.refused == [.init(path: "a/link", reason: "a symbolic link")])
        #expect(throws: FileError.tooMany(folder.path, limit: 3)) { try root.files(limit: 3) }
    }

    @Test func `makes itself with the folders around it`() throws {
        let made = try Root(creating: folder.path + "/x/y/", mode: 0o700)
        try made.write(bytes("1"), to: "f")
        #expect(try folder.mode("x") == 0o700)
        #expect(try folder.mode("x/y") == 0o700)
        #expect(try folder.tree()["x/y/f"] == "1")
    }

    @Test func `says when it is missing or no folder`() throws {
        try folder.put("1", at: "f")
        #expect(throws: FileError.missing(folder.path + "/none")) { try Root(opening: folder.path + "/none") }
        #expect(throws: FileError.notAFolder(folder.path + "/f")) { try Root(opening: folder.path + "/f") }
        #expect(throws: FileError.self) { try Root(opening: folder.path + "\0x") }
    }
}
