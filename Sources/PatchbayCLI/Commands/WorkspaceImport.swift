import ArgumentParser
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayWorkspace

extension WorkspaceCommand {
    /// `patchbay workspace import`: an export becomes a workspace, or part of one.
    struct Import: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Take an export in: as a new workspace, or into the one here.",
            discussion: """
                Into a workspace, dialogs, profiles and tests of the export are added or replace those of the same id, variables are \
                merged by key, settings and hosts are added to, and the rest stays (--incremental, the default). With --full the \
                workspace becomes the export: files that are not in it are removed. Plugins that are missing are installed from the \
                export or the catalogue once you agree. 'patchbay workspace undo' takes an import back.

                Examples:
                  patchbay workspace import desk.zip --into desk
                  patchbay workspace import greeting.zip --dry-run
                """
        )

        @Argument(help: "The export.", completion: .file(extensions: ["zip"])) var file: String
        @Option(
            help: ArgumentHelp("The workspace; a folder that is none becomes one.", valueName: "dir")
        )
        var into: String?
        @Flag(help: "Make the workspace what the export is; files that are not in it are removed.") var full = false
        @Flag(help: "Add and replace, and leave the rest; the default.") var incremental = false
        @Flag(help: "Print the plan and write nothing.") var dryRun = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            guard !full || !incremental else { throw ValidationError("say --full or --incremental, not both") }
            guard into == nil || global.workspace == nil else {
                throw ValidationError("the workspace is named twice; leave --into or --workspace out")
            }
            guard into != "" else { throw ValidationError("the folder's name is empty") }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let hub = session.hub
            let archive = try hub.importArchive(file)
            let (workspace, folder) = try target(in: session)
            let candidate = try await hub.plan(archive, into: workspace, folder: folder, full ? .full : .incremental)
            show(candidate, in: session)
            var missing = candidate.missing
            var applied = false
            if dryRun {
                for offer in candidate.offered {
                    let place = offer.isInside ? "in the export" : "in the catalogue"
                    missing.append(left(offer, "not installed; it is \(place)"))
                }
            } else {
                // Nobody waits for a person; what changes meanwhile is noticed when the plan is applied.
                workspace?.release()
                if candidate.plan.takesAway, session.canAsk,
                    try !session.confirm("Replace and remove these files? 'patchbay workspace undo' brings them back.")
                {
                    session.console.say("Nothing was imported.")
                    return CommandOutcome(
                        json: ["applied": false, "changes": [], "missing": [], "unbound": []],
                        exitCode: 1
                    )
                }
                let agreed = try agreed(candidate.offered, &missing, in: session)
                try hub.installOffered(agreed)
                applied = !candidate.plan.isNoOp
                if applied {
                    let root = try workspace?.root ?? Root(creating: folder, mode: 0o755)
                    try candidate.plan.apply(in: root, by: hub.author)
                }
                tell(candidate, applied: applied, agreed.count, folder: folder, in: session)
            }
            let unbound = try hub.unbound(of: archive, in: workspace)
            tell(archive, missing, unbound, in: session)
            return CommandOutcome(
                json: [
                    "applied": .bool(applied), "mode": .string(full ? "full" : "incremental"),
                    "workspace": .string(folder), "new": .bool(candidate.plan.isNew),
                    "changes": .array(candidate.plan.changes.map(\.json)), "missing": .array(missing.map(\.json)),
                    "unbound": .array(unbound.map { Self.json($0, hub) }),
                    "secured": .array(archive.secured.map(JSONValue.string)),
                    "hosts": .array(archive.hosts.map(JSONValue.string)),
                ]
            )
        }

        /// The workspace to import into, or the folder that becomes one.
        private func target(in session: Session) throws -> (workspace: Workspace?, folder: String) {
            if let into {
                guard let root = try? Root(opening: into), Workspace.isWorkspace(root) else { return (nil, into) }
                return (try Workspace(opening: root, by: session.hub.author), into)
            }
            do {
                let workspace = try session.workspace()
                return (workspace, workspace.root.path)
            } catch let error as WorkspaceError {
                guard case .noWorkspace = error, global.workspace == nil else { throw error }
                let mayMake =
                    try session.options.saysYes
                    || session.canAsk
                        && session.confirm("This is no workspace. Make one here of the export?")
                if mayMake { return (nil, ".") }
                throw CommandFailure(
                    "no workspace here or above; '--into DIR' makes one of the export, '--into .' here",
                    code: "no-workspace"
                )
            }
        }

        /// The plugins that the user agrees to; the others are missing.
        private func agreed(
            _ offered: [ImportCandidate.OfferedPlugin],
            _ missing: inout [MissingPlugin],
            in session: Session
        ) throws -> [ImportCandidate.OfferedPlugin] {
            var agreed: [ImportCandidate.OfferedPlugin] = []
            for offer in offered {
                let manifest = offer.candidate.plugin.manifest
                session.console.say(PluginQuestion.text(offer.candidate))
                if session.options.saysYes {
                    agreed.append(offer)
                } else if session.canAsk, try session.confirm("Install \(manifest.id) \(manifest.version)?") {
                    agreed.append(offer)
                } else {
                    let place = offer.isInside ? "the export" : "the catalogue"
                    missing.append(left(offer, "not agreed to; '--yes' installs it from \(place)"))
                }
            }
            return agreed
        }

        private func left(_ offer: ImportCandidate.OfferedPlugin, _ reason: String) -> MissingPlugin {
            let plugin = offer.candidate.plugin
            let place = into.map { " --into \($0)" } ?? ""
            return MissingPlugin(
                pin: .init(id: plugin.id, version: plugin.manifest.version, hash: plugin.hash),
                reason: reason,
                remedy: offer.isInside ? "patchbay workspace import \(file)\(place) --yes" : nil
            )
        }

        private func show(_ candidate: ImportCandidate, in session: Session) {
            guard dryRun || session.canAsk else { return }
            session.console.table(
                candidate.plan.changes.map { change in
                    let values = [change.old, change.new].map {
                        $0.map { Table.short(JSONWriter().text($0), to: 40) } ?? "nothing"
                    }
                    let place = change.path + (change.pointer.map { " \($0)" } ?? "")
                    return [
                        change.action.rawValue, place, change.pointer == nil ? "" : "\(values[0]) → \(values[1])",
                    ]
                }
            )
            if candidate.plan.isNoOp { session.console.say("There is nothing to change.") }
        }

        private func tell(
            _ candidate: ImportCandidate,
            applied: Bool,
            _ plugins: Int,
            folder: String,
            in session: Session
        ) {
            let changes = candidate.plan.changes
            let words = ["create", "replace", "merge", "keep", "remove"].compactMap { word -> String? in
                let count = changes.count { $0.action.rawValue == word }
                return count == 0 ? nil : "\(count) \(word == "create" ? "new" : Self.past[word] ?? word)"
            }
            if applied {
                let place = folder == "." ? "here" : "in \(folder)"
                session.console.say(
                    "Imported \(candidate.archive.assistant) \(place): \(words.joined(separator: ", "))."
                )
            } else {
                session.console.say("Everything of \(candidate.archive.assistant) is here already; nothing changed.")
            }
            for change in changes where change.action == .keep {
                session.console.say("Kept: \(change.path) \(change.pointer?.description ?? "")")
            }
            if plugins > 0 { session.console.say("Installed \(plugins) plugin\(plugins == 1 ? "" : "s").") }
        }

        private static let past = ["replace": "replaced", "merge": "merged", "keep": "kept", "remove": "removed"]

        private func tell(
            _ archive: ImportArchive,
            _ missing: [MissingPlugin],
            _ unbound: [ImportArchive.Bind],
            in session: Session
        ) {
            for plugin in missing {
                session.console.say(
                    "Missing: plugin \(plugin.pin.id) \(plugin.pin.version) (\(plugin.reason)); '\(plugin.remedy)'"
                )
            }
            for bind in unbound {
                let fields = bind.fields.isEmpty ? "" : ", which asks for \(bind.fields.joined(separator: ", "))"
                session.console.say("Unbound: profile \(bind.profile); '\(session.hub.enabling(bind))'\(fields)")
            }
            for key in archive.secured { session.console.say("Without a value: the secured variable \(key)") }
            for host in archive.hosts { session.console.say("To allow: 'patchbay integration allow \(host)'") }
        }

        private static func json(_ bind: ImportArchive.Bind, _ hub: Hub) -> JSONValue {
            [
                "profile": .string(bind.profile.rawValue),
                "integration": .string(bind.integration?.rawValue ?? "custom"),
                "mode": .string(bind.mode), "fields": .array(bind.fields.map(JSONValue.string)),
                "remedy": .string(hub.enabling(bind)),
            ]
        }
    }
}
