import Foundation
import PatchbayModel
import Testing

@Suite("The history of a workspace")
struct WorkspaceHistoryTests {
    /// The files of the workspace that git would see.
    private static func tree(_ program: Program) throws -> [String: Data] {
        var tree: [String: Data] = [:]
        for file in program.place.files() where file.hasPrefix("ws/") && !file.hasPrefix("ws/.patchbay/local/") {
            tree[file] = try program.place.bytes(file)
        }
        return tree
    }

    private static func commands(_ program: Program) async throws -> [String] {
        let history = try await program.run("workspace", "history", "--json").expectSuccess().json()
        return history["entries"]?.array?.compactMap { $0["command"]?.string } ?? []
    }

    @Test func `has one entry for each command that changed something, and takes each back`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try program.place.write("hi\n", to: "input.txt")
        let commands = [
            ["plugin", "install", "openai", "--yes"], ["integration", "enable", "openai", "--sandbox"],
            ["template", "install", "openai/extract-skills"],
            ["template", "install", "openai/extract-skills", "--as", "second", "--set", "model=gpt-4o"],
            ["chat", "--dialog", "second", "--input", "../input.txt", "--record", "tests/hi.json"],
            ["integration", "remove", "openai", "--yes"],
        ]
        var trees = [try Self.tree(program)]
        for command in commands {
            try await program.run(command).expectSuccess()
            trees.append(try Self.tree(program))
            // What only reads is no entry.
            try await program.run("template", "status").expectSuccess()
            try await program.run("template", "install", "openai/extract-skills", "--dry-run").expectSuccess()
        }
        let typed = (["init ws"] + commands.map { $0.joined(separator: " ") }).map { "patchbay " + $0 }
        #expect(try await Self.commands(program) == typed.reversed())
        for place in commands.indices.reversed() {
            let answer = try await program.run("workspace", "undo", "--json").expectSuccess().json()
            #expect(answer["undone"]?.int == place + 2)
            #expect(answer["changes"]?.array?.isEmpty == false)
            #expect(try Self.tree(program) == trees[place], "undoing \(typed[place + 1])")
        }
        // Undoing is an entry as well, so everything can come back, and go again.
        try await program.run("workspace", "undo", "--to", "7").expectSuccess()
        #expect(try Self.tree(program) == trees[6])
        try await program.run("workspace", "undo", "--to", "4").expectSuccess()
        #expect(try Self.tree(program) == trees[3])
        try await program.run("template", "status").expectSuccess()
        let twice = try await program.run("workspace", "undo", "--to", "4", "--json").expectSuccess().json()
        #expect(twice["changes"]?.array == [] && twice["applied"]?.bool == false && twice["undone"] == .null)
    }

    @Test func `says what would be lost, and then changes nothing`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let dialog = "ws/dialogs/extract-skills/dialog.json"
        let text = String(decoding: try program.place.bytes(dialog), as: UTF8.self)
        try program.place.write(text.replacing("skills", with: "talents"), to: dialog)
        let edited = try Self.tree(program)
        let outcome = try await program.run("workspace", "undo", "--json")
        outcome.expectFailure(saying: "'dialogs/extract-skills/dialog.json' changed since entry 4")
        #expect(try outcome.json()["error"]?["code"]?.string == "conflict")
        try await program.run("workspace", "undo", "--to", "1").expectFailure(saying: "changed since entry 4")
        try await program.run("workspace", "undo", "--dry-run").expectFailure(saying: "changed since entry 4")
        #expect(try Self.tree(program) == edited)
        // An edit of another file is in nobody's way.
        try program.place.write(text, to: dialog)
        try program.place.write("mine", to: "ws/dialogs/extract-skills/mine.js")
        try await program.run("workspace", "undo").expectSuccess()
        #expect(
            try Self.tree(program).keys.filter { $0.hasPrefix("ws/dialogs/") } == ["ws/dialogs/extract-skills/mine.js"]
        )
    }

    @Test func `keeps what was edited between two commands`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let settings = "ws/patchbay.json"
        let text = String(decoding: try program.place.bytes(settings), as: UTF8.self)
        try program.place.write(text.replacing(#""name": "ws""#, with: #""name": "Desk""#), to: settings)
        let before = try program.place.bytes(settings)
        try await program.run("integration", "remove", "openai", "--yes").expectSuccess()
        try await program.run("workspace", "undo", "--to", "2").expectFailure(
            saying: "'patchbay.json' changed since entry 3"
        )
        try await program.run("workspace", "undo").expectSuccess()
        #expect(try program.place.bytes(settings) == before)
        try await program.run("workspace", "undo").expectFailure(saying: "'patchbay.json' changed since entry 3")
    }

    @Test func `holds no secret that was typed`() async throws {
        let program = try await Program.inWorkspace()
        try MadeUpService.write(to: program.place)
        try await program.run("plugin", "install", "../quillpost", "--yes").expectSuccess()
        let fields = #"{"office": "harbour", "seal": "quiet-walrus-55512"}"#
        try await program.run(
            "integration",
            "enable",
            "quillpost",
            "--stdin",
            "--no-check",
            "--title",
            "sk-proj-0123456789abcdefABCDEF0123456789",
            input: fields
        ).expectSuccess()
        let last = try #require(try await Self.commands(program).first)
        #expect(last == "patchbay integration enable quillpost --stdin --no-check --title …")
        for file in program.place.files() where file.hasPrefix("ws/.patchbay/local/history/") && file.hasSuffix(".json")
        {
            #expect(!String(decoding: try program.place.bytes(file), as: UTF8.self).contains("sk-proj-01"))
        }
    }

    @Test func `is not there in a fresh clone, which works all the same`() async throws {
        var program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let git = "git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main"
        try await program.shell(
            "\(git) init -q && \(git) add -A && \(git) commit -qm all && \(git) clone -q . ../clone"
        )
        .expectSuccess()
        program.folder = "clone"
        #expect(try await Self.commands(program) == [])
        try await program.run("workspace", "undo").expectFailure(saying: "nothing to undo")
        try await program.run("workspace", "undo", "--to", "1").expectFailure(saying: "the history is empty")
        try await program.run("template", "install", "openai/extract-skills", "--as", "mine").expectSuccess()
        try await program.run("workspace", "undo").expectSuccess()
        #expect(try await program.shell("git status --porcelain").expectSuccess().output == "")
    }

    @Test func `names an entry that is damaged or of a later version`() async throws {
        let program = try await Program.inWorkspace()
        let file = "ws/.patchbay/local/history/1.json"
        for (text, words) in [
            ("{", "1.json' is damaged"), ("{}", "1.json' is damaged (something is missing in it)"),
            (#"{"formatVersion": 7}"#, "(format version 7; this Patchbay reads up to 1)"),
        ] {
            try program.place.write(text, to: file)
            try await program.run("workspace", "history").expectFailure(saying: words)
            // It is in nobody's way who does something else.
            try await program.run("dialog", "list").expectSuccess()
        }
    }

    @Test func `has an entry for each of many commands at once`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let before = try Self.tree(program)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let arguments = ["template", "install", "openai/extract-skills", "--as", "skills-\(number)"]
                    try await program.run(arguments).expectSuccess()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.commands(program).count == 11)
        try await program.run("workspace", "undo", "--to", "3").expectSuccess()
        #expect(try Self.tree(program) == before)
    }

    @Test func `is whole when a command that takes it back is killed`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let old = try Self.tree(program)
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let new = try Self.tree(program)
        var killed = 0
        for step in 0..<16 {
            let arguments = ["workspace", "undo", "--to", step.isMultiple(of: 2) ? "3" : "4"]
            if try await program.run(arguments, killedAfter: .microseconds(2_000 + step * 4_000)).wasKilled {
                killed += 1
            }
            try await program.run("workspace", "history").expectSuccess()
            let now = try Self.tree(program)
            #expect(now == old || now == new)
        }
        #expect(killed > 2)
        try await program.run("workspace", "undo", "--to", "3").expectSuccess()
        #expect(try Self.tree(program) == old)
    }
}
