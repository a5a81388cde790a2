import Foundation
import PatchbayModel
import Testing

@Suite("What a workspace says of itself")
struct WorkspaceStatusTests {
    private static let dialog = "ws/dialogs/extract-skills/dialog.json"

    private static func workspace() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        return program
    }

    private static func edit(_ file: String, in program: Program, _ edit: (String) -> String) throws {
        try program.place.write(edit(String(decoding: program.place.bytes(file), as: UTF8.self)), to: file)
    }

    @Test func `names what came from which template and what was edited`() async throws {
        let program = try await Self.workspace()
        let fresh = try await program.run("workspace", "status", "--json").expectSuccess().json()
        #expect(fresh["templates"]?[0]?["instance"]?.string == "extract-skills")
        #expect(fresh["templates"]?[0]?["state"]?.string == "current")
        for key in ["conflicts", "unbound", "missing", "dialogs"] { #expect(fresh[key]?.array == [], "\(key)") }
        let told = try await program.run("workspace", "status").expectSuccess().output
        #expect(told.contains("Nothing is in conflict, unbound or missing."))

        let value = try JSONReader().read(Array(program.place.bytes(Self.dialog)))
        var nodes = try #require(value["nodes"]?.array)
        let gone = try #require(nodes.removeLast()["id"]?.string)
        nodes[0] = nodes[0].setting("Mine", at: "/title")
        let edited = try #require(nodes[0]["id"]?.string)
        nodes.append(["id": "mine", "kind": "message", "messages": [["id": "a", "text": "Hi"]], "next": "end"])
        try program.place.write(JSONWriter().text(value.setting(.array(nodes), at: "/nodes")), to: Self.dialog)
        try FileManager.default.removeItem(
            atPath: program.place.path + "/ws/dialogs/extract-skills/"
                + (program.place.files().first { $0.hasSuffix(".js") && $0.hasPrefix("ws/dialogs/") }?.split(
                    separator: "/"
                ).last ?? "")
        )
        try program.place.write(JSONWriter().text(value.setting("own", at: "/id")), to: "ws/dialogs/own/dialog.json")
        let status = try await program.run("workspace", "status", "--json").expectSuccess().json()
        let row = try #require(status["templates"]?[0])
        #expect(row["edited"]?.array == ["dialogs/extract-skills/dialog.json"] && row["missing"]?.array?.count == 1)
        let changes = row["nodes"]?.array?.compactMap { "\($0["node"]?.string ?? "") \($0["change"]?.string ?? "")" }
        #expect(changes == ["\(edited) edited", "mine added", "\(gone) removed"])
        #expect(status["dialogs"]?.array == ["own"])
    }

    @Test func `names what is unbound, in conflict and missing`() async throws {
        var program = try await Self.workspace()
        let conflicts = """
            {"formatVersion": 1, "from": "1.0.0", "to": "1.1.0", "conflicts": [{"file": "dialogs/extract-skills/dialog.json", \
            "at": "/nodes/a/text", "mine": "x", "theirs": "y", "kept": "mine"}]}
            """
        try program.place.write(conflicts, to: "ws/.patchbay/conflicts/extract-skills.json")
        program.environment["PATCHBAY_HOME"] = program.place.path + "/elsewhere"
        let status = try await program.run("workspace", "status", "--json").expectSuccess().json()
        #expect(status["conflicts"]?[0]?["at"]?.string == "/nodes/a/text")
        #expect(status["templates"]?[0]?["conflicts"]?.int == 1)
        #expect(status["templates"]?[0]?["state"]?.string == "conflict")
        #expect(status["unbound"]?[0]?["integration"]?.string == "openai")
        #expect(status["unbound"]?[0]?["remedy"]?.string == "patchbay integration enable openai")
        #expect(status["missing"]?.array?.count == 1)
        let told = try await program.run("workspace", "status").expectSuccess().output
        #expect(told.contains("Conflict in extract-skills: dialogs/extract-skills/dialog.json /nodes/a/text"))
        #expect(told.contains("Unbound: openai with profile openai, not enabled here"))
        let lint = try await program.run("workspace", "lint", "--json").json()
        let remedies = lint["diagnostics"]?.array?.compactMap { $0["remedy"]?.string } ?? []
        #expect(
            remedies.contains("decide with 'patchbay template resolve extract-skills /nodes/a/text'"),
            "\(remedies)"
        )
    }

    @Test(arguments: [
        ("patchbay.json", "{"), ("patchbay.lock", #"{"formatVersion": 2, "plugins": [], "templates": []}"#),
        ("authorization/openai.json", #"{"formatVersion": 1, "id": "other", "integration": "openai"}"#),
        (
            "variables/env.json",
            #"{"formatVersion": 1, "variables": [{"key": "a", "value": 1}, {"key": "a", "value": 2}]}"#
        ),
        ("dialogs/extract-skills/dialog.json", #"{"formatVersion": 1}"#), ("tests/a.json", "[]"),
        ("dialogs/extract-skills/tapes/extractSkillsService/a.json", #"{"formatVersion": 1, "answer": 3}"#),
        (".patchbay/conflicts/extract-skills.json", #"{"formatVersion": 1}"#),
    ])
    func `checks every file, whatever is wrong with it`(file: String, text: String) async throws {
        let program = try await Self.workspace()
        try await program.run("workspace", "lint").expectSuccess()
        try program.place.write(text, to: "ws/" + file)
        let outcome = try await program.run("workspace", "lint", "--json")
        #expect(outcome.status == 1)
        let found = try outcome.json()["diagnostics"]?.array ?? []
        #expect(found.contains { $0["file"]?.string == file && $0["severity"]?.string == "error" }, "\(outcome.output)")
        // A fix never touches what is wrong.
        try await program.run("workspace", "lint", "--fix").expectFailure()
        #expect(try program.place.bytes("ws/" + file) == Data(text.utf8))
    }

    @Test func `writes canonical text where it is asked to, as one change`() async throws {
        let program = try await Self.workspace()
        var before: [String: Data] = [:]
        for file in ["ws/patchbay.json", "ws/patchbay.lock", Self.dialog, "ws/variables/env.json"] {
            before[file] = try program.place.bytes(file)
            let value = try JSONReader().read(Array(program.place.bytes(file)))
            try program.place.write(JSONWriter(.compact).text(value), to: file)
        }
        let checked = try await program.run("workspace", "lint", "--json").expectSuccess()
        #expect(
            try checked.json()["fixed"]?.array == [] && checked.errors.contains("4 files are not in canonical text")
        )
        let fixed = try await program.run("workspace", "lint", "--fix", "--json").expectSuccess().json()
        #expect(fixed["fixed"]?.array?.count == 4)
        for (file, bytes) in before { #expect(try program.place.bytes(file) == bytes, "\(file)") }
        let again = try await program.run("workspace", "lint", "--fix", "--json").expectSuccess().json()
        #expect(again["fixed"]?.array == [])
        let undone = try await program.run("workspace", "undo", "--json").expectSuccess().json()
        #expect(undone["changes"]?.array?.count == 4)
    }

    @Test func `sees that the copies of what templates wrote were touched`() async throws {
        let program = try await Self.workspace()
        let base = "ws/.patchbay/base/extract-skills/dialogs/extract-skills/dialog.json"
        try Self.edit(base, in: program) { $0.replacing("skills", with: "talents") }
        try await program.run("workspace", "lint").expectFailure()
        try FileManager.default.removeItem(atPath: program.place.path + "/" + base)
        let missing = try await program.run("workspace", "lint", "--json").expectSuccess().json()
        #expect(missing["diagnostics"]?[0]?["message"]?.string?.contains("is missing") == true)
    }
}
