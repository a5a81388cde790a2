import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayRecording
import Testing

@Suite("A recorded stream")
struct StreamTests {
    private let house: House

    init() throws {
        house = try House()
    }

    private static func event(_ text: String) -> String {
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"},\"finish_reason\":null}]}\n\n"
    }

    private static let whole =
        event("Grüße") + event(", Ann")
        + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

    /// Cut so that the ü lies across two chunks.
    private static var chunks: [[UInt8]] {
        let bytes = Array(whole.utf8)
        let cut = (bytes.firstIndex(of: 0xC3) ?? 0) + 1
        return [Array(bytes[..<cut]), Array(bytes[cut..<(cut + 40)]), Array(bytes[(cut + 40)...])]
    }

    @Test
    func `is kept in readable pieces with their times, and replayed in them`() async throws {
        let test = try await house.record(["chat"], [.stream(Self.chunks)])
        #expect(test.turns[0].expect == [.text("Grüße, Ann")])
        #expect(test.turns[0].calls?.map(\.node) == ["chat/think"])
        guard case .answer(let answer) = test.turns[0].calls?.first?.exchange.outcome,
            case .parts(let parts) = answer.body
        else {
            return #expect(Bool(false), "no parts")
        }
        #expect(parts.map(\.after) == [.milliseconds(40), .milliseconds(40), .milliseconds(40)])
        #expect(parts.allSatisfy { String(validating: $0.bytes, as: UTF8.self) != nil })
        #expect(String(decoding: parts.flatMap(\.bytes), as: UTF8.self) == Self.whole)
        let outcome = await house.runner().run(test, named: "")
        #expect(outcome.passed, "\(outcome.differences)")
        #expect(try ConversationTest.read(Array(test.text.utf8), file: "t.json").text == test.text)
    }

    @Test
    func `comes piece by piece, by the clock`() async throws {
        let clock = VirtualClock(start)
        let replay = ReplayTransport(clock: clock, redactor: Redactor())
        let parts = ["a", "b"].map { Exchange.Part(after: .milliseconds(700), bytes: Array($0.utf8)) }
        let answer = Exchange.Answer(after: .seconds(3), body: .parts(parts))
        replay.expect([.init(node: "d/n", exchange: Exchange(outcome: .answer(answer)))])
        let response = try await replay.send(
            HTTPRequest(method: "GET", url: "https://x.example/", reach: Reach(origins: []))
        )
        #expect(response.headers["content-type"] == "text/event-stream")
        #expect(clock.now() == start + 3)
        var received: [[UInt8]] = []
        for try await chunk in response.body { received.append(chunk) }
        #expect(received == parts.map(\.bytes))
        #expect(TestTime(clock.now()).text == "2026-03-02T09:00:04.400Z")
        #expect(replay.finish().isEmpty)
    }

    @Test
    func `that takes longer than the call may is cut off at its limit`() async throws {
        let clock = VirtualClock(start)
        let replay = ReplayTransport(clock: clock, redactor: Redactor())
        let answer = Exchange.Answer(after: .seconds(30), body: .text("late"))
        replay.expect([.init(node: "d/n", exchange: Exchange(outcome: .answer(answer)))])
        let request = HTTPRequest(
            method: "GET",
            url: "https://x.example/",
            reach: Reach(origins: []),
            timeout: .seconds(20)
        )
        await #expect(throws: Failure(.timedOut, "the recorded answer takes longer than the call may")) {
            _ = try await replay.send(request)
        }
        #expect(clock.now() == start + 20)
    }

    @Test
    func `that broke off breaks off again`() async throws {
        let cut = Failure(.cutOff, "the connection was closed")
        let test = try await house.record(["chat"], [.stream([Self.chunks[0]], breaks: cut)])
        let call = try #require(test.turns[0].calls?.first)
        #expect(call.breaks == cut)
        #expect(test.text.contains("\"x-breaks\": {"))
        #expect(FileCheck.diagnostics(of: test.json, as: .test).isEmpty)
        #expect(test.turns[0].expect == [.text("Sorry: cutOff")])
        let read = try ConversationTest.read(Array(test.text.utf8), file: "t.json")
        #expect(read == test)
        #expect(await house.runner().run(read, named: "").passed)
    }
}
