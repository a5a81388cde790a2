import Foundation
import Testing

@testable import PatchbayModel

/// Files as earlier versions wrote them: `Fixtures/formats/v<version>/<kind>/<name>.json`.
///
/// They are never changed: when a format gets a new version, its files come beside them.
@Suite("Files of every version of the formats")
struct FormatVersionTests {
    static let files = PackageRoot.files(below: PackageRoot.fixtures.appendingPathComponent("formats"), suffix: ".json")

    private func fileKind(of file: URL) -> FileKind? {
        FileKind(rawValue: file.deletingLastPathComponent().lastPathComponent)
    }

    @Test func `are there for every kind and version`() {
        for version in 1...FormatVersion.current {
            let kinds = Self.files.filter { $0.path.contains("/v\(version)/") }.compactMap(fileKind)
            #expect(Set(kinds) == Set(FileKind.allCases), "version \(version)")
        }
    }

    @Test(arguments: files)
    func `are read`(file: URL) throws {
        let kind = try #require(fileKind(of: file))
        let bytes = try PackageRoot.bytes(file)
        let (value, found) = FileCheck.read(bytes, as: kind, file: file.lastPathComponent)
        #expect(!found.hasErrors, "\(found)")
        try Self.decode(try #require(value), as: kind)
    }

    private static func decode(_ value: JSONValue, as kind: FileKind) throws {
        switch kind {
        case .plugin: _ = try PluginManifest(value)
        case .template: _ = try Template(value)
        case .dialog: _ = try Dialog(value)
        case .workspace: _ = try WorkspaceSettings(value)
        case .lock: _ = try LockFile(value)
        case .profile: _ = try AuthorizationProfile(value)
        case .variables, .content, .exchange, .test, .conflicts, .binding, .settings, .export, .bom, .signature, .trust,
            .index:
            break
        }
    }

    @Test(arguments: FileKind.allCases)
    func `of a newer version are refused with both versions named`(kind: FileKind) throws {
        let file = try #require(Self.files.first { fileKind(of: $0) == kind })
        let newer = try JSONReader().read(PackageRoot.bytes(file)).setting(2, at: "/formatVersion").setting(
            "x",
            at: "/new"
        )
        let bytes = JSONWriter().bytes(newer)
        let found = FileCheck.read(bytes, as: kind, file: "a.json").diagnostics
        #expect(found.map(\.message) == ["'formatVersion' is 2, and this Patchbay reads up to 1"])
        #expect(found.first?.location != nil && found.first?.severity == .error)
    }
}
