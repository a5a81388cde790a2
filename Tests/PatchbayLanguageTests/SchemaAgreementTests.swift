import Foundation
import PatchbayModel
import Testing

@testable import PatchbayLanguage

/// The published schemas judge the corpus of the model's tests as the reader does.
///
/// A bad file whose notes say `# beyond the schema` is one that JSON Schema has no words for: there the schema finds
/// nothing.
@Suite("The published schemas and the reader")
struct SchemaAgreementTests {
    static let corpus = SharedMaterial.packageRoot.appending(path: "Tests/PatchbayModelTests/Fixtures/corpus")

    /// The corpus's files, as `good/dialog/message.json`.
    static let files: [String] = {
        guard let names = FileManager.default.enumerator(atPath: corpus.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
    }()

    @Test func `have a corpus with every kind of file`() {
        let kinds = Set(Self.files.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
        #expect(kinds == Set(FileKind.allCases.map(\.rawValue)))
    }

    @Test(arguments: FileKind.allCases)
    func `agree on each file of a kind`(kind: FileKind) throws {
        let folder = SharedMaterial.packageRoot.appending(path: "docs/schema")
        let published = Array(try Data(contentsOf: folder.appending(path: kind.schemaName)))
        let schema = try JSONSchema(try JSONReader().read(published))
        for file in Self.files where file.split(separator: "/").dropFirst().first == Substring(kind.rawValue) {
            let url = Self.corpus.appending(path: file)
            let bytes = Array(try Data(contentsOf: url))
            let (value, diagnostics) = FileCheck.read(bytes, as: kind, file: file)
            guard let value else { continue }
            let notes = try? String(
                contentsOf: url.deletingPathExtension().appendingPathExtension("txt"),
                encoding: .utf8
            )
            let isBeyond = notes?.split(separator: "\n").contains("# beyond the schema") ?? false
            let problems = schema.problems(of: value)
            if diagnostics.hasErrors, !isBeyond {
                #expect(!problems.isEmpty, "\(file): only the reader says \(diagnostics)")
            } else {
                #expect(problems.isEmpty, "\(file): only the schema says \(problems)")
            }
            #expect(schema.isValid(value) == problems.isEmpty)
        }
    }
}
