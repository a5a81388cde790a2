import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

/// `patchbay plugin …`: what is installed on this machine and pinned by the workspace.
struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Find, install, make and check plugins.",
        subcommands: [
            List.self, Search.self, Info.self, Install.self, Update.self, Remove.self, Verify.self, New.self,
            Lint.self, Test.self, Pack.self, Sign.self, Key.self, Trust.self, Index.self,
        ]
    )

    /// The rows of a list, for people and programs alike.
    fileprivate static func show(_ rows: [PluginRow], in session: Session) -> CommandOutcome {
        let language = "en"
        session.console.table(
            rows.map { row in
                [
                    row.summary.id.rawValue, row.summary.version.description,
                    row.pinned != nil
                        ? "pinned" : row.isInstalled ? "installed" : row.index.map { "index \($0)" } ?? "",
                    Table.short(row.summary.summary?.text(in: language) ?? ""),
                ]
            }
        )
        guard session.console.wantsJSON else { return CommandOutcome() }
        return CommandOutcome(json: ["plugins": .array(rows.map { json($0, language: language) })])
    }

    fileprivate static func json(_ row: PluginRow, language: String) -> JSONValue {
        var value: JSONObject = [
            "id": .string(row.summary.id.rawValue), "name": .string(row.summary.name.text(in: language)),
            "version": .string(row.summary.version.description), "installed": .bool(row.isInstalled),
            "pinned": .bool(row.pinned != nil),
        ]
        value["index"] = row.index.map(JSONValue.string)
        return .object(value)
    }

    struct List: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the plugins of the catalogue and the home."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let (rows, diagnostics) = try session.hub.pluginRows()
            for diagnostic in diagnostics { session.console.note("\(diagnostic)") }
            if rows.isEmpty {
                session.console.say("No plugins: the catalogue is empty. '--plugins DIR' names another one.")
            }
            return PluginCommand.show(rows, in: session)
        }
    }

    struct Search: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "search",
            abstract: "Find plugins in which every word occurs."
        )

        @Argument(help: "Words to look for.") var words: [String]
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if words.contains("") { throw ValidationError("a word to look for is empty") }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let (rows, diagnostics) = try session.hub.pluginRows()
            for diagnostic in diagnostics where diagnostic.file == nil { session.console.note("\(diagnostic)") }
            let found = PluginCatalogue.search(words, in: rows.map(\.summary)).map(\.id)
            let chosen = rows.filter { found.contains($0.summary.id) }
            if chosen.isEmpty {
                session.console.say("No plugin has \(words.joined(separator: " ")); 'patchbay plugin list' shows all.")
            }
            return PluginCommand.show(chosen, in: session)
        }
    }

    struct Info: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Show what a plugin is and what it may do."
        )

        @Argument(help: "The plugin's id.", completion: .pluginSources) var id: String
        @Option(help: ArgumentHelp("The index to take it from.", valueName: "name")) var index: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let candidate = try await session.hub.candidate(id, from: index, asListed: true)
            let manifest = candidate.plugin.manifest
            session.console.say("\(Console.line(manifest.name.text(in: "en"))) (\(manifest.id)) \(manifest.version)")
            if let summary = manifest.summary { session.console.say(Console.line(summary.text(in: "en"))) }
            session.console.say(PluginQuestion.text(candidate))
            let grade = session.hub.grade(of: candidate)
            session.console.say(GradeText.text(grade))
            session.console.say("Operations:")
            session.console.say(
                Table.text(manifest.operations.map { [$0.id.rawValue, $0.title?.text(in: "en") ?? ""] })
            )
            var json = PluginQuestion.json(candidate).object ?? JSONObject()
            json["quality"] = .string(grade.name)
            json["missing"] = .array(grade.missing.map(JSONValue.string))
            return CommandOutcome(json: .object(json))
        }
    }

    struct Install: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "install",
            abstract: "Install a plugin; inside a workspace its version is pinned there."
        )

        @Argument(
            help: "An id of the catalogue (id@version too), a folder, a .zip or a .tar.gz.",
            completion: .pluginSources
        )
        var source: String
        @Option(help: ArgumentHelp("The index to take it from.", valueName: "name")) var index: String?
        @OptionGroup var choice: UpdateChoice
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let candidate = try await session.hub.candidate(source, from: index)
            let manifest = candidate.plugin.manifest
            if let refusal = candidate.refusal { throw refusal }
            for warning in candidate.warnings { session.console.note("\(warning)") }
            let isPinned =
                candidate.pinned.map { $0.version == manifest.version && $0.hash == candidate.plugin.hash } ?? false
            let question = UpdateQuestion(try session.hub.update(to: candidate), of: manifest.id)
            if !candidate.isInstalled || (candidate.pinned != nil && !isPinned) {
                session.console.say(PluginQuestion.text(candidate))
                if let text = question.text { session.console.say(text) }
                if let refusal = question.refusal(choice) { return question.refused(refusal, in: session) }
                guard try session.confirm("Install \(manifest.id) \(manifest.version)?") else {
                    session.console.say("Nothing was installed.")
                    return CommandOutcome(
                        json: .object(question.adding(to: ["applied": false, "id": .string(manifest.id.rawValue)])),
                        exitCode: 1
                    )
                }
            }
            let changed = try session.hub.install(candidate)
            session.console.say(
                changed
                    ? "Installed \(manifest.id) \(manifest.version)."
                    : "\(manifest.id) \(manifest.version) is installed already."
            )
            session.console.note("Next: patchbay integration enable \(manifest.id)")
            return CommandOutcome(
                json: .object(
                    question.adding(to: [
                        "applied": .bool(changed), "id": .string(manifest.id.rawValue),
                        "version": .string(manifest.version.description), "hash": .string(candidate.plugin.hash),
                        "signer": PluginQuestion.signer(candidate.standing), "signature": candidate.standing.json,
                    ])
                )
            )
        }
    }

    struct Remove: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a plugin that nothing uses."
        )

        @Argument(help: "The plugin's id.", completion: .installedPlugins) var id: String
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            try session.hub.checkRemoval(of: PluginID(id))
            guard try session.confirm("Remove plugin '\(id)' from this machine?") else {
                return CommandOutcome(json: ["applied": false, "removed": []], exitCode: 1)
            }
            let removed = try session.hub.removePlugin(PluginID(id))
            for version in removed { session.console.say("Removed \(version.id) \(version.version).") }
            return CommandOutcome(
                json: ["applied": true, "removed": .array(removed.map { .string($0.version.description) })]
            )
        }
    }

    struct Verify: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Recompute the hashes of installed plugins, and check their signatures."
        )

        @Argument(help: "The plugin's id; without one all.", completion: .installedPlugins) var id: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let results = try session.hub.verifyPlugins(id.map { PluginID($0) })
            if results.isEmpty { session.console.say("No plugin is installed.") }
            for result in results {
                let words =
                    result.isSame
                    ? (result.problem ?? "ok, \(result.standing?.words ?? "")")
                    : "changed since it was installed; remove it and install it again"
                        + (result.problem.map { " (\($0))" } ?? "")
                session.console.say("\(result.installed.id) \(result.installed.version): \(words)")
            }
            let isGood = results.allSatisfy(\.isGood)
            return CommandOutcome(
                json: [
                    "plugins": .array(
                        results.map {
                            [
                                "id": .string($0.installed.id.rawValue),
                                "version": .string($0.installed.version.description),
                                "hash": .string($0.hash), "verified": .bool($0.isGood),
                                "signer": PluginQuestion.signer($0.standing),
                                "signature": $0.standing?.json ?? ["state": "damaged"],
                            ]
                        }
                    )
                ],
                exitCode: isGood ? 0 : 1
            )
        }
    }

    struct Lint: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Check a plugin that you write: everything that is wrong with it, and its grade."
        )

        @Argument(help: "The plugin's folder or archive.", completion: .file()) var path: String
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let loaded = try session.hub.lintPlugin(path)
            for diagnostic in loaded.diagnostics { session.console.say("\(diagnostic)") }
            let grade = session.hub.grade(of: loaded)
            if let grade { session.console.say(GradeText.text(grade)) }
            let hasErrors = loaded.diagnostics.hasErrors
            return CommandOutcome(
                json: [
                    "diagnostics": .array(loaded.diagnostics.map(\.json)),
                    "grade": grade.map { .string($0.name) } ?? .null,
                    "missing": .array(grade?.missing.map(JSONValue.string) ?? []),
                ],
                exitCode: hasErrors ? 1 : 0
            )
        }
    }
}
