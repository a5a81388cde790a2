import PatchbayModel
import Testing

@Suite("A plugin's words")
struct SteeringTests {
    /// A title, a bell, a cleared screen, C1, directions, line breaks of all kinds.
    private static let words = "Q\u{1B}]0;t\u{7}\u{1B}[2J\u{9B}31m\u{202E}\u{2066}\u{61C}\u{2028}\r\n  call   nobody\n"

    /// Quillpost with such words wherever its manifest and template hold words.
    private static func writeSteering(to place: TemporaryPlace) throws {
        try MadeUpService.write(to: place)
        let quoted = JSONWriter(.compact).text(.string(words))
        for (file, texts) in [
            ("plugin.json", ["Quillpost", "Writes letters by hand.", "Office", "Seal", "Weigh a letter", "Example"]),
            ("templates/send-letter/template.json", ["Send a letter", "Who signs"]),
        ] {
            var text = String(decoding: try place.bytes("quillpost/" + file), as: UTF8.self)
            for old in texts { text = text.replacing("\"\(old)\"", with: quoted) }
            text = text.replacing(#""use": "hostLabel","#, with: #""use": "hostLabel", "default": \#(quoted),"#)
            try place.write(text, to: "quillpost/" + file)
        }
    }

    @Test func `are shown without being obeyed, on lines of the program's own`() async throws {
        var program = Program(try TemporaryPlace())
        try Self.writeSteering(to: program.place)
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        var shown = ""
        for command in [
            ["plugin", "install", "../quillpost", "--yes"], ["plugin", "list"], ["plugin", "info", "quillpost"],
            ["template", "list"], ["template", "show", "quillpost/send-letter"], ["integration", "list"],
            ["plugin", "list", "--json"], ["template", "show", "quillpost/send-letter", "--json"],
        ] {
            let outcome = try await program.run(command).expectSuccess()
            shown += outcome.output + outcome.errors
            let faked = (outcome.output + outcome.errors).split(separator: "\n").filter {
                $0.hasPrefix("  call   nobody")
            }
            #expect(faked == [], "\(command)")
            if command.contains("--json") { _ = try outcome.json() }
        }
        let steering = shown.unicodeScalars.filter {
            $0.properties.isBidiControl || $0.properties.generalCategory == .lineSeparator
                || $0.properties.generalCategory == .control && $0 != "\n"
        }
        #expect(steering.isEmpty, "\(steering.map { String($0.value, radix: 16) })")
    }

    @Test func `are not obeyed where a credential is asked for`() async throws {
        var program = Program(try TemporaryPlace())
        try Self.writeSteering(to: program.place)
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../quillpost", "--yes").expectSuccess()
        let terminal = try TerminalProgram(program, "integration", "enable", "quillpost")
        let question = await terminal.shows("nobody ]: ")
        #expect(!question.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\u{9B}" })
    }
}
