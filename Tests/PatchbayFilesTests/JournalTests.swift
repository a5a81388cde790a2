import Foundation
import Testing

@testable import PatchbayFiles

@Suite("A journal")
struct JournalTests {
    let folder: TemporaryFolder
    static let old = ["keep": "k", "change": "c", "d": "/", "d/gone": "g", "d/e": "/", "d/e/change": "c2"]
    static let new = [
        "keep": "k", "change": "C", "d": "/", "d/e": "/", "d/e/change": "C2", "new": "N", "x": "/", "x/y": "/",
        "x/y/z": "Z",
    ]
    static let changes: [FileChange] = [
        .write("change", bytes("C")), .remove("d/gone"), .write("d/e/change", bytes("C2")), .write("new", bytes("N")),
        .write("x/y/z", bytes("Z")), .remove("never-there"),
    ]

    init() throws {
        folder = try TemporaryFolder()
        try Self.fill(folder)
    }

    private static func fill(_ folder: TemporaryFolder) throws {
        for (name, text) in old where text != "/" { try folder.put(text, at: name) }
    }

    /// The changes and as many new files more, and what they make of the old state: a large change is synced as a whole.
    private static func change(more: Int) -> (changes: [FileChange], new: [String: String]) {
        var (changes, new) = (changes, new)
        for place in 0..<more {
            if let path = try? RelativePath("many/d\(place / 4)/\(place)") { changes.append(.write(path, bytes("M"))) }
            new["many"] = "/"
            new["many/d\(place / 4)"] = "/"
            new["many/d\(place / 4)/\(place)"] = "M"
        }
        return (changes, new)
    }

    private func journal(_ folder: TemporaryFolder, fault: SystemCalls.Fault? = nil) throws -> Journal {
        Journal(root: try folder.root(fault: fault), folder: "journal", lock: "lock")
    }

    @discardableResult
    private func apply(_ changes: [FileChange], fault: SystemCalls.Fault? = nil) throws -> Recovery? {
        let access = try journal(folder, fault: fault).change(timeout: .zero)
        defer { access.end() }
        try access.apply(changes)
        return access.recovery
    }

    @Test func `makes all changes and leaves nothing behind`() throws {
        #expect(try apply(Self.changes) == nil)
        #expect(try folder.tree() == Self.new)
        #expect(folder.leftovers() == [])
    }

