import Testing

@testable import PatchbayFiles

@Suite("A file that somebody named")
struct NamedFileTests {
    @Test func `is found in its folder`() throws {
        let folder = try TemporaryFolder()
        try folder.put("text", at: "a/f.txt")
        let file = try NamedFile(folder.path + "/a/f.txt")
        #expect(try file.read(maxBytes: 10) == bytes("text"))
        #expect(file.place == folder.path + "/a/f.txt")
        #expect(throws: FileError.missing(folder.path + "/b")) { try NamedFile(folder.path + "/b/f.txt") }
        try NamedFile(folder.path + "/b/c/f.txt", makesFolder: true).write(bytes("x"))
        #expect(try folder.tree()["b/c/f.txt"] == "x")
        #expect(try NamedFile("/x").place == "/x")
        #expect(try NamedFile("x").place == "x")
    }

    @Test(arguments: [".", "..", "/", "a/", "a/..", "./."])
    func `is no folder`(path: String) {
        let reason = "it names a folder; add the name of a file"
        #expect(throws: FileError.badName(path, reason: reason)) { try NamedFile(path) }
    }

    @Test(arguments: ["", "a\u{1B}b", "a\0b"])
    func `has a name`(path: String) {
        #expect(throws: FileError.self) { try NamedFile(path) }
    }
}
