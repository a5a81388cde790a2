import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("An answer")
struct AnswerTests {
    private let plugin: Plugin
    private let grant: Grant

    init() throws {
        plugin = try Fixture.plugin([
            "authorization": [["id": "key", "type": "bearer"]],
            "errorMessage": [["pointer": "/error/message"]],
            "operations": [
                "read": [
                    "method": "GET", "path": "/x", "response": ["values": ["text": "/text"]], "retry": ["attempts": 1],
                ],
                "write": ["method": "POST", "path": "/x"],
                "list": [
                    "method": "GET", "path": "/x",
                    "response": [
                        "schema": [
                            "type": "object", "required": ["items", "kind"],
                            "properties": [
                                "items": [
                                    "type": "array",
                                    "items": [
                                        "type": "object", "required": ["id"], "properties": ["id": ["type": "string"]],
                                    ],
                                ],
                                "kind": ["enum": ["a", "b"]], "next": ["type": ["string", "null"]],
                            ],
                        ],
                        "values": ["first": "/items/0/id", "next": "/next", "kind": "/kind"],
                    ],
                ],
                "talk": [
                    "method": "POST", "path": "/x", "retry": ["attempts": 1],
                    "response": ["values": ["text": "/choices/0/message/content", "usage": "/usage"]],
                    "model": ["request": "chat-completions"],
                ],
                "plain": ["method": "GET", "path": "/x", "response": ["decoder": "text"]],
                "events": [
                    "method": "GET", "path": "/x", "retry": ["attempts": 1],
                    "response": ["decoder": "sse", "stream": ["format": "sse", "done": "[END]"]],
                ],
            ],
        ])
        grant = try Fixture.grant(for: plugin, fields: ["token": "tok-12345"], connection: [:])
    }

    private func answer(_ operation: OperationID, _ stub: @escaping StubTransport.Answer) async throws(Failure)
        -> OperationAnswer
    {
        try await Bench(plugin, grant: grant, StubTransport(stub)).call("made-up", operation)
    }

