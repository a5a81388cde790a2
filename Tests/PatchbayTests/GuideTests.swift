import Foundation
import PatchbayModel
import Testing

/// Who follows the guides gets what they promise.
@Suite("The authors' guides")
struct GuideTests {
    /// The files that a guide shows: blocks whose first line names a path.
    private static func files(of guide: String) throws -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        var open: String?
        var lines: [Substring] = []
        for line in try #require(packageText(guide)).split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```", let path = open {
                files.append((path, lines.joined(separator: "\n") + "\n"))
                open = nil
            } else if open != nil {
                lines.append(line)
            } else if line.hasPrefix("```json bookmobile/") {
                (open, lines) = (String(line.dropFirst("```json ".count)), [])
            }
        }
        return files
    }

    /// The script of the second guide, which its first line names.
    private static func script() throws -> String {
        let text = try #require(packageText("docs/template-authors.md"))
        let start = try #require(text.range(of: "```js\n"))
        let end = try #require(text[start.upperBound...].range(of: "```"))
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test func `lead to a plugin that works, each step on the one before`() async throws {
        var program = Program(try TemporaryPlace())
        let new = [
            "plugin", "new", "bookmobile", "--base-url", "https://api.bookmobile.example/v1", "--authorization",
            "apiKey",
        ]
        try await program.run(new).expectSuccess()
        #expect(
            try await program.run("plugin", "test", "./bookmobile").expectSuccess().output.contains(
                "2 passed, 0 failed."
            )
        )

        try await program.shell("rm -r bookmobile/tapes/* bookmobile/templates/*").expectSuccess()
        let first = try Self.files(of: "docs/plugin-authors.md")
        try #require(first.count >= 7)
        for file in first { try program.place.write(file.text, to: file.path) }
        let lint = try await program.run("plugin", "lint", "./bookmobile", "--json").expectSuccess().json()
        #expect(lint["diagnostics"] == [] && lint["grade"]?.string == "silver")
        #expect(lint["missing"]?[0]?.string == "an icon")
        #expect(
            try await program.run("plugin", "test", "./bookmobile", "--json").expectSuccess().json()["passed"]?.int == 2
        )

        try await program.run("template", "new", "van-stops", "--plugin", "./bookmobile").expectSuccess()
        #expect(
            try await program.run("plugin", "test", "./bookmobile", "--json").expectSuccess().json()["passed"]?.int == 3
        )
        for file in try Self.files(of: "docs/template-authors.md") { try program.place.write(file.text, to: file.path) }
        try program.place.write(
            Self.script(),
            to: "bookmobile/templates/van-stops/dialogs/van-stops/vanStopsScript.js"
        )
        #expect(
            try await program.run("plugin", "test", "./bookmobile", "--json").expectSuccess().json()["passed"]?.int == 4
        )

        try await program.run("plugin", "pack", "./bookmobile", "-o", "bookmobile-0.1.0.zip").expectSuccess()
        try await program.run("init", "desk").expectSuccess()
        program.folder = "desk"
        try await program.run("plugin", "install", "../bookmobile-0.1.0.zip", "--yes").expectSuccess()
        try await program.run("integration", "enable", "bookmobile", "--sandbox").expectSuccess()
        try await program.run("template", "install", "bookmobile/reserve-book").expectSuccess()
        let chat = try await program.run("chat", "--dialog", "reserve-book", "--json", input: "9780000000002\n")
        #expect(try chat.expectSuccess().said().last == "Somebody else has it right now.")
    }
}
