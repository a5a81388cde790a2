import Foundation
import PatchbayModel
import Testing

@Suite("A conversation on the command line")
struct ConversationTests {
    private static func withSkills() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        return program
    }

    /// A chat with a model at a service of this machine, reached with the key.
    private static func withAssistant(on service: LocalService) async throws -> Program {
        let program = try await Program.inWorkspace()
        try await program.enableOpenAI(at: service)
        try await program.run("template", "install", "openai/chat-assistant").expectSuccess()
        return program
    }

    private func said(_ program: Program, _ lines: String, _ options: String...) async throws -> [String] {
        try await program.run(["chat", "--dialog", "extract-skills", "--json"] + options, input: lines).expectSuccess()
            .said()
    }

    // MARK: - What it goes by

    @Test func `is answered by a node's own tapes first`() async throws {
        let program = try await Self.withSkills()
        let message: JSONValue = ["role": "assistant", "content": "COBOL\nFortran"]
        let tape: JSONValue = [
            "formatVersion": 1,
            "answer": ["body": ["json": ["choices": [["index": 0, "message": message, "finish_reason": "stop"]]]]],
        ]
        let folder = "ws/dialogs/extract-skills/tapes/extractSkillsService/"
        try program.place.write(JSONWriter().text(tape), to: folder + "a.json")
        #expect(try await said(program, "Swift\n").last == "I found: COBOL, Fortran.")
        try program.place.write("{", to: folder + "a.json")
        let broken = try await said(program, "Swift\n")
        #expect(broken.last?.contains("COBOL") == false && broken.last?.contains("Swift") == false)
    }

    @Test func `that was recorded at a base URL of this machine is replayed on any`() async throws {
        let service = try await LocalService { _ in .stream(["Well ", "met."], isComplete: true) }
        let program = try await Self.withAssistant(on: service)
        let chat = ["chat", "--dialog", "chat-assistant", "--json", "--record", "tests/met.json"]
        #expect(try await program.run(chat, input: "hello\n").expectSuccess().said().last == "Well met.")
        #expect(service.requests.last?.target == "/v1/chat/completions")
        let record = String(decoding: try program.place.bytes("ws/tests/met.json"), as: UTF8.self)
        #expect(record.contains("https://api.openai.com/v1/chat/completions"))
        #expect(!record.contains(service.address))
        try await program.run("test", "tests/met.json").expectSuccess()
        try FileManager.default.removeItem(atPath: program.place.path + "/home")
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        try await program.run("test", "tests/met.json").expectSuccess()
    }

    @Test func `keeps to the limits of the home's settings`() async throws {
        let program = try await Self.withSkills()
        #expect(try await said(program, "Swift\n").last == "I found: Swift.")
        try program.place.write(#"{"formatVersion": 1, "limits": {"nodesWithoutInput": 2}}"#, to: "home/settings.json")
        #expect(try await said(program, "Swift\n").last?.contains("I found") != true)
        try program.place.write(#"{"formatVersion": 1, "limits": {"nodesWithoutInput": 0}}"#, to: "home/settings.json")
        let wrong = try await program.run("chat", "--json").expectFailure()
        let diagnostic = try wrong.json()["error"]?["diagnostics"]?[0]
        #expect(diagnostic?["file"]?.string?.hasSuffix("settings.json") == true)
        #expect(diagnostic?["pointer"]?.string == "/limits/nodesWithoutInput")
    }

    @Test func `belongs to its user`() async throws {
        let program = try await Self.withSkills()
        _ = try await said(program, "", "--conversation", "c", "--user", "ada")
        let other = try await program.run("chat", "--conversation", "c", "--user", "bob", "--json", input: "Swift\n")
        other.expectFailure(saying: "belongs to user 'ada'")
        #expect(try other.jsonLines().last?["error"]?["code"]?.string == "forbidden")
        let going = try await program.run("chat", "--conversation", "c", "--json", input: "Swift\n").expectSuccess()
        #expect(try going.said() == ["I found: Swift."])
    }

    @Test func `says when the assistant lacks a language, and goes on in another`() async throws {
        let program = try await Self.withSkills()
        let french = try await program.run("chat", "--dialog", "extract-skills", "--language", "fr").expectSuccess()
        #expect(french.errors.contains("not fr") && french.output.contains("Paste the resume"))
        let english = try await program.run("chat", "--dialog", "extract-skills", "--language", "en-GB").expectSuccess()
        #expect(english.errors == "")
    }

    @Test func `is one at a time, whoever sends to it`() async throws {
        let program = try await Self.withSkills()
        let ended = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await program.run(
                        ["chat", "--conversation", "both", "--json"],
                        input: String(repeating: "message \(number)\n", count: 5)
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in ended {
            try outcome.expectSuccess()
            #expect(try outcome.jsonLines().last?["end"]?["turns"]?.int == 5)
        }
        let list = try await program.run("conversation", "list", "--json").expectSuccess().json()
        #expect(list["conversations"]?.array?.count == 1)
    }

    // MARK: - Lint

    @Test func `is spared by a lint that says everything at once`() async throws {
        let program = try await Self.withSkills()
        let file = "ws/dialogs/extract-skills/dialog.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        let broken = text.replacing(#""onFailure": "sorry""#, with: #""onFailure": "sory""#)
            .replacing(#""operation": "create-chat-completion""#, with: #""operation": "create-chat""#)
        #expect(broken != text)
        try program.place.write(broken, to: file)
        let lint = try await program.run("dialog", "lint", "--json").expectFailure().json()
        let messages = (lint["diagnostics"]?.array ?? []).compactMap { $0["message"]?.string }
        #expect(messages.contains { $0.contains("no operation 'create-chat'") }, "\(messages)")
        #expect(messages.contains { $0.hasPrefix("no node 'sory'") }, "\(messages)")
        #expect(!messages.contains { $0.hasPrefix("there is no node") }, "\(messages)")
        #expect(lint["diagnostics"]?.array?.allSatisfy { $0["line"]?.int != nil } == true)
    }

    // MARK: - In a terminal

    @Test func `stands under the cursor in a terminal`() async throws {
        let program = try await Self.withSkills()
        let terminal = try TerminalProgram(program, "chat", "--dialog", "extract-skills")
        await terminal.shows("Paste the resume, please.")
        // The colors of the prompt take no columns.
        let prompt = await terminal.shows("\u{1B}[2C")
        #expect(prompt.contains("> "))
        terminal.type("日本é")
        await terminal.shows("日本é\r\u{1B}[7C")
        terminal.type("\u{15}\u{1B}[200~Swift\r\nPython\u{1B}[201~")
        await terminal.shows("Swift⏎Python")
        terminal.type("\r")
        await terminal.shows("I found: Swift, Python.")
        terminal.type("/why\r")
        await terminal.shows("extractSkillsMessage")
        terminal.type("/frob\r")
        await terminal.shows("unknown command '/frob'")
        terminal.type("\u{4}")
        #expect(await terminal.end() == 0)
    }

    @Test func `says what may be said where no dialog begins by itself`() async throws {
        let program = try await Self.withSkills()
        let terminal = try TerminalProgram(program, "chat", "--ephemeral")
        await terminal.shows("Say what starts a dialog: 'Extract skills from a resume'.")
        terminal.type("extract skills from a resume\r")
        await terminal.shows("Paste the resume, please.")
        terminal.type("\u{4}")
        #expect(await terminal.end() == 0)
    }

    @Test func `takes what is typed ahead of it, keys included`() async throws {
        let program = try await Self.withSkills()
        let terminal = try TerminalProgram(program, "chat", "--ephemeral", "--dialog", "extract-skills")
        await terminal.shows("Paste the resume, please.")
        terminal.type("Jaca\u{7F}\u{7F}va\rextract skills\r\u{4}")
        await terminal.shows("I found: Java.")
        await terminal.shows("Paste the resume, please.")
        #expect(await terminal.end() == 0)
    }

    @Test func `leaves the terminal as it was when a signal ends it`() async throws {
        let program = try await Self.withSkills()
        let terminal = try TerminalProgram(
            program,
            shell: """
                stty -g > ../mode; sh -c 'echo pid=$$.; exec patchbay chat --ephemeral --dialog extract-skills'; stty -g > ../after
                """
        )
        await terminal.shows("pid=")
        let number = try #require(Int32(await terminal.shows(".").dropLast()))
        await terminal.shows("\u{1B}[2C")
        kill(number, SIGTERM)
        await terminal.shows("\u{1B}[?2004l")
        #expect(await terminal.end() == 0)
        #expect(try program.place.bytes("mode") == program.place.bytes("after"))
        #expect(try !program.place.bytes("mode").isEmpty)
    }

    @Test func `begins a new session on restart`() async throws {
        let program = try await Program.inWorkspace()
        let dialog = """
            {"formatVersion": 1, "language": "en", "id": "greet", "name": "Greet", "start": "begin", "nodes": [
             {"id": "begin", "kind": "intent", "next": "known"},
             {"id": "known", "kind": "message", "messages": [{"id": "m", "text": "Known: {{session.user.name}}."}], "next": "name"},
             {"id": "name", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "Your name?"}], "next": "keep"},
             {"id": "keep", "kind": "logic", "set": [{"id": "r", "to": "session.user.name", "value": "{{entities.name}}"}], "next": "hello"},
             {"id": "hello", "kind": "message", "messages": [{"id": "m", "text": "Hello {{session.user.name}}."}], "next": "end"}]}
            """
        try program.place.write(dialog, to: "ws/dialogs/greet/dialog.json")
        let terminal = try TerminalProgram(program, "chat", "--dialog", "greet")
        await terminal.shows("Your name?")
        await terminal.shows("\u{1B}[2C")
        terminal.type("Ada\r")
        await terminal.shows("Hello Ada.")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/context\r")
        await terminal.shows(#""name": "Ada""#)
        await terminal.shows("\u{1B}[2C")
        terminal.type("greet\r")
        await terminal.shows("Known: Ada.")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/restart\r")
        await terminal.shows("Known: .")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/why\r")
        await terminal.shows("session")
        await terminal.shows("greet/known done")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/quit\r")
        #expect(await terminal.end() == 0)
        let list = try await program.run("conversation", "list", "--json").expectSuccess().json()
        #expect(list["conversations"]?.array?.count == 1)
    }

    @Test func `goes on after Control-C stopped a turn`() async throws {
        let (calls, called) = AsyncStream.makeStream(of: Void.self)
        let service = try await LocalService { _ in
            called.yield()
            return WireAnswer(body: "", isHeld: true)
        }
        let program = try await Self.withAssistant(on: service)
        let terminal = try TerminalProgram(program, "chat", "--dialog", "chat-assistant")
        await terminal.shows("\u{1B}[2C")
        terminal.type("\u{3}")
        await terminal.shows("Control-D ends the chat")
        await terminal.shows("\u{1B}[2C")
        terminal.type("hello\r")
        for await _ in calls { break }
        terminal.type("\u{3}")
        await terminal.shows("the call was cancelled")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/quit\r")
        #expect(await terminal.end() == 0)
    }

    @Test func `shows what a model says as it arrives, and once`() async throws {
        let service = try await LocalService { request in
            let asked = request.json?["messages"]?.array?.last?["content"]?.string ?? ""
            return asked == "wait"
                ? .stream(["One ", "moment, "], isComplete: false)
                : .stream(["The key is sk-local-", "0123456789", "abcdef", ", it is: sk-local-"], isComplete: true)
        }
        let program = try await Self.withAssistant(on: service)
        let terminal = try TerminalProgram(program, "chat", "--dialog", "chat-assistant")
        await terminal.shows("\u{1B}[2C")
        terminal.type("hello\r")
        await terminal.shows("The key is [secret openai/apiKey], it is: sk-local-\r\n")
        let after = await terminal.shows("\u{1B}[2C")
        #expect(!after.contains("The key"), "\(after)")
        terminal.type("wait\r")
        await terminal.shows("One moment, ")
        terminal.type("\u{3}")
        await terminal.shows("the call was cancelled")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/quit\r")
        #expect(await terminal.end() == 0)
        let piped = try await program.run("chat", "--dialog", "chat-assistant", input: "hello\n").expectSuccess()
        #expect(piped.output.components(separatedBy: "The key is [secret openai/apiKey], it is").count == 2)
        let json = try await program.run("chat", "--dialog", "chat-assistant", "--json", input: "hello\n")
        #expect(try json.expectSuccess().said().last == "The key is [secret openai/apiKey], it is: sk-local-")
    }
}
