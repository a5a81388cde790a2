import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbaySandbox
import PatchbayTesting
import Testing

@Suite("The sandbox")
struct SandboxTransportTests {
    private static let manifest: JSONValue = [
        "baseURL": ["url": "https://made-up.example/api"],
        "authorization": [["id": "k", "type": "bearer"]],
        "errorMessage": [["pointer": "/fault/text"]],
        "operations": [
            "read": [
                "method": "GET", "path": "/things/{id}",
                "response": [
                    "schema": [
                        "type": "object", "properties": ["id": ["type": "string"], "n": ["type": "integer"]],
                        "required": ["id", "n"],
                    ]
                ],
            ],
            "taped": [
                "method": "POST", "path": "/taped", "inputs": ["a": ["schema": ["type": "string"], "required": true]],
            ],
            "words": [
                "method": "GET", "path": "/words", "response": ["decoder": "text", "schema": ["const": "plain words"]],
            ],
            "bare": ["method": "GET", "path": "/bare"],
            "vector": ["method": "POST", "path": "/vector", "inputs": ["input": [:]]],
        ],
        "sandbox": ["operations": ["vector": ["do": "embed", "dimensions": 16]]],
    ]

    private static func tape(_ value: JSONValue) -> String { JSONWriter().text(value) }

    private static let files: [String: String] = [
        "tapes/taped/b-plain.json": tape(["formatVersion": 1, "answer": ["body": ["json": "plain"]]]),
        "tapes/taped/c-second.json": tape(["formatVersion": 1, "answer": ["body": ["json": "never"]]]),
        "tapes/taped/d-one.json": tape([
            "match": [["in": "body", "pointer": "/a", "equals": "x"]], "answer": ["body": ["json": "one"]],
        ]),
        "tapes/taped/e-two.json": tape([
            "match": [
                ["in": "body", "pointer": "/a", "contains": "x"], ["in": "query", "name": "q", "exists": true],
            ],
            "answer": [
                "after": "80ms", "status": 202, "headers": ["x-a": ["1", "2"]],
                "body": ["parts": [["text": "a"], ["after": "40ms", "text": "b"]]],
            ],
        ]),
        "tapes/taped/f-fails.json": tape([
            "match": [["in": "body", "pointer": "/a", "equals": "gone"]], "failure": ["kind": "unreachable"],
        ]),
    ]

    private func bench(needsCredential: Bool = false, script: SandboxScript? = nil) throws -> Bench {
        Bench([try Fixture.plugin(Self.manifest, files: Self.files)], needsCredential: needsCredential, script: script)
    }

    @Test
    func `plays the tape with most matches, then the first by name`() async throws {
        let bench = try bench()
        #expect(try await bench.send("POST", "/taped", ["a": "other"]).body == "plain")
        #expect(try await bench.send("POST", "/any/prefix/taped", ["a": "x"]).body == "one")
        let two = try await bench.send("POST", "/taped?q=1", ["a": "x"])
        #expect(two.status == 202)
        #expect(two.text == "ab")
        #expect(two.headers.fields.filter { $0.name == "x-a" }.map(\.value) == ["1", "2"])
        #expect(two.headers["x-patchbay-sandbox"] == "tape")
        #expect(bench.clock.slept.reduce(.zero, +) == .milliseconds(120))
        let gone = await failure { try await bench.send("POST", "/taped", ["a": "gone"]) }
        #expect(gone?.kind == .unreachable)
    }

    @Test
    func `plays a node's own tapes before the plugin's, and for requests that belong to no plugin`() async throws {
        let tapes = try [
            Exchange(["answer": ["body": ["json": "own"]]]),
            Exchange([
                "match": [["in": "query", "name": "q", "equals": "1"]], "answer": ["body": ["json": "own, with q"]],
            ]),
        ]
        let plugin = try Fixture.plugin(Self.manifest, files: Self.files)
        let sandbox = SandboxTransport(plugins: [plugin], clock: HandClock()) { $0 == "dialog/node" ? tapes : [] }
        func send(_ url: String, node: String) async throws -> String {
            let request = HTTPRequest(
                method: "POST",
                url: url,
                body: Array("{\"a\":\"x\"}".utf8),
                reach: Reach(origins: []),
                node: node
            )
            return String(decoding: try await sandbox.send(request).body.collect(), as: UTF8.self)
        }
        #expect(try await send("https://x.example/taped", node: "dialog/node") == "\"own\"")
        #expect(try await send("https://x.example/taped", node: "dialog/other") == "\"one\"")
        #expect(try await send("https://hr.example/people?q=1", node: "dialog/node") == "\"own, with q\"")
        #expect(await failure { try await send("https://hr.example/people", node: "") }?.kind == .notFound)
    }