    @Test(arguments: [
        ("<!doctype html><title>Hi</title>", "with a page instead of JSON"),
        ("{\"a\": ", "with no valid JSON"),
        ("", "with an empty body"),
        ("{\"a\": \"\\ud800\"}", "with no valid JSON"),
        (String(repeating: "[", count: 5_000), "with no valid JSON"),
    ])
    func `that is no JSON is called malformed, with what it is instead`(text: String, words: String) async {
        let failure = await failure { () async throws(Failure) in try await answer("read", StubTransport.text(text)) }
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.hasPrefix("made-up.example answered 200 \(words)") == true)
    }

    @Test
    func `in bytes that are no UTF-8 is malformed, as JSON and as text`() async {
        for operation in ["read", "plain"] as [OperationID] {
            let failure = await failure { () async throws(Failure) in
                try await answer(operation, StubTransport.bytes([0x22, 0xFF, 0xFE, 0x22]))
            }
            #expect(failure?.kind == .malformed)
        }
    }

    @Test(
        arguments: [
            ([], "the answer is not what the service promises: "),
            (nil, "the answer is not what the service promises: "),
            ("text", "the answer is not what the service promises: "),
            (["items": [["id": "1"]]], "the answer's '/kind' is missing"),
            (["items": [["no": "1"]], "kind": "a"], "the answer's '/items/0/id' is missing"),
            (["kind": "a"], "the answer's '/items/0/id' is missing"),
            (["items": [["id": nil]], "kind": "a"], "the answer's '/items/0/id' is missing"),
        ] as [(JSONValue, String)]
    )
    func `without what its schema requires and the manifest extracts is malformed`(body: JSONValue, words: String) async
    {
        let failure = await failure { () async throws(Failure) in try await answer("list", StubTransport.json(body)) }
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.hasPrefix("made-up.example: \(words)") == true)
    }

    @Test(
        arguments: [
            ["items": [["id": "1", "new": true]], "kind": "brand-new", "next": nil, "more": 1],
            ["items": [], "kind": "a"],
        ] as [JSONValue]
    )
    func `may have more than its schema knows and less than the manifest would take`(body: JSONValue) async throws {
        #expect(try await answer("list", StubTransport.json(body)).body == body)
    }

    @Test(
        arguments: [
            nil, [1], [:], ["error": ["message": "no"]], ["choices": [], "usage": [:]], ["choices": ["a": 1]],
            ["choices": ["text"]],
        ] as [JSONValue]
    )
    func `of a model without the element that its values lie in is malformed and names it`(body: JSONValue) async {
        let failure = await failure { () async throws(Failure) in try await answer("talk", StubTransport.json(body)) }
        #expect(failure?.kind == .malformed)
        #expect(failure?.message.contains("without '/choices/0'") == true)
    }

    @Test func `of a model may be one whose text is null, as before tool calls`() async throws {
        let body: JSONValue = ["choices": [["message": ["content": nil]]]]
        let answer = try await answer("talk", StubTransport.json(body))
        #expect(answer.values["text"] == .null)
    }

    @Test
    func `may be empty where nothing is expected`() async throws {
        #expect(try await answer("write", StubTransport.text("", status: 201)).body == .null)
        #expect(try await answer("read", StubTransport.text("", status: 204)).body == .null)
        #expect(try await answer("write", StubTransport.text("null")).body == .null)
    }

    @Test
    func `of an error may have its words in a header`() async throws {
        let plugin = try Fixture.plugin([
            "errorMessage": [["pointer": "/error"], ["header": "X-Trouble"]],
            "errors": [["when": ["status": [418]], "kind": "refused", "message": ["header": "X-Teapot"]]],
            "operations": ["read": ["method": "GET", "path": "/x", "retry": ["attempts": 1]]],
        ])
        for (status, name, words) in [(400, "x-trouble", "no sugar"), (418, "x-teapot", "no tea")] {
            let stub = StubTransport.bytes([], status: status, headers: HTTPHeaders([.init(name, words)]))
            let failure = await failure { () async throws(Failure) in
                try await Bench(plugin, grant: grant, StubTransport(stub)).call("made-up", "read")
            }
            #expect(failure?.message == "made-up.example answered \(status): \(words)")
        }
    }

    @Test
    func `of an error never shows markup, control characters, the key, or more than 500 characters`() async {
        let page = await failure { () async throws(Failure) in
            try await answer("write", StubTransport.text("<html><b>Bad gateway</b>", status: 502))
        }
        #expect(page?.message == "made-up.example answered 502")
        let echo = await failure { () async throws(Failure) in
            try await answer(
                "write",
                StubTransport.json(["error": ["message": "bad key tok-12345\u{1B}[0m\nnext\u{202E}"]], status: 401)
            )
        }
        #expect(
            echo?.message == "key refused by made-up.example (401): bad key [secret made-up/token] [0m next; "
                + "'patchbay integration enable made-up' takes another"
        )
        let long = await failure { () async throws(Failure) in
            try await answer("write", StubTransport.text(String(repeating: "ab ", count: 5_000), status: 500))
        }
        #expect((long?.message.count ?? 0) < 540)
        let broken = await failure { () async throws(Failure) in
            try await answer("write", StubTransport.text("{\"a", status: 400))
        }
        #expect(broken?.kind == .invalid)
        #expect(broken?.message == "made-up.example answered 400: {\"a")
    }

    @Test
    func `keeps status, headers and what the manifest extracts`() async throws {
        let answer = try await answer(
            "read",
            StubTransport.json(["text": "hi", "other": 1], status: 203, headers: ["X-A": "1", "x-a": "2"])
        )
        #expect(answer.statusCode == 203)
        #expect(answer.headers["x-a"] == "1, 2")
        #expect(answer.values == ["text": "hi"])
        #expect(answer.source == "real")
        #expect(answer.attempts == 1)
    }

    @Test
    func `of events is a list, and cut off without its end mark`() async throws {
        let whole = try await answer("events", StubTransport.text("data: {\"a\":1}\n\ndata: plain\n\ndata: [END]\n\n"))
        #expect(whole.body == [["a": 1], "plain"])
        let cut = await failure { () async throws(Failure) in
            try await answer("events", StubTransport.text("data: {\"a\":1}\n\n"))
        }
        #expect(cut?.kind == .cutOff)
    }

    @Test
    func `is stopped at its limit of bytes`() async throws {
        let small = try Fixture.plugin([
            "operations": ["read": ["method": "GET", "path": "/x", "response": ["maxSize": "1KiB"]]]
        ])
        let bench = Bench(
            small,
            grant: try Fixture.grant(for: small, fields: [:], connection: [:]),
            StubTransport(StubTransport.text(String(repeating: "1", count: 2_000)))
        )
        let failure = await failure { () async throws(Failure) in try await bench.call("made-up", "read") }
        #expect(failure?.kind == .tooLarge)
        #expect(failure?.attempts == 1)
    }
}

@Suite("A request of an author's own")
struct FreeRequestTests {
    private let bench: Bench

