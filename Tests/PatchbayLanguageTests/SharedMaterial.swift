import Foundation
import PatchbayModel
import Testing

@testable import PatchbayLanguage

/// Reading material for tests that lies beside the package, where it is there.
enum SharedMaterial {
    static let packageRoot = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file or folder beside the package.
    static func url(_ path: String) -> URL { packageRoot.appending(path: "../shared/\(path)").standardizedFileURL }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, and says so, where the material that it reads is not beside the package.
    static func reading(_ path: String) -> Self {
        .enabled(
            if: FileManager.default.fileExists(atPath: SharedMaterial.url(path).path),
            "there is no ../shared/\(path)"
        )
    }
}

/// Reads JSON that a test writes.
func json(_ text: String) throws -> JSONValue { try JSONReader().read(text) }
