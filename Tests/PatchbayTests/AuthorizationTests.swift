import Foundation
import PatchbayModel
import Testing

@Suite("Enabling a made-up service")
struct AuthorizationTests {
    private static let check: JSONValue = ["operation": "me", "bad": [["status": [401, 403]]]]

    private static func key(_ id: String, _ send: JSONValue) -> JSONValue {
        [
            "id": .string(id), "type": "apiKey", "fields": [["key": "apiKey", "kind": "password"]],
            "send": [send], "check": check,
        ]
    }

    /// All types that work in this version.
    private static let manifest: JSONValue = [
        "formatVersion": 1, "language": "en", "id": "multi", "name": "Multi", "version": "1.0.0",
        "hosts": [["scheme": "https", "host": "api.multi.example"]],
        "baseURL": ["url": "https://api.multi.example/v1", "change": "allowed"],
        "authorization": [
            ["id": "open", "type": "none", "check": check],
            ["id": "pair", "type": "basic", "check": check],
            ["id": "key", "type": "apiKey", "check": check],
            key("key-query", ["in": "query", "name": "key", "value": [["field": "apiKey"]]]),
            key("key-cookie", ["in": "cookie", "name": "sid", "value": [["field": "apiKey"]]]),
            ["id": "token", "type": "bearer", "check": check],
            [
                "id": "wild", "type": "custom", "check": check,
                "fields": [
                    ["key": "region", "kind": "select", "choices": ["eu", "us"], "default": "eu"],
                    ["key": "code", "kind": "text", "pattern": "[A-Z]{3}-[0-9]+", "environment": "MULTI_CODE"],
                    ["key": "hint", "kind": "text", "required": false],
                    ["key": "state", "kind": "text", "visibleWhen": ["field": "region", "equals": "us"]],
                    ["key": "pin", "kind": "password", "environment": "MULTI_PIN"],
                ],
                "send": [
                    [
                        "in": "header", "name": "X-Sign",
                        "value": [["field": "region"], ":", ["field": "code"], ":", ["field": "pin"]],
                    ],
                    ["in": "header", "name": "X-Hint", "value": [["field": "hint"]], "omitEmpty": true],
                    ["in": "header", "name": "X-State", "value": [["field": "state"]], "omitEmpty": true],
                ],
            ],
        ],
        "operations": [
            "me": [
                "title": "Me", "source": "https://multi.example/docs", "method": "GET", "path": "/me",
                "response": ["schema": ["type": "object"]],
            ]
        ],
    ]

