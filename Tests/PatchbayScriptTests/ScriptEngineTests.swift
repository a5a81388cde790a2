import Foundation
import PatchbayDialog
import PatchbayModel
import Testing

@testable import PatchbayScript

/// Limits for tests that are not about them: patient with a busy machine.
let patient = ScriptLimits(engineTime: .seconds(5), wallTime: .seconds(60), startTime: .seconds(60))

/// An engine of its own, for a test that needs one.
func engine(_ limits: ScriptLimits = patient, processes: Int = 1) -> WorkerScriptEngine {
    WorkerScriptEngine(executable: patchbayExecutable(), limits: limits, processes: processes)
}

/// The engine of all tests that only run scripts; no call sees anything of another.
let scripts = engine(processes: 2)

/// A call with what a test needs of it.
func call(
    _ source: String,
    name: String = "dialogs/greet/greetScript.js",
    context: JSONObject = JSONObject(),
    session: JSONObject = JSONObject(),
    globals: JSONObject = JSONObject(),
    milliseconds: Int64 = 1_790_000_000_123,
    seed: UInt64 = 1
) -> ScriptCall {
    ScriptCall(
        name: name,
        source: source,
        context: context,
        session: session,
        globals: globals,
        milliseconds: milliseconds,
        seed: seed
    )
}

/// The failure of a call that must fail.
func failure(of call: ScriptCall, in engine: WorkerScriptEngine) async throws -> Failure {
    try await #require(throws: Failure.self) { try await engine.run(call) }
}

@Suite("A script")
struct ScriptEngineTests {
    @Test func `reads and writes context and session, and prints`() async throws {
        let result = try await scripts.run(
            call(
                """
                const words = context.text.split("\\n").map(line => line.replace(/^- /, ""));
                context.skills = words.filter(word => !env.known.includes(word));
                session.user.count = (session.user.count ?? 0) + 1;
                delete context.text;
                print("found", context.skills.length, { ok: true });
                print();
                return "ignored";
                """,
                context: ["text": "- Swift\n- SQL", "left": ["as": "it is"]],
                session: ["user": ["count": 2]],
                globals: ["env": ["known": ["SQL"]]]
            )
        )
        #expect(result.context == ["left": ["as": "it is"], "skills": ["Swift"]])
        #expect(result.session == ["user": ["count": 3]])
        #expect(result.printed == [#"found 1 {"ok":true}"#, ""])
    }

