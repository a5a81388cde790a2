import PatchbayDialog
@testable import PatchbaySQLite
import PatchbayTesting
import Testing

@Suite("Heads that were saved last")
struct SavedHeadsTests {
    private func keep(_ id: String, _ heads: SavedHeads, text: String = "{}") throws {
        let mark = try heads.change(id)
        heads.keep(ConversationStoreContract.head(id, revision: 1, text: text), mark: mark)
    }

    @Test
    func `are given out until anybody begins to change them`() throws {
        let folder = try TemporaryFolder()
        let mine = SavedHeads(marks: try ClaimFile(path: folder.file))
        let others = SavedHeads(marks: try ClaimFile(path: folder.file))
        #expect(mine.head(of: "a") == nil)
        try keep("a", mine)
        #expect(mine.head(of: "a")?.revision == 1)
        #expect(others.head(of: "a") == nil)
        _ = try others.change("a")
        #expect(mine.head(of: "a") == nil)
        try keep("a", mine)
        _ = try mine.change("a")
        #expect(mine.head(of: "a") == nil)
    }

    @Test
    func `stay hidden when a save came between a change and its end`() throws {
        let folder = try TemporaryFolder()
        let mine = SavedHeads(marks: try ClaimFile(path: folder.file))
        let others = SavedHeads(marks: try ClaimFile(path: folder.file))
        let mark = try mine.change("a")
        try keep("a", others)
        mine.keep(ConversationStoreContract.head("a", revision: 1), mark: mark)
        #expect(mine.head(of: "a") == nil)
        #expect(others.head(of: "a") != nil)
    }

    @Test
    func `are read again where two conversations share a place`() throws {
        let folder = try TemporaryFolder()
        let mine = SavedHeads(marks: try ClaimFile(path: folder.file))
        let place = ClaimFile.byte(for: "a") % 4_096
        let twin = try #require(
            (0..<100_000).lazy.map { "twin-\($0)" }.first { ClaimFile.byte(for: $0) % 4_096 == place }
        )
        try keep("a", mine)
        try keep(twin, mine)
        #expect(mine.head(of: "a") == nil)
        #expect(mine.head(of: twin) != nil)
        try keep("a", mine)
        #expect(mine.head(of: "a") != nil)
        #expect(mine.head(of: twin) == nil)
    }

    @Test
    func `take no more room than they may`() throws {
        let folder = try TemporaryFolder()
        let heads = SavedHeads(marks: try ClaimFile(path: folder.file), limit: 16_384)
        for number in 1...100 { try keep("\(number)", heads, text: String(repeating: "x", count: 500)) }
        let kept = (1...100).filter { heads.head(of: "\($0)") != nil }
        #expect(kept.count <= 16_384 / 500)
        #expect(kept.last == 100)
        try keep("big", heads, text: String(repeating: "x", count: 2_000))
        #expect(heads.head(of: "big") == nil)
    }
}
