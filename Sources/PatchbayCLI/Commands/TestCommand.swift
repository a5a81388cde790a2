import ArgumentParser
import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRecording
import PatchbayScript
import PatchbayWorkspace

/// `patchbay test`: replays conversation tests.
struct TestCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Replay conversation tests without network, byte for byte.",
        discussion: "Without FILE: the workspace's tests and the samples of its installed templates."
    )

    @Argument(help: ArgumentHelp("Conversation tests.", valueName: "file"), completion: .file()) var files: [String] =
        []
    @Option(
        help: ArgumentHelp("Run the samples of a template.", valueName: "plugin/template"),
        completion: .templates
    )
    var template: String?
    @Flag(help: "Record anew what differs, after showing the difference.") var update = false
    @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "file")) var junit: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if template != nil && !files.isEmpty { throw ValidationError("give files or --template, not both") }
        if template != nil && update {
            throw ValidationError("a template's samples belong to its plugin; update its files by their path")
        }
    }

    func run(in session: Session) async throws -> CommandOutcome {
        let report = try junit.map { try NamedFile($0) }
        let cases = try chosen(in: session)
        if cases.isEmpty {
            session.console.say("No tests: the workspace has none, and no template with samples is installed.")
        }
        let scripts = try session.hub.scriptEngine()
        var outcomes: [TestOutcome] = []
        for test in cases {
            let outcome = await session.hub.run(test, scripts: scripts)
            let mark = outcome.passed ? session.console.paint("passed", .green) : session.console.paint("failed", .red)
            session.console.result(mark, test.name)
            for difference in outcome.differences { session.console.say("\(difference)") }
            outcomes.append(outcome)
            if update, !outcome.passed {
                let renewed = try await session.hub.update(test, scripts: scripts)
                session.console.say(renewed.diff)
                try session.hub.requiredWorkspace().write(Array(renewed.test.text.utf8), to: NamedFile(test.name))
                session.console.say("Recorded \(test.name) anew.")
            }
        }
        await scripts.close()
        let failed = outcomes.count { !$0.passed }
        session.console.say("\(outcomes.count - failed) passed, \(failed) \(update ? "recorded anew" : "failed").")
        try report?.write(Array(JUnitReport.xml(outcomes).utf8))
        return CommandOutcome(
            json: [
                "passed": .number(JSONNumber(outcomes.count - failed)), "failed": .number(JSONNumber(failed)),
                "cases": .array(zip(cases, outcomes).map { test, outcome in outcome.json(named: test.name) }),
            ],
            exitCode: failed > 0 && !update ? 1 : 0
        )
    }

    private func chosen(in session: Session) throws -> [TestCase] {
        if let template { return try session.hub.samples(of: try TemplateReference(template)) }
        let workspace = try session.workspace()
        defer { workspace.release() }
        if !files.isEmpty {
            return try files.map { file in
                let bytes = try NamedFile(file).read(maxBytes: ConversationTest.maxBytes)
                return try session.hub.testCase(file: file, bytes: bytes, in: workspace)
            }
        }
        let own = try workspace.names(in: "tests").filter { $0.hasSuffix(".json") }.map { name in
            let bytes = try workspace.bytes(of: "tests/\(name)")
            return try session.hub.testCase(
                file: workspace.root.place(try RelativePath("tests/\(name)")),
                bytes: bytes,
                in: workspace
            )
        }
        var seen: Set<String> = []
        let samples = try workspace.lock.templates.flatMap { instance in
            let name = "\(instance.plugin)/\(instance.template)"
            return seen.insert(name).inserted ? try session.hub.samples(of: try TemplateReference(name)) : []
        }
        return own + samples
    }
}

extension Console {
    /// One line of a result with its colored word.
    fileprivate func result(_ mark: String, _ name: String) {
        write("\(mark) \(Self.visible(name))\n", to: wantsJSON ? .error : .output)
    }
}

extension TestOutcome {
    fileprivate func json(named name: String) -> JSONValue {
        ["name": .string(name), "passed": .bool(passed), "differences": .array(differences.map(\.json))]
    }
}
