package import PatchbayModel

/// The conflicts that upgrades of an installed template left open: `.patchbay/conflicts/<instance>.json`.
package struct OpenConflicts: Sendable, Equatable {
    package let instance: String
    package let from: Version
    package let to: Version
    package var conflicts: [FileConflict]

    static func path(of instance: String) -> String { ".patchbay/conflicts/\(instance).json" }

    /// Where the new version of a file lies that is kept out.
    static func theirsFile(_ path: String, of instance: String) -> String { ".patchbay/conflicts/\(instance)/\(path)" }

    init(instance: String, from: Version, to: Version, conflicts: [FileConflict]) {
        (self.instance, self.from, self.to, self.conflicts) = (instance, from, to, conflicts)
    }

    /// Decodes a checked file.
    init(_ value: JSONValue, instance: String) {
        self.instance = instance
        from = value["from"]?.string.flatMap(Version.init) ?? Version(0, 0, 0)
        to = value["to"]?.string.flatMap(Version.init) ?? Version(0, 0, 0)
        conflicts = (value["conflicts"]?.array ?? []).map { FileConflict($0) }
    }

    var bytes: [UInt8] {
        let value: JSONValue = [
            "formatVersion": 1, "from": .string(from.description), "to": .string(to.description),
            "conflicts": .array(conflicts.map(\.json)),
        ]
        return CanonicalText.bytes(value, of: .conflicts)
    }
}

extension Workspace {
    /// The open conflicts of an installed template; nil where there is none.
    ///
    /// - Throws: `DiagnosticError` with what is wrong with the file.
    package func openConflicts(of instance: String) throws -> OpenConflicts? {
        guard let value = try value(of: OpenConflicts.path(of: instance), as: .conflicts) else { return nil }
        let open = OpenConflicts(value, instance: instance)
        return open.conflicts.isEmpty ? nil : open
    }

    /// All open conflicts, by instance.
    package func openConflicts() throws -> [OpenConflicts] {
        try names(in: ".patchbay/conflicts").filter { $0.hasSuffix(".json") }
            .compactMap { try openConflicts(of: String($0.dropLast(5))) }
    }
}
