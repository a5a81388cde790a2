import Foundation
import Testing

@testable import PatchbayModel

@Suite("The page of all formats")
struct FormatsPageTests {
    /// A fenced block of the page: what its first line says it is, and its text.
    struct Example: CustomTestStringConvertible, Sendable {
        let tag: String
        let line: Int
        let text: String

        var testDescription: String { "\(tag), line \(line)" }

        /// The kind of file; nil for a part of one.
        var kind: FileKind? {
            switch tag {
            case "plugin.json": .plugin
            case "template.json": .template
            case "dialog.json": .dialog
            case "patchbay.json": .workspace
            case "patchbay.lock": .lock
            case "variables/env.json": .variables
            case "variables/content.json": .content
            case "settings.json": .settings
            case "export.json": .export
            case "bom.json": .bom
            case "signature.json": .signature
            case "trust.json": .trust
            case "index.json": .index
            case _ where tag.hasPrefix("authorization/"): .profile
            case _ where tag.hasPrefix("tapes/"): .exchange
            case _ where tag.hasPrefix("tests/"): .test
            case _ where tag.hasPrefix(".patchbay/conflicts/"): .conflicts
            case _ where tag.hasPrefix("workspaces/"): .binding
            default: nil
            }
        }

        var shape: Shape? {
            switch tag {
            case "node": DialogShape.node
            case "condition": SharedShapes.condition
            case "alternatives": .list(AlternativeShape.shape, by: "id")
            default: kind?.shape
            }
        }
    }

    static let examples: [Example] = {
        let page = PackageRoot.url.appendingPathComponent("docs/formats.md")
        guard let text = try? String(contentsOf: page, encoding: .utf8) else { return [] }  // then the first test fails
        var examples: [Example] = []
        var open: (tag: String, line: Int, lines: [Substring])?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line == "```" {
                    examples.append(
                        Example(tag: block.tag, line: block.line, text: block.lines.joined(separator: "\n"))
                    )
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```json ") {
                open = (String(line.dropFirst(8)), number + 1, [])
            }
        }
        return examples
    }()

    @Test func `shows every kind of file`() {
        let shown = Set(Self.examples.compactMap(\.kind))
        #expect(shown == Set(FileKind.allCases))
    }

    @Test func `shows every kind of node`() throws {
        let nodes = try Self.examples.filter { $0.tag == "node" }.map { try JSONReader().read($0.text) }
        #expect(Set(nodes.compactMap { $0["kind"]?.string }) == Set(NodeKind.allCases.map(\.rawValue)))
    }

    @Test func `names every failure kind and every operator`() throws {
        let page = try String(contentsOf: PackageRoot.url.appendingPathComponent("docs/formats.md"), encoding: .utf8)
        for word in FailureKind.allCases.map(\.rawValue) { #expect(page.contains("| `\(word)` |"), "\(word)") }
        for word in ConditionOperator.all { #expect(page.contains("`\(word)`"), "\(word)") }
        for merge in Merge.allCases { #expect(page.contains("| `\(merge.rawValue)` |"), "\(merge)") }
        for word in ReservedName.all { #expect(page.contains(word), "\(word)") }
    }

    @Test(arguments: examples)
    func `an example has nothing to mend`(example: Example) throws {
        let bytes = Array(example.text.utf8)
        if let kind = example.kind {
            let result = FileCheck.read(bytes, as: kind, file: example.tag)
            for diagnostic in result.diagnostics { Issue.record("\(diagnostic)") }
        } else {
            let shape = try #require(example.shape)
            let found = ShapeChecker.diagnostics(of: try JSONReader().read(bytes), shape: shape)
            for diagnostic in found { Issue.record("\(diagnostic)") }
        }
    }

    @Test(arguments: examples)
    func `an example keeps its meaning in canonical text`(example: Example) throws {
        let shape = try #require(example.shape)
        let value = try JSONReader().read(example.text)
        let ordered = CanonicalText.ordered(value, shape)
        let text = JSONWriter(.indented).text(ordered)
        let again = try JSONReader().read(text)
        #expect(again == ordered)
        #expect(JSONWriter(.indented).text(CanonicalText.ordered(again, shape)) == text)
        // The page shows no defaults, so that nothing is lost.
        #expect(ordered == value)
    }

    @Test(arguments: examples)
    func `an example is written in the order of its shape`(example: Example) throws {
        let shape = try #require(example.shape)
        let value = try JSONReader().read(example.text)
        #expect(JSONWriter().text(CanonicalText.ordered(value, shape)) == JSONWriter().text(value))
    }
}
