import Foundation
import PatchbayModel
import Testing

@Suite("What a command answers to programs")
struct JSONAnswerTests {
    /// Two plugins, one of them enabled in the sandbox with a template of it.
    private static func workspace() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try MadeUpService.write(to: program.place)
        try await program.run("plugin", "install", "../quillpost", "--yes").expectSuccess()
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        return program
    }

    /// Runs a command with `--json`: one value on standard output, and the words for people on standard error.
    private func answer(_ program: Program, _ command: String, as shape: JSONValue, code: Int32 = 0) async throws
        -> JSONValue
    {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await program.run(words + ["--json"])
        #expect(outcome.status == code && !outcome.wasKilled, "\(command): \(outcome.errors)")
        #expect(outcome.output.hasSuffix("\n"), "\(command)")
        #expect(!outcome.errors.isEmpty, "\(command) tells people nothing")
        let value = try outcome.json()
        #expect(Self.mismatches(value, shape) == [], "\(command)")
        return value
    }

    /// Where a value has not the shape: kinds by name, the one shape of all elements of a list that is not empty, members.
    private static func mismatches(_ value: JSONValue?, _ shape: JSONValue, at place: String = "") -> [String] {
        switch shape {
        case .array(let elements):
            guard let found = value?.array, !found.isEmpty, let element = elements.first else {
                return value?.array != nil && elements.isEmpty ? [] : ["\(place) is no list with elements"]
            }
            return found.indices.flatMap { mismatches(found[$0], element, at: "\(place)/\($0)") }
        case .object(let members):
            return members.members.flatMap { mismatches(value?[$0.key], $0.value, at: "\(place)/\($0.key)") }
        default:
            let isRight =
                switch shape.string {
                case "string": value?.string != nil
                case "number": value?.int != nil
                case "boolean": value?.bool != nil
                case "string or null": value?.string != nil || value == .null
                default: false
                }
            return isRight ? [] : ["\(place) is no \(shape.string ?? "kind")"]
        }
    }

    private static let integration: JSONValue = [
        "id": "string", "name": "string", "profile": "string", "sandbox": "boolean", "checked": "boolean",
    ]

    @Test func `names plugins, integrations and templates`() async throws {
        let program = try await Self.workspace()
        let plugin: JSONValue = ["id": "string", "name": "string", "version": "string", "installed": "boolean"]
        let plugins = try await answer(program, "plugin list", as: ["plugins": [plugin]])["plugins"]?.array ?? []
        #expect(plugins.compactMap { $0["id"]?.string } == ["azure-openai", "openai", "quillpost"])
        #expect(plugins.compactMap { $0["installed"]?.bool } == [false, true, true])
        _ = try await answer(program, "plugin search openai", as: ["plugins": [plugin]])

        let template: JSONValue = [
            "plugin": "string", "id": "string", "title": "string", "version": "string", "installed": "boolean",
        ]
        let templates = try await answer(program, "template list", as: ["templates": [template]])["templates"]?.array
        let installed = templates?.filter { $0["installed"]?.bool == true }.compactMap { $0["id"]?.string }
        #expect(installed == ["extract-skills"] && templates?.count ?? 0 > 1)
        _ = try await answer(program, "template search skills", as: ["templates": [template]])

        let state: JSONValue = [
            "instance": "string", "plugin": "string", "id": "string", "dialogs": ["string"], "version": "string",
            "available": "string", "state": "string",
        ]
        let status = try await answer(program, "template status", as: ["templates": [state]])["templates"]
        #expect(status?[0]?["dialogs"]?.array == ["extract-skills"] && status?[0]?["state"]?.string == "current")
    }

    @Test func `tells which integrations are available, configured and failing`() async throws {
        let isRefusing = Switch()
        let service = try await LocalService { request in
            isRefusing.isOn ? WireAnswer(status: 403, body: "{}") : MadeUpService.answer(request)
        }
        let program = try await Self.workspace()
        let fresh = try await answer(
            program,
            "integration list",
            as: [
                "available": [["id": "string", "name": "string", "sandbox": "boolean", "checked": "boolean"]],
                "configured": [Self.integration], "failing": [],
            ]
        )
        #expect(fresh["available"]?.array?.map { $0["id"]?.string } == ["quillpost"])
        #expect(fresh["available"]?[0]?.object?["profile"] != nil)
        #expect(fresh["configured"]?[0]?["sandbox"]?.bool == true)

        let enabling = [
            "integration", "enable", "quillpost", "--stdin", "--json", "--base-url", "http://\(service.address)/api",
            "--allow", service.address,
        ]
        try await program.run(enabling, input: #"{"office": "a", "seal": "\#(MadeUpService.goodKey)"}"#).expectSuccess()
        isRefusing.turnOn()
        let check = try await answer(program, "integration check quillpost", as: ["id": "string"], code: 1)
        #expect(check["result"]?.string == "bad")
        let later = try await answer(
            program,
            "integration list",
            as: ["available": [], "configured": [Self.integration], "failing": [Self.integration]]
        )
        #expect(later["failing"]?.array?.map { $0["id"]?.string } == ["quillpost"])
        #expect(later["failing"]?[0]?["checked"]?.bool == false)
    }

    @Test func `tells what was done`() async throws {
        let program = try await Self.workspace()
        let install: JSONValue = [
            "applied": "boolean", "changes": [["action": "string", "path": "string"]], "dialogs": ["string"],
        ]
        for (command, applied) in [
            ("template install openai/extract-skills --as skills --dry-run", false),
            ("template install openai/extract-skills --as skills", true),
            ("template install openai/extract-skills --as skills", false),
            ("dialog new --template openai/extract-skills --as skills", false),
        ] {
            let plan = try await answer(program, command, as: install)
            #expect(plan["applied"]?.bool == applied && plan["dialogs"]?.array == ["skills"], "\(command)")
        }
        let tests = try await answer(
            program,
            "test",
            as: ["passed": "number", "failed": "number", "cases": [["name": "string", "passed": "boolean"]]]
        )
        #expect(tests["failed"]?.int == 0 && tests["passed"]?.int == tests["cases"]?.array?.count)
        let export = try await answer(
            program,
            "workspace export --output ../out.zip",
            as: ["file": "string", "sha256": "string", "entries": "number"]
        )
        let counted = try await program.shell(
            "python3 -m zipfile -l ../out.zip | tail -n +2 | wc -l; sha256sum ../out.zip"
        )
        let lines = counted.output.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect([export["entries"]?.int.map(String.init), export["sha256"]?.string] == Array(lines.prefix(2)))
    }

    @Test func `is one value whatever it does, and changes are told apart from none`() async throws {
        let program = try await Self.workspace()
        try await program.run("chat", "--conversation", "c", input: "hi\n").expectSuccess()
        let applied: [(command: String, applied: Bool?)] = [
            ("init other", true), ("plugin install ../quillpost", false), ("plugin update", nil),
            ("plugin verify", nil), ("plugin lint ../quillpost", nil), ("plugin info openai", nil),
            ("template show openai/extract-skills", nil), ("dialog list", nil), ("dialog show extract-skills", nil),
            ("dialog graph extract-skills", nil), ("conversation list", nil), ("conversation delete c --yes", true),
            ("integration enable quillpost --sandbox", true), ("integration check openai", nil),
            ("integration allow api.example.org", true), ("integration allow api.example.org", false),
            ("integration disable quillpost", true), ("integration remove quillpost --yes", true),
            ("plugin remove quillpost --yes", true),
        ]
        for (command, applied) in applied {
            let value = try await answer(program, command, as: applied == nil ? [:] : ["applied": "boolean"])
            #expect(value.object != nil && value["applied"]?.bool == applied, "\(command)")
        }
        // Asked to be quiet, it tells programs all the same.
        let quiet = try await program.run("plugin", "list", "--json", "--quiet").expectSuccess()
        #expect(quiet.errors == "")
        #expect(try quiet.json()["plugins"]?.array?.isEmpty == false)
    }

    @Test func `holds a conversation line by line`() async throws {
        let program = try await Self.workspace()
        let chat = try await program.run("chat", "--dialog", "extract-skills", "--json", input: "Python\n")
            .expectSuccess().jsonLines()
        let line: JSONValue = ["role": "string", "text": "string", "node": "string or null"]
        #expect(Self.mismatches(.array(Array(chat.dropLast())), [line]) == [])
        #expect(chat.dropLast().compactMap { $0["role"]?.string } == ["assistant", "user", "assistant"])
        #expect(chat.last == ["end": ["state": "ended", "turns": 2]])
        let open = try await program.run("chat", "--dialog", "extract-skills", "--json").expectSuccess().jsonLines()
        #expect(open.last == ["end": ["state": "waiting", "turns": 1]])
    }

    @Test func `says of every finding and error where it is`() async throws {
        let program = try await Self.workspace()
        _ = try await answer(program, "dialog lint", as: ["diagnostics": []])
        let file = "ws/dialogs/extract-skills/dialog.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        try program.place.write(text.replacing(#""kind": "script""#, with: #""kind": "scrip""#), to: file)
        let finding: JSONValue = [
            "severity": "string", "file": "string", "line": "number", "column": "number", "pointer": "string",
            "message": "string", "remedy": "string",
        ]
        _ = try await answer(program, "dialog lint", as: ["diagnostics": [finding]], code: 1)
        let error: JSONValue = ["code": "string", "message": "string", "diagnostics": [finding]]
        _ = try await answer(program, "dialog show extract-skills", as: ["error": error], code: 1)
        let plain: JSONValue = ["code": "string", "message": "string", "diagnostics": []]
        for (command, code) in [("plugin info nobody", 1), ("plugin frob", 64), ("template install noslash", 64)] {
            let told = try await answer(program, command, as: ["error": plain], code: Int32(code))
            #expect(told.object?.members.map(\.key) == ["error"])
        }
    }
}
