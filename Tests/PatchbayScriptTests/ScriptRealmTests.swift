import PatchbayDialog
import PatchbayModel
import Testing

@testable import PatchbayScript

@Suite("A script's realm")
struct ScriptRealmTests {
    @Test(arguments: [
        "process", "require", "module", "Deno", "Bun", "window", "self", "global", "console", "eval", "Intl", "WeakRef",
        "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "WebAssembly", "setTimeout", "setInterval",
        "setImmediate",
        "queueMicrotask", "fetch", "XMLHttpRequest", "WebSocket", "Worker", "importScripts", "performance", "crypto",
        "ShadowRealm",
        "Temporal", "structuredClone", "navigator", "document", "gc", "load", "read", "readFile", "run", "quit",
        "print.constructor.call",
        "$vm", "$", "Loader", "GLib", "imports",
    ])
    func `has no`(name: String) async throws {
        let source =
            name.contains(".")
            ? "context.found = typeof \(name) === 'function' && (() => { try { return \(name)(null, 'return 1')() } catch { return 'undefined' } })()"
            : "context.found = typeof \(name)"
        #expect(try await scripts.run(call(source)).context["found"] == "undefined")
    }

    @Test func `has only the globals that are documented`() async throws {
        let result = try await scripts.run(
            call(
                "context.names = Reflect.ownKeys(globalThis).filter(key => key === 'undefined' || globalThis[key] !== undefined).map(String)",
                globals: ["env": [:], "content": [:]]
            )
        )
        let names = Set(result.context["names"]?.array?.compactMap(\.string) ?? [])
        let known = ScriptPrelude.allowedGlobals.union([
            "context", "session", "env", "content", "print", "Symbol(Symbol.toStringTag)",
        ])
        #expect(names.subtracting(known) == [])
        #expect(names.isSuperset(of: ["context", "session", "env", "content", "print", "Date", "JSON"]))
    }

    /// Each script sets `context.found` to what it reached; a thrown error is as good as nothing.
    @Test(arguments: [
        "eval('1')", "(0, eval)('1')", "new Function('return 1')()", "Function('return 1')()",
        "Function.prototype.constructor('return 1')()", "(() => {}).constructor('return 1')()",
        "(() => {})[`constructor`]('return 1')()", "(async () => {}).constructor('return 1')()",
        "(function* () {}).constructor('yield 1')().next().value",
        "(async function* () {}).constructor('yield 1')().next()",
        "[]['filter']['constructor']('return 1')()", "Reflect.construct(Function, ['return 1'])()",
        "Reflect.apply(Function, null, ['return 1'])()", "class F extends Function {}; new F('return 1')()",
        "Object.getPrototypeOf(async function* () {}).constructor('yield 1')", "print.constructor('return 1')()",
        "Date.constructor('return 1')()", "Date.now.constructor('return 1')()", "Math.random.constructor('return 1')()",
        "new Proxy(Function, {})('return 1')()", "({}).constructor.constructor('return 1')()",
        "context.constructor.constructor('return process')()", "env.constructor.constructor('return process')()",
        "({ get a() { return this.constructor.constructor('return 1')() } }).a",
        "({}).__proto__.constructor.constructor('return 1')()",
        "`${{ toString() { return this.constructor.constructor('return 1')() } }}`",
        "Error.prepareStackTrace = (e, frames) => frames; const frames = new Error().stack; typeof frames !== 'string' ? frames : undefined.x",
        "import.meta.url", "arguments.callee.caller", "(function f() { return f.caller })().constructor",
        "with (Math) { random }", "new.target.constructor", "super.constructor",
        "Object.getOwnPropertyNames(globalThis).map(n => globalThis[n]).find(v => v && (v.env || v.exit || v.open || v.spawn))",
        "new Date(0).constructor === Date ? undefined.x : new Date(0).constructor.now()",
        "Reflect.construct(Date, [], Object).getTime()",
        "String.raw.constructor`return 1`()", "JSON.parse.constructor('return 1')()",
        "Symbol.for('x').constructor.constructor('1')",
        "Promise.resolve().constructor.constructor('return 1')()", "RegExp.prototype.exec.constructor('return 1')()",
    ])
    func `gives no way out by`(source: String) async throws {
        let body =
            source.contains(";") ? source.replacingLast(";", with: "; context.found =") : "context.found = \(source)"
        // What does not even compile reaches nothing either.
        let result = try? await scripts.run(call(body, globals: ["env": ["a": 1]]))
        #expect(result?.context["found"] == nil, "\(result?.context as Any)")
    }

