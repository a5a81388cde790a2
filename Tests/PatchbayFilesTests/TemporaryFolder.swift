import Foundation
import Synchronization
import Testing

@testable import PatchbayFiles

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "patchbay-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays behind in the temporary directory harms nothing.
        try? FileManager.default.removeItem(atPath: path)
    }

    func root(fault: SystemCalls.Fault? = nil) throws -> Root {
        try Root(opening: path, calls: SystemCalls(fault: fault))
    }

    func put(_ text: String, at name: String) throws {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: place))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func fifo(_ name: String) { #expect(unsafe mkfifo(path + "/" + name, 0o600) == 0) }

    func setMode(_ mode: mode_t, of name: String) { #expect(unsafe chmod(path + "/" + name, mode) == 0) }

    func delete(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    /// What is left in the journal's folder.
    func leftovers() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path + "/journal")) ?? [] }

    /// Every path with what it holds: a file's text, or `/` for a folder.
    ///
    /// Locks and the journal's own folder are left out.
    func tree() throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            if name == "lock" || name == "journal" || name.hasPrefix("journal/") { continue }
            found[name] =
                FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
                ?? "/"
        }
        return found
    }
}

/// Lets the N-th call, and every later one, fail as if the process had been killed there; or only the N-th, with an error.
final class FaultCounter: Sendable {
    static let killed: Int32 = 4_000

    private let count = Mutex(0)
    private let target: Int
    private let code: Int32

    init(at target: Int, code: Int32 = FaultCounter.killed) {
        self.target = target
        self.code = code
    }

    var wasReached: Bool { count.withLock { $0 >= target } }

    func fault(_ call: SystemCalls.Call) -> Int32 {
        count.withLock { count in
            count += 1
            return count == target || (count > target && code == Self.killed) ? code : 0
        }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
