import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry

extension PluginCommand {
    /// `patchbay plugin trust …`: whose signatures count on this machine.
    struct Trust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trust",
            abstract: "Say whose signatures count on this machine.",
            subcommands: [Add.self, List.self, Remove.self]
        )

        struct Add: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "add",
                abstract: "Trust a signer's key under a name of your choice."
            )

            @Argument(help: "What you call the signer.") var name: String
            @Argument(help: "The public key, ed25519:…, or a file with it.") var key: String
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let key = try session.hub.publicKey(key).key
                let fingerprint = try session.hub.trust(key, as: name)
                session.console.say("What key \(fingerprint) signs is now shown as signed by \(Console.line(name)).")
                session.console.note("Compare the fingerprint with what its owner tells you.")
                return CommandOutcome(
                    json: [
                        "name": .string(name), "key": .string(key.text), "fingerprint": .string(fingerprint),
                    ]
                )
            }
        }

        struct List: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "list",
                abstract: "List the keys that are trusted here."
            )

            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let keys = try session.hub.trustedKeys()
                if keys.isEmpty {
                    session.console.say("No key is trusted; 'patchbay plugin trust add NAME KEY' trusts one.")
                }
                session.console.table(keys.map { [$0.key.name, $0.fingerprint] })
                return CommandOutcome(
                    json: [
                        "keys": .array(
                            keys.map {
                                [
                                    "name": .string($0.key.name), "key": .string($0.key.key.text),
                                    "fingerprint": .string($0.fingerprint),
                                ]
                            }
                        )
                    ]
                )
            }
        }

        struct Remove: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "remove",
                abstract: "Trust a key no longer; plugins that it signed stay, as signed by an unknown key."
            )

            @Argument(help: "The signer's name here, the key or its fingerprint.") var name: String
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let removed = try session.hub.distrust(name)
                session.console.say("The key of \(Console.line(removed.name)) is trusted no longer.")
                return CommandOutcome(json: ["name": .string(removed.name), "key": .string(removed.key.text)])
            }
        }
    }
}
