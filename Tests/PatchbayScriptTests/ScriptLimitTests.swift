import PatchbayDialog
import PatchbayModel
import Testing

@testable import PatchbayScript

/// Limits that a test can wait for; the engine counts CPU time, so that a busy machine does not make it late.
let tight = ScriptLimits(
    engineTime: .milliseconds(200),
    wallTime: .seconds(60),
    startTime: .seconds(60),
    outputLength: 10_000,
    resultLength: 100_000
)

/// A worker that the hub itself must end.
let impatient = ScriptLimits(engineTime: .milliseconds(200), wallTime: .milliseconds(700), startTime: .seconds(60))

@Suite("A script's limits", .serialized)
struct ScriptLimitTests {
    static let scripts = engine(tight)

    @Test(arguments: [
        ("while (true) {}", "ran for more than 0.2 seconds"),
        ("for (;;) { try { while (true) {} } catch {} finally { while (true) {} } }", "ran for more than"),
        ("[2, 1].sort(() => { while (true) {} })", "ran for more than"),
        ("context.toJSON = () => { while (true) {} }", "ran for more than"),
        ("throw { toString() { while (true) {} }, toJSON() { while (true) {} } }", "ran for more than"),
        ("function deep() { return deep() + 1 } deep()", "calls itself too deeply"),
        ("let text = 'x'; for (;;) text += text", "more than 128 MiB of memory"),
        ("const list = []; for (;;) list.push(new Array(1e6).fill(1))", "dialogs"),
        ("const list = []; for (;;) list.push(new Uint8Array(1e7))", "memory"),
        ("new Array(2 ** 32 - 1).fill(1)", "dialogs"),
        ("for (;;) print('0123456789')", "print() was given more than 10000 characters"),
        ("try { for (;;) print('0123456789') } catch {}", "print() was given more than 10000 characters"),
        ("context.text = 'x'.repeat(100_001)", "context has more than 100000 characters"),
        ("session.text = 'x'.repeat(1e8)", "dialogs"),
    ])
    func `end only the script`(source: String, words: String) async throws {
        let found = try await failure(of: call(source), in: Self.scripts)
        #expect(found.kind == .limit, "\(found.message)")
        #expect(found.message.hasPrefix("dialogs/greet/greetScript.js"))
        #expect(found.message.contains(words), "\(found.message)")
        #expect(try await Self.scripts.run(call("context.alive = true")).context == ["alive": true])
    }

    @Test(arguments: [
        "/^(a+)+$/.test('a'.repeat(40) + '!')", "function again() { Promise.resolve().then(again) } again()",
    ])
    func `end the process where the engine cannot be stopped`(source: String) async throws {
        let scripts = engine(impatient)
        let found = try await failure(of: call(source), in: scripts)
        #expect(found.kind == .limit)
        #expect(found.message.contains("no result within 0.7 seconds"), "\(found.message)")
        #expect(await scripts.check(name: "a.js", source: "1") == nil)
    }

    @Test func `leave the next script its memory, even when the error was caught`() async throws {
        let scripts = engine(patient)
        let bomb =
            "const list = []; try { for (;;) list.push(new Uint8Array(1 << 20).fill(1)) } catch (error) { context.caught = error.name }"
        for _ in 0..<3 { #expect(try await scripts.run(call(bomb)).context == ["caught": "RangeError"]) }
        #expect(try await scripts.run(call("context.size = 'x'.repeat(1 << 20).length")).context == ["size": 1_048_576])
    }

    @Test func `are not felt by scripts beside it`() async throws {
        let scripts = engine(ScriptLimits(wallTime: .seconds(4), startTime: .seconds(60)), processes: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await scripts.run(call("/^(a+)+$/.test('a'.repeat(40) + '!')")) }
            for number in 0..<20 {
                group.addTask {
                    let result = try await scripts.run(call("context.n = \(number)"))
                    #expect(result.context == ["n": .number(JSONNumber(number))])
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `end a script whose task is cancelled`() async throws {
        let scripts = engine(ScriptLimits(engineTime: .seconds(60), wallTime: .seconds(60), startTime: .seconds(60)))
        #expect(try await scripts.run(call("context.a = 1")).context == ["a": 1])
        let running = Task { try await scripts.run(call("while (true) {}")) }
        let waiting = Task { try await scripts.run(call("context.a = 2")) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(try await scripts.run(call("context.a = 3")).context == ["a": 3])
    }
}
