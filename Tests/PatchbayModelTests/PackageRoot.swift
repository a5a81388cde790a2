import Foundation

/// Where the package lies, seen from this file.
enum PackageRoot {
    static let url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder of this suite's fixtures.
    static let fixtures = url.appendingPathComponent("Tests/PatchbayModelTests/Fixtures")

    /// The files below a folder that end in a suffix, in the order of their paths; none when there is no such folder.
    static func files(below folder: URL, suffix: String) -> [URL] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        let found = names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }
        return found.sorted().map { folder.appendingPathComponent($0) }
    }

    static func bytes(_ url: URL) throws -> [UInt8] { Array(try Data(contentsOf: url)) }
}
