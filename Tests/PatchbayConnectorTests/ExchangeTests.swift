import PatchbayConnector
import PatchbayModel
import Testing

@Suite("An exchange")
struct ExchangeTests {
    private static let full: JSONValue = [
        "operation": "openai/create-chat-completion",
        "match": [
            ["in": "body", "pointer": "/model", "equals": "x"], ["in": "query", "name": "q", "contains": "a"],
            ["in": "header", "name": "x-a", "exists": false],
            ["in": "path", "name": "deployment", "oneOf": ["a", "b"]],
        ],
        "request": [
            "method": "POST", "url": "https://a.example/", "headers": ["authorization": ["secret": "openai/apiKey"]],
            "body": ["json": [:]],
        ],
        "answer": [
            "after": "80ms", "status": 429, "headers": ["retry-after": "1", "x": ["1", "2"]],
            "body": ["parts": [["after": "40ms", "text": "a"], ["base64": "/w=="]]],
        ],
    ]

    @Test
    func `reads and writes the same JSON`() throws {
        #expect(try Exchange(Self.full).json == Self.full.object)
        let failure: JSONValue = ["failure": ["kind": "unreachable", "after": "1s", "message": "gone"]]
        #expect(try Exchange(failure).json == failure.object)
        for body in [["json": nil], ["text": "é"], ["base64": "AAE="]] as [JSONValue] {
            let answer: JSONValue = ["answer": ["status": 200, "body": body]]
            #expect(try Exchange(answer).json == answer.object)
        }
    }

    @Test(
        arguments: [
            [:], ["answer": ["status": 99]], ["answer": ["body": ["base64": "%"]]], ["failure": ["kind": "sad"]],
            ["match": [["in": "moon"]], "answer": [:]],
        ] as [JSONValue]
    )
    func `refuses what it cannot play`(value: JSONValue) {
        #expect(throws: DiagnosticError.self) { try Exchange(value) }
    }

    @Test
    func `writes bytes in the most readable form that gives them back`() {
        #expect(Exchange.Body(Array("{\"a\":1}".utf8)) == .json(["a": 1]))
        #expect(Exchange.Body(Array("{\"a\": 1}".utf8)) == .text("{\"a\": 1}"))
        #expect(Exchange.Body([0xFF]) == .base64("/w=="))
    }
}
