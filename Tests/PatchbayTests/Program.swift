import Foundation
import Glibc
import PatchbayModel
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

    /// Enables OpenAI's plugin at a service of this machine, with a key that is stored untried.
    func enableOpenAI(at service: LocalService) async throws {
        try await run("plugin", "install", "openai", "--yes").expectSuccess()
        let place = ["--base-url", "http://\(service.address)/v1", "--allow", service.address]
        try await run(
            ["integration", "enable", "openai", "--stdin", "--no-check"] + place,
            input: #"{"apiKey": "sk-local-0123456789abcdef"}"#
        ).expectSuccess()
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
        try await launch(Self.executable, arguments, input: input, limit: delay ?? .seconds(300))
    }

    /// Runs a line of a shell in which `patchbay` is the built one, with both outputs in one.
    func shell(_ line: String) async throws -> Outcome {
        try await launch("/bin/sh", ["-c", "exec 2>&1; " + line], input: nil, limit: .seconds(300))
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
        let descriptors = unsafe (
            open(streams + "/in", O_RDONLY | O_CLOEXEC), open(streams + "/out", O_WRONLY | O_CLOEXEC),
            open(streams + "/err", O_WRONLY | O_CLOEXEC)
        )
        defer { for descriptor in [descriptors.0, descriptors.1, descriptors.2] { close(descriptor) } }
        // More programs at once would only wait for each other, and run into their limits of time.
        let end = try await Self.turnstile.pass {
            let child = try start(path, arguments, streams: descriptors)
            let killer = Task {
                try await Task.sleep(for: limit)
                child.send(SIGKILL)
            }
            defer { killer.cancel() }
            return await child.end()
        }
        return Outcome(
            command: arguments.joined(separator: " "),
            output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams + "/out")), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams + "/err")), as: UTF8.self),
            status: end.status,
            wasKilled: end.wasKilled
        )
    }

    private static let turnstile = Turnstile(12)

    /// Starts a process in the program's folder and environment.
    func start(
        _ path: String,
        _ arguments: [String],
        streams: (input: Int32, output: Int32, errors: Int32)
    ) throws -> Child {
        let bin = URL(fileURLWithPath: Self.executable).deletingLastPathComponent().path
        return try Child(
            path,
            arguments,
            environment: [
                "PATH": bin + ":/usr/bin:/bin", "HOME": place.path, "PATCHBAY_HOME": place.path + "/home",
                "LANG": "C.UTF-8",
            ].merging(environment) { _, own in own },
            folder: place.path + "/" + folder,
            streams: streams
        )
    }
}
