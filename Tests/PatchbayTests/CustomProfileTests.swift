import Foundation
import PatchbayModel
import Testing

@Suite("A profile without a plugin")
struct CustomProfileTests {
    private static let token = "tkn-4Hq8Zw2Lx6"

    /// A workspace with the profile `hr`, and a dialog that reads with it.
    private func prepared(baseURL: String, mode: String = "preAuthorized") async throws -> Program {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        let profile: JSONValue = [
            "formatVersion": 1, "id": "hr", "title": "Human resources", "type": "custom", "mode": .string(mode),
            "baseURL": .string(baseURL), "connection": ["area": "north"],
            "fields": [["key": "token", "kind": "password"]],
            "send": [
                ["in": "header", "name": "X-Token", "value": [["field": "token"]]],
                ["in": "query", "name": "area", "value": [["connection": "area"]]],
            ],
            "check": [
                "request": ["method": "GET", "path": "/me"], "good": [["status": [200]]],
                "account": ["pointer": "/name"],
            ],
        ]
        try program.place.write(JSONWriter(.indented).text(profile), to: "ws/authorization/hr.json")
        let dialog: JSONValue = [
            "formatVersion": 1, "language": "en", "id": "staff", "name": "Staff", "start": "start",
            "nodes": [
                ["id": "start", "kind": "intent", "next": "read"],
                [
                    "id": "read", "kind": "service", "profile": "hr", "next": "told", "onFailure": "sorry",
                    "request": ["method": "GET", "url": .string(baseURL + "/staff/{id}"), "path": ["id": "7"]],
                ],
                [
                    "id": "told", "kind": "message", "next": "end",
                    "messages": [["id": "told", "text": "It is {{context.read.response.body.name}}."]],
                ],
                [
                    "id": "sorry", "kind": "message", "next": "end",
                    "messages": [
                        [
                            "id": "sorry",
                            "text": "{{context.lastServiceFailure.kind}}: {{context.lastServiceFailure.message}}",
                        ]
                    ],
                ],
            ],
        ]
        try program.place.write(JSONWriter(.indented).text(dialog), to: "ws/dialogs/staff/dialog.json")
        return program
    }

    private func said(_ program: Program) async throws -> String {
        try await program.run("chat", "--dialog", "staff", "--ephemeral", "--json").expectSuccess().said()
            .joined(separator: "\n")
    }

    private func list(_ program: Program, _ state: String) async throws -> JSONValue? {
        try await program.run("integration", "list", "--json").expectSuccess().json()[state]
    }

