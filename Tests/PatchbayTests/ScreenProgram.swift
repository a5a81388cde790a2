import Foundation
import Glibc
import Synchronization
import Testing

/// The built `patchbay` in tmux, which shows what a terminal would show.
///
/// Each has a server of its own, whose socket lies in the program's place.
final class ScreenProgram: Sendable {
    private let program: Program
    private let socket: String
    /// The process of tmux; nil before it stands and after its end.
    private let server = Mutex<pid_t?>(nil)
    private static let limit: Duration = .seconds(300)

    /// Starts a line of a shell in which `patchbay` is the built one.
    init(
        _ program: Program,
        shell line: String = "patchbay explore; echo code $?; sleep 600",
        columns: Int = 80,
        rows: Int = 24
    ) async throws {
        self.program = program
        socket = program.place.path + "/tmux-" + String(UUID().uuidString.prefix(4))
        try #require(
            FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux"),
            "tmux is missing; scripts/test installs it"
        )
        try await tmux(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "\(columns)",
            "-y",
            "\(rows)",
            "/bin/sh",
            "-c",
            line
        )
    }

    deinit {
        // The last resort of a test that failed.
        if let id = server.withLock({ $0 }) { kill(id, SIGKILL) }
    }

    /// Ends everything that runs in it.
    func end() async throws {
        server.withLock { $0 = nil }
        try await tmux("kill-server")
    }

    /// Presses keys, by their names in tmux: `Enter`, `Tab`, `Down`, `C-c`, `a`.
    func press(_ keys: String...) async throws { try await tmux(["send-keys"] + keys) }

    /// Types a text.
    func type(_ text: String) async throws { try await tmux("send-keys", "-l", text) }

    /// Gives the window another size.
    func resize(columns: Int, rows: Int) async throws {
        try await tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// What is shown, without spaces at the ends of lines.
    func text(withStyles: Bool = false) async throws -> String {
        let shown = try await tmux(["capture-pane", "-p"] + (withStyles ? ["-e"] : []))
        return shown.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// What tmux knows of the terminal, such as `alternate_on`.
    func fact(_ name: String) async throws -> String {
        try await tmux("display-message", "-p", "#{\(name)}").trimmingCharacters(in: .newlines)
    }

    /// Waits until all texts are shown.
    ///
    /// - Returns: The whole screen.
    @discardableResult
    func shows(_ texts: String..., without absent: String? = nil, at location: SourceLocation = #_sourceLocation)
        async throws -> String
    {
        let end = ContinuousClock.now + Self.limit
        var shown = ""
        while ContinuousClock.now < end {
            shown = try await text()
            if texts.allSatisfy(shown.contains), absent.map({ !shown.contains($0) }) ?? true { return shown }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(texts) is not shown:\n\(shown)", sourceLocation: location)
        throw CancellationError()
    }

    /// Waits until a text is there, and then until the whole screen is as the fixture has it: tmux may show a part of it first.
    func matches(
        _ name: String,
        when texts: String...,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        for text in texts { try await shows(text, at: location) }
        let file = packageRoot.appendingPathComponent("Tests/PatchbayTests/Fixtures/explorer/\(name).txt")
        var shown = try await settled()
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(shown.utf8).write(to: file)
        }
        let expected = try? String(contentsOf: file, encoding: .utf8)
        let end = ContinuousClock.now + .seconds(30)
        while shown != expected, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            shown = try await text()
        }
        #expect(shown == expected, "RECORD=1 writes the screen \(name) anew", sourceLocation: location)
    }

    /// What is shown once it stays the same for a while.
    private func settled() async throws -> String {
        var shown = try await text()
        while true {
            try await Task.sleep(for: .milliseconds(50))
            let next = try await text()
            guard next != shown else { return shown }
            shown = next
        }
    }

    /// The program that runs in it now.
    func process() async throws -> pid_t {
        let shell = try await fact("pane_pid")
        let path = "/proc/\(shell)/task/\(shell)/children"
        let children = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
        return try #require(children.first.flatMap { pid_t($0) })
    }

    @discardableResult
    private func tmux(_ arguments: String...) async throws -> String { try await tmux(arguments) }

    @discardableResult
    private func tmux(_ arguments: [String]) async throws -> String {
        let output = program.place.path + "/.tmux-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: output) }  // it goes with the place at the latest
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        let file = unsafe open(output, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(null)
            close(file)
        }
        let child = try program.start(
            "/usr/bin/tmux",
            ["-u", "-S", socket] + arguments,
            streams: (null, file, file)
        )
        let end = await child.end()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
        guard end.status == 0 else { throw Child.Failure(description: "tmux \(arguments): \(text)") }
        return text
    }
}
