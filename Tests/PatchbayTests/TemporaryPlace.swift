import Foundation

/// A folder of one test's own, gone when the test is done with it.
final class TemporaryPlace: Sendable {
    let path: String

    init() throws {
        let name = "patchbay-doors-" + UUID().uuidString
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // a left folder harms nobody

    /// Writes a file, with the folders around it.
    func write(_ text: String, to file: String) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// A file's bytes.
    func bytes(_ file: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(file))
    }

    /// Every regular file below, relative to the folder, in order.
    func files() -> [String] {
        let found = FileManager.default.enumerator(atPath: path)
        var files: [String] = []
        while let file = found?.nextObject() as? String {
            if found?.fileAttributes?[.type] as? FileAttributeType == .typeRegular { files.append(file) }
        }
        return files.sorted()
    }
}

/// The folder of the package.
let packageRoot = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

/// A text of the package; nil where there is no such file.
func packageText(_ path: String) -> String? {
    try? String(contentsOf: packageRoot.appendingPathComponent(path), encoding: .utf8)
}
