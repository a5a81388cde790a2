import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("A made-up service, described in JSON alone")
struct MadeUpServiceTests {
    private let plugin: Plugin
    private let grant: Grant

    init() throws {
        plugin = try Fixture.parcel()
        grant = try Fixture.grant(for: plugin)
    }

    @Test
    func `is called with tenant, path, query in three styles, header and key`() async throws {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json(["parcel": ["state": "on its way"]])))
        let answer = try await bench.call(
            "parcel",
            "track",
            [
                "number": "12/3 ä", "fields": ["state", "a,b"], "tags": ["x", "y"], "states": [1, true], "trace": "t-1",
            ]
        )
        let request = try #require(bench.transport.requests.first)
        #expect(request.method == "GET")
        #expect(
            request.url == "https://acme.parcel.example/api/v2/parcels/12%2F3%20%C3%A4?lang=en&fields=state,a%2Cb"
                + "&tag=x&tag=y&states%5B%5D=1&states%5B%5D=true&key=s3cret-key"
        )
        #expect(request.headers["x-trace"] == "t-1")
        #expect(request.headers["user-agent"] == "patchbay/0.1.0")
        #expect(request.body == nil)
        #expect(request.operation == "parcel/track")
        #expect(request.reach.origins == ["https://acme.parcel.example:443"])
        #expect(answer.values == ["state": "on its way"])
    }

    @Test
    func `takes a form with nested fields, fixed ones first`() async throws {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        _ = try await bench.call(
            "parcel",
            "announce",
            ["receiver": ["name": "Zoë & Co", "zip": "10115"], "weight": 1.50, "labels": ["a", "b"]],
            key: "turn-1"
        )
        let request = try #require(bench.transport.requests.first)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "source=hub&receiver%5Bname%5D=Zo%C3%AB%20%26%20Co&receiver%5Bzip%5D=10115&weight=1.5&labels%5B%5D=a&labels%5B%5D=b"
        )
        #expect(request.headers["idempotency-key"] == "turn-1")
    }

    @Test
    func `takes XML with attributes and repeated elements`() async throws {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.text("<ok/>")))
        let answer = try await bench.call("parcel", "complain", ["text": "a < b & \"c\"\r\n", "parcels": ["1", "2"]])
        let request = try #require(bench.transport.requests.first)
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == #"<?xml version="1.0" encoding="UTF-8"?><complaint version="1">"#
                + "<text>a &lt; b &amp; &quot;c&quot;&#13;&#10;</text><parcels><parcel>1</parcel><parcel>2</parcel></parcels></complaint>"
        )
        #expect(answer.body == "<ok/>")
    }

    @Test
    func `says by its own rules what went wrong, also with status 200`() async throws {
        let fault: JSONValue = ["fault": ["code": "E-7", "text": "the parcel is \u{1B}[31mgone\u{7}, key s3cret-key"]]
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json(fault, status: 200)))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"])
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.status == 200)
        #expect(
            failure?.message
                == "acme.parcel.example answered 200: the parcel is [31mgone , key [secret parcel/parcelKey]"
        )
        #expect(failure?.attempts == 1)
    }

    @Test
    func `is tried again after the wait that its body asks for`() async throws {
        let limit: JSONValue = ["fault": ["code": "E-LIMIT", "waitMs": 700]]
        let bench = Bench(
            plugin,
            grant: grant,
            StubTransport(StubTransport.json(limit, status: 200), StubTransport.json(["parcel": ["state": "here"]]))
        )
        let answer = try await bench.call("parcel", "track", ["number": "1"])
        #expect(answer.attempts == 2)
        let wait = try #require(bench.clock.slept.first)
        #expect((.milliseconds(700) ... .milliseconds(770)).contains(wait))
    }

    @Test(
        arguments: [
            (["number": "1", "fileds": []], "operation 'track' has no input 'fileds'; did you mean 'fields'?"),
            ([:], "input 'number' is missing; operation 'track' needs it"),
            (["number": ""], "path part 'number' is empty, but it is a part of the path; give it a value"),
            (["number": ".."], "path part 'number' is '..', which would change the path; give another value"),
            (
                ["number": "1", "trace": "a\r\nX-Evil: 1"],
                "header 'X-Trace' has a line break or control character in its value; remove it"
            ),
        ] as [(JSONObject, String)]
    )
    func `refuses wrong input before anything is sent`(input: JSONObject, message: String) async {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let failure = await failure { () async throws(Failure) in try await bench.call("parcel", "track", input) }
        #expect(failure == Failure(.invalid, message))
        #expect(bench.transport.requests.isEmpty)
    }

    @Test
    func `checks an input against a schema in a file of the plugin`() async throws {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "announce", ["receiver": ["name": 3]])
        }
        #expect(failure?.kind == .invalid)
        #expect(failure?.message.hasPrefix("input 'receiver' at '/name': ") == true)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test(arguments: naughtyTexts.indices)
    func `gets text of any kind unharmed in a JSON body`(index: Int) async throws {
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let data: JSONValue = ["key \(naughtyTexts[index].prefix(50))": [.string(naughtyTexts[index])]]
        guard !naughtyTexts[index].contains("\u{0}") else { return }
        _ = try await bench.call("parcel", "note", ["text": .string(naughtyTexts[index]), "data": data])
        let body = try JSONReader().read(try #require(bench.transport.requests.first?.body))
        #expect(body["note"]?["text"]?.string.map { Array($0.utf8) } == Array(naughtyTexts[index].utf8))
        #expect(body["data"] == data)
    }

    @Test(arguments: naughtyTexts.indices)
    func `gets text of any kind unharmed in a path, a query and a form`(index: Int) async throws {
        let text = naughtyTexts[index]
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        _ = try await bench.call("parcel", "track", ["number": .string(text), "tags": [.string(text)]])
        _ = try await bench.call("parcel", "announce", ["receiver": ["name": .string(text)]])
        let requests = bench.transport.requests
        let url = try ServiceURL(requests[0].url)
        #expect(url.path.utf8.count { $0 == 0x2F } == 4)
        #expect(PercentEncoding.decode(url.path.split(separator: "/")[3]) == text)
        let pairs = (url.query ?? "").split(separator: "&").map(String.init)
        #expect(pairs.count == 3)
        #expect(PercentEncoding.decode(pairs[1].dropFirst("tag=".count)) == text)
        let form = String(decoding: requests[1].body ?? [], as: UTF8.self).split(separator: "&").map(String.init)
        #expect(form.count == 2)
        #expect(PercentEncoding.decode(form[1].dropFirst("receiver%5Bname%5D=".count)) == text)
    }

    @Test
    func `that wants its key in the path or body is called in the sandbox with words in its place`() throws {
        let send: JSONValue = [
            ["in": "path", "name": "token", "value": ["bot", ["field": "token"]]],
            ["in": "body", "name": "mode", "value": [["field": "mode"]]],
            ["in": "body", "name": "more", "value": [["field": "more"]], "omitEmpty": true],
            ["in": "header", "name": "X-Key", "value": [["field": "token"]]],
            ["in": "query", "name": "client", "value": ["hub"]],
            ["in": "query", "name": "k", "value": [["field": "token"]]],
        ]
        let plugin = try Fixture.plugin([
            "authorization": [
                [
                    "id": "bot", "type": "custom", "send": send,
                    "fields": [
                        ["key": "token"], ["key": "mode", "default": "fast"], ["key": "more", "required": false],
                    ],
                ]
            ],
            "operations": ["say": ["method": "POST", "path": "/{token}/say", "inputs": ["text": [:]]]],
        ])
        let operation = try #require(plugin.manifest.operation("say"))
        func request(fields: [String: String], _ provider: Binding.Provider) throws -> HTTPRequest {
            let grant = try Fixture.grant(for: plugin, fields: fields, connection: [:], provider: provider)
            return try RequestBuilder(version: "1").request(operation, of: plugin, inputs: ["text": "hi"], grant: grant)
        }
        let played = try request(fields: [:], .sandbox)
        // What holds no secret is sent, so that a replay calls as the recording did.
        #expect(played.url == "https://made-up.example/botsandbox/say?client=hub")
        #expect(played.body.map { String(decoding: $0, as: UTF8.self) } == #"{"text":"hi","mode":"fast"}"#)
        #expect(played.headers["X-Key"] == nil)
        let real = try request(fields: ["token": "a/b", "mode": "slow", "more": "yes"], .real)
        #expect(real.url == "https://made-up.example/bota%2Fb/say?client=hub&k=a%2Fb")
        #expect(real.body.map { String(decoding: $0, as: UTF8.self) } == #"{"text":"hi","mode":"slow","more":"yes"}"#)
        #expect(throws: Failure.self) { try request(fields: ["token": "a"], .real) }
    }

    @Test
    func `that begins a job says that jobs are not supported yet`() async throws {
        let plugin = try Fixture.plugin([
            "operations": [
                "begin": [
                    "method": "POST", "path": "/jobs",
                    "job": ["poll": ["operation": "show"], "state": "/state", "done": ["completed"]],
                ]
            ]
        ])
        let grant = try Fixture.grant(for: plugin, fields: [:], connection: [:])
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])))
        let failure = await failure { () async throws(Failure) in try await bench.call("made-up", "begin", [:]) }
        #expect(failure?.kind == .invalid)
        #expect(failure?.message.contains("not supported yet") == true)
        #expect(bench.transport.requests.isEmpty)
    }
}