    @Test func `is enabled, listed, checked, refused, disabled and removed like an integration`() async throws {
        let isRefusing = Switch()
        let service = try await LocalService { request in
            isRefusing.isOn || request.headers["x-token"] != Self.token
                ? WireAnswer(status: 401, body: "{}") : WireAnswer(body: #"{"name": "Ada"}"#)
        }
        let program = try await prepared(baseURL: "http://\(service.address)")
        let files = program.place.files().filter { $0.hasPrefix("ws/") && !$0.contains("/.patchbay/local/") }
        let before = try files.map { try program.place.bytes($0) }
        #expect(try await said(program).hasPrefix("unbound: "))
        #expect(try await said(program).contains("'patchbay integration enable custom --profile hr'"))
        #expect(try await list(program, "available")?[0]?["profile"]?.string == "hr")

        let credential = #"{"token": "\#(Self.token)"}"#
        let enable = ["integration", "enable", "custom", "--profile", "hr", "--stdin", "--allow", service.address]
        // Nobody has agreed to the host yet.
        try await program.run(enable, input: credential).expectFailure(64, saying: "--profile-base-url")
        #expect(service.requests.isEmpty)
        let agreed = enable + ["--profile-base-url", "http://\(service.address)"]
        try await program.run(agreed, input: #"{"token": "wrong-one"}"#).expectFailure(saying: "refused the credential")
        #expect(!program.place.files().contains { $0.hasPrefix("home/vault/") })
        let enabled = try await program.run(agreed, input: credential).expectSuccess()
        #expect(enabled.output.contains("Integration successful: profile 'hr' is bound to http://\(service.address)."))
        #expect(service.requests.last?.target == "/me?area=north")
        // What somebody has agreed to is not asked again.
        try await program.run(enable, input: credential).expectSuccess()

        #expect(try await said(program) == "It is Ada.")
        #expect(service.requests.last?.target == "/staff/7?area=north")
        let row = try await list(program, "configured")?[0]
        #expect(row?["id"]?.string == "custom")
        #expect(row?["name"]?.string == "Human resources")
        #expect(row?["checked"]?.bool == true)

        isRefusing.turnOn()
        #expect(try await said(program).hasPrefix("authorization: "))
        #expect(try await list(program, "failing")?[0]?["profile"]?.string == "hr")
        try await program.run("integration", "check", "custom").expectFailure()

        try await program.run("integration", "disable", "custom").expectSuccess()
        #expect(try await said(program).hasPrefix("unbound: "))
        try await program.run("integration", "remove", "custom").expectFailure(64, saying: "--yes")
        try await program.run("integration", "remove", "custom", "--yes").expectSuccess()
        let left = program.place.files().filter { $0.hasPrefix("home/") && $0.hasSuffix("hr.json") }
        #expect(left == [])
        // The files are their author's: nothing of this has touched them.
        #expect(try files.map { try program.place.bytes($0) } == before)
    }

    @Test func `needs nobody's agreement where its host was allowed`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await prepared(baseURL: "http://\(service.address)")
        try await program.run("integration", "allow", service.address).expectSuccess()
        try await program.run("integration", "enable", "custom", "--stdin", input: #"{"token": "abcd"}"#)
            .expectSuccess()
        let allowed = try await list(program, "allowed")
        #expect(allowed == [.string(service.address)])
    }

    @Test func `is answered by its nodes' tapes in the sandbox`() async throws {
        let program = try await prepared(baseURL: "https://hr.example.com")
        try await program.run("integration", "enable", "custom", "--sandbox").expectSuccess()
        #expect(try await list(program, "configured")?[0]?["sandbox"]?.bool == true)
        let tape = #"{"formatVersion": 1, "answer": {"body": {"json": {"name": "Bea"}}}}"#
        try program.place.write(tape, to: "ws/dialogs/staff/tapes/read/bea.json")
        #expect(try await said(program) == "It is Bea.")
    }

    @Test func `sends its credential to no other origin`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await prepared(baseURL: "https://hr.example.com")
        let base = "http://\(service.address)"
        let arguments = ["integration", "enable", "custom", "--stdin", "--allow", service.address]
        let input = #"{"token": "\#(Self.token)"}"#
        // The check's own URL would send it elsewhere, too.
        try await program.run(
            arguments + ["--base-url", "http://localhost:\(service.port)", "--check-url", base + "/me"],
            input: input
        ).expectFailure(saying: "goes to http://localhost:\(service.port) only")
        #expect(service.requests.isEmpty)
        try await program.run(arguments + ["--base-url", base], input: input).expectSuccess()
        #expect(try await said(program).hasPrefix("blocked: "))
        #expect(service.requests.count == 1)
    }

    @Test func `that is not there, not told apart or of a later kind is refused with the way out`() async throws {
        let program = try await prepared(baseURL: "https://hr.example.com", mode: "userAuthorized")
        func enable(_ arguments: String...) async throws -> Outcome {
            try await program.run(["integration", "enable", "custom"] + arguments)
        }
        try await enable().expectFailure(saying: "userAuthorized")
        try await enable("--profile", "hrr").expectFailure(saying: "did you mean 'hr'?")
        let text = String(decoding: try program.place.bytes("ws/authorization/hr.json"), as: UTF8.self)
        try program.place.write(text.replacing(#""id": "hr""#, with: #""id": "crm""#), to: "ws/authorization/crm.json")
        try await enable().expectFailure(64, saying: "--profile crm, --profile hr")
        try FileManager.default.removeItem(atPath: program.place.path + "/ws/authorization")
        try await enable().expectFailure(64, saying: "write authorization/ID.json")
        try await program.run("integration", "check", "custom", "--profile", "hr").expectFailure(
            saying: "authorization/hr.json"
        )
    }
}