    init() throws {
        let plugin = try Fixture.plugin([
            "baseURL": ["url": "https://hr.example.com"], "authorization": [["id": "b", "type": "basic"]],
        ])
        let grant = try Fixture.grant(for: plugin, fields: ["username": "ann", "password": "p:ä"], connection: [:])
        bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json(["ok": true])))
    }

    private func call(_ request: ResolvedRequest) async throws(Failure) -> OperationAnswer {
        try await bench.client.call(OperationCall(target: .request(request)))
    }

    @Test
    func `fills its path, query, headers and body, and carries the profile's credential`() async throws {
        let answer = try await call(
            ResolvedRequest(
                method: "POST",
                url: "https://hr.example.com/api/employees/{id}?v=1",
                path: ["id": "a/b"],
                query: ["q": ["x y", true], "f": ["k": 1]],
                headers: ["X-N": 5],
                body: .form(["name": "Zoë", "tags": ["a", "b"]])
            )
        )
        let request = try #require(bench.transport.requests.first)
        #expect(request.url == "https://hr.example.com/api/employees/a%2Fb?v=1&q=x%20y&q=true&f%5Bk%5D=1")
        #expect(request.headers["authorization"] == "Basic " + Data("ann:p:ä".utf8).base64EncodedString())
        #expect(request.headers["x-n"] == "5")
        #expect(String(decoding: request.body ?? [], as: UTF8.self) == "name=Zo%C3%AB&tags=a&tags=b")
        #expect(request.operation == "custom")
        #expect(answer.body == ["ok": true])
    }

    @Test
    func `is not made with a user that a service could not tell from the password`() async throws {
        let plugin = try Fixture.plugin(["authorization": [["id": "b", "type": "basic"]]])
        let grant = try Fixture.grant(for: plugin, fields: ["username": "a:b", "password": "c"], connection: [:])
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let request = ResolvedRequest(method: "GET", url: "https://made-up.example/x")
        let failure = await #expect(throws: Failure.self) {
            try await bench.client.call(OperationCall(target: .request(request)))
        }
        #expect(failure?.kind == .invalid)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test(arguments: [("eu", nil), ("us", "u-1")] as [(String, String?)])
    func `leaves out a field that is not asked for, though it is required where it is`(region: String, code: String?)
        async throws
    {
        let plugin = try Fixture.plugin([
            "authorization": [
                [
                    "id": "c", "type": "custom",
                    "fields": [
                        ["key": "region"], ["key": "code", "visibleWhen": ["field": "region", "equals": "us"]],
                    ],
                    "send": [["in": "header", "name": "X-Code", "value": [["field": "code"]], "omitEmpty": true]],
                ]
            ]
        ])
        var fields = ["region": region]
        fields["code"] = code
        let grant = try Fixture.grant(for: plugin, fields: fields, connection: [:])
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let request = ResolvedRequest(method: "GET", url: "https://made-up.example/x")
        _ = try await bench.client.call(OperationCall(target: .request(request)))
        #expect(bench.transport.requests.first?.headers["X-Code"] == code)
        let incomplete = try Fixture.grant(for: plugin, fields: ["region": "us"], connection: [:])
        let failing = Bench(plugin, grant: incomplete, StubTransport(StubTransport.json([:])))
        let failure = await #expect(throws: Failure.self) {
            try await failing.client.call(OperationCall(target: .request(request)))
        }
        #expect(failure?.kind == .unbound)
    }

    @Test
    func `sends JSON, text and XML`() async throws {
        let bodies: [(CustomRequest.Body, String, String)] = [
            (.json(["a": nil]), "{\"a\":null}", "application/json"),
            (.text("\u{0}é"), "\u{0}é", "text/plain; charset=utf-8"),
            (
                .xml(["r": ["@id": "1", "#text": "t", "n": nil]]),
                #"<?xml version="1.0" encoding="UTF-8"?><r id="1">t<n></n></r>"#, "application/xml; charset=utf-8"
            ),
        ]
        for (body, text, type) in bodies {
            _ = try await call(ResolvedRequest(method: "PUT", url: "https://hr.example.com/", body: body))
            let request = try #require(bench.transport.requests.last)
            #expect(String(decoding: request.body ?? [], as: UTF8.self) == text)
            #expect(request.headers["content-type"] == type)
        }
    }

    @Test(arguments: [
        ResolvedRequest(method: "GET\r\nX: y", url: "https://hr.example.com/"),
        ResolvedRequest(method: "get", url: "https://hr.example.com/"),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/{id}", path: ["id": ".."]),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/{id}", path: ["id": nil]),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/{id}"),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/{id"),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/a b"),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/../x"),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/", headers: ["X\r\nY": "1"]),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/", headers: ["X": "1\u{0}"]),
        ResolvedRequest(method: "GET", url: "https://hr.example.com/", headers: ["X": "ä"]),
        ResolvedRequest(method: "POST", url: "https://hr.example.com/", body: .xml(["r": "\u{1}"])),
        ResolvedRequest(method: "POST", url: "https://hr.example.com/", body: .xml(["r": ["a b": "1"]])),
        ResolvedRequest(method: "POST", url: "https://hr.example.com/", body: .xml(["r": 1, "s": 2])),
    ])
    func `is refused before it leaves when a part cannot stand where it goes`(request: ResolvedRequest) async {
        let failure = await failure { () async throws(Failure) in try await call(request) }
        #expect(failure?.kind == .invalid)
        #expect(failure?.attempts == 0)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test
    func `to another host is blocked`() async {
        let failure = await failure { () async throws(Failure) in
            try await call(ResolvedRequest(method: "GET", url: "https://evil.example/{x}", path: ["x": "1"]))
        }
        #expect(failure?.kind == .blocked)
        #expect(bench.transport.requests.isEmpty)
    }
}
