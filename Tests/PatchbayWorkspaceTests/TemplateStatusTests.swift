import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("How installed templates stand")
struct TemplateStatusTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Installing().install(in: folder)
    }

    private func status(available: Version? = Version(1, 0, 0)) throws -> TemplateStatus {
        let all = try TemplateStatus.all(in: folder.workspace(), hasher: MixingHasher()) { _ in available }
        return try #require(all.first)
    }

    @Test func `is current as it was written`() throws {
        #expect(try status().state == .current)
        #expect(try status().edited == [])
        #expect(try status(available: nil).state == .current)
    }

    @Test func `is current with other white space and order of keys`() throws {
        let object = try #require(folder.json("dialogs/track/dialog.json").object)
        let turned = JSONObject(object.members.reversed().map { ($0.key, $0.value) })
        try folder.put(JSONWriter().text(.object(turned)), at: "dialogs/track/dialog.json")
        #expect(try status().state == .current)
    }

    @Test(arguments: ["dialogs/track/dialog.json", "dialogs/track/numberScript.js", "dialogs/track/tapes/call/a.json"])
    func `is edited when a file differs or is gone`(path: String) throws {
        try folder.put(folder.text(path).replacing("1", with: "2"), at: path)
        #expect(try status().state == .edited)
        #expect(try status().edited == [path])
        try folder.remove(path)
        #expect(try status().edited == [path])
    }

    @Test func `is outdated when the pinned plugin is newer, edited or not`() throws {
        #expect(try status(available: Version(1, 0, 1)).state == .outdated)
        #expect(try status(available: Version(0, 9, 0)).state == .current)
        try folder.put("edited", at: "dialogs/track/numberScript.js")
        #expect(try status(available: Version(1, 0, 1)).state == .outdated)
        #expect(try status(available: Version(1, 0, 1)).edited == ["dialogs/track/numberScript.js"])
    }

    @Test func `is conflict while one is open`() throws {
        try folder.put("{}", at: ".patchbay/conflicts/other.json")
        #expect(try status().state == .current)
        try folder.put("{}", at: ".patchbay/conflicts/track.json")
        #expect(try status(available: Version(2, 0, 0)).state == .conflict)
    }
}
