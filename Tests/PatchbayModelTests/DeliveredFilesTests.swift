import Foundation
import PatchbayModel
import Testing

@Suite("The plugins and templates that are delivered")
struct DeliveredFilesTests {
    static let manifests = PackageRoot.files(
        below: PackageRoot.url.appendingPathComponent("Plugins"),
        suffix: "/plugin.json"
    )
    static let tapes = PackageRoot.files(below: PackageRoot.url.appendingPathComponent("Plugins"), suffix: ".json")
        .filter { $0.path.contains("/tapes/") }
    static let templateFiles = PackageRoot.files(
        below: PackageRoot.url.appendingPathComponent("Templates"),
        suffix: ".json"
    )

    @Test(arguments: manifests)
    func `a manifest has nothing to mend`(file: URL) throws {
        try expectNothing(file, as: .plugin)
    }

    @Test(arguments: tapes)
    func `a tape has nothing to mend`(file: URL) throws {
        try expectNothing(file, as: .exchange)
    }

    @Test(arguments: templateFiles)
    func `a template's file has nothing to mend`(file: URL) throws {
        let kind: FileKind
        switch file.lastPathComponent {
        case "template.json": kind = .template
        case "dialog.json": kind = .dialog
        default: kind = file.path.contains("/tapes/") ? .exchange : .test
        }
        try expectNothing(file, as: kind, allowingParameters: kind == .dialog)
    }

    private func expectNothing(_ file: URL, as kind: FileKind, allowingParameters: Bool = false) throws {
        let name = file.path.dropFirst(PackageRoot.url.path.count + 1)
        let result = FileCheck.read(
            try PackageRoot.bytes(file),
            as: kind,
            file: String(name),
            allowingParameters: allowingParameters
        )
        for diagnostic in result.diagnostics { Issue.record("\(diagnostic)") }
    }
}