    @Test
    func `plays waits only as far as the request's time goes`() async throws {
        let bench = try bench()
        let late = await failure { try await bench.send("POST", "/taped?q=1", ["a": "x"], timeout: .milliseconds(50)) }
        #expect(late?.kind == .timedOut)
        #expect(bench.clock.slept.reduce(.zero, +) == .milliseconds(50))
        let drip = await failure { try await bench.send("POST", "/taped?q=1", ["a": "x"], timeout: .milliseconds(100)) }
        #expect(drip?.kind == .timedOut)
    }

    @Test
    func `answers a response with reasoning first, whose text a service node finds`() async throws {
        let bench = Bench([try Fixture.installed("openai")])
        let inputs: JSONObject = ["model": "sandbox-reasoning", "input": "Hello"]
        let answer = try await bench.client.call(
            OperationCall(target: .operation("openai", "create-response", input: inputs))
        )
        #expect(answer.body["output"]?[0]?["type"] == "reasoning")
        #expect(answer.values["text"] == "Sandbox: this message stands after an item of reasoning.")
        #expect(answer.usage?["outputTokens"] == 78)
    }

    @Test
    func `answers by the manifest's rule, by the schema, or names the file that is missing`() async throws {
        let bench = try bench()
        let schema = try await bench.send("GET", "/things/7")
        #expect(schema.headers["x-patchbay-sandbox"] == "schema")
        #expect(schema.body["id"]?.string != nil)
        #expect(schema.body["n"]?.int != nil)
        let words = try await bench.client.call(OperationCall(target: .operation("made-up", "words", input: [:])))
        #expect(words.body == "plain words")
        let missing = await failure { try await bench.send("GET", "/bare") }
        #expect(missing?.kind == .notFound)
        #expect(missing?.message.contains("tapes/bare/answer.json") == true)
        let unknown = await failure { try await bench.send("GET", "/nowhere") }
        #expect(unknown?.kind == .notFound)
        let client = try await bench.client.call(
            OperationCall(target: .operation("made-up", "taped", input: ["a": "x"]))
        )
        #expect(client.source == "tape")
    }

