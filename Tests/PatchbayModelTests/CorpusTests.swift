import Foundation
import PatchbayModel
import Testing

/// Files of every kind, good and bad: `Fixtures/corpus/{good,bad}/<kind>/<name>.json`.
///
/// Beside a bad file a text lists what must be found, a line each: the pointer, a colon, and how the message starts. The line
/// `# beyond the schema` says that JSON Schema has no words for what is wrong.
@Suite("The corpus of good and bad files")
struct CorpusTests {
    static let good = PackageRoot.files(
        below: PackageRoot.fixtures.appendingPathComponent("corpus/good"),
        suffix: ".json"
    )
    static let bad = PackageRoot.files(
        below: PackageRoot.fixtures.appendingPathComponent("corpus/bad"),
        suffix: ".json"
    )

    @Test func `has good and bad files of every kind`() {
        for files in [Self.good, Self.bad] {
            #expect(Set(files.compactMap(fileKind)) == Set(FileKind.allCases))
        }
    }

    @Test(arguments: good)
    func `nothing is said about a good file`(file: URL) throws {
        let kind = try #require(fileKind(of: file))
        let result = FileCheck.read(try PackageRoot.bytes(file), as: kind, file: file.lastPathComponent)
        for diagnostic in result.diagnostics { Issue.record("\(diagnostic)") }
    }

    @Test(arguments: good)
    func `canonical text is stable and means the same`(file: URL) throws {
        let kind = try #require(fileKind(of: file))
        let value = try JSONReader().read(try PackageRoot.bytes(file))
        let text = CanonicalText.text(value, of: kind)
        let again = try JSONReader().read(text)
        #expect(CanonicalText.text(again, of: kind) == text)
        #expect(FileCheck.diagnostics(of: again, as: kind).isEmpty)
    }

    @Test(arguments: bad)
    func `everything is said about a bad file`(file: URL) throws {
        let kind = try #require(fileKind(of: file))
        let bytes = try PackageRoot.bytes(file)
        let result = FileCheck.read(bytes, as: kind, file: file.lastPathComponent)
        let found = result.diagnostics.filter { $0.severity == .error }
        for diagnostic in found {
            #expect(diagnostic.file == file.lastPathComponent)
            #expect(diagnostic.location != nil)
        }
        let notes = try String(contentsOf: file.deletingPathExtension().appendingPathExtension("txt"), encoding: .utf8)
        let expected = notes.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init).sorted()
        let said = found.map { "\($0.pointer?.description ?? "-"): \($0.message)" }.sorted()
        #expect(said.count == expected.count, "\(said)")
        for (one, other) in zip(said, expected) { #expect(one.hasPrefix(other), "\(one)") }
    }

    private func fileKind(of file: URL) -> FileKind? {
        FileKind(rawValue: file.deletingLastPathComponent().lastPathComponent)
    }
}
