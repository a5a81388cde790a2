package import PatchbayConnector
package import PatchbayDialog
package import PatchbayModel

/// Runs conversation tests: the same test gives the same outcome, at any time, on any machine, without network.
package struct ConversationTestRunner: Sendable {
    /// Builds what makes the calls, on a transport, a clock and a source of chance.
    package typealias CallerFactory =
        @Sendable (any HTTPTransport, any HubClock, any RandomSource) -> any OperationCaller

    /// A service to record anew from.
    package struct Live: Sendable {
        package let transport: any HTTPTransport
        /// Does the waiting between tries: a real service needs a real clock.
        package let clock: any HubClock

        package init(transport: any HTTPTransport, clock: any HubClock = SystemHubClock()) {
            self.transport = transport
            self.clock = clock
        }
    }

    private let assistant: Assistant
    private let scripts: any ScriptEngine
    private let redactor: Redactor
    private let sandbox: @Sendable (any HubClock) -> any HTTPTransport
    private let makeCaller: CallerFactory

    /// - Parameters:
    ///   - assistant: Who is talked to.
    ///   - scripts: Runs the assistant's scripts.
    ///   - redactor: Knows the secrets that must not show in recordings and differences.
    ///   - sandbox: Builds what answers turns without recorded calls.
    ///   - makeCaller: All calls of the caller it gives, of real providers too, must go through the transport that it gets.
    package init(
        assistant: Assistant,
        scripts: any ScriptEngine,
        redactor: Redactor = Redactor(),
        sandbox: @escaping @Sendable (any HubClock) -> any HTTPTransport,
        makeCaller: @escaping CallerFactory
    ) {
        self.assistant = assistant
        self.scripts = scripts
        self.redactor = redactor
        self.sandbox = sandbox
        self.makeCaller = makeCaller
    }

    /// Replays a test.
    ///
    /// - Parameters:
    ///   - test: What is said, called and expected.
    ///   - name: What the outcome calls it; the test's own name wins.
    /// - Returns: All that was not as expected.
    package func run(_ test: ConversationTest, named name: String) async -> TestOutcome {
        let clock = VirtualClock(test.startTime.date)
        let random = SeededRandomSource(seed: test.seed)
        let replay = ReplayTransport(clock: clock, redactor: redactor)
        let fallback = sandbox(clock)
        let transport = TurnTransport(replay)
        let caller = makeCaller(transport, clock, random)
        let stage = TestStage(
            test,
            assistant: assistant,
            caller: caller,
            scripts: scripts,
            clock: clock,
            random: random
        )
        var differences: [TestDifference] = []
        for (index, turn) in test.turns.enumerated() {
            let check = TurnCheck(turn: turn, number: index + 1, redaction: Redaction(redactor: redactor))
            transport.use(turn.calls == nil ? fallback : replay)
            replay.expect(turn.calls ?? [])
            do {
                let played = try await stage.play(index)
                differences += check.differences(replay.finish())
                differences += check.differences(played)
            } catch {
                differences += check.differences(replay.finish())
                let words = redactor.redact("\(error)")
                differences.append(TestDifference(turn: index + 1, what: "turn", expected: "an answer", found: words))
                break
            }
        }
        return TestOutcome(name: test.name ?? name, differences: differences)
    }

    /// Records a test anew: its events happen again at their times, and what comes of them is what is expected from now on.
    ///
    /// Expectations that still hold stay as they are written; a turn without recorded calls stays one. The same variables are
    /// looked at.
    ///
    /// - Parameters:
    ///   - test: The test as it is now.
    ///   - live: Who answers the calls of turns that have some recorded; nil means the sandbox.
    /// - Returns: The test as it would be, and the difference.
    /// - Throws: What the engine throws; the test is unchanged then.
    package func update(_ test: ConversationTest, from live: Live? = nil) async throws -> TestUpdate {
        let virtual = VirtualClock(test.startTime.date)
        let clock: any HubClock = live?.clock ?? virtual
        let random = SeededRandomSource(seed: test.seed)
        let redaction = Redaction(redactor: redactor)
        let fallback = sandbox(clock)
        let calls = RecordedCalls(clock: clock, redactor: redactor)
        let recording = RecordingTransport(live?.transport ?? fallback, into: calls)
        let transport = TurnTransport(recording)
        let caller = makeCaller(transport, clock, random)
        let stage = TestStage(
            test,
            assistant: assistant,
            caller: caller,
            scripts: scripts,
            clock: virtual,
            random: random
        )
        var updated = test
        for (index, turn) in test.turns.enumerated() {
            transport.use(turn.calls == nil ? fallback : recording)
            let played = try await stage.play(index)
            let made = calls.take()
            updated.turns[index].calls = turn.calls == nil ? nil : made
            updated.turns[index].expect = played.messages.enumerated().map { place, message in
                if place < turn.expect.count, turn.expect[place].fits(message, redaction) { return turn.expect[place] }
                return ConversationTest.Expectation(message, redaction)
            }
            updated.turns[index].variables = JSONObject(
                turn.variables.members.compactMap { member in
                    played.values[member.key].map { (member.key, redaction.value($0)) }
                }
            )
            if turn.ended != nil { updated.turns[index].ended = played.hasEnded }
        }
        return TestUpdate(
            test: updated,
            diff: LineDiff.text(from: test.text, to: updated.text, labels: ("now", "updated"))
        )
    }
}
