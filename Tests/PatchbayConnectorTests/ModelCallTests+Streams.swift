import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Synchronization
import Testing

/// Answers that come in parts.
extension ModelCallTests {
    private static func stream(_ chunks: [String], size: Int) -> StubTransport.Answer {
        let bytes = Array(chunks.map { "data: \($0)\r\n\r\n" }.joined().utf8)
        return { _ in
            let rest = Mutex(bytes[...])
            let body = HTTPBody {
                rest.withLock { rest in
                    defer { rest = rest.dropFirst(size) }
                    return rest.isEmpty ? nil : Array(rest.prefix(size))
                }
            }
            return HTTPResponse(status: 200, headers: ["Content-Type": "text/event-stream"], body: body)
        }
    }

    private static let chunks = [
        #"{"id":"1","model":"small","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        #"{"id":"1","choices":[{"index":0,"delta":{"content":"Größe "}}]}"#,
        #"{"id":"1","choices":[{"index":0,"delta":{"content":"🙂"}}]}"#,
        #"{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        #"{"id":"1","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}"#,
    ]

    private func streamed(_ operation: OperationID, _ answer: @escaping StubTransport.Answer) async -> (
        Result<OperationAnswer, Failure>, [String]
    ) {
        let parts = Mutex<[String]>([])
        let question = ModelRequest(model: "small", messages: [.init(role: .user, text: "Hi")], streams: true)
        do throws(Failure) {
            let answer = try await call(operation, question, StubTransport(answer)) { event in
                if case .part(let text) = event { parts.withLock { $0.append(text) } }
            }
            return (.success(answer), parts.withLock { $0 })
        } catch {
            return (.failure(error), parts.withLock { $0 })
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `that streams hands out parts, wherever the bytes are cut`(size: Int) async throws {
        let (result, parts) = await streamed("chat", Self.stream(Self.chunks + ["[DONE]"], size: size))
        let answer = try result.get()
        #expect(parts == ["Größe ", "🙂"])
        #expect(answer.text == "Größe 🙂")
        #expect(answer.usage?["outputTokens"] == 2)
        #expect(answer.body["choices"]?[0]?["finish_reason"] == "stop")
    }

    @Test(arguments: 0...5)
    func `whose stream is cut is never whole, and not tried again once a part was handed out`(count: Int) async {
        let (result, parts) = await streamed("chat", Self.stream(Array(Self.chunks.prefix(count)), size: 50))
        guard case .failure(let failure) = result else {
            Issue.record("a cut stream passed for a whole one")
            return
        }
        #expect(failure.kind == .cutOff)
        #expect(failure.attempts == (count < 2 ? 3 : 1))
        #expect(parts.count == max(0, min(count - 1, 2)))
    }

    @Test
    func `streams responses and completions too`() async throws {
        let responses = [
            #"{"type":"response.created","response":{"status":"in_progress","output":[]}}"#,
            #"{"type":"response.output_text.delta","delta":"Fi"}"#,
            #"{"type":"response.output_text.delta","delta":"ne"}"#,
            #"{"type":"response.completed","response":{"status":"completed","model":"small","output":[{"type":"message","content":[{"type":"output_text","text":"Fine"}]}],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        ]
        let (first, parts) = await streamed("respond", Self.stream(responses, size: 33))
        #expect(try first.get().text == "Fine")
        #expect(parts == ["Fi", "ne"])
        let (cut, _) = await streamed("respond", Self.stream(Array(responses.prefix(3)), size: 33))
        #expect(throws: Failure.self) { try cut.get() }
        let completions = [
            #"{"choices":[{"text":"Fi"}]}"#, #"{"choices":[{"text":"ne","finish_reason":"stop"}]}"#, "[DONE]",
        ]
        let (second, _) = await streamed("complete", Self.stream(completions, size: 9))
        #expect(try second.get().text == "Fine")
    }

    @Test
    func `of its own form ends with an event's name, and counts tokens wherever they are told`() async throws {
        let events = [
            #"{"spent":{"read":9,"written":1}}"#, #"{"more":"Fi"}"#, #"{"more":"ne"}"#, #"{"spent":{"written":4}}"#,
        ]
        let start = events.map { "data: \($0)\n\n" }.joined()
        let type: HTTPHeaders = ["Content-Type": "text/event-stream"]
        let whole = StubTransport.text(start + "event: goodbye\ndata: {}\n\n", headers: type)
        let answer = try await streamed("generate", whole).0.get()
        #expect(answer.text == "Fine")
        #expect(answer.usage?["inputTokens"] == 9 && answer.usage?["outputTokens"] == 4)
        let cut = await streamed("generate", StubTransport.text(start, headers: type)).0
        guard case .failure(let failure) = cut else {
            Issue.record("a cut stream passed for a whole one")
            return
        }
        #expect(failure.kind == .cutOff)
    }

    @Test
    func `may leave out the blank line after the end mark`() async throws {
        let text = Self.chunks.map { "data: \($0)\n\n" }.joined() + "data: [DONE]"
        let answer = StubTransport.text(text, headers: ["Content-Type": "text/event-stream"])
        let (result, _) = await streamed("chat", answer)
        #expect(try result.get().text == "Größe 🙂")
    }

    @Test(arguments: [
        ("chat", #"{"code":"x","message":"the engine stopped"}"#), ("listed", #"{"message":"the engine stopped"}"#),
        ("listed", #""the engine stopped""#),
    ])
    func `whose stream brings an error fails with it`(operation: OperationID, error: String) async {
        let events = [Self.chunks[0], Self.chunks[1], #"{"error":\#(error)}"#]
        let (result, parts) = await streamed(operation, Self.stream(events, size: 40))
        guard case .failure(let failure) = result else {
            Issue.record("the error was lost")
            return
        }
        #expect(parts == ["Größe "])
        #expect(failure.kind == .server)
        #expect(failure.message == "made-up.example stopped the stream: the engine stopped")
        #expect(failure.attempts == 1)
    }

    @Test
    func `whose stream brings an error of the manifest's has its kind`() async {
        let events = [Self.chunks[1], #"{"error":{"code":"slow_down"}}"#]
        let (result, _) = await streamed("chat", Self.stream(events, size: 40))
        #expect(throws: Failure.self) { try result.get() }
        if case .failure(let failure) = result {
            #expect(failure.kind == .rateLimited)
            #expect(failure.attempts == 1)
        }
    }

    @Test
    func `gets an endless line stopped`() async {
        let (result, _) = await streamed("chat", Self.stream([String(repeating: "x", count: 3 << 20)], size: 1 << 16))
        guard case .failure(let failure) = result else {
            Issue.record("an endless line was read")
            return
        }
        #expect(failure.kind == .tooLarge)
    }
}
