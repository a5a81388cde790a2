import ArgumentParser
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRecording
import PatchbayRegistry
import PatchbayScript

extension PluginCommand {
    /// `patchbay plugin test`: everything that a plugin promises, tried without network.
    struct Test: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Lint a plugin, install it and its templates in a temporary workspace, replay all samples.",
            discussion: "Nothing of it is left behind: neither the home nor the workspace changes."
        )

        @Argument(help: ArgumentHelp("The plugin's folder, its archive or its id.", valueName: "path|id")) var source:
            String
        @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "file")) var junit: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let report = try junit.map { try NamedFile($0) }
            let (loaded, name) = try session.hub.lintNamed(source)
            for diagnostic in loaded.diagnostics { session.console.say("\(diagnostic)") }
            guard loaded.plugin != nil, !loaded.diagnostics.hasErrors else {
                let errors = loaded.diagnostics.count { $0.severity == .error }
                session.console.say("Not installed: lint found \(errors) error\(errors == 1 ? "" : "s").")
                return CommandOutcome(json: Self.json(loaded, diagnostics: loaded.diagnostics, cases: []), exitCode: 1)
            }
            return try await session.hub.trying(loaded, named: name) { trial in
                let scripts = try session.hub.scriptEngine()
                for diagnostic in trial.diagnostics { session.console.say("\(diagnostic)") }
                for template in trial.templates where template.samples.isEmpty {
                    session.console.say(
                        "\(name)/\(template.folder): warning: no sample conversation; add tests/<name>.json"
                    )
                }
                var outcomes: [(file: String, outcome: TestOutcome)] = []
                for (path, test) in trial.cases {
                    let outcome = await session.hub.run(test, scripts: scripts)
                    let file = "\(name)/\(path)"
                    session.console.result(outcome.passed, file)
                    for difference in outcome.differences { session.console.say("\(difference)") }
                    outcomes.append((file, outcome))
                }
                await scripts.close()
                try report?.write(Array(JUnitReport.xml(outcomes.map(\.outcome)).utf8))
                let failed = outcomes.count { !$0.outcome.passed }
                let broken = trial.diagnostics.count { $0.severity == .error }
                session.console.say(
                    "\(outcomes.count - failed) passed, \(failed) failed"
                        + (broken > 0 ? ", \(broken) error\(broken == 1 ? "" : "s") beside them" : "") + "."
                )
                return CommandOutcome(
                    json: Self.json(loaded, diagnostics: loaded.diagnostics + trial.diagnostics, cases: outcomes),
                    exitCode: failed > 0 || broken > 0 ? 1 : 0
                )
            }
        }

        private static func json(
            _ loaded: LoadedPlugin,
            diagnostics: [Diagnostic],
            cases: [(file: String, outcome: TestOutcome)]
        ) -> JSONValue {
            let failed = cases.count { !$0.outcome.passed }
            return [
                "id": loaded.plugin.map { .string($0.id.rawValue) } ?? .null,
                "version": loaded.plugin.map { .string($0.manifest.version.description) } ?? .null,
                "diagnostics": .array(diagnostics.map(\.json)),
                "passed": .number(JSONNumber(cases.count - failed)), "failed": .number(JSONNumber(failed)),
                "cases": .array(
                    cases.map { file, outcome in
                        [
                            "name": .string(outcome.name), "file": .string(file), "passed": .bool(outcome.passed),
                            "differences": .array(outcome.differences.map(\.json)),
                        ]
                    }
                ),
            ]
        }
    }
}

extension Console {
    /// One line of a result with its colored word.
    fileprivate func result(_ passed: Bool, _ name: String) {
        let mark = passed ? paint("passed", .green) : paint("failed", .red)
        write("\(mark) \(Self.visible(name))\n", to: wantsJSON ? .error : .output)
    }
}
