import ArgumentParser
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry

extension PluginCommand {
    /// `patchbay plugin pack`: the assembled plugin in one file.
    struct Pack: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "pack",
            abstract:
                "Write a plugin into one zip that 'plugin install' takes: the same bytes on any machine, at any time.",
            discussion: "A plugin with errors, or with a file that holds what looks like a secret, is refused."
        )

        @Argument(help: "The plugin's folder.", completion: .directory) var path: String
        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file; by default <id>-<version>.zip here.", valueName: "file")
        )
        var output: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let packed = try session.hub.pack(path)
            for warning in packed.loaded.diagnostics { session.console.note("\(warning)") }
            let manifest = packed.plugin.manifest
            let usual = "\(manifest.id)-\(manifest.version).zip"
            let file = output ?? usual
            let place = try NamedFile(file)
            try Self.checkOutside(place, of: path, usual: usual)
            try Self.checkReplaceable(place)
            try place.write(packed.archive)
            session.console.say("Packed \(manifest.id) \(manifest.version) into \(file): \(packed.entries) files.")
            session.console.say("Hash of the plugin:  \(packed.plugin.hash)")
            session.console.say("Hash of the archive: sha256:\(packed.sha256)")
            session.console.note("Install it: patchbay plugin install \(file)")
            return CommandOutcome(
                json: [
                    "file": .string(file), "id": .string(manifest.id.rawValue),
                    "version": .string(manifest.version.description), "hash": .string(packed.plugin.hash),
                    "sha256": .string(packed.sha256), "entries": .number(JSONNumber(packed.entries)),
                    "bytes": .number(JSONNumber(packed.archive.count)),
                ]
            )
        }

        /// An archive within the folder would be part of the plugin the next time.
        private static func checkOutside(_ file: NamedFile, of folder: String, usual: String) throws {
            guard !folder.hasSuffix(".zip"), !folder.hasSuffix(".gz") else { return }
            let inside = Root.realPath(folder)
            let around = Root.realPath(file.root.path)
            guard around == inside || around.hasPrefix(inside + "/") else { return }
            throw CommandFailure(
                "'\(file.place)' lies in the plugin's folder and would become a part of it; say -o ../\(usual)",
                code: "invalid"
            )
        }

        /// A packed plugin replaces an earlier one, and no other file.
        private static func checkReplaceable(_ file: NamedFile) throws {
            guard try file.root.exists(file.name) else { return }
            let start: [UInt8]
            do {
                start = Array(try file.read(maxBytes: 1 << 28).prefix(4))
            } catch FileError.tooLarge {
                start = []
            }
            guard start != [0x50, 0x4B, 3, 4] else { return }
            throw CommandFailure(
                "'\(file.place)' is no archive and is not replaced; name another file or remove it",
                code: "exists"
            )
        }
    }
}