    @Test
    func `gives texts with the same words near vectors of length one`() async throws {
        let bench = try bench()
        let answer = try await bench.send(
            "POST",
            "/vector",
            ["input": ["the red car", "a red car", "green ideas sleep"]]
        )
        #expect(answer.headers["x-patchbay-sandbox"] == "rule")
        let vectors = (answer.body["data"]?.array ?? []).map { $0["embedding"]?.array?.compactMap(\.double) ?? [] }
        #expect(vectors.map(\.count) == [16, 16, 16])
        func product(_ a: Int, _ b: Int) -> Double { zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(abs(product(0, 0) - 1) < 1e-5)
        #expect(product(0, 1) > product(0, 2) + 0.2)
        let packed = try await bench.send(
            "POST",
            "/vector",
            ["input": "the red car", "encoding_format": "base64", "dimensions": 4]
        )
        #expect(packed.body["data"]?[0]?["embedding"]?.string.flatMap { Data(base64Encoded: $0) }?.count == 16)
    }

    @Test(arguments: [("text-embedding-3-small", 1_536), ("text-embedding-3-large", 3_072), ("another", 1_536)])
    func `gives an embedding the length that its model has`(model: String, length: Int) async throws {
        let bench = Bench([try Fixture.installed("openai")])
        var body: JSONObject = ["model": .string(model), "input": "red"]
        let answer = try await bench.send("POST", "/embeddings", .object(body))
        #expect(answer.body["data"]?[0]?["embedding"]?.array?.count == length)
        body["dimensions"] = 8
        let short = try await bench.send("POST", "/embeddings", .object(body))
        #expect(short.body["data"]?[0]?["embedding"]?.array?.count == 8)
    }

    @Test
    func `refuses bad requests in the service's own words' place`() async throws {
        // Tapes are looked at first; without one that always fits the check is reached.
        let strict = Bench([try Fixture.plugin(Self.manifest)])
        let wrong = try await strict.send("POST", "/taped", ["a": 3])
        #expect(wrong.status == 400)
        #expect(wrong.headers["x-patchbay-sandbox"] == "check")
        #expect(wrong.body["fault"]?["text"]?.string?.hasPrefix("sandbox: 'a': ") == true)
        let missing = try await strict.send("POST", "/taped", [:])
        #expect(missing.body == ["fault": ["text": "sandbox: 'a' is missing"]])
    }

    @Test
    func `lays a refusal out as the manifest says`() async throws {
        let refusal: JSONValue = ["body": ["kind": "fault", "fault": ["text": "", "id": nil]], "code": "/fault/id"]
        let bench = Bench([try Fixture.plugin(Self.manifest.setting(refusal, at: "/sandbox/refusal"))])
        let refused = try await bench.send("POST", "/taped", [:])
        let fault: JSONValue = ["text": "sandbox: 'a' is missing", "id": "missing_required_parameter"]
        #expect(refused.body == ["kind": "fault", "fault": fault])
    }

    @Test
    func `asks for a credential only where it is told to`() async throws {
        let open = try bench()
        #expect(try await open.send("GET", "/things/7").status == 200)
        let closed = try bench(needsCredential: true)
        let refused = try await closed.send("GET", "/things/7")
        #expect(refused.status == 401)
        #expect(refused.body["fault"]?["text"]?.string?.contains("no credential was sent") == true)
        #expect(try await closed.send("GET", "/things/7", headers: ["Authorization": "Bearer "]).status == 401)
        #expect(try await closed.send("GET", "/things/7", headers: ["authorization": "Bearer x"]).status == 200)
    }

    @Test
    func `gives scripted replies and faults first, in order, as often as they say`() async throws {
        let script = try SandboxScript([
            "formatVersion": 1,
            "replies": [
                ["operation": "made-up/bare", "answer": ["body": ["text": "only bare"]]],
                ["match": [["in": "path", "name": "id", "equals": "9"]], "answer": ["status": 503]],
                ["times": 2, "failure": ["kind": "cutOff", "message": "snip"]],
                ["answer": ["body": ["base64": "/w=="]]],
            ],
        ])
        let bench = try bench(script: script)
        #expect(try await bench.send("GET", "/things/9").status == 503)
        for _ in 0..<2 {
            #expect(await failure { try await bench.send("GET", "/things/1") } == Failure(.cutOff, "snip"))
        }
        let bytes = try await bench.send("GET", "/things/1")
        #expect(bytes.headers["x-patchbay-sandbox"] == "script")
        #expect(try await bench.send("GET", "/bare").text == "only bare")
        #expect(try await bench.send("GET", "/things/1").headers["x-patchbay-sandbox"] == "schema")
    }

    @Test(
        arguments: [
            [:], ["formatVersion": 2, "replies": []], ["formatVersion": 1, "replies": [[:]]],
            ["formatVersion": 1, "replies": [["times": 0, "answer": [:]]]],
        ] as [JSONValue]
    )
    func `refuses a script that it cannot play`(value: JSONValue) {
        #expect(throws: DiagnosticError.self) { try SandboxScript(value) }
    }

    @Test
    func `knows OpenAI's and Azure's paths apart, below any prefix`() async throws {
        let bench = Bench([try Fixture.installed("openai"), try Fixture.installed("azure-openai")])
        let chat: JSONValue = [
            "model": "gpt-4o-mini", "messages": [["role": "user", "content": "Berlin is a city. What is Berlin?"]],
        ]
        for path in ["/v1/chat/completions", "/chat/completions", "/gateway/eu/v1/chat/completions"] {
            let answer = try await bench.send("POST", path, chat)
            #expect(answer.body["model"] == "gpt-4o-mini")
            #expect(answer.body["choices"]?[0]?["message"]?["content"] == "Berlin is a city.")
        }
        let azure = try await bench.send(
            "POST",
            "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
            chat
        )
        #expect(azure.body["model"] == "my-gpt")
        let quota = try await bench.send("POST", "/openai/deployments/sandbox-quota/completions", ["prompt": "x"])
        #expect(quota.status == 429)
    }

    @Test(arguments: ["openai", "azure-openai"])
    func `answers every operation of the project's plugins`(id: String) async throws {
        let plugin = try Fixture.installed(id)
        let bench = Bench([plugin])
        for operation in plugin.manifest.operations {
            var input = JSONObject()
            for field in operation.inputs where field.isRequired && field.defaultValue == nil {
                input[field.key] =
                    field.key == "model"
                    ? "gpt-4o-mini" : field.key == "messages" ? [["role": "user", "content": "Hi"]] : "Hi"
            }
            let answer = try await bench.client.call(
                OperationCall(target: .operation(plugin.id, operation.id, input: input))
            )
            #expect(answer.statusCode == 200, "\(operation.id)")
        }
    }
}
