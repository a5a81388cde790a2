import Foundation
import PatchbayDialog
import PatchbayModel
import PatchbayRecording
import Testing

@Suite("Running a conversation test")
struct RunnerTests {
    private let house: House

    init() throws {
        house = try House()
    }

    private func test(
        expect: [ConversationTest.Expectation] = [.text("What is your name?")],
        variables: JSONObject = [:],
        ended: Bool? = nil
    ) -> ConversationTest {
        let first = ConversationTest.Turn(at: nil, event: .init(id: nil, kind: .message(text: "start")), expect: expect)
        let second = ConversationTest.Turn(
            at: nil,
            event: .init(id: nil, kind: .message(text: "Ann")),
            expect: [.any],
            variables: variables,
            ended: ended
        )
        return ConversationTest(startTime: TestTime(start), seed: 7, turns: [first, second])
    }

    @Test(
        arguments: [
            ([ConversationTest.Expectation.text("What is your name?")], nil),
            ([.contains("your name")], nil), ([.node("talk/name")], nil), ([.any], nil),
            (
                [.text("What is your name")],
                "turn 1, message 1: expected \"What is your name\", found \"What is your name?\" from talk/name"
            ),
            (
                [.contains("Your")],
                "turn 1, message 1: expected a text that contains \"Your\", found \"What is your name?\" from talk/name"
            ),
            (
                [.node("talk/say")],
                "turn 1, message 1: expected a message of talk/say, found \"What is your name?\" from talk/name"
            ),
            (
                [.message(["type": "list"])],
                "turn 1, message 1: expected {\"type\":\"list\"}, found \"What is your name?\" from talk/name"
            ),
            ([], "turn 1, message 1: expected no further message, found \"What is your name?\" from talk/name"),
            ([.any, .text("Well?")], "turn 1, message 2: expected \"Well?\", found no message"),
        ] as [([ConversationTest.Expectation], String?)]
    )
    func `compares each message`(expect: [ConversationTest.Expectation], difference: String?) async {
        let outcome = await house.runner().run(test(expect: expect), named: "x")
        #expect(outcome.passed == (difference == nil))
        #expect(outcome.differences.first?.description.split(separator: "\n").first.map(String.init) == difference)
    }

    @Test(
        arguments: [
            (["entities.name": "Ann"], nil), (["context.entities.name": "Ann", "ask.response.statusCode": 200.0], nil),
            (["ask.response.body": ["greeting": "from the sandbox"]], nil), (["session.user": [:]], nil),
            (["entities.name": "Bob"], "turn 2, variable entities.name: expected \"Bob\", found \"Ann\""),
            (["entities.name": nil], "turn 2, variable entities.name: expected null, found \"Ann\""),
            (["entities.street": "x"], "turn 2, variable entities.street: expected \"x\", found nothing"),
        ] as [(JSONObject, String?)]
    )
    func `looks at variables afterwards`(variables: JSONObject, difference: String?) async {
        let outcome = await house.runner().run(test(variables: variables), named: "x")
        #expect(outcome.differences.first?.description.split(separator: "\n").first.map(String.init) == difference)
    }

    @Test
    func `looks at whether the dialog has ended`() async {
        #expect(await house.runner().run(test(ended: true), named: "x").passed)
        let outcome = await house.runner().run(test(ended: false), named: "x")
        #expect(
            outcome.differences.map(\.description) == ["turn 2, ended: expected a dialog waits, found no dialog runs"]
        )
    }

    @Test
    func `compares texts byte by byte`() async throws {
        let composed = "caf\u{E9}"
        let house = try House([House.talk.replacing("What is your name?", with: "cafe\u{301}")])
        #expect(composed == "cafe\u{301}")
        #expect(await !house.runner().run(test(expect: [.text(composed)]), named: "x").passed)
    }

    @Test
    func `gives the same outcome each time, and its own name`() async {
        var test = test(expect: [.text("x")])
        test.name = "greeting"
        let first = await house.runner().run(test, named: "file")
        #expect(first.name == "greeting")
        #expect(await house.runner().run(test, named: "file") == first)
        #expect(first.json["passed"] == false)
        #expect(first.json["differences"]?[0]?["what"] == "message 1")
    }

    @Test
    func `lets each turn happen at its time`() async throws {
        let clocked = House.talk.replacing("What is your name?", with: "It is {{format(now(), 'HH:mm:ss')}}.")
        let house = try House([clocked])
        var test = test(expect: [.text("It is 09:00:00.")])
        #expect(await house.runner().run(test, named: "x").differences == [])
        test.turns[0].at = TestTime("90s", since: start)
        test.turns[0].expect = [.text("It is 09:01:30.")]
        #expect(await house.runner().run(test, named: "x").differences == [])
    }
}

@Suite("A virtual clock")
struct VirtualClockTests {
    @Test
    func `advances by what is waited, and at once`() async throws {
        let clock = VirtualClock(start)
        try await clock.sleep(for: .seconds(86_400))
        try await clock.sleep(for: .microseconds(600))
        try await clock.sleep(for: .microseconds(600))
        try await clock.sleep(for: .seconds(-5))
        #expect(TestTime(clock.now()).text == "2026-03-03T09:00:00.001Z")
        clock.set(to: start)
        #expect(clock.now() == start)
    }

    @Test
    func `does not trap at the end of time`() async throws {
        let clock = VirtualClock(.distantFuture)
        try await clock.sleep(for: .seconds(Int64.max))
        try await clock.sleep(for: .seconds(Int64.max))
        #expect(clock.now() >= .distantFuture)
    }

    @Test
    func `wakes a task that was cancelled`() async {
        let clock = VirtualClock(start)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await clock.sleep(for: .seconds(1))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.now() == start)
    }

    @Test(arguments: [
        ("2026-03-02T09:00:00Z", 0.0, nil), ("2026-03-02T09:00:01.5Z", 1.5, "2026-03-02T09:00:01.500Z"),
        ("2026-03-02T09:00:00.123456789Z", 0.123, "2026-03-02T09:00:00.123Z"), ("90s", 90, "2026-03-02T09:01:30Z"),
        ("1969-12-31T23:59:59.250Z", -1_772_442_000.75, nil),
    ])
    func `reads and writes the times of tests`(text: String, seconds: Double, canonical: String?) throws {
        let time = try #require(TestTime(text, since: start))
        #expect(time.text == text)
        #expect(abs(time.date.timeIntervalSince(start) - seconds) < 0.000_1)
        #expect(TestTime(time.date).text == canonical ?? text)
    }

    @Test(arguments: [
        "", "Z", "2026-03-02", "2026-03-02T09:00:00", "2026-03-02T09:00:00.Z", "2026-03-02T09:00:00.1.2Z", "soon", "90",
    ])
    func `takes nothing else for a time`(text: String) {
        #expect(TestTime(text, since: start) == nil)
    }
}
