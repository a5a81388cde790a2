import Foundation
import Glibc
import Testing

@Suite("The explorer in a terminal")
struct ExplorerScreenTests {
    /// A place with a catalogue of two plugins, one of them with words that take two columns.
    static func place() throws -> Program {
        var program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place, folder: "shelf/quillpost")
        for file in program.place.files() where file.hasPrefix("shelf/quillpost/") {
            let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
                .replacing("quillpost", with: "tegami").replacing("Quillpost", with: "手紙 Tegami")
                .replacing("\"title\": \"Send a letter\"", with: "\"title\": \"手紙を送る 🖋️ e\\u0301\"")
            try program.place.write(text, to: file.replacing("shelf/quillpost/", with: "shelf/tegami/"))
        }
        program.environment["PATCHBAY_PLUGINS"] = program.place.path + "/shelf"
        return program
    }

    /// The same with a workspace, in which one plugin answers from the sandbox.
    static func workspace() async throws -> Program {
        var program = try place()
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        for plugin in ["quillpost", "tegami"] {
            try await program.run("plugin", "install", plugin, "--yes").expectSuccess()
        }
        try await program.run("integration", "enable", "quillpost", "--sandbox").expectSuccess()
        return program
    }

    @Test func `shows a newcomer what there is, and what to do next`() async throws {
        let program = try Self.place()
        let screen = try await ScreenProgram(program)
        try await screen.matches("outside", when: "Not installed 2", "q quit")
        try await screen.press("Tab")
        try await screen.matches("outside-templates", when: "Its plugin is not installed", "q quit")
        try await screen.press("c")
        try await screen.shows("'patchbay init' makes one")
        try await screen.press("q")
        try await screen.shows("code 0")
        try await screen.end()
        #expect(!program.place.files().contains { $0.hasPrefix("home/") }, "looking changes nothing")
    }

    @Test func `says how plugins come where there is none at all`() async throws {
        var program = Program(try TemporaryPlace())
        try FileManager.default.createDirectory(atPath: program.place.path + "/none", withIntermediateDirectories: true)
        program.environment["PATCHBAY_PLUGINS"] = program.place.path + "/none"
        let screen = try await ScreenProgram(program)
        try await screen.matches("nothing", when: "Nothing is here yet", "q quit")
        try await screen.press("C-c")
        try await screen.shows("code 0")
        try await screen.end()
    }

    @Test func `lists integrations by region, and templates with their previews`() async throws {
        let program = try await Self.workspace()
        let screen = try await ScreenProgram(program, columns: 100, rows: 30)
        try await screen.matches("integrations", when: "Configured 1", "Available 1", "q quit")
        try await screen.press("Tab")
        try await screen.matches("templates", when: "Who signs", "q quit")
        try await screen.press("Space")
        try await screen.matches("preview", when: "Aunt Ada", "space: more")
        try await screen.press("d")
        try await screen.matches("diagram", when: "Dialog send-letter", "Ctrl-C quit")
        try await screen.press("End")
        try await screen.matches("diagram-end", when: "failedMessage")
        try await screen.press("Escape", "?")
        try await screen.matches("help", when: "any key goes back")
        try await screen.press("Escape", "Down")
        try await screen.matches("wide", when: "tegami/send-letter 0.3.0", "q quit")
        try await screen.end()
    }

    @Test func `finds templates while somebody types`() async throws {
        let screen = try await ScreenProgram(try await Self.workspace())
        try await screen.shows("q quit")
        try await screen.type("/手")
        try await screen.shows("Search: 手", "› ", "手紙を送る", without: "Send a letter")
        try await screen.press("BSpace")
        try await screen.type("LETTER quill")
        try await screen.matches("search", when: "Search: LETTER quill", "quillpost/send-letter")
        try await screen.type("xx")
        try await screen.shows("Nothing has all these words")
        try await screen.press("Escape")
        try await screen.shows("/ searches all templates", "Send a letter", "手紙を送る")
        try await screen.end()
    }

    @Test func `installs a template: its questions, the plan, the dialog`() async throws {
        let program = try await Self.workspace()
        try program.place.write("echo \"$1\" > ../edited; echo EDITING; read answer", to: "editor.sh")
        let line = "EDITOR='sh ../editor.sh' patchbay explore; echo code $?; sleep 600"
        let screen = try await ScreenProgram(program, shell: line)
        try await screen.shows("q quit")
        try await screen.press("Tab", "i")
        try await screen.matches("form", when: "Who signs", "Ctrl-C quit")
        try await screen.type("!")
        try await screen.press("Enter", "Enter")
        try await screen.shows("'send-letter!'")
        try await screen.press("BSpace", "Down", "C-u")
        try await screen.type("Ada 手")
        try await screen.press("Enter")
        try await screen.matches("plan", when: "Nothing is written yet", "Enter install")
        #expect(!program.place.files().contains("ws/dialogs/send-letter/dialog.json"))
        try await screen.press("Enter")
        try await screen.matches("installed", when: "Installed Send a letter: 1 file", "go to dialog")
        #expect(String(decoding: try program.place.bytes("ws/patchbay.lock"), as: UTF8.self).contains("Ada 手"))

        try await screen.press("g")
        try await screen.shows("EDITING")
        let edited = String(decoding: try program.place.bytes("edited"), as: UTF8.self)
        #expect(edited == program.place.path + "/ws/dialogs/send-letter/dialog.json\n")
        try await screen.press("Enter")
        try await screen.shows("Installed as send-letter", "q quit")
        // Another one of the same template gets another name, and then one of both is meant.
        try await screen.press("i")
        try await screen.shows("send-letter-2")
        try await screen.press("C-p")
        try await screen.shows("dialogs/send-letter-2/dialog.json", "Enter install")
        try await screen.press("Enter")
        try await screen.shows("Installed Send a letter: 1 file")
        try await screen.press("c")
        try await screen.shows("Chat with which dialog?", "send-letter-2")
        try await screen.press("Down", "Enter")
        try await screen.shows("$ patchbay chat --dialog send-letter-2", "To whom?")
        try await screen.press("C-d")
        try await screen.shows("Any key goes back to the explorer.")
        try await screen.press("Enter")
        try await screen.shows("Installed as send-letter-2", "2 templates installed")
        try await screen.press("u")
        try await screen.shows("Nothing to upgrade")
        try await screen.press("r")
        try await screen.shows("Nothing to resolve")
        try await screen.press("q")
        try await screen.shows("code 0")
        try await screen.end()
    }

    @Test func `says where the dialog is when there is no editor, and shows open conflicts`() async throws {
        let program = try await Self.workspace()
        try await program.run("template", "install", "quillpost/send-letter", "--yes").expectSuccess()
        let conflict = #"{"dialog": "send-letter", "at": "/name", "mine": "A", "theirs": "B"}"#
        try program.place.write(
            #"{"formatVersion": 1, "conflicts": [\#(conflict), \#(conflict)]}"#,
            to: "ws/.patchbay/conflicts/send-letter.json"
        )
        let screen = try await ScreenProgram(program)
        try await screen.shows("q quit")
        try await screen.press("Tab", "g")
        try await screen.shows("No $EDITOR is set; the dialog is dialogs/send-letter/dialog.json")
        try await screen.matches("conflicts", when: "2 conflicts of an upgrade: r resolves", "r resolve")
        try await screen.press("r")
        try await screen.shows("$ patchbay template resolve send-letter", "Any key goes back")
        try await screen.press("Enter")
        try await screen.shows("q quit")
        try await screen.end()
    }

    @Test func `installs and enables integrations by their own commands`() async throws {
        var program = try Self.place()
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        let screen = try await ScreenProgram(program)
        try await screen.shows("Not installed 2", "q quit")
        try await screen.press("i")
        try await screen.shows("$ patchbay plugin install quillpost", "[y/N]")
        try await screen.press("y", "Enter")
        try await screen.shows("Any key goes back")
        try await screen.press("Enter")
        try await screen.shows("Available 1", "Not installed 1", "q quit")
        try await screen.press("e")
        try await screen.shows("$ patchbay integration enable quillpost", "Office")
        try await screen.press("C-c")
        try await screen.shows("Any key goes back")
        try await screen.press("Enter")
        try await screen.shows("Available 1", "q quit")
        try await screen.end()
    }

    // MARK: - The terminal

    @Test func `follows the window, and says how large it must be`() async throws {
        let screen = try await ScreenProgram(try Self.place())
        try await screen.shows("q quit")
        try await screen.resize(columns: 79, rows: 24)
        try await screen.shows("This window is 79×24", "80×24")
        try await screen.resize(columns: 120, rows: 40)
        let shown = try await screen.shows("q quit", "Not installed 2")
        #expect(shown.split(separator: "\n").contains { $0.count == 120 })
        try await screen.end()
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGTRAP])
    func `puts the terminal back when a signal ends it`(signal: Int32) async throws {
        let program = try Self.place()
        let line = "stty -g > mode; patchbay explore; echo code $?; stty -g > after; echo all; sleep 600"
        let screen = try await ScreenProgram(program, shell: line)
        try await screen.shows("q quit")
        #expect(try await screen.fact("alternate_on") == "1")
        #expect(try await screen.fact("cursor_flag") == "0")
        kill(try await screen.process(), signal)
        try await screen.shows("code \(128 + signal)", "all", without: "q quit")
        #expect(try await screen.fact("alternate_on") == "0")
        #expect(try await screen.fact("cursor_flag") == "1")
        #expect(try await screen.fact("wrap_flag") == "1")
        #expect(try program.place.bytes("mode") == program.place.bytes("after"))
        try await screen.end()
    }

    @Test func `stops with Control-Z, and draws itself anew when it goes on`() async throws {
        let program = try Self.place()
        let line = "set -m; patchbay explore; echo stopped; read go; fg; echo code $?; sleep 600"
        let screen = try await ScreenProgram(program, shell: line)
        try await screen.shows("q quit")
        try await screen.press("C-z")
        try await screen.shows("stopped", without: "q quit")
        #expect(try await screen.fact("alternate_on") == "0")
        try await screen.press("Enter")
        try await screen.shows("Not installed 2", "q quit", without: "stopped")
        try await screen.press("q")
        try await screen.shows("code 0")
        try await screen.end()
    }

    @Test func `has no colors where none are wanted, and lines where the terminal can do no more`() async throws {
        var program = try await Self.workspace()
        program.environment["NO_COLOR"] = "1"
        let plain = try await ScreenProgram(program)
        try await plain.shows("q quit")
        let styles = try await plain.text(withStyles: true)
        #expect(!styles.contains(/\u{1B}\[[0-9;]*3[0-7]/), "\(styles)")
        try await plain.press("q")
        try await plain.end()
        program.environment["NO_COLOR"] = nil
        let colored = try await ScreenProgram(program)
        try await colored.shows("q quit")
        #expect(try await colored.text(withStyles: true).contains(/\u{1B}\[[0-9;]*3[0-7]/))
        try await colored.end()
        let dumb = try await ScreenProgram(program, shell: "TERM=dumb patchbay explore; echo code $?; sleep 600")
        try await dumb.shows("Configured:", "quillpost/send-letter", "code 0")
        try await dumb.end()
    }

    @Test func `never lets a plugin's words steer the terminal`() async throws {
        let program = try Self.place()
        let words = #"Q\u001b]0;taken\u0007\u001b[2J\u009b31m\u202e\u2066\u061c\u2028\r\n  call nobody"#
        for file in ["plugin.json", "templates/send-letter/template.json"] {
            let path = "shelf/quillpost/" + file
            let text = String(decoding: try program.place.bytes(path), as: UTF8.self)
                .replacing("\"Quillpost\"", with: "\"\(words)\"").replacing("\"Send a letter\"", with: "\"\(words)\"")
                .replacing("\"Who signs\"", with: "\"\(words)\"")
            try program.place.write(text, to: path)
        }
        let screen = try await ScreenProgram(program)
        var shown = try await screen.shows("Q ]0;taken", "q quit")
        try await screen.press("Tab")
        shown += try await screen.shows("quillpost/send-letter", #"Q\u{1b}]0;taken"#)
        #expect(try await screen.fact("pane_title") != "taken")
        #expect(!shown.unicodeScalars.contains { $0.properties.isBidiControl || $0.value == 0x2028 })
        try await screen.end()
    }
}
