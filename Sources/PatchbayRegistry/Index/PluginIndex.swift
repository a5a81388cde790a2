package import Foundation
package import PatchbayModel

/// An index file that was checked: versions of plugins, and where their archives lie.
package struct PluginIndex: Sendable {
    /// A version of a plugin.
    package struct Entry: Sendable {
        package let id: PluginID
        package let version: Version
        package let summary: PluginSummary
        /// The hash of the plugin's tree, as locks have it.
        package let hash: String
        /// Where the archive lies: a path beside the index, or an https address.
        package let archive: String
        package let archiveBytes: Int
        package let archiveHash: String
        /// The key that it must be signed with, where the index says so.
        package let signer: PublicKey?
    }

    package let name: LocalizedText?
    package let version: Int
    package let expires: Date
    package let entries: [Entry]
    /// The key it was signed with.
    package let key: PublicKey
    /// The hash of what was signed.
    package let hash: String

    /// The largest index that is read.
    package static let maxBytes = 4 << 20
    /// The largest archive that is fetched, the same as of one that lies here.
    package static let maxArchiveBytes = 20 << 20
    private static let reader = JSONReader(maxDepth: 16, maxBytes: maxBytes)

    /// Reads an index and checks whose it is, before anything else of it is believed.
    ///
    /// Time is not looked at: ``isExpired(at:)`` is asked whenever it is used.
    ///
    /// - Throws: ``IndexError/damaged(_:reason:)``, ``IndexError/wrongKey(_:fingerprint:)``, `DiagnosticError`.
    package init(
        _ bytes: [UInt8],
        of source: IndexSource,
        verifier: any SignatureVerifier,
        hasher: any ContentHasher
    ) throws {
        guard bytes.count <= Self.maxBytes else { throw IndexError.tooLarge(source.name, limit: Self.maxBytes) }
        let value: JSONValue
        do {
            value = try Self.reader.read(bytes)
        } catch {
            throw IndexError.damaged(source.name, reason: "it is no JSON: \(error)")
        }
        guard let key = SignedDocument.signer(of: value, for: .index, verifier: verifier), let object = value.object
        else {
            throw IndexError.damaged(source.name, reason: "its signature does not fit its key and content")
        }
        guard source.keys.contains(key) else {
            throw IndexError.wrongKey(source.name, fingerprint: key.fingerprint(hasher))
        }
        self.key = key
        hash = hasher.contentHash(SignedDocument.message(object, for: .index))
        // What was looked through before needs no second look.
        let found = hash == source.hash ? [] : FileCheck.diagnostics(of: value, as: .index)
        guard !found.hasErrors else {
            throw DiagnosticError(found.map { $0.located(in: bytes, file: source.place) })
        }
        let fields = try Fields(root: value)
        name = fields.optionalText("name")
        version = fields.int("version") ?? 0
        guard let expires = Self.date(try fields.string("expires")) else {
            throw IndexError.damaged(source.name, reason: "'expires' is no time")
        }
        self.expires = expires
        entries = try fields.list("plugins") { entry throws(DiagnosticError) in
            try Entry(entry, place: "index '\(source.name)'")
        }
        var seen: Set<String> = []
        for entry in entries where !seen.insert("\(entry.id)@\(entry.version)").inserted {
            throw IndexError.damaged(source.name, reason: "it has \(entry.id) \(entry.version) twice")
        }
    }

    /// Whether nobody should believe it any longer.
    package func isExpired(at now: Date) -> Bool { expires <= now }

    /// A time as `2026-01-31T12:00:00Z`, fractions of a second cut off; nil for a day that there is not.
    package static func date(_ text: String) -> Date? {
        let whole = text.prefix { $0 != "." && $0 != "Z" } + "Z"
        // What is read otherwise than it was written is a day that there is not.
        guard let date = try? Date(String(whole), strategy: .iso8601), date.formatted(.iso8601) == whole else {
            return nil
        }
        return date
    }
}

extension PluginIndex.Entry {
    init(_ fields: Fields, place: String) throws(DiagnosticError) {
        summary = try PluginSummary(indexed: fields, place: place)
        id = summary.id
        version = summary.version
        hash = try fields.string("hash")
        let archive = try Fields(
            try fields.required("archive"),
            at: fields.pointer.appending("archive"),
            language: fields.language
        )
        self.archive = try archive.string("at")
        archiveBytes = archive.int("length") ?? 0
        archiveHash = try archive.string("hash")
        signer = fields.optionalString("signer").flatMap { PublicKey($0) }
    }
}
