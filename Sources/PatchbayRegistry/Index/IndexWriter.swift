package import Foundation
package import PatchbayModel

/// Makes the index file of a catalogue of one's own.
package struct IndexWriter: Sendable {
    private let maker: any SignatureMaker
    private let hasher: any ContentHasher

    package init(maker: any SignatureMaker, hasher: any ContentHasher) {
        self.maker = maker
        self.hasher = hasher
    }

    /// An archive with what it holds.
    package struct Archive: Sendable {
        /// Where the index says that it lies.
        let place: String
        let bytes: [UInt8]
        let plugin: Plugin
        let standing: SignatureStanding

        package init(place: String, bytes: [UInt8], plugin: Plugin, standing: SignatureStanding) {
            self.place = place
            self.bytes = bytes
            self.plugin = plugin
            self.standing = standing
        }
    }

    /// The text of a signed index.
    ///
    /// - Throws: `DiagnosticError` for what could not be read back, ``IndexError/damaged(_:reason:)`` for a version that
    ///   stands twice.
    package func text(_ archives: [Archive], name: String?, version: Int, expires: Date) throws -> String {
        let sorted = archives.sorted {
            ($0.plugin.id, $1.plugin.manifest.version) < ($1.plugin.id, $0.plugin.manifest.version)
        }
        var value: JSONObject = ["formatVersion": 1]
        value["name"] = name.map(JSONValue.string)
        value["version"] = .number(JSONNumber(version))
        value["expires"] = .string(expires.formatted(.iso8601))
        value["plugins"] = .array(sorted.map(entry))
        value["key"] = .string(maker.publicKey.text)
        // Signed is what canonical text keeps.
        let ordered = CanonicalText.ordered(.object(value), FileKind.index.shape).object ?? value
        let signed = try SignedDocument.signed(ordered, for: .index, with: maker)
        let found = FileCheck.diagnostics(of: .object(signed), as: .index)
        guard !found.hasErrors else { throw DiagnosticError(found) }
        var seen: Set<String> = []
        for archive in sorted where !seen.insert("\(archive.plugin.id) \(archive.plugin.manifest.version)").inserted {
            throw IndexError.damaged(
                name ?? "index",
                reason: "it has \(archive.plugin.id) \(archive.plugin.manifest.version) twice"
            )
        }
        return JSONWriter(.indented).text(.object(signed))
    }

    private func entry(_ archive: Archive) -> JSONValue {
        let manifest = archive.plugin.manifest
        var entry: JSONObject = [
            "id": .string(manifest.id.rawValue), "version": .string(manifest.version.description),
            "name": PluginSummary.json(manifest.name),
        ]
        entry["summary"] = manifest.summary.map(PluginSummary.json)
        if !manifest.categories.isEmpty { entry["categories"] = .array(manifest.categories.map(JSONValue.string)) }
        if !manifest.templates.isEmpty {
            entry["templates"] = .array(manifest.templates.map { .string($0.rawValue) })
        }
        entry["hash"] = .string(archive.plugin.hash)
        entry["archive"] = [
            "at": .string(archive.place), "length": .number(JSONNumber(archive.bytes.count)),
            "hash": .string(hasher.contentHash(archive.bytes)),
        ]
        entry["signer"] = archive.standing.key.map { .string($0.text) }
        return .object(entry)
    }
}
