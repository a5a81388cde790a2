import ArgumentParser
import Foundation
import Patchbay
import PatchbayAccess
import PatchbayModel
import PatchbayTerminal
import PatchbayWorkspace

extension IntegrationCommand {
    /// `patchbay integration enable`: takes a credential, tries it, stores it in the vault and binds it to one origin.
    struct Enable: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Enable an integration: its credential is tried, then kept in the vault.",
            discussion:
                "Secrets are asked for without echo, or read from the environment or standard input; never from an argument."
        )

        @Argument(help: "The integration's id; custom for a profile without a plugin.", completion: .integrations)
        var id: String
        @Option(help: "The authorization profile to take or make; by default named like the integration.") var profile:
            String?
        @Option(help: "The authorization type, where the plugin offers several.") var authorization: String?
        @Option(help: "The profile's title.") var title: String?
        @Option(help: "What the profile is for.") var description: String?
        @Option(
            name: .customLong("set"),
            help: ArgumentHelp("A connection value, which is no secret.", valueName: "key=value")
        )
        var connection: [String] = []
        @Flag(help: "Read the fields from the environment variables that the plugin names.") var fromEnv = false
        @Flag(help: "Read the fields as one JSON object from standard input.") var stdin = false
        @Flag(help: "Bind it to the built-in sandbox instead of the service.") var sandbox = false
        @Option(
            name: .customLong("base-url"),
            help: ArgumentHelp("The base URL of a compatible server, on this machine only.", valueName: "url")
        )
        var baseURL: String?
        @Option(
            name: .customLong("profile-base-url"),
            help: ArgumentHelp(
                "The base URL that the profile proposes to everybody, or the region of the plugin's that it takes.",
                valueName: "url|region"
            )
        )
        var profileBaseURL: String?
        @Option(
            name: .customLong("check-url"),
            help: ArgumentHelp("A URL to check the credential with.", valueName: "url")
        ) var checkURL: String?
        @Option(help: ArgumentHelp("A private address to allow.", valueName: "host:port")) var allow: [String] = []
        @Flag(name: .customLong("no-check"), help: "Store the credential without trying it; it is marked unchecked.")
        var skipsCheck = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if fromEnv && stdin { throw ValidationError("--from-env and --stdin exclude each other") }
            if sandbox && (baseURL != nil || fromEnv || stdin) {
                throw ValidationError("--sandbox needs no credential and no base URL")
            }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let (workspace, plugin, profile) = try choose(in: session)
            let known = try workspace.profile(profile)
            guard known?.mode != .userAuthorized else {
                throw AccessError.notSupported(type: "\(known?.authorization ?? profile.rawValue) (userAuthorized)")
            }
            let given = try Assignments.parse(connection, flag: "--set")
            if let proposal = known?.baseURL, profileBaseURL == nil, baseURL == nil, !sandbox {
                let values = (known?.connection ?? [:]).merging(given) { $1 }
                try agree(to: proposal, of: profile, plugin: plugin, connection: values, workspace, in: session)
            }
            let input = try CredentialInput(
                plugin: plugin,
                authorization: authorization ?? known?.authorization,
                known: known?.connection ?? [:],
                given: given,
                source: fromEnv ? .environment : stdin ? .standardInput : sandbox ? .none : .terminal
            )
            let values = try input.values(in: session)
            let request = EnableRequest(
                plugin: plugin,
                profile: profile,
                authorization: authorization ?? known?.authorization,
                fields: values.fields,
                connection: values.connection,
                proposedBaseURL: profileBaseURL ?? known?.baseURL,
                baseURL: baseURL,
                allow: try session.hub.allowedPlaces(allow),
                provider: sandbox ? .sandbox : .real,
                skipsCheck: skipsCheck,
                // The check of a profile without a plugin is more than a URL, and stands in its type.
                checkURL: checkURL ?? (plugin.id == .custom ? nil : known?.checkURL)
            )
            workspace.release()
            let result = try await session.hub.enable(
                request,
                title: title,
                description: description,
                in: try session.workspace()
            )
            if result.madeKey { tellOfKey(in: result.keyPlace, session) }
            tell(result.binding, plugin, in: session)
            return CommandOutcome(
                json: [
                    "applied": true, "id": .string(id), "profile": .string(profile.rawValue),
                    "sandbox": .bool(result.binding.provider == .sandbox),
                    "checked": .bool(result.binding.check == .good),
                    "templates": .array(plugin.manifest.templates.map { .string($0.rawValue) }),
                ]
            )
        }

        /// The plugin, pinned now if it was not yet, or what stands for a profile without one; and the profile to take.
        private func choose(in session: Session) throws -> (Workspace, Plugin, ProfileID) {
            let workspace = try session.workspace()
            if PluginID(id) == .custom {
                let custom = try session.hub.customIntegration(profile.map { ProfileID($0) }, in: workspace)
                return (workspace, custom.plugin, custom.profile.id)
            }
            let (plugin, pinnedNow) = try session.hub.pinnedPlugin(PluginID(id), in: workspace)
            if pinnedNow { session.console.note("Pinned \(id) \(plugin.manifest.version) in this workspace.") }
            let current = pinnedNow ? try session.workspace() : workspace
            let profile = ProfileID(profile ?? current.settings.integrations[plugin.id]?.rawValue ?? id)
            guard ProfileName.isValid(profile.rawValue) else {
                throw CommandFailure(
                    usage:
                        "'\(profile)' can't name a profile; use a letter and up to 63 letters, digits and hyphens, in lower case"
                )
            }
            return (current, plugin, profile)
        }

        /// A base URL that stands in the workspace's files is a proposal: where nobody has agreed to its host yet, somebody does
        /// before a credential goes there, and `--yes` does not.
        private func agree(
            to proposal: String,
            of profile: ProfileID,
            plugin: Plugin,
            connection: [String: String],
            _ workspace: Workspace,
            in session: Session
        ) throws {
            let isAgreed = try session.hub.isAgreed(
                proposal,
                of: profile,
                plugin: plugin,
                connection: connection,
                in: workspace
            )
            guard !isAgreed else { return }
            let words =
                plugin.id == .custom
                ? "profile '\(profile)' sends its credential to \(proposal)"
                : "profile '\(profile)' proposes \(proposal), a host that plugin '\(plugin.id)' does not name"
            guard Terminal.isInteractive else {
                throw CommandFailure(
                    usage: "\(words); say --profile-base-url '\(proposal)' to agree that the credential goes there"
                )
            }
            session.console.say(words.prefix(1).uppercased() + words.dropFirst() + ".")
            guard try session.confirm("Send the credential there?", takesYes: false) else {
                throw CommandFailure("nothing was changed", code: "declined")
            }
        }

        private func tellOfKey(in place: String, _ session: Session) {
            session.console.note(
                "Made the vault's master key in \(place). Without it the credentials can't be read; whoever can read the whole "
                    + "home can read both. docs/threat-model.md says how to keep the key elsewhere."
            )
        }

        private func tell(_ binding: Binding, _ plugin: Plugin, in session: Session) {
            let name = plugin.id == .custom ? "profile '\(binding.profile)'" : id
            switch (binding.provider, binding.check) {
            case (.sandbox, _):
                session.console.say(
                    "Integration successful: \(name) is bound to the sandbox; no call leaves this machine."
                )
                if plugin.id == .custom {
                    session.console.note("The tapes of a node answer its requests: dialogs/DIALOG/tapes/NODE/NAME.json")
                }
            case (_, .unchecked): session.console.say("Stored, unchecked: \(name) is bound to \(binding.shownOrigin).")
            default: session.console.say("Integration successful: \(name) is bound to \(binding.shownOrigin).")
            }
            let templates = plugin.manifest.templates.map { "\(id)/\($0)" }
            guard !templates.isEmpty else { return }
            session.console.say("Templates to explore: " + templates.joined(separator: ", "))
            session.console.note("Next: patchbay template install \(templates[0])")
        }
    }
}

/// Whether text can name a profile.
enum ProfileName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x61...0x7A).contains(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