    @Test(arguments: [(0, false), (0, true), (13, false), (13, true)])
    func `leaves the old state or the new one wherever the process is killed`(more: Int, killsRecovery: Bool) throws {
        let (changes, new) = Self.change(more: more)
        var number = 1
        var outcomes: Set<String> = []
        while true {
            let place = try TemporaryFolder()
            try Self.fill(place)
            let counter = FaultCounter(at: number)
            do {
                let access = try journal(place, fault: counter.fault).change(timeout: .zero)
                try access.apply(changes)
                access.end()
            } catch is FileError {}
            guard counter.wasReached else { break }
            if killsRecovery {
                var inner = 1
                while true {
                    let second = FaultCounter(at: inner)
                    if let access = try? journal(place, fault: second.fault).change(timeout: .zero) { access.end() }
                    guard second.wasReached else { break }
                    inner += 3
                }
            }
            let access = try journal(place).read(timeout: .zero)
            access.end()
            let tree = try place.tree()
            #expect(tree == Self.old || tree == new, "killed at call \(number)")
            outcomes.insert(access.recovery.map { "\($0.outcome)" } ?? "none")
            let again = try journal(place).read(timeout: .zero)
            again.end()
            #expect(again.recovery == nil)
            #expect(try place.tree() == tree)
            #expect(place.leftovers() == [])
            number += killsRecovery ? 3 : 1
        }
        #expect(number > 40)
        if !killsRecovery { #expect(outcomes == ["none", "finished", "discarded"]) }
    }

    @Test(arguments: [ENOSPC, EIO], [0, 13])
    func `keeps the old state when a step fails, or says nothing when it is done`(code: Int32, more: Int) throws {
        let (changes, new) = Self.change(more: more)
        var number = 1
        while true {
            let place = try TemporaryFolder()
            try Self.fill(place)
            let counter = FaultCounter(at: number, code: code)
            var error: FileError?
            do {
                let access = try journal(place, fault: counter.fault).change(timeout: .zero)
                defer { access.end() }
                try access.apply(changes)
            } catch let found as FileError {
                error = found
            }
            guard counter.wasReached else { break }
            let tree = try place.tree()
            #expect(tree == (error == nil ? new : Self.old), "\(error), failed at call \(number)")
            if let error { #expect(error.description.contains(place.path)) }
            let access = try journal(place).change(timeout: .zero)
            access.end()
            #expect(place.leftovers() == [])
            #expect(try place.tree() == (error == nil ? new : Self.old))
            number += 1
        }
        #expect(number > 40)
    }

    @Test func `takes back what a full disk stopped halfway, and can do it later`() throws {
        let place = try TemporaryFolder()
        try Self.fill(place)
        let full = FaultCounter(at: 3)
        let access = try journal(place) { call in
            // Every rename onto a name of the tree from the third on fails, and so does taking back.
            call.kind == .rename && ["change", "new", "z"].contains(call.name) ? full.fault(call) : 0
        }.change(timeout: .zero)
        let error = #expect(throws: FileError.self) { try access.apply(Self.changes) }
        access.end()
        #expect(error?.description.contains("neither finished nor taken back") == true)
        let next = try journal(place).read(timeout: .zero)
        next.end()
        #expect(next.recovery == Recovery(outcome: .discarded, files: 5))
        #expect(try place.tree() == Self.old)
    }

    @Test func `brings files onto the device before they are named and folders after`() throws {
        let log = CallLog()
        try apply(Self.changes, fault: log.note)
        let calls = log.all
        for (target, staged, around) in [("change", "new-0", "."), ("z", "new-4", "x/y")] {
            let rename = try #require(calls.firstIndex { $0.kind == .rename && $0.name == target })
            #expect(calls[..<rename].contains { $0.kind == .sync && $0.name == staged })
            #expect(calls[rename...].contains { $0.kind == .sync && $0.name == around })
        }
        let decided = try #require(calls.firstIndex { $0.kind == .rename && $0.name == "forward" })
        let first = try #require(calls.firstIndex { $0.kind == .rename && $0.name == "change" })
        #expect(calls[decided..<first].contains { $0.kind == .sync })
    }

    @Test func `brings many files onto the device at once, before they are named and after`() throws {
        let log = CallLog()
        try apply(Self.change(more: 13).changes, fault: log.note)
        let calls = log.all.filter { [.sync, .rename].contains($0.kind) }
        let names = calls.map { $0.kind == .sync ? "sync \($0.name)" : "rename" }
        let decided = try #require(names.firstIndex(of: "rename"))
        let (before, after) = (names[..<decided], names[(decided + 2)...])
        #expect(names[decided + 1].hasPrefix("sync journal/"))
        #expect(after.prefix { $0 == "rename" }.count == 18)
        // Where the file system can't be synced as a whole, each file and folder is.
        let isWhole = try folder.root().canSyncWhole
        #expect(isWhole ? before == ["sync *"] : before.contains("sync new-17"))
        #expect(isWhole ? after.dropLast().last == "sync *" : after.contains("sync many/d3"))
        #expect(names.last?.hasPrefix("sync journal/") == true)
    }

    @Test func `refuses a link, a folder and a file in the way before it writes anything`() throws {
        let outside = try TemporaryFolder()
        try outside.put("o", at: "f")
        try folder.link("l", to: outside.path)
        try folder.link("dangling", to: "nowhere")
        let before = try folder.tree()
        for path in ["l", "l/f", "dangling", "d/e", "keep/inside"] {
            #expect(throws: FileError.self) {
                try apply([.write("fresh", []), .write(RelativePath(path), bytes("x"))])
            }
        }
        #expect(try folder.tree() == before)
        #expect(try outside.tree() == ["f": "o"])
    }

    @Test func `refuses changes that contradict each other`() throws {
        for changes: [FileChange] in [
            [.write("a", []), .write("a", [])], [.write("a", []), .write("a/b", [])], [.write("journal/x", [])],
            [.write("lock", [])],
        ] {
            #expect(throws: FileError.self) { try apply(changes) }
        }
        #expect(try folder.tree() == Self.old)
    }

    @Test func `keeps and sets modes`() throws {
        folder.setMode(0o600, of: "change")
        try apply([
            .write("change", bytes("1")), .write("secret", bytes("2"), mode: 0o600), .write("x/plain", bytes("3")),
        ])
        #expect(try folder.mode("change") == 0o600)
        #expect(try folder.mode("secret") == 0o600)
        #expect(try folder.mode("x/plain") == 0o644)
        #expect(try folder.mode("x") == 0o755)
    }

    @Test func `names a damaged record and doesn't guess`() throws {
        try folder.put("{}", at: "journal/abc/forward")
        let error = #expect(throws: FileError.self) { try journal(folder).read(timeout: .zero) }
        #expect(error?.description.contains("journal/abc/forward") == true)
    }

    @Test func `does nothing outside even when its record says so`() throws {
        let text = #"{"formatVersion":1,"items":[{"path":"../x","write":true,"had":false}],"newFolders":[]}"#
        try folder.put(text, at: "journal/abc/forward")
        #expect(throws: FileError.self) { try journal(folder).read(timeout: .zero) }
    }

    @Test func `clears away rubbish in its folder`() throws {
        try folder.put("x", at: "journal/stray")
        let access = try journal(folder).read(timeout: .zero)
        access.end()
        #expect(access.recovery == Recovery(outcome: .discarded, files: 0))
        #expect(try folder.tree() == Self.old)
    }

    @Test func `lets nobody in while something changes`() throws {
        let writer = try journal(folder).change(timeout: .zero)
        #expect(throws: FileError.self) { try journal(folder).read(timeout: .zero) }
        writer.end()
        let reader = try journal(folder).read(timeout: .zero)
        #expect(throws: FileError.self) { try journal(folder).change(timeout: .zero) }
        try journal(folder).read(timeout: .zero).end()
        reader.end()
    }

    @Test(arguments: [EROFS, EACCES, ENOSPC])
    func `reads without a lock where nothing may be written`(code: Int32) throws {
        let closed = try journal(folder) { [.create, .makeFolder].contains($0.kind) ? code : 0 }
        let access = try closed.read(timeout: .zero)
        access.end()
        #expect(throws: FileError.self) { try closed.change(timeout: .zero) }
        #expect(try folder.tree() == Self.old)
    }

    @Test func `says why an interrupted change can't be finished on a read-only medium`() throws {
        let text = #"{"formatVersion":1,"items":[{"path":"x","write":true,"had":false}],"newFolders":[]}"#
        try folder.put(text, at: "journal/abc/forward")
        try folder.put("new", at: "journal/abc/new-0")
        try folder.put("", at: "journal/abc/old-1")
        let closed = try journal(folder) { [.create, .makeFolder, .rename, .remove].contains($0.kind) ? EROFS : 0 }
        let error = #expect(throws: FileError.self) { try closed.read(timeout: .zero) }
        #expect(error?.description.contains("read-only") == true)
        let access = try journal(folder).read(timeout: .zero)
        access.end()
        #expect(access.recovery == Recovery(outcome: .finished, files: 1))
        #expect(try folder.tree()["x"] == "new")
    }
}
