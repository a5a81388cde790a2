package import PatchbayFiles
package import PatchbayModel

/// A key that the operator trusts, under the operator's name for it.
package struct TrustedKey: Sendable, Equatable {
    package let name: String
    package let key: PublicKey

    package init(name: String, key: PublicKey) {
        self.name = name
        self.key = key
    }
}

/// What this machine trusts: `trust.json` in the home, mode 0600.
package struct TrustFile: Sendable, Equatable {
    package var keys: [TrustedKey] = []
    package var indexes: [IndexSource] = []
    /// What the file holds beside, such as keys of the operator's own.
    private var value: JSONObject = ["formatVersion": 1]

    static let path: RelativePath = "trust.json"
    private static let maxBytes = 1 << 20

    /// Nothing is trusted.
    package init() {}

    /// Reads the home's file; without one, or without a home, nothing is trusted.
    ///
    /// - Throws: `DiagnosticError` for a damaged file: it is never taken for an empty one.
    package init(home: Root?) throws {
        guard let home, let bytes = try home.readIfPresent(Self.path, maxBytes: Self.maxBytes) else { return }
        let (value, found) = FileCheck.read(bytes, as: .trust, file: home.place(Self.path))
        guard let object = value?.object, !found.hasErrors else { throw DiagnosticError(found) }
        let fields = try Fields(root: .object(object))
        self.value = object
        keys = try fields.list("keys") { entry throws(DiagnosticError) in
            guard let key = PublicKey(try entry.string("key")) else { throw entry.wrong("key", "expected a key") }
            return TrustedKey(name: try entry.string("name"), key: key)
        }
        indexes = try fields.list("indexes", IndexSource.init)
    }

    private var json: JSONObject {
        var value = value
        value["keys"] = .array(keys.map { ["name": .string($0.name), "key": .string($0.key.text)] })
        value["indexes"] = .array(indexes.map(\.json))
        return value
    }

    private var text: String { CanonicalText.text(.object(json), of: .trust) }

    /// Changes the home's file and, in the same step, others of the home: whole or not at all.
    ///
    /// - Parameters:
    ///   - home: The home.
    ///   - change: Changes what is trusted, and gives what else is written or removed.
    /// - Returns: What `change` gives.
    /// - Throws: What `change` throws, or why the home can't be written; nothing is changed then.
    package static func change<Value>(
        in home: HomeLayout,
        _ change: (inout TrustFile) throws -> (value: Value, files: [FileChange])
    ) throws -> Value {
        let access = try home.journal.change()
        defer { access.end() }
        let before = try TrustFile(home: home.root)
        var file = before
        let (value, files) = try change(&file)
        var changes = files
        // What could not be read back is not written.
        let found = FileCheck.diagnostics(of: .object(file.json), as: .trust)
        guard !found.hasErrors else { throw DiagnosticError(found) }
        if file != before { changes.append(.write(path, Array(file.text.utf8), mode: 0o600)) }
        try access.apply(changes)
        return value
    }

    // MARK: - Keys

    /// Trusts a key under a name.
    package mutating func add(_ key: TrustedKey) throws(TrustError) {
        try TrustError.checkName(key.name)
        if let known = keys.first(where: { $0.key == key.key }) { throw .keyKnown(name: known.name) }
        guard !keys.contains(where: { $0.name.lowercased() == key.name.lowercased() }) else {
            throw .nameTaken(key.name)
        }
        keys.append(key)
    }

    /// Trusts a key no longer.
    ///
    /// - Parameters:
    ///   - text: Its name, the key itself or its fingerprint.
    ///   - hasher: For fingerprints.
    /// - Returns: The key that was removed.
    /// - Throws: ``TrustError/unknownKey(_:near:)``.
    package mutating func remove(_ text: String, hasher: some ContentHasher) throws(TrustError) -> TrustedKey {
        guard
            let place = keys.firstIndex(where: {
                $0.name == text || $0.key.text == text || $0.key.fingerprint(hasher) == text
            })
        else { throw .unknownKey(text, near: NearName.suggestion(for: text, among: keys.map(\.name))) }
        return keys.remove(at: place)
    }
}
