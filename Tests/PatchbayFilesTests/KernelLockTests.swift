import Foundation
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayFiles

@Suite("A lock")
struct KernelLockTests {
    let folder: TemporaryFolder
    let root: Root

    init() throws {
        folder = try TemporaryFolder()
        root = try folder.root()
    }

    private func take(_ sharing: KernelLock.Sharing = .exclusive) throws(FileError) -> KernelLock {
        try KernelLock.take("lock", in: root, sharing, timeout: .zero, clock: HandClock(1_767_225_600))
    }

    @Test func `keeps others out and says who holds it since when`() throws {
        let first = try take()
        let shown =
            ([CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""]
            + CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }).joined(separator: " ")
        let holder = "pid \(getpid()) (\(shown.prefix(100))) since 2026-01-01T00:00:00Z"
        #expect(throws: FileError.locked(folder.path + "/lock", holder: holder)) { try take() }
        #expect(throws: FileError.locked(folder.path + "/lock", holder: holder)) { try take(.shared) }
        first.end()
        try take().end()
    }

    @Test func `lets readers in together and no writer beside them`() throws {
        let (one, other) = (try take(.shared), try take(.shared))
        #expect(throws: FileError.self) { try take() }
        one.end()
        other.end()
        try take().end()
    }

    @Test(arguments: [
        "", "rubbish", "0 x\n", "-5 2026-01-01T00:00:00Z\n", "999999999999999999999 z\n", "1 \u{1B}[31m\n",
    ])
    func `ignores what stands in its file`(text: String) throws {
        try folder.put(text, at: "lock")
        let held = try take(.shared)
        #expect(throws: FileError.locked(folder.path + "/lock", holder: nil)) { try take() }
        held.end()
        try take().end()
    }

    @Test func `takes a file that may not be written`() throws {
        try folder.put("", at: "lock")
        folder.setMode(0o444, of: "lock")
        let held = try take()
        #expect(throws: FileError.self) { try take() }
        held.end()
    }

    @Test func `refuses a link, a FIFO and a folder`() throws {
        try folder.link("lock", to: "elsewhere")
        #expect(throws: FileError.link(folder.path + "/lock")) { try take() }
        try folder.delete("lock")
        folder.fifo("lock")
        #expect(throws: FileError.notAFile(folder.path + "/lock", kind: .other)) { try take() }
        try folder.delete("lock")
        try root.makeFolder("lock")
        #expect(throws: FileError.self) { try take() }
    }

    @Test func `is for its owner only`() throws {
        try take().end()
        #expect(try folder.mode("lock") == 0o600)
    }
}
