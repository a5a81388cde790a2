import Foundation
import Glibc
import PatchbayDialog
import PatchbayModel
import Testing

@testable import PatchbayScript

/// What `/proc` tells of this process's children with a command line that ends in `script-worker`; parent filtered by
/// the caller's needs.
private func workers() -> [pid_t: [String: String]] {
    var found: [pid_t: [String: String]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
        guard let pid = pid_t(name), let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        else { continue }
        var fields: [String: String] = [:]
        for line in status.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        if fields["PPid"] == String(getpid()) { found[pid] = fields }
    }
    return found
}

@Suite("A worker process")
struct ScriptWorkerTests {
    @Test func `serves call after call, each the same`() async throws {
        for number in 0..<1500 {
            let result = try await scripts.run(
                call("context.n += 1; print(context.n)", context: ["n": .number(JSONNumber(number))])
            )
            #expect(result.context == ["n": .number(JSONNumber(number + 1))])
            #expect(result.printed == [String(number + 1)])
        }
    }

    @Test func `is asked by eight callers at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    for number in 0..<40 {
                        let result = try await scripts.run(
                            call(
                                "context.sum = context.a + context.b",
                                context: ["a": .number(JSONNumber(caller)), "b": .number(JSONNumber(number))]
                            )
                        )
                        #expect(result.context["sum"]?.int == caller + number)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `is confined, small, and replaced when somebody kills it`() async throws {
        let process = try WorkerProcess(executable: patchbayExecutable())
        let deadline = ContinuousClock.now + .seconds(60)
        try process.send(ScriptLimits().setup.bytes, until: deadline)
        let greeting = try #require(ScriptAnswer(try process.receive(limit: 4096, until: deadline)))
        #expect(greeting.kind == .ready, "\(greeting.words)")
        let pid = try #require(process.identifier)
        let status = try #require(workers()[pid])
        #expect(status["Seccomp"] == "2")
        #expect(status["NoNewPrivs"] == "1")
        let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
        #expect(limits.contains(/Max open files +16 +16/))
        #expect(limits.contains(/Max file size +0 +0/))
        #expect(limits.contains(/Max cpu time +120 +120/))
        #expect(!limits.contains(/Max address space +unlimited/))
        let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))
        #expect(
            String(decoding: environment, as: UTF8.self).split(separator: "\0").map(String.init)
                == WorkerProcess.environment
        )
        // Standard streams lead nowhere; beside them the two pipes, the process's size, and what the engine opened for
        // itself.
        let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").map {
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
        }
        let strange = links.filter { link in
            !["pipe:", "anon_inode:[eventfd]", "/dev/null", "/dev/urandom", "/proc/"].contains { link.hasPrefix($0) }
        }
        #expect(strange == [])
        #expect(links.count { $0.hasPrefix("pipe:") } == 2)

        var request = ScriptRequest(kind: .run)
        request.source = Array("context.a = 1".utf8)
        request.payload = Array(#"{"context":{},"session":{},"globals":{}}"#.utf8)
        (request.outputLimit, request.resultLimit) = (1000, 1000)
        for source in ["throw new Error('é'.repeat(5e6))", "context.toJSON = () => { throw 'é'.repeat(5e6) }"] {
            var failing = request
            failing.source = Array(source.utf8)
            try process.send(failing.bytes, until: deadline)
            let answer = try #require(ScriptAnswer(try process.receive(limit: 8192, until: deadline)))
            let words = try #require(answer.place).words
            #expect(ScriptWords.oneLine(words).hasSuffix("é…"))
        }
        for _ in 0..<600 {
            try process.send(request.bytes, until: deadline)
            #expect(ScriptAnswer(try process.receive(limit: 4096, until: deadline))?.kind == .result)
        }
        let anonymous = workers()[pid]?["RssAnon"]?.split(separator: " ").first.flatMap { Int($0) } ?? .max
        #expect(anonymous < 60 * 1024, "\(anonymous) kB")
        process.kill()
        _ = process.end()
        process.kill()
        #expect(workers()[pid] == nil)
    }

    @Test func `is replaced when it was killed between two calls`() async throws {
        var state = ScriptLane(
            .init(executable: patchbayExecutable(), limits: patient, allowWeakScripts: false, lanes: 1)
        )
        let first = try state.readyWorker(for: nil)
        first.kill()
        let deadline = ContinuousClock.now + .seconds(60)
        while first.isIdle, ContinuousClock.now < deadline { await Task.yield() }
        let second = try state.readyWorker(for: nil)
        #expect(first !== second)
        #expect(second.isIdle)
        #expect(first.identifier == nil)
    }

    @Test func `is gone when the engine is closed`() async throws {
        let scripts = engine(processes: 2)
        _ = try await scripts.run(call("context.a = 1"))
        await scripts.close()
        let found = try await failure(of: call("context.a = 1"), in: scripts)
        #expect(found.kind == .interrupted)
        await scripts.close()
    }

    @Test func `is confined without leave to be weak`() async {
        #expect(await engine().check(name: "a.js", source: "1") == nil)
    }
}

@Suite("A worker that is none")
struct StrangeWorkerTests {
    /// A program that behaves as the shell script says.
    private func engine(_ body: String, allowWeakScripts: Bool = false) throws -> WorkerScriptEngine {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("worker-\(UUID().uuidString)")
        // Written by another process: a program that is open for writing here, while some other test starts one, is "busy".
        let shell = unsafe try #require(popen("cat >'\(file.path)' && chmod 700 '\(file.path)'", "w"))
        unsafe fputs("#!/bin/sh\n\(body)\n", shell)
        #expect(unsafe pclose(shell) == 0)
        return WorkerScriptEngine(
            executable: file.path,
            limits: ScriptLimits(wallTime: .seconds(2), startTime: .seconds(60)),
            allowWeakScripts: allowWeakScripts,
            processes: 1
        )
    }

    private static let hello = #"printf '\002\000\000\000+\000'"#

    @Test(arguments: [
        ("exit 3", "it ended before it was ready"),
        (#"printf '\377\377\377\377'"#, "could not be started"),
        (#"printf '\011\000\000\000A\000missing'; cat >/dev/null"#, "install the package libjavascriptcoregtk-4.1-0"),
        (#"printf '\007\000\000\000A\000wrong'; cat >/dev/null"#, "the JavaScript engine does not work: wrong"),
        (
            #"printf '\014\000\000\000W\000seccomp (x)'; cat >/dev/null"#,
            "cannot be confined on this machine: seccomp (x"
        ),
        (hello + "; head -c 60 >/dev/null; exit 3", "its process ended by itself (exit code 3)"),
        (hello + "; head -c 60 >/dev/null; kill -9 $$", "its process ended (signal 9): something killed it"),
        (hello + "; head -c 60 >/dev/null; kill -SEGV $$", "its process crashed (signal 11)"),
        (hello + "; head -c 60 >/dev/null; kill -TERM $$", "its process ended (signal 15)"),
        (hello + "; cat >/dev/null", "no result within 2.0 seconds"),
        (
            hello + #"; head -c 60 >/dev/null; printf '\377\377\377\377'; cat >/dev/null"#,
            "longer than the limits allow"
        ),
        (hello + #"; head -c 60 >/dev/null; printf '\003\000\000\000R\000{'; cat >/dev/null"#, "cannot be kept"),
        (hello + #"; head -c 60 >/dev/null; printf '\004\000\000\000R\000{}'; cat >/dev/null"#, "incomplete"),
        (
            hello + #"; head -c 60 >/dev/null; printf '\002\000\000\000?\000'; cat >/dev/null"#,
            "longer than the limits allow"
        ),
    ])
    func `is a failure, not a hang or a crash`(body: String, words: String) async throws {
        let found = try await failure(of: call("context.a = 1"), in: engine(body))
        #expect(found.message.contains(words), "\(found.message)")
        #expect(found.message.contains("dialogs/greet/greetScript.js"))
    }

    @Test func `may be weak where that is allowed, and every failure says so`() async throws {
        let body =
            #"printf '\014\000\000\000W\000seccomp (x'; head -c 60 >/dev/null; printf '\013\000\000\000E\0003\n7\nError'; cat >/dev/null"#
        let scripts = try engine(body, allowWeakScripts: true)
        let found = try await failure(of: call("context.a = 1"), in: scripts)
        #expect(
            found.message == "dialogs/greet/greetScript.js:3:7: Error (scripts run weakly confined: seccomp (x failed)"
        )
    }

    @Test func `is replaced when it asks for it, and leaves nothing behind`() async throws {
        let answer = #"printf '\071\000\000\000R\001{"context":{"pid":"%07d"},"session":{},"printed":[]}' $$"#
        var scripts: WorkerScriptEngine? = try engine(
            "head -c 16 >/dev/null; \(Self.hello); head -c 60 >/dev/null; \(answer); cat >/dev/null"
        )
        var seen: [pid_t] = []
        for _ in 0..<3 {
            let context = try await scripts?.run(call("context.a = 1")).context
            seen.append(try #require(context?["pid"]?.string.flatMap { pid_t($0) }))
        }
        #expect(Set(seen).count == 3)
        await scripts?.close()
        // Signal 0 asks whether a process is there, a dead one that nobody has reaped included.
        for pid in seen { #expect(kill(pid, 0) != 0) }

        scripts = try engine("head -c 16 >/dev/null; \(Self.hello); head -c 60 >/dev/null; \(answer); cat >/dev/null")
        let context = try await scripts?.run(call("context.a = 1")).context
        let pid = try #require(context?["pid"]?.string.flatMap { pid_t($0) })
        scripts = nil
        let deadline = ContinuousClock.now + .seconds(60)
        while kill(pid, 0) == 0, ContinuousClock.now < deadline { await Task.yield() }
        #expect(kill(pid, 0) != 0)
    }

    @Test func `may be missing`() async throws {
        let scripts = WorkerScriptEngine(executable: "/nowhere/patchbay")
        let found = try await failure(of: call("context.a = 1"), in: scripts)
        #expect(found.message.contains("'/nowhere/patchbay' could not be started: No such file or directory"))
        #expect(await scripts.check(name: "a.js", source: "1")?.severity == .warning)
    }
}