    @Test(arguments: ["'fs'", "'./a.js'", "'file:///etc/passwd'", "'data:text/javascript,1'", "'http://127.0.0.1/'"])
    func `imports nothing`(specifier: String) async throws {
        let result = try await scripts.run(
            call("import(\(specifier)).then(m => { context.found = true }, e => { context.refused = true })")
        )
        #expect(result.context == ["refused": true])
    }

    @Test func `has a clock that stands still`() async throws {
        let source = """
            let spin = 0; for (let i = 0; i < 1e5; i++) spin += i;
            class Later extends Date {}
            context.times = [Date.now(), new Date().getTime(), +new Date(), new Date(0).constructor.now(), new Later().getTime(),
                Reflect.construct(Date, []).getTime(), Object.getPrototypeOf(Later).now()];
            context.words = [Date(), String(new Date()), new Date().toLocaleString(), new Date(2026, 0, 2).toISOString(),
                new Date(new Date(5)).getTime(), Date.UTC(1970, 0, 1), new Date() instanceof Date, Date.name, Date.length];
            """
        let first = try await scripts.run(call(source))
        let second = try await scripts.run(call(source))
        #expect(first == second)
        #expect(first.context["times"] == .array(Array(repeating: 1_790_000_000_123, count: 7)))
        let day = "Mon Sep 21 2026 14:13:20 GMT+0000 (Coordinated Universal Time)"
        #expect(first.context["words"]?[0] == .string(day))
        #expect(first.context["words"]?[1] == .string(day))
        #expect(first.context["words"]?[3] == "2026-01-02T00:00:00.000Z")
        #expect(first.context["words"]?[4] == 5)
        #expect(first.context["words"]?[6] == true)
        #expect(first.context["words"]?[7] == "Date")
    }

    /// The clock and chance are put into a realm only where the script's text can reach them, whatever way it takes.
    @Test(arguments: [
        "Date.now() + Math.random()", "globalThis['Da' + 'te'].now() + globalThis['Ma' + 'th'].random()",
        "this['Da' + 'te'].now() + this['Ma' + 'th'].random()", "D\\u0061te.now() + M\\u{61}th.random()",
        "global\\u0054his['Da' + 'te'].now() + global\\u0054his['Ma' + 'th'].random()",
        "Reflect.get(this, 'Da' + 'te').now() + Reflect.get(this, 'Ma' + 'th').random()",
    ])
    func `plays again the same by`(source: String) async throws {
        let first = try await scripts.run(call("context.found = \(source)", seed: 7))
        let expected = try await scripts.run(call("context.found = Date.now() + Math.random()", seed: 7))
        #expect(first == expected)
        #expect((first.context["found"]?.number?.double ?? 0).rounded(.down) == 1_790_000_000_123)
    }

