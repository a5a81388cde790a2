import Foundation
import PatchbayConnector
import PatchbayDialog
import PatchbayModel
import PatchbayRecording
import Testing

@Suite("A recorded conversation")
struct RecordingTests {
    private let house: House

    init() throws {
        house = try House()
    }

    private static let greeting = StubService.Answer.json(["greeting": "Hello, Ann!"], after: .milliseconds(120))

    private func recorded() async throws -> ConversationTest {
        try await house.record(["start", "Ann"], [Self.greeting], variables: ["entities.name", "nothing.here"])
    }

    @Test
    func `holds events, calls, messages, variables and the end`() async throws {
        let test = try await recorded()
        #expect(FileCheck.diagnostics(of: test.json, as: .test).isEmpty)
        #expect(test.startTime.text == "2026-03-02T09:00:00Z")
        #expect(test.turns.map(\.at?.text) == ["2026-03-02T09:00:00Z", "2026-03-02T09:00:01.500Z"])
        #expect(test.turns.map(\.ended) == [false, true])
        #expect(test.turns.map(\.expect) == [[.text("What is your name?")], [.text("Hello, Ann!")]])
        #expect(test.turns.map(\.variables) == [[:], ["entities.name": "Ann"]])
        #expect(test.turns[0].calls == [])
        let call = try #require(test.turns[1].calls?.first)
        #expect(call.node == "talk/ask")
        #expect(call.exchange.operation == "greeter/greet")
        #expect(call.exchange.request?.body == .json(["name": "Ann"]))
        guard case .answer(let answer) = call.exchange.outcome else { return #expect(Bool(false), "no answer") }
        #expect(
            answer
                == .init(
                    after: .milliseconds(120),
                    headers: ["content-type": "application/json"],
                    body: .json(["greeting": "Hello, Ann!"])
                )
        )
    }

    @Test
    func `is replayed without a service, with or without the credential`() async throws {
        let test = try await recorded()
        for hasKey in [true, false] {
            let outcome = await house.runner(hasKey: hasKey).run(test, named: "ann")
            #expect(outcome == TestOutcome(name: "ann", differences: []))
        }
    }

    @Test
    func `has the same bytes after reading, and when it is recorded again from the same service`() async throws {
        let test = try await recorded()
        let again = try ConversationTest.read(Array(test.text.utf8), file: "tests/ann.json")
        #expect(again.text == test.text)
        #expect(again == test)
        let clock = VirtualClock(start)
        let service = StubService(clock: clock, [Self.greeting])
        let update = try await house.runner(hasKey: true).update(test, from: .init(transport: service, clock: clock))
        #expect(update.diff == "")
        #expect(update.test.text == test.text)
        #expect(try await recorded().text == test.text)
    }

    @Test
    func `of the sandbox is recorded anew from it, and keeps what still holds`() async throws {
        var test = try await recorded()
        test.turns[0].expect = [.contains("your name")]
        let update = try await house.runner().update(test)
        #expect(update.test.turns[0] == test.turns[0])
        #expect(update.test.turns[1].expect == [.text("from the sandbox")])
        #expect(update.diff.hasPrefix("--- now\n+++ updated\n@@ "))
        #expect(
            update.diff.contains("-          \"text\": \"Hello, Ann!\"\n+          \"text\": \"from the sandbox\"\n")
        )
        #expect(await house.runner().run(update.test, named: "").passed)
        test.turns[1].calls = nil
        #expect(try await house.runner().update(test).test.turns[1].calls == nil)
    }

    @Test
    func `is replayed from the sandbox where its calls are absent`() async throws {
        var test = try await recorded()
        test.turns[1].calls = nil
        let outcome = await house.runner().run(test, named: "ann")
        #expect(outcome.differences.map(\.what) == ["message 1"])
        #expect(outcome.differences.first?.found == "\"from the sandbox\" from talk/say")
    }

    @Test
    func `shows a changed body as lines`() async throws {
        let test = try await recorded()
        let changed = House.talk.replacing(
            "\"{{context.entities.name}}\"",
            with: "\"{{upper(context.entities.name)}}\""
        )
        let outcome = await (try House([changed])).runner().run(test, named: "ann")
        #expect(!outcome.passed)
        let difference = try #require(outcome.differences.first)
        #expect(difference.turn == 2)
        #expect(difference.what == "call 1 of talk/ask")
        #expect(
            difference.diff == """
                --- recorded
                +++ sent
                @@ -1,4 +1,4 @@
                 POST https://greeter.example/v1/greet?key=[secret greeter/apiKey]
                 {
                -  "name": "Ann"
                +  "name": "ANN"
                 }

                """
        )
        #expect(outcome.differences.count == 2)
        #expect(outcome.differences[1].found.contains("record the test again"))
    }

    @Test
    func `notices calls that are missing, and calls that are too many`() async throws {
        var test = try await recorded()
        let call = try #require(test.turns[1].calls?.first)
        test.turns[1].calls = [call, call]
        var outcome = await house.runner().run(test, named: "")
        #expect(outcome.differences.map(\.what) == ["call 2 of talk/ask"])
        #expect(outcome.differences.first?.found == "no such call")
        test.turns[1].calls = []
        outcome = await house.runner().run(test, named: "")
        #expect(outcome.differences.map(\.what) == ["call 1 of talk/ask", "message 1"])
        #expect(outcome.differences.first?.expected == "no further call")
        #expect(outcome.differences.first?.diff.contains("+POST https://greeter.example/v1/greet") == true)
    }

    @Test
    func `keeps each try of a call, and takes no time to wait as the service asked`() async throws {
        var busy = StubService.Answer.json(["error": "busy"], status: 429)
        busy.headers["Retry-After"] = "2"
        let test = try await house.record(["start", "Ann"], [busy, Self.greeting])
        let calls = try #require(test.turns[1].calls)
        #expect(calls.count == 2)
        guard case .answer(let answer) = calls[0].exchange.outcome else { return #expect(Bool(false), "no answer") }
        #expect(answer.status == 429)
        #expect(answer.headers == ["content-type": "application/json", "retry-after": "2"])
        let outcome = await house.runner().run(test, named: "")
        #expect(outcome.passed, "\(outcome.differences)")
    }

    @Test
    func `keeps failures of the network`() async throws {
        let broken = StubService.Answer(
            after: .milliseconds(30),
            failure: Failure(.unreachable, "greeter.example refused the connection")
        )
        let test = try await house.record(["start", "Ann"], [broken])
        #expect(test.turns[1].calls?.count == 3)
        #expect(test.turns[1].expect == [.text("Sorry: greeter.example refused the connection")])
        #expect(await house.runner().run(test, named: "").passed)
    }

    @Test
    func `begins with the dialog that was entered`() async throws {
        let test = try await house.record(["/talk", "Ann"], [Self.greeting])
        #expect(test.turns[0].event.kind == .start(dialog: "talk"))
        #expect(test.json["turns"]?[0]?["event"] == ["id": "e1", "kind": "start", "dialog": "talk"])
        #expect(await house.runner().run(test, named: "").passed)
        var headed = test
        headed.dialog = "talk"
        headed.turns.removeFirst()
        headed.turns[0].expect.insert(.text("What is your name?"), at: 0)
        let outcome = await house.runner().run(headed, named: "")
        #expect(outcome.passed, "\(outcome.differences)")
    }
}
