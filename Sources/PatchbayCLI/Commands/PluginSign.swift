import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry

extension PluginCommand {
    /// `patchbay plugin sign`: writes the signature of a plugin's folder.
    struct Sign: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Sign a plugin that you made: every file of its folder.",
            discussion: """
                Writes signature.json into the folder. Whatever changes afterwards, sign again; an archive is made of the \
                signed folder.
                """
        )

        @Argument(help: "The plugin's folder.", completion: .directory) var path: String
        @Option(help: ArgumentHelp("The private key, as 'plugin key new' or openssl writes it.", valueName: "file"))
        var key: String
        @Option(
            name: .customLong("as"),
            help: ArgumentHelp("What you call yourself; by default the manifest's publisher.", valueName: "name")
        )
        var name: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let signed = try session.hub.sign(path, key: key, name: name)
            let manifest = signed.plugin.manifest
            session.console.say(
                "\(signed.replaced ? "Signed anew" : "Signed") \(manifest.id) \(manifest.version): "
                    + "\(signed.files) file\(signed.files == 1 ? "" : "s"), in \(signed.place)."
            )
            session.console.say("  key          \(signed.key.text)")
            session.console.say("  fingerprint  \(signed.fingerprint)")
            return CommandOutcome(
                json: [
                    "id": .string(manifest.id.rawValue), "version": .string(manifest.version.description),
                    "file": .string(signed.place), "files": .number(JSONNumber(signed.files)),
                    "key": .string(signed.key.text), "fingerprint": .string(signed.fingerprint),
                ]
            )
        }
    }

    /// `patchbay plugin key …`: keys to sign with.
    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key",
            abstract: "Make and show keys to sign with.",
            subcommands: [New.self, Show.self]
        )

        struct New: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "new",
                abstract: "Make a key: the private one in FILE, for your eyes only, the public one in FILE.pub."
            )

            @Argument(help: "The file to write; it must not be there.") var file: String
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let made = try session.hub.makeKey(file)
                session.console.say("Wrote the private key to \(file), the public one to \(made.publicFile).")
                session.console.say("  key          \(made.key.text)")
                session.console.say("  fingerprint  \(made.fingerprint)")
                session.console.note("Keep \(file) to yourself and a copy of it safe; give \(made.publicFile) away.")
                return CommandOutcome(
                    json: [
                        "file": .string(file), "publicFile": .string(made.publicFile), "key": .string(made.key.text),
                        "fingerprint": .string(made.fingerprint),
                    ]
                )
            }
        }

        struct Show: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "show",
                abstract: "Show the public key and its fingerprint of a key's file, private or public."
            )

            @Argument(help: "The key's file.", completion: .file()) var file: String
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let (key, fingerprint) = try session.hub.publicKey(file, takesPrivate: true)
                session.console.say("key          \(key.text)\nfingerprint  \(fingerprint)")
                return CommandOutcome(json: ["key": .string(key.text), "fingerprint": .string(fingerprint)])
            }
        }
    }
}
