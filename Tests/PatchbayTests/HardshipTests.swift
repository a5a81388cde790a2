import Foundation
import Glibc
import PatchbayModel
import Testing

@Suite("The program in hardship")
struct HardshipTests {
    // MARK: - Scripts

    private static let talk = """
        {"formatVersion": 1, "language": "en", "id": "s", "name": "S", "start": "go", "nodes": [
          {"id": "go", "kind": "intent", "next": "which"},
          {"id": "which", "kind": "entity", "type": "string", "ask": "always", "next": "x",
            "prompts": [{"id": "ask", "text": "?"}], "errorPrompts": [{"id": "again", "text": "?"}]},
          {"id": "x", "kind": "script", "sets": ["out"], "onFailure": "bad", "next": "ok"},
          {"id": "ok", "kind": "message", "messages": [{"id": "ok", "text": "out {{context.out}}"}], "next": "which"},
          {"id": "bad", "kind": "message", "next": "which",
            "messages": [{"id": "bad", "text": "{{context.x.error.kind}}: {{context.x.error.message}}"}]}]}
        """

    /// A workspace whose one dialog runs the function of a script that a message names.
    private static func scripted(_ functions: String, limits: String) async throws -> Program {
        let program = try await Program.inWorkspace()
        try program.place.write(talk, to: "ws/dialogs/s/dialog.json")
        try program.place.write(
            "context.out = 'none'; const tried = { \(functions) }; tried[context.entities.which]();",
            to: "ws/dialogs/s/x.js"
        )
        try program.place.write(#"{"formatVersion": 1, "limits": {\#(limits)}}"#, to: "home/settings.json")
        return program
    }

    /// What was said after each message, but for the question.
    private static func answers(to messages: [String], from program: Program) async throws -> [String] {
        let input = messages.joined(separator: "\n") + "\n"
        let chat = try await program.run("chat", "--dialog", "s", "--ephemeral", "--json", input: input)
        return try chat.expectSuccess().said().filter { $0 != "?" }
    }

    @Test func `goes on after scripts that take all they can`() async throws {
        let program = try await Self.scripted(
            """
            spin() { while (true) {} }, deep() { tried.deep(); }, array() { new Array(2 ** 32 - 1).fill(0); },
            double() { let text = "x"; for (;;) text += text; }, keep() { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); },
            promise() { const on = () => Promise.resolve().then(on); on(); }, pattern() { /^(a+)+$/.test("a".repeat(60) + "!"); },
            print() { for (;;) print("0123456789"); }, getter() { Object.defineProperty(context, "out", { enumerable: true, get() { while (true) {} } }); },
            rejected() { Promise.reject(new Proxy({}, { get() { while (true) {} }, getPrototypeOf() { while (true) {} } })); },
            nested() { let all = {}; for (let i = 0; i < 1e5; i++) all = { all }; context.out = all; },
            fine() { context.out = "fine"; }
            """,
            limits: #""scriptTime": "300ms", "scriptWallTime": "6s""#
        )
        let hostile = [
            "spin", "deep", "array", "double", "keep", "promise", "pattern", "print", "getter", "rejected", "nested",
        ]
        let said = try await Self.answers(to: hostile.flatMap { [$0, "fine"] }, from: program)
        #expect(said.count == 2 * hostile.count)
        for (index, name) in hostile.enumerated() where said.count == 2 * hostile.count {
            #expect(said[2 * index].hasPrefix("limit: dialogs/s/x.js"), "\(name): \(said[2 * index])")
            #expect(said[2 * index + 1] == "out fine", "after \(name)")
        }
    }

    @Test func `runs scripts that find no way out and leave nothing for the next`() async throws {
        let program = try await Self.scripted(
            """
            globals() { context.out = ["process", "require", "fetch", "console", "setTimeout", "WebAssembly", "Atomics", "Intl"].filter(name => globalThis[name] !== undefined).join(); },
            code() { (() => {})["constructor"]("return 1")(); }, module() { import("/etc/passwd").then(() => { context.out = "read"; }); },
            stack() { Error.prepareStackTrace = (error, frames) => frames; context.out = typeof new Error().stack; },
            spoil() { Object.prototype.evil = 1; Array.prototype.map = null; globalThis.left = 1; Object.freeze(Object.prototype); context.out = "spoilt"; },
            clean() { context.out = [typeof left, ({}).evil, typeof [].map, Object.isFrozen(Object.prototype)].join(); },
            cyclic() { context.out = context; }, big() { context.out = 1n; }, large() { context.out = "x".repeat(1e8); },
            empty() { Promise.reject(undefined); }, fake() { throw new Error("one\\r\\nerror: two \\u202e\\u061c\\u2028three\\u001b[2J"); },
            time() { context.out = Date.now() === Date.now() && new Date().getTimezoneOffset() === 0 && Math.random() < 1; }
            """,
            limits: ""
        )
        let said = try await Self.answers(
            to: [
                "globals", "code", "module", "stack", "spoil", "clean", "cyclic", "big", "large", "empty", "fake",
                "time",
            ],
            from: program
        )
        let at = "script: dialogs/s/x.js"
        try #require(said.count == 12, "\(said)")
        #expect(said[0] == "out ")
        #expect(said[1].hasSuffix("EvalError: code cannot be made from text"))
        #expect(said[2].hasPrefix(at))
        #expect(Array(said[3...5]) == ["out string", "out spoilt", "out undefined,,function,false"])
        #expect(said[6].hasPrefix("\(at): context is cyclic"))
        #expect(said[7].hasPrefix("\(at): context holds a BigInt"))
        #expect(said[8].hasPrefix("limit: "))
        #expect(said[9].hasPrefix(at))
        #expect(said[10].hasSuffix("Error: one  error: two    three [2J"), "\(said[10].debugDescription)")
        #expect(said[11] == "out true")
    }

    // MARK: - Streams and limits of the process

    @Test func `takes no file or connection for a closed stream`() async throws {
        let place = try TemporaryPlace()
        let streams = place.path + "/streams"
        let service = try await LocalService { request in
            // The process is in the middle of its work: it waits for this answer.
            let id = (try? String(contentsOfFile: place.path + "/ws/pid", encoding: .utf8))?.dropLast() ?? ""
            let links = (0...2).map {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/fd/\($0)")) ?? "none"
            }
            try? links.joined(separator: " ").write(toFile: streams, atomically: true, encoding: .utf8)
            return .completion("ok", to: request)
        }
        var program = Program(place)
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.enableOpenAI(at: service)
        try await program.run("template", "install", "openai/chat-assistant").expectSuccess()
        try place.write("hello\n", to: "ws/said.txt")
        _ = try await program.shell(
            "echo $$ > pid; exec patchbay chat --dialog chat-assistant --input said.txt <&- >&- 2>&-"
        )
        #expect(try place.bytes("streams") == Data("/dev/null /dev/null /dev/null".utf8))
    }

    @Test func `names the file that may not grow`() async throws {
        let program = try await Program.inWorkspace()
        let outcome = try await program.shell("ulimit -f 8; patchbay init ../other")
        #expect(!outcome.wasKilled && outcome.status == 1)
        #expect(outcome.output.contains("(ulimit -f)"), "\(outcome.output)")
    }

    @Test func `runs scripts where less is allowed than they would take`() async throws {
        let program = try await Self.scripted("fine() { context.out = 'fine'; }", limits: "")
        let outcome = try await program.shell("ulimit -t 60; echo fine | patchbay chat --dialog s --ephemeral")
        #expect(outcome.output.contains("out fine"), "\(outcome.output)")
    }
}
