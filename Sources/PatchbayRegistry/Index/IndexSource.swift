package import PatchbayModel

/// An index file that this machine asks: where it lies, whose signature it needs, and what was seen of it.
package struct IndexSource: Sendable, Equatable {
    /// What it is called here.
    package let name: String
    /// The absolute path of a file, or an https address.
    package let place: String
    /// The keys that may sign it.
    package var keys: [PublicKey]
    /// Private addresses that may be called for it, `host:port`.
    package var allowed: [String]
    /// The highest version seen; 0 before the first.
    package var seen = 0
    /// The hash of what that version says.
    package var hash: String?
    /// When it was read last.
    package var updated: String?

    package init(name: String, place: String, keys: [PublicKey], allowed: [String] = []) {
        self.name = name
        self.place = place
        self.keys = keys
        self.allowed = allowed
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        let keys = fields.strings("keys").compactMap { PublicKey($0) }
        self.init(
            name: try fields.string("name"),
            place: try fields.string("at"),
            keys: keys,
            allowed: fields.strings("allow")
        )
        seen = fields.int("seen") ?? 0
        hash = fields.optionalString("hash")
        updated = fields.optionalString("updated")
    }

    var json: JSONValue {
        var value: JSONObject = [
            "name": .string(name), "at": .string(place), "keys": .array(keys.map { .string($0.text) }),
        ]
        if !allowed.isEmpty { value["allow"] = .array(allowed.map(JSONValue.string)) }
        if seen > 0 { value["seen"] = .number(JSONNumber(seen)) }
        value["hash"] = hash.map(JSONValue.string)
        value["updated"] = updated.map(JSONValue.string)
        return .object(value)
    }

    /// Whether it lies at an https address.
    package var isRemote: Bool { place.utf8.starts(with: "https://".utf8) }

    /// The address of an archive that lies beside an index at an address, or has an address of its own.
    package func address(of archive: String) -> String {
        guard !archive.utf8.starts(with: "https://".utf8) else { return archive }
        let path = place.prefix { $0 != "?" && $0 != "#" }
        let slash = path.lastIndex(of: "/") ?? path.endIndex
        // Without a path the last slash is one of the scheme's.
        let isBare = path.dropFirst("https://".count).contains("/") == false
        return (isBare ? path + "/" : path[...slash]) + archive
    }
}