    @Test func `has chance that follows the seed`() async throws {
        let source = "context.numbers = Array.from({ length: 200 }, Math.random)"
        let first = try await scripts.run(call(source, seed: 42))
        let again = try await scripts.run(call(source, seed: 42))
        let other = try await scripts.run(call(source, seed: 43))
        #expect(first == again)
        #expect(first != other)
        let numbers = first.context["numbers"]?.array?.compactMap(\.double) ?? []
        #expect(Set(numbers).count == 200)
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(numbers.reduce(0, +) / 200 - 0.5) < 0.1)
    }

    @Test(arguments: [
        "env.a = 2", "delete env.a", "env.deep.list.push(2)", "env.deep.list[0].x = 2", "content.x = 1",
        "session.profile = 1",
        "session.profile.name = 'x'", "delete session.profile", "print.x = 1",
    ])
    func `keeps what is read only by refusing`(source: String) async throws {
        let found = try await failure(
            of: call(
                source,
                session: ["profile": ["name": "Ann"]],
                globals: ["env": ["a": 1, "deep": ["list": [["x": 1]]]], "content": [:]]
            ),
            in: scripts
        )
        #expect(found.kind == .script)
        #expect(found.message.contains("TypeError"))
    }

    @Test(arguments: [
        "Array.prototype.map = null; Object.prototype.evil = 1; JSON.stringify = () => '{}'; JSON.parse = null; globalThis.left = 1",
        "Object.defineProperty(Object.prototype, 'x', { get() { return 1 }, set() { throw 1 } })",
        "Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(context)",
        "Symbol.for('left').description; Promise.prototype.then = null; Function.prototype.call = null",
        "String.prototype.toString = () => { throw 1 }; RegExp.prototype.exec = () => { throw 1 }",
        "Object.prototype.__proto__ === null; Array.prototype[Symbol.iterator] = null; Reflect.construct = null",
    ])
    func `is clean after a script that spoiled it`(source: String) async throws {
        _ = try await scripts.run(call(source, context: ["a": [1]]))
        let result = try await scripts.run(
            call(
                "context.b = context.a.map(n => n + 1); context.keys = Object.keys({}).length; context.left = typeof left; ({}).x = 1; new Date()",
                context: ["a": [1]]
            )
        )
        #expect(result.context == ["a": [1], "b": [2], "keys": 0, "left": "undefined"])
    }

    @Test func `writes its result with functions nobody can replace`() async throws {
        let result = try await scripts.run(
            call(
                """
                JSON.stringify = () => '{"context":{"forged":1}}';
                Object.prototype.toJSON = () => 1; Array.prototype.toJSON = () => 2; String.prototype.toJSON = () => 3;
                Array.prototype.push = Array.prototype.join = null;
                Object.defineProperty(Array.prototype, 0, { set() { throw 1 }, configurable: true });
                print("line"); context.a = { b: ["c"] };
                """
            )
        )
        #expect(result.context == ["a": ["b": ["c"]]])
        #expect(result.printed == ["line"])
    }

    @Test func `turns values that JSON lacks into JSON or an error`() async throws {
        let result = try await scripts.run(
            call(
                "context.a = [NaN, Infinity, undefined, () => 1, Symbol(), new Date(0), 'cut \\ud83d', '\\0', '\\\\ud83d', -0]; context.b = undefined; context.f = print"
            )
        )
        let expected: JSONValue = [
            nil, nil, nil, nil, nil, "1970-01-01T00:00:00.000Z", "cut \u{FFFD}", "\u{FFFD}", "\\ud83d", 0,
        ]
        #expect(result.context == ["a": expected])
    }

    @Test(arguments: [
        ("context.self = { context }", "context is cyclic"),
        ("session.self = session", "session is cyclic"),
        ("context.big = 1n", "context holds a BigInt"),
        ("context.toJSON = () => [1]", "context cannot be kept as JSON: Error: no longer an object"),
        ("context.toJSON = () => undefined", "context cannot be kept as JSON: Error: no longer an object"),
        ("context.a = { toJSON() { throw new Error('no') } }", "context cannot be kept as JSON: Error: no"),
        (
            "context.a = new Proxy({}, { ownKeys() { throw new Error('trap') } })",
            "context cannot be kept as JSON: Error: trap"
        ),
        ("let a = context; for (let i = 0; i < 100; i++) a = a.a = {}", "nest"),
    ])
    func `refuses to leave`(source: String, words: String) async throws {
        let found = try await failure(of: call(source), in: scripts)
        #expect(found.kind == .script)
        #expect(found.message.contains(words), "\(found.message)")
    }
}

extension String {
    fileprivate func replacingLast(_ mark: Character, with text: String) -> String {
        guard let place = lastIndex(of: mark) else { return self }
        return String(self[..<place]) + text + String(self[index(after: place)...])
    }
}
