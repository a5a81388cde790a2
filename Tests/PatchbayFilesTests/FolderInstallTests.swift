import Foundation
import Testing

@testable import PatchbayFiles

@Suite("Installing a folder")
struct FolderInstallTests {
    static let entries = [
        ArchiveEntry(path: "plugin.json", bytes: bytes("{}")),
        ArchiveEntry(path: "templates/a/t.json", bytes: bytes("[]")),
    ]
    static let installed = [
        "plugins": "/", "plugins/p": "/", "plugins/p/1": "/", "plugins/p/1/plugin.json": "{}",
        "plugins/p/1/templates": "/",
        "plugins/p/1/templates/a": "/", "plugins/p/1/templates/a/t.json": "[]",
    ]

    private func access(_ folder: TemporaryFolder, fault: SystemCalls.Fault? = nil) throws(FileError) -> ChangeAccess {
        let root = try Root(opening: folder.path, calls: SystemCalls(fault: fault))
        return try Journal(root: root, folder: "journal", lock: "lock", folderMode: 0o700).change(timeout: .zero)
    }

    @Test func `brings it in whole`() throws {
        let folder = try TemporaryFolder()
        let access = try access(folder)
        try access.installFolder(Self.entries, at: "plugins/p/1")
        #expect(try folder.tree() == Self.installed)
        #expect(try folder.mode("plugins") == 0o700)
        #expect(try folder.mode("plugins/p/1/plugin.json") == 0o644)
        #expect(throws: FileError.exists(folder.path + "/plugins/p/1")) {
            try access.installFolder(Self.entries, at: "plugins/p/1")
        }
        try access.removeFolder("plugins/p/1")
        try access.removeFolder("plugins/p/1")
        #expect(try folder.tree() == ["plugins": "/", "plugins/p": "/"])
    }

    @Test(arguments: [false, true])
    func `leaves all or nothing wherever the process is killed`(removes: Bool) throws {
        var number = 1
        while true {
            let folder = try TemporaryFolder()
            if removes { try access(folder).installFolder(Self.entries, at: "plugins/p/1") }
            let counter = FaultCounter(at: number)
            do {
                let killed = try access(folder, fault: counter.fault)
                defer { killed.end() }
                if removes {
                    try killed.removeFolder("plugins/p/1")
                } else {
                    try killed.installFolder(Self.entries, at: "plugins/p/1")
                }
            } catch {}
            guard counter.wasReached else { break }
            try access(folder).end()
            let files = try folder.tree().filter { $0.value != "/" }
            #expect(files.isEmpty || files == Self.installed.filter { $0.value != "/" }, "killed at call \(number)")
            #expect(folder.leftovers() == [])
            number += 1
        }
        #expect(number > 15)
    }

    @Test func `leaves nothing when the disk is full`() throws {
        var number = 1
        while true {
            let folder = try TemporaryFolder()
            let counter = FaultCounter(at: number, code: ENOSPC)
            var failed = false
            do {
                let full = try access(folder, fault: counter.fault)
                defer { full.end() }
                try full.installFolder(Self.entries, at: "plugins/p/1")
            } catch {
                failed = true
            }
            guard counter.wasReached else { break }
            let tree = try folder.tree()
            #expect(tree == (failed ? [:] : Self.installed), "failed at call \(number)")
            number += 1
        }
        #expect(number > 15)
    }

    @Test(arguments: ["../x", "/etc/x", "a/../../x", "", "a\0b"])
    func `refuses a name that leads elsewhere`(name: String) throws {
        let folder = try TemporaryFolder()
        let access = try access(folder)
        defer { access.end() }
        #expect(throws: FileError.self) { try access.installFolder([ArchiveEntry(path: name, bytes: [])], at: "p") }
        #expect(try folder.tree().isEmpty)
    }

    @Test func `refuses two files of one name`() throws {
        let folder = try TemporaryFolder()
        let access = try access(folder)
        defer { access.end() }
        let entry = ArchiveEntry(path: "a", bytes: [])
        #expect(throws: FileError.self) { try access.installFolder([entry, entry], at: "p") }
    }
}
