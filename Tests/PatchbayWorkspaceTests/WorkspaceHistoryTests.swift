import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("What a workspace keeps of its changes")
struct KeptHistoryTests {
    private let folder: TemporaryFolder
    private let author = ChangeAuthor(
        command: "test",
        clock: SystemHubClock(),
        hasher: MixingHasher(),
        mostBytes: 100_000
    )

    init() throws {
        folder = try TemporaryFolder()
        _ = try folder.workspace()
    }

    private func workspace() throws -> Workspace { try Workspace(opening: folder.root(), by: author) }

    @Test func `is at most 100 changes, of which the oldest go`() throws {
        for number in 1...103 { try workspace().write([("tests/a.json", Array("\(number)".utf8))]) }
        let ids = try workspace().history().map(\.id)
        #expect(ids == Array(4...103))
        #expect(try folder.root().list(".patchbay/local/history").count == 200)
        let plan = try workspace().undo(to: 4, by: author)
        #expect(plan.entries.count == 99)
        #expect(try folder.text("tests/a.json") == "4")
        #expect(throws: HistoryError.unknownEntry(3, first: 5, last: 104)) { try workspace().undo(to: 3, by: author) }
    }

    @Test func `is no more than the bound on bytes, but for the newest`() throws {
        let half = [UInt8](repeating: 0x61, count: 50_001)
        for number in 1...4 { try workspace().write([("tests/a.json", half + [UInt8(number)])]) }
        #expect(try workspace().history().map(\.id) == [4])
        // What one change replaced may be too much by itself.
        try workspace().write([("tests/a.json", half + half)])
        try workspace().write([("tests/a.json", [])])
        #expect(throws: HistoryError.notKept(6)) { try workspace().undo(to: nil, by: author) }
    }

    @Test func `says nothing of what changes nothing`() throws {
        try workspace().write([("tests/a.json", [1])])
        try workspace().write([("tests/a.json", [1])])
        try workspace().remove(["tests/b.json"])
        #expect(try workspace().history().count == 1)
    }

    @Test func `brings back bytes and permissions`() throws {
        try workspace().write([("tests/a.json", [1]), ("tests/b.json", [0, 255, 10])])
        try folder.setMode(0o600, of: "tests/b.json")
        try workspace().remove(["tests/a.json", "tests/b.json"])
        #expect(try !folder.root().exists("tests"))
        _ = try workspace().undo(to: nil, by: author)
        #expect(try folder.root().read("tests/b.json", maxBytes: 9) == [0, 255, 10])
        #expect(try folder.root().status("tests/b.json").mode & 0o777 == 0o600)
    }

    @Test func `is refused where the old bytes are not what was kept`() throws {
        try workspace().write([("tests/a.json", [1])])
        try workspace().write([("tests/a.json", [2])])
        for text in ["x", ""] {
            try folder.put(text, at: ".patchbay/local/history/2.old")
            #expect(throws: HistoryError.self) { try workspace().undo(to: nil, by: author) }
            #expect(try folder.root().read("tests/a.json", maxBytes: 9) == [2])
        }
    }

    @Test func `counts what is back already as undone`() throws {
        try workspace().write([("tests/a.json", [1])])
        try workspace().write([("tests/b.json", [1])])
        try folder.remove("tests/b.json")
        #expect(try workspace().undo(to: nil, by: author).entries.map(\.id) == [2])
        #expect(try workspace().undo(to: nil, by: author).entries.map(\.id) == [1])
        #expect(throws: HistoryError.nothingToUndo) { try workspace().undo(to: nil, by: author) }
    }

    @Test func `is read as every version wrote it`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/formats/v1/history.json")
        let value = try JSONReader().read(String(contentsOf: file, encoding: .utf8))
        let entry = try HistoryEntry(value)
        #expect(entry.id == 2 && entry.command == "patchbay plugin install openai --yes" && entry.undone == [1])
        #expect(entry.files.map(\.path) == ["patchbay.lock", "dialogs/a/dialog.json"])
        #expect(entry.files[0].before?.mode == 0o644 && entry.files[1].before == nil)
        #expect(entry.json == value)
    }
}
