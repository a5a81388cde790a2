import Foundation
import PatchbayModel
import Testing

@testable import PatchbayCLI

@Suite("The explorer without a terminal")
struct ExplorerDataTests {
    @Test func `prints what it would show as data`() async throws {
        let program = try await ExplorerScreenTests.workspace()
        try await program.run("template", "install", "quillpost/send-letter", "--as", "post").expectSuccess()
        let json = try await program.run("explore", "--json").expectSuccess().json()
        #expect(json["workspace"]?["name"] == "ws")
        #expect(json["integrations"]?["configured"]?.array?.compactMap { $0["id"]?.string } == ["quillpost"])
        #expect(json["integrations"]?["available"]?.array?.compactMap { $0["id"]?.string } == ["tegami"])
        #expect(json["integrations"]?["failing"] == [])
        #expect(json["catalogue"] == [])
        #expect(json["missing"] == [])
        let templates = try #require(json["templates"]?.array)
        #expect(templates.count == 2)
        #expect(templates[0]["installed"] == true)
        #expect(templates[0]["instances"]?.array?.first?["instance"] == "post")
        #expect(templates[0]["instances"]?.array?.first?["conflicts"] == 0)
        #expect(templates[1]["installed"] == false)
        let found = try await program.run("explore", "手紙", "--json").expectSuccess().json()
        #expect(found["templates"]?.array?.compactMap { $0["plugin"]?.string } == ["tegami"])
    }

    @Test func `prints a template's preview, of a plugin that is not installed, too`() async throws {
        let program = try ExplorerScreenTests.place()
        let json = try await program.run("explore", "--template", "quillpost/send-letter", "--json").expectSuccess()
            .json()
        #expect(json["parameters"]?.array?.first?["key"] == "sender")
        #expect(json["parameters"]?.array?.first?["default"] == "The Desk")
        #expect(json["hosts"] == ["https://{office}.quillpost.example"])
        #expect(json["credentials"]?.array?.first?["fields"] == ["Seal"])
        #expect(json["writes"]?.array?.first?["path"] == "dialogs/send-letter/dialog.json")
        #expect(json["sample"]?.array?.first == ["from": "user", "text": "send a letter"])
        let rows = try #require(json["dialogs"]?.array?.first?["graph"]?.array)
        let graph = rows.compactMap(\.string)
        #expect(graph.contains { $0.contains("│ weighService │") })
        let text = try await program.run("explore", "--template", "quillpost/send-letter").expectSuccess().output
        #expect(text.contains("Who signs  The Desk") && text.contains("Aunt Ada"))
        try await program.run("explore", "--template", "quillpost/send-lettr").expectFailure(saying: "did you mean")
        try await program.run("explore", "--template", "quilpost/send-letter").expectFailure(saying: "did you mean")
    }

    @Test func `lists for people what can be installed, and what to type next`() async throws {
        let program = try ExplorerScreenTests.place()
        let text = try await program.run("explore").expectSuccess().output
        #expect(text.contains("No workspace here; 'patchbay init' makes one."))
        #expect(text.contains("Not installed:") && text.contains("quillpost/send-letter"))
        #expect(text.contains("'patchbay plugin install quillpost' installs one."))
    }

    @Test func `sees every change of plugins at once, whatever it remembers`() async throws {
        let program = try await ExplorerScreenTests.workspace()
        func titles() async throws -> [String] {
            let json = try await program.run("explore", "--json").expectSuccess().json()
            return json["templates"]?.array?.compactMap { $0["title"]?.string } ?? []
        }
        let before = try await titles()
        #expect(program.place.files().contains("home/index/shelf"))
        #expect(try await titles() == before)
        // Damaged memory is no memory.
        let head = "patchbay shelf 1\n"
        for damage in ["", head + "T", head + "P\u{1F}x\nH\n\n", "\u{0}\u{FF}", "patchbay shelf 2\nH\n"] {
            try program.place.write(damage, to: "home/index/shelf")
            #expect(try await titles() == before, "\(damage)")
        }
        try await program.run("plugin", "remove", "tegami", "--yes").expectSuccess()
        // It is in the catalogue still, and there it may change.
        #expect(try await titles() == before)
        let path = "shelf/tegami/templates/send-letter/template.json"
        let text = String(decoding: try program.place.bytes(path), as: UTF8.self)
        try program.place.write(text.replacing("手紙を送る", with: "New title"), to: path)
        #expect(try await titles().contains { $0.contains("New title") })
        let json = try await program.run("explore", "--json").expectSuccess().json()
        #expect(json["catalogue"]?.array?.compactMap { $0["id"]?.string } == ["tegami"])
    }

    @Test func `draws a dialog as a picture and in characters`() async throws {
        let program = try await ExplorerScreenTests.workspace()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        let svg = try await program.run("dialog", "graph", "send-letter", "--format", "svg").expectSuccess().output
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains(">weighService</text>"))
        let text = try await program.run("dialog", "graph", "send-letter", "--format", "text").expectSuccess().output
        #expect(text.contains("│ weighService │"))
    }

    // MARK: - Units

    @Test(arguments: [
        ("a bb ccc", 4, ["a bb", "ccc"]), ("abcdefgh", 4, ["abcd", "efgh"]), ("手紙を送る", 4, ["手紙", "を送", "る"]),
        ("  x y", 6, ["  x y"]), ("a\n\nb", 9, ["a", "", "b"]), ("", 9, [""]),
    ])
    func `breaks texts between words, and wide ones anywhere`(text: String, width: Int, lines: [String]) {
        #expect(PreviewText.wrapped(text, width: width) == lines)
    }
}
