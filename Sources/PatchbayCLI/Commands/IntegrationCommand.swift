import ArgumentParser
import Patchbay
import PatchbayModel

extension Binding {
    /// The origin without a port that goes without saying.
    var shownOrigin: String {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where origin.hasPrefix(scheme) && origin.hasSuffix(port) {
            return String(origin.dropLast(port.count))
        }
        return origin
    }
}

/// `patchbay integration …`: which services the workspace may call, and with which credential.
struct IntegrationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "integration",
        abstract: "Enable integrations, check their credentials, allow hosts.",
        subcommands: [List.self, Enable.self, Check.self, Disable.self, Allow.self, Remove.self]
    )

    struct List: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List integrations: available, configured, failing."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let rows = try session.hub.integrations()
            let proxied = try session.hub.usesProxy()
            for (state, title) in [
                (IntegrationRow.State.available, "Available"), (.configured, "Configured"), (.failing, "Failing"),
            ] {
                let chosen = rows.filter { $0.state == state }
                session.console.say("\(title):")
                if chosen.isEmpty {
                    session.console.say(
                        state == .available && rows.isEmpty
                            ? "  none; 'patchbay plugin install openai' installs one" : "  none"
                    )
                } else {
                    session.console.say(Table.text(chosen.map(Self.line)))
                }
            }
            let allowed = try session.hub.allowedHosts()
            if !allowed.isEmpty { session.console.say("Allowed hosts:\n" + Table.text(allowed.map { [$0] })) }
            if proxied { session.console.say("Calls go through a proxy: the host is checked by name, not by address.") }
            func list(_ state: IntegrationRow.State) -> JSONValue {
                .array(rows.filter { $0.state == state }.map(Self.json))
            }
            return CommandOutcome(
                json: [
                    "available": list(.available), "configured": list(.configured), "failing": list(.failing),
                    "allowed": .array(allowed.map(JSONValue.string)),
                ]
            )
        }

        private static func line(_ row: IntegrationRow) -> [String] {
            var notes: [String] = []
            if let binding = row.binding {
                if binding.provider == .sandbox {
                    notes.append("sandbox")
                } else {
                    notes.append(binding.shownOrigin)
                    notes.append(binding.check == .unchecked ? "unchecked" : binding.check.rawValue)
                }
                if let account = binding.account { notes.append(account) }
            }
            if let remark = row.remark { notes.append(remark) }
            return [
                row.id.rawValue, row.name.text(in: "en"), row.profile?.rawValue ?? "",
                notes.joined(separator: ", "),
            ]
        }

        private static func json(_ row: IntegrationRow) -> JSONValue {
            var object: JSONObject = ["id": .string(row.id.rawValue), "name": .string(row.name.text(in: "en"))]
            object["profile"] = row.profile.map { .string($0.rawValue) } ?? .null
            object["sandbox"] = .bool(row.binding?.provider == .sandbox)
            object["checked"] = .bool(row.binding?.check == .good)
            object["remark"] = row.remark.map(JSONValue.string)
            return .object(object)
        }
    }

    struct Check: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Try the stored credential of an integration again."
        )

        @Argument(help: "The integration's id; custom for profiles without a plugin.", completion: .integrations)
        var id: String
        @Option(help: "The authorization profile; by default the integration's.", completion: .profiles) var profile:
            String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let (binding, message) = try await session.hub.check(
                PluginID(id),
                profile: profile.map { ProfileID($0) },
                in: workspace
            )
            let isGood = !binding.isFailing
            let words =
                binding.provider == .sandbox
                ? "bound to the sandbox, which needs no credential" : "the credential is \(binding.check.rawValue)"
            session.console.say("\(id): \(words)" + (message.map { " (\($0))" } ?? ""))
            return CommandOutcome(
                json: [
                    "id": .string(id), "profile": .string(binding.profile.rawValue),
                    "result": .string(binding.check.rawValue),
                    "sandbox": .bool(binding.provider == .sandbox),
                ],
                exitCode: isGood ? 0 : 1
            )
        }
    }

    struct Disable: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Disable an integration; profile, credential and dialogs stay."
        )

        @Argument(help: "The integration's id; custom for profiles without a plugin.", completion: .integrations)
        var id: String
        @Option(help: "The authorization profile; by default all.", completion: .profiles) var profile: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let bindings = try session.hub.disable(
                PluginID(id),
                profile: profile.map { ProfileID($0) },
                in: try session.workspace()
            )
            session.console.say(
                bindings.isEmpty
                    ? "\(id) is disabled already."
                    : "Disabled \(id). Its dialogs stay; their calls fail until "
                        + "'patchbay integration enable \(id)\(profile.map { " --profile \($0)" } ?? "")'."
            )
            return CommandOutcome(
                json: [
                    "applied": .bool(!bindings.isEmpty), "id": .string(id),
                    "profiles": .array(bindings.map { .string($0.profile.rawValue) }),
                ]
            )
        }
    }

    struct Allow: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "allow",
            abstract: "Allow this workspace's calls to a host, on this machine.",
            discussion: "It confirms hosts of the workspace's own requests, and opens private addresses to them and to "
                + "integrations. 'integration list' shows what is allowed."
        )

        @Argument(
            help: ArgumentHelp(
                "HOST or HOST:PORT; without a port the scheme's own. A private address needs one: 127.0.0.1:8080, [::1]:8080.",
                valueName: "host[:port]"
            )
        )
        var host: String
        @Flag(help: "Take the allowance back.") var remove = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let (host, changed) = try session.hub.allow(host: host, !remove, in: try session.workspace())
            session.console.say(
                remove
                    ? changed ? "Calls of this workspace to \(host) are no longer allowed." : "\(host) was not allowed."
                    : "Calls of this workspace to \(host) are allowed on this machine."
            )
            return CommandOutcome(json: ["applied": .bool(changed), "host": .string(host)])
        }
    }

    struct Remove: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove an integration with its profiles and credentials."
        )

        @Argument(help: "The integration's id; custom for profiles without a plugin.", completion: .integrations)
        var id: String
        @Option(help: "The authorization profile; by default all.", completion: .profiles) var profile: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            try session.hub.checkIntegration(PluginID(id), profile: profile.map { ProfileID($0) }, in: workspace)
            guard try session.confirm("Delete the credentials of '\(id)' for this workspace?") else {
                return CommandOutcome(json: ["applied": false, "id": .string(id)], exitCode: 1)
            }
            let bindings = try session.hub.removeIntegration(
                PluginID(id),
                profile: profile.map { ProfileID($0) },
                in: workspace
            )
            session.console.say("Removed \(id) and its credentials.")
            if PluginID(id) == .custom {
                let files = bindings.map { "authorization/\($0.profile).json" }.joined(separator: ", ")
                session.console.note("Kept \(files).")
            }
            return CommandOutcome(
                json: [
                    "applied": true, "id": .string(id),
                    "profiles": .array(bindings.map { .string($0.profile.rawValue) }),
                ]
            )
        }
    }
}
