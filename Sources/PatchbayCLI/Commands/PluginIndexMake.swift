import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel

extension PluginCommand.Index {
    /// `patchbay plugin index make`: writes the signed index of a catalogue of one's own.
    struct Make: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Make the signed index of your own plugins' archives.",
            discussion: """
                The archives lie beside the index or in folders beneath its folder; publish all of it as it lies there. \
                An index that is there already is replaced by one with a higher version.
                """
        )

        @Argument(help: "The index's file to write, such as index.json.") var file: String
        @Argument(help: "The plugins' archives, .zip or .tar.gz.") var archives: [String]
        @Option(help: ArgumentHelp("The private key to sign it with.", valueName: "file")) var key: String
        @Option(help: ArgumentHelp("What the catalogue is called.", valueName: "name")) var name: String?
        @Option(
            help: ArgumentHelp("How long it is believed, as 90d, or until when, as a time.", valueName: "time")
        )
        var expires = "90d"
        @Option(
            name: .customLong("index-version"),
            help: ArgumentHelp("Its version; by default one more than that of the file that is there.", valueName: "n")
        )
        var indexVersion: Int?
        @Option(
            help: ArgumentHelp(
                "The https address of the folder that the archives lie in, if not beside the index.",
                valueName: "url"
            )
        )
        var archivesAt: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let made = try session.hub.makeIndex(
                file,
                of: archives,
                key: key,
                name: name,
                expires: expires,
                version: indexVersion,
                archivesAt: archivesAt
            )
            let expiry = made.expires.formatted(.iso8601)
            session.console.say(
                "Wrote version \(made.version) to \(file): \(archives.count) archive\(archives.count == 1 ? "" : "s"), "
                    + "believed until \(expiry)."
            )
            session.console.note("Others add it with: patchbay plugin index add NAME ADDRESS --key \(made.key.text)")
            return CommandOutcome(
                json: [
                    "file": .string(file), "version": .number(JSONNumber(made.version)), "expires": .string(expiry),
                    "plugins": .number(JSONNumber(archives.count)), "key": .string(made.key.text),
                ]
            )
        }
    }
}
