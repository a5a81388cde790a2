import Dispatch
import Foundation
import Glibc
import PatchbayModel
import Synchronization
import Testing

/// The built `patchbay`, run as a person would run it: home and folder are the test's own.
struct Program: Sendable {
    let place: TemporaryPlace
    /// Where commands run, relative to the place.
    var folder = ""
    /// What stands in the environment beside `PATH`, `HOME` and `PATCHBAY_HOME`.
    var environment: [String: String] = [:]

    init(_ place: TemporaryPlace) { self.place = place }

    /// A place with a workspace in it, and the program inside of that; the plugins are installed and bound to the sandbox.
    static func inWorkspace(sandboxed plugins: String...) async throws -> Program {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        for plugin in plugins {
            try await program.run("plugin", "install", plugin, "--yes").expectSuccess()
            try await program.run("integration", "enable", plugin, "--sandbox").expectSuccess()
        }
        return program
    }

    /// The built program: it stands beside the test bundle.
    static let executable: String = {
        var folders = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
            .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent() }
        folders.append(packageRoot.appendingPathComponent(".build/debug"))
        let candidates = folders.map { $0.appendingPathComponent("patchbay").path }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }()

    /// Runs a command to its end.
    @discardableResult
    func run(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// Runs a command to its end, or until `killedAfter`; one that takes longer than 60 seconds is killed.
    @discardableResult
    func run(_ arguments: [String], input: String? = nil, killedAfter delay: Duration? = nil) async throws -> Outcome {
        try await launch(Self.executable, arguments, input: input, limit: delay ?? .seconds(60))
    }

    /// Runs a line of a shell in which `patchbay` is the built one, with both outputs in one.
    func shell(_ line: String) async throws -> Outcome {
        try await launch("/bin/sh", ["-c", "exec 2>&1; " + line], input: nil, limit: .seconds(60))
    }

    private func launch(_ path: String, _ arguments: [String], input: String?, limit: Duration) async throws -> Outcome
    {
        let streams = place.path + "/.streams-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: streams, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: streams) }  // it goes with the place at the latest
        for name in ["in", "out", "err"] {
            let contents = name == "in" ? Data((input ?? "").utf8) : Data()
            try contents.write(to: URL(fileURLWithPath: streams + "/" + name))
        }
        let process = process(path, arguments)
        process.standardInput = FileHandle(forReadingAtPath: streams + "/in")
        process.standardOutput = FileHandle(forWritingAtPath: streams + "/out")
        process.standardError = FileHandle(forWritingAtPath: streams + "/err")
        try await Self.finish(process, limit: limit)
        return Outcome(
            command: arguments.joined(separator: " "),
            output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams + "/out")), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams + "/err")), as: UTF8.self),
            status: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal
        )
    }

    /// A process in the program's folder and environment, not started.
    func process(_ path: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: place.path).appendingPathComponent(folder)
        let bin = URL(fileURLWithPath: Self.executable).deletingLastPathComponent().path
        process.environment = [
            "PATH": bin + ":/usr/bin:/bin", "HOME": place.path, "PATCHBAY_HOME": place.path + "/home",
            "LANG": "C.UTF-8",
        ].merging(environment) { _, own in own }
        return process
    }

    /// Runs a process and returns when it has ended.
    private static func finish(_ process: Process, limit: Duration) async throws {
        let nanoseconds = limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000
        let watch = ProcessWatch()
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in
                watch.end()
                done.resume()
            }
            do {
                try process.run()
                let id = process.processIdentifier
                DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) {
                    watch.kill(id)
                }
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
    }
}

/// Kills a process unless it has ended: a process id may be another's by then.
private final class ProcessWatch: Sendable {
    private let hasEnded = Mutex(false)

    func end() { hasEnded.withLock { $0 = true } }

    func kill(_ id: Int32) { hasEnded.withLock { if !$0 { _ = Glibc.kill(id, SIGKILL) } } }
}