    @Test func `has modern language and text of all languages`() async throws {
        let result = try await scripts.run(
            call(
                """
                const { name = "?", ...rest } = context;
                context.out = [`${name}·日本語·👩‍👩‍👧`, [...new Set([1, 1, 2])], rest?.a?.b ?? "none", 2 ** 10, Object.groupBy([1, 2], n => n % 2)];
                context.upper = "straße".toUpperCase();
                context.match = "2026-11-21".match(/(?<year>\\d{4})/u).groups.year;
                """,
                context: ["name": "Zoë \"q\" \\ \u{2028} \u{0} \n"]
            )
        )
        #expect(
            result.context["out"] == [
                "Zoë \"q\" \\ \u{2028} \u{0} \n·日本語·👩‍👩‍👧".replacingNUL, [1, 2], "none", 1024, ["0": [2], "1": [1]],
            ]
        )
        #expect(result.context["upper"] == "STRASSE")
        #expect(result.context["match"] == "2026")
    }

    @Test func `finishes promises before the context is taken`() async throws {
        let result = try await scripts.run(
            call("(async () => { await null; context.a = await Promise.all([1, 2]); })(); context.b = 1;")
        )
        #expect(result.context == ["b": 1, "a": [1, 2]])
    }

    @Test func `reports a rejection that nobody caught`() async throws {
        let found = try await failure(of: call("(async () => { throw new TypeError('lost') })();"), in: scripts)
        #expect(found.kind == .script)
        #expect(found.message.hasPrefix("dialogs/greet/greetScript.js:1:"))
        #expect(found.message.hasSuffix("TypeError: lost"))
        #expect(
            try await scripts.run(call("Promise.reject(1).catch(() => { context.caught = true })")).context == [
                "caught": true
            ]
        )
    }

    @Test(arguments: [
        ("let a = 1;\n\n  null.foo", "dialogs/greet/greetScript.js:3:7: TypeError: null is not an object"),
        ("context.a();", "dialogs/greet/greetScript.js:1:10: TypeError: context.a is not a function"),
        ("\r\n  missing;", "dialogs/greet/greetScript.js:2:"),
        ("let a = 1;\nlet b = ;", "dialogs/greet/greetScript.js:2: SyntaxError: "),
        ("}); print(1); (function () {", "dialogs/greet/greetScript.js:1: SyntaxError: "),
        (
            "\n\nconst loop = {}; loop.loop = loop; print(loop)",
            "dialogs/greet/greetScript.js: TypeError: JSON.stringify cannot serialize cyclic"
        ),
        ("Error = null; null.foo", "dialogs/greet/greetScript.js:1:19: TypeError: null is not an object"),
        ("globalThis['Er' + 'ror'] = null; null.foo", "dialogs/greet/greetScript.js:1:38: TypeError: null is not"),
        ("print({ toJSON() {\n throw new Error('mine') } })", "dialogs/greet/greetScript.js:2:"),
        ("throw 'only words'", "dialogs/greet/greetScript.js: uncaught \"only words\""),
        ("throw { code: 7 }", "dialogs/greet/greetScript.js: uncaught {\"code\":7}"),
        ("throw null", "dialogs/greet/greetScript.js: uncaught null"),
        ("throw undefined", "dialogs/greet/greetScript.js: uncaught undefined"),
        ("oops = 1", "dialogs/greet/greetScript.js:1:7: ReferenceError: "),
        (
            "throw Object.assign(new Error('two\\nlines'), { line: 'x', column: {} })",
            "dialogs/greet/greetScript.js: Error: two lines"
        ),
        (
            "throw Object.assign(new Error('odd'), { line: { valueOf() { throw 1 } }, column: 1n })",
            "dialogs/greet/greetScript.js: Error: odd"
        ),
        (
            "throw new Proxy({}, { get() { throw 1 } })",
            "dialogs/greet/greetScript.js: threw a value that cannot be shown"
        ),
    ])
    func `names the place of an error`(source: String, expected: String) async throws {
        let found = try await failure(of: call(source), in: scripts)
        #expect(found.kind == .script)
        #expect(found.message.hasPrefix(expected), "\(found.message)")
    }

    @Test func `may put another object in the place of its context`() async throws {
        let result = try await scripts.run(call("context = { a: 1 }; session = { user: {} }", context: ["old": true]))
        #expect(result == ScriptResult(context: ["a": 1], session: ["user": [:]]))
        let found = try await failure(of: call("context = [1]"), in: scripts)
        #expect(found.message.contains("no longer an object"))
    }

    @Test func `is checked without being run`() async throws {
        #expect(await scripts.check(name: "a.js", source: "return context.a;\n// the end") == nil)
        #expect(await scripts.check(name: "a.js", source: "while (true) {}") == nil)
        let found = try #require(await scripts.check(name: "a.js", source: "let a = 1;\n  let ö = ;\n"))
        #expect(found.severity == .error)
        #expect(found.file == "a.js")
        #expect(found.location?.line == 2)
        #expect(found.message.hasPrefix("SyntaxError: "))
        #expect(await scripts.check(name: "a.js", source: "a\u{0}b")?.message.contains("NUL") == true)
    }

    @Test func `may be as large as its context and no larger`() async throws {
        let text = String(repeating: "é", count: 1 << 19)
        let result = try await scripts.run(call("context.copy = context.text.length", context: ["text": .string(text)]))
        #expect(result.context["copy"] == 524_288)
        #expect(result.context["text"] == .string(text))
        let found = try await failure(
            of: call("", context: ["text": .string(String(repeating: "x", count: 9 << 20))]),
            in: scripts
        )
        #expect(found.kind == .limit)
        #expect(found.message.contains("its context has 9437"))
        let long = try await failure(of: call(String(repeating: " ", count: 600_000)), in: scripts)
        #expect(long.kind == .limit)
    }

    @Test func `keeps numbers that it did not touch`() async throws {
        let long = JSONValue.number(JSONNumber(validated: "12345678901234567891"))
        let result = try await scripts.run(
            call("context.list.push(1); context.changed += 1", context: ["id": long, "list": [long], "changed": long])
        )
        #expect(result.context["id"]?.number?.text == "12345678901234567891")
        #expect(result.context["list"]?[0]?.number?.text == "12345678901234567891")
        #expect(result.context["list"]?[1] == 1)
    }
}

extension String {
    /// NUL is no character of a text here.
    fileprivate var replacingNUL: JSONValue { .string(replacingOccurrences(of: "\u{0}", with: "\u{FFFD}")) }
}
