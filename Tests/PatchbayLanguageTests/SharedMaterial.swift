import Foundation
import PatchbayModel

@testable import PatchbayLanguage

/// Reading material for tests that lies beside the package, where it is there.
enum SharedMaterial {
    static let packageRoot = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file or folder beside the package; nil, and said so, where there is none.
    static func url(_ path: String) -> URL? {
        let url = packageRoot.appending(path: "../shared/\(path)").standardizedFileURL
        guard FileManager.default.fileExists(atPath: url.path) else {
            print("skipped: no shared material")
            return nil
        }
        return url
    }
}

/// Reads JSON that a test writes.
func json(_ text: String) throws -> JSONValue { try JSONReader().read(text) }
