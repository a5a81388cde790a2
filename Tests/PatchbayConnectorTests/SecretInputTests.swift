import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("A secret input")
struct SecretInputTests {
    private static let manifest: JSONValue = [
        "errorMessage": [["pointer": "/error"]],
        "operations": [
            "pay": [
                "method": "POST", "path": "/pay",
                "inputs": [
                    "pin": ["in": "query", "secret": true], "card": ["secret": true, "schema": ["maxProperties": 2]],
                    "note": [:],
                ],
            ]
        ],
    ]

    @Test
    func `is known to the redactor before the call leaves, and shows in no error`() async throws {
        let plugin = try Fixture.plugin(Self.manifest)
        let redactor = Redactor()
        let said = "pin 90125 of 4111222233334444, code 7788, is wrong; see the note: lunch"
        let transport = StubTransport(
            { request in
                #expect(redactor.redact(request.url).hasSuffix("?pin=[secret made-up/pin]"))
                return try StubTransport.json(["error": .string(said)], status: 400)(request)
            }
        )
        let grant = try Fixture.grant(for: plugin, fields: [:])
        let bench = Bench(plugin, grant: grant, transport, redactor: redactor)
        let inputs: JSONObject = [
            "pin": 90125, "card": ["number": "4111222233334444", "codes": ["7788"]], "note": "lunch",
        ]
        let refused = await failure { () async throws(Failure) in try await bench.call("made-up", "pay", inputs) }
        let card = "[secret made-up/card]"
        #expect(
            refused?.message.hasSuffix(
                "pin [secret made-up/pin] of \(card), code \(card), is wrong; see the note: lunch"
            ) == true
        )
        let body = try #require(transport.requests.first?.body)
        #expect(
            redactor.redact(String(decoding: body, as: UTF8.self))
                == #"{"card":{"number":"\#(card)","codes":["\#(card)"]},"note":"lunch"}"#
        )
    }

    @Test
    func `is known even where the call is refused for another input`() async throws {
        let plugin = try Fixture.plugin(Self.manifest)
        let redactor = Redactor()
        let grant = try Fixture.grant(for: plugin, fields: [:])
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json([:])), redactor: redactor)
        let card: JSONValue = ["a": "first-secret", "b": "other-secret", "c": 1]
        let refused = await failure { () async throws(Failure) in
            try await bench.call("made-up", "pay", ["card": card])
        }
        #expect(refused?.kind == .invalid)
        #expect(redactor.redact("other-secret") == "[secret made-up/card]")
    }
}