    private func installed() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try program.place.write(JSONWriter(.indented).text(Self.manifest), to: "multi/plugin.json")
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../multi", "--yes").expectSuccess()
        return program
    }

    private func enable(
        _ type: String,
        _ program: Program,
        _ service: LocalService,
        _ more: String...,
        input: String?
    ) async throws -> Outcome {
        let source = input == nil ? ["--from-env"] : ["--stdin"]
        let place = ["--base-url", "http://\(service.address)/v1", "--allow", service.address]
        return try await program.run(
            ["integration", "enable", "multi", "--authorization", type] + source + place + more,
            input: input
        )
    }

    /// What stands in home and workspace, without locks.
    private func state(of program: Program) throws -> [String: Data] {
        let files = program.place.files().filter { !$0.hasSuffix("lock") && !$0.contains(".streams-") }
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try program.place.bytes($0)) })
    }

    @Test(
        arguments: [
            ("open", "{}", "authorization", nil),
            ("pair", #"{"username": "ada", "password": "p:ä"}"#, "authorization", "Basic YWRhOnA6w6Q="),
            ("key", #"{"apiKey": "k-1234"}"#, "x-api-key", "k-1234"),
            ("key-cookie", #"{"apiKey": "k; k=1"}"#, "cookie", "sid=k%3B%20k%3D1"),
            ("token", #"{"token": "t-1234"}"#, "authorization", "Bearer t-1234"),
            ("wild", #"{"code": "ABC-1", "pin": "9999", "hint": ""}"#, "x-sign", "eu:ABC-1:9999"),
            ("wild", #"{"code": "ABC-1", "pin": "9999", "region": "us", "state": "NY"}"#, "x-state", "NY"),
        ] as [(String, String, String, String?)]
    )
    func `sends what its type says`(type: String, input: String, header: String, value: String?) async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        try await enable(type, program, service, input: input).expectSuccess()
        let request = try #require(service.requests.last)
        #expect(request.target == "/v1/me")
        #expect(request.headers[header] == value)
        #expect(request.headers["x-hint"] == nil)
        try await program.run("integration", "check", "multi").expectSuccess()
        #expect(service.requests.count == 2)
        #expect(service.requests.last?.headers[header] == value)
    }

    @Test func `sends a key in the query encoded`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        try await enable("key-query", program, service, input: #"{"apiKey": "k&=k ü"}"#).expectSuccess()
        #expect(service.requests.last?.target == "/v1/me?key=k%26%3Dk%20%C3%BC")
    }

    @Test func `takes fields from the environment, and those with a default from there`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        var program = try await installed()
        program.environment["MULTI_PIN"] = "pin-1234"
        try await enable("wild", program, service, input: nil).expectFailure(saying: "not set: MULTI_CODE\n")
        program.environment["MULTI_CODE"] = "ABC-1"
        try await enable("wild", program, service, input: nil).expectSuccess()
        #expect(service.requests.last?.headers["x-sign"] == "eu:ABC-1:pin-1234")
    }

    @Test func `changes nothing for what can't be a credential, and shows none of it`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        try await enable("token", program, service, input: #"{"token": "old-token"}"#).expectSuccess()
        let before = try state(of: program)
        let bad = [
            ("token", ""), ("token", "{}"), ("token", #"["cnry-1"]"#), ("token", #"{"tokn": "cnry-1"}"#),
            ("token", #"{"token": "cnry-1", "token": "cnry-2"}"#), ("token", #"{"token": ["cnry-1"]}"#),
            ("token", #"{"token": null}"#), ("token", #"{"token": ""}"#), ("token", #"{"token": "cnry-1"} {}"#),
            ("token", #"{"token": "cnry-1\r\nX: y"}"#), ("token", #"{"token": "cnry-1\u0000"}"#),
            ("token", #"{"token": "cnry-1", "more": "cnry-2"}"#), ("token", "\u{FEFF}{}"),
            ("token", #"{"token": "cnry-ключ"}"#),
            ("token", #"{"token": "cnry-\#(String(repeating: "x", count: 20_000))"}"#),
            ("token", String(repeating: " ", count: 2 << 20) + "{}"),
            ("pair", #"{"username": "cnry-1:x", "password": "cnry-2"}"#), ("key", #"{"token": "cnry-1"}"#),
            ("wild", #"{"code": "cnry-1", "pin": "1234"}"#),
            ("wild", #"{"code": "ABC-1", "pin": "cnry", "region": "xx"}"#),
            ("wild", #"{"code": "ABC-1", "pin": "cnry", "region": "us"}"#),
        ]
        for (type, input) in bad {
            let outcome = try await enable(type, program, service, input: input).expectFailure()
            #expect(!(outcome.output + outcome.errors).contains("cnry"), "\(outcome.errors)")
            #expect(try state(of: program) == before, "\(type) \(input.prefix(80))")
        }
        #expect(service.requests.count == 1)
    }

    @Test(arguments: [301, 401, 403, 404, 419, 500, 200])
    func `changes nothing when the check fails`(status: Int) async throws {
        let isFailing = Switch()
        let service = try await LocalService { _ in
            isFailing.isOn
                ? WireAnswer(status: status, contentType: "text/html", body: "<p>no") : WireAnswer(body: "{}")
        }
        let program = try await installed()
        try await enable("token", program, service, input: #"{"token": "old-token"}"#).expectSuccess()
        let before = try state(of: program)
        isFailing.turnOn()
        let input = #"{"token": "new-token"}"#
        let outcome = try await enable("token", program, service, input: input).expectFailure(
            saying: "nothing was changed"
        )
        #expect(!(outcome.output + outcome.errors).contains("new-token"))
        #expect(try state(of: program) == before)
        try await enable("token", program, service, "--no-check", input: input).expectSuccess()
        let list = try await program.run("integration", "list", "--json").expectSuccess().json()
        #expect(list["configured"]?[0]?["checked"]?.bool == false)
    }

    @Test func `may be done by many at once`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let input = #"{"token": "token-\#(number)"}"#
                    try await enable("token", program, service, "--profile", "p\(number)", input: input).expectSuccess()
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<6 {
            try await program.run("integration", "check", "multi", "--profile", "p\(number)").expectSuccess()
            #expect(service.requests.last?.headers["authorization"] == "Bearer token-\(number)")
        }
    }

    @Test func `leaves, when it is killed, the old credential at the old place or the new one at the new`() async throws
    {
        let old = try await LocalService { _ in WireAnswer(body: "{}") }
        let new = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        for step in 0..<12 {
            try await enable("token", program, old, input: #"{"token": "old-token"}"#).expectSuccess()
            let arguments = [
                "integration", "enable", "multi", "--authorization", "token", "--stdin", "--no-check",
                "--base-url", "http://\(new.address)/v1", "--allow", new.address,
            ]
            try await program.run(
                arguments,
                input: #"{"token": "new-token"}"#,
                killedAfter: .milliseconds(10 + step * 8)
            )
            try await program.run("integration", "check", "multi").expectSuccess()
        }
        #expect(Set(old.requests.map { $0.headers["authorization"] }) == ["Bearer old-token"])
        #expect(new.requests.allSatisfy { $0.headers["authorization"] == "Bearer new-token" })
    }

    @Test func `that was interrupted before its profile was written counts for nothing`() async throws {
        let service = try await LocalService { _ in WireAnswer(body: "{}") }
        let program = try await installed()
        let input = #"{"token": "a-token"}"#
        try await enable("token", program, service, input: input).expectSuccess()
        try FileManager.default.removeItem(atPath: program.place.path + "/ws/authorization/multi.json")
        let list = try await program.run("integration", "list", "--json").expectSuccess().json()
        #expect(list["available"]?[0]?["id"]?.string == "multi")
        #expect(list["configured"]?.array?.isEmpty == true)
        try await program.run("integration", "check", "multi").expectFailure(
            saying: "'patchbay integration enable multi'"
        )
        #expect(service.requests.count == 1)
        try await enable("token", program, service, input: input).expectSuccess()
        try await program.run("integration", "check", "multi").expectSuccess()
    }
}
