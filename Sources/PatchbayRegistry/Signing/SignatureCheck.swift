import PatchbayFiles
package import PatchbayModel

/// Tells who signed a plugin, and refuses one whose signature is not that of exactly these files.
package struct SignatureCheck: Sendable {
    private let verifier: any SignatureVerifier
    private let hasher: any ContentHasher
    private let trusted: [TrustedKey]

    /// - Parameters:
    ///   - verifier: Checks signatures.
    ///   - hasher: Computes SHA-256.
    ///   - trusted: The keys that the operator trusts.
    package init(verifier: any SignatureVerifier, hasher: any ContentHasher, trusted: [TrustedKey]) {
        self.verifier = verifier
        self.hasher = hasher
        self.trusted = trusted
    }

    /// Who signed a plugin.
    ///
    /// - Throws: ``TrustError`` for a signature that is damaged, another plugin's, or does not cover exactly the files
    ///   that are there: none of these counts as unsigned.
    package func standing(of plugin: Plugin) throws -> SignatureStanding {
        guard try plugin.files.names(in: "").contains(PluginSignature.file) else { return .unsigned }
        let bytes = try plugin.files.read(PluginSignature.file)
        // Nothing but the reader of JSON touches it before the signature holds.
        guard let value = try? Self.reader.read(bytes), value.object != nil else {
            throw TrustError.damagedSignature(plugin.id, reason: "signature.json is no JSON object")
        }
        guard let key = SignedDocument.signer(of: value, for: .plugin, verifier: verifier) else {
            throw TrustError.damagedSignature(plugin.id, reason: Self.reason(of: value))
        }
        let found = FileCheck.diagnostics(of: value, as: .signature)
        guard !found.hasErrors else {
            throw TrustError.damagedSignature(plugin.id, reason: found.first.map { "\($0)" } ?? "")
        }
        let signature = try PluginSignature(value)
        // It is shown to people: no line of its own, nothing that steers a terminal.
        guard (try? TrustError.checkName(signature.signer)) != nil else {
            throw TrustError.damagedSignature(plugin.id, reason: "its signer's name is not plain text")
        }
        guard signature.plugin == plugin.id, signature.version == plugin.manifest.version else {
            throw TrustError.otherSignature(
                plugin.id,
                plugin.manifest.version,
                of: "\(signature.plugin) \(signature.version)"
            )
        }
        let differences = try Self.differences(
            from: signature.files,
            to: PluginSignature.files(of: plugin.files, hasher: hasher)
        )
        guard differences.isEmpty else { throw TrustError.notAsSigned(plugin.id, differences) }
        return standing(of: key, claimed: signature.signer)
    }

    private static let reader = JSONReader(maxDepth: 8, maxBytes: 4 << 20)

    private func standing(of key: PublicKey, claimed: String) -> SignatureStanding {
        let fingerprint = key.fingerprint(hasher)
        guard let known = trusted.first(where: { $0.key == key }) else {
            return .unknown(key: key, fingerprint: fingerprint, claimed: claimed)
        }
        return .trusted(name: known.name, key: key, fingerprint: fingerprint)
    }

    private static func reason(of value: JSONValue) -> String {
        if value["signature"] == nil { return "it has no 'signature'" }
        if value["key"]?.string.flatMap({ PublicKey($0) }) == nil { return "its 'key' is no public key" }
        return "it does not fit its key: something in signature.json was changed"
    }

    /// What differs between the files that were signed and those that are there, in words.
    static func differences(
        from signed: [PluginSignature.SignedFile],
        to present: [PluginSignature.SignedFile]
    ) -> [String] {
        // By bytes: two Unicode forms of one name are two files.
        let byPath = Dictionary(present.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = Set(signed.map { Array($0.path.utf8) })
        var added = present.filter { !wanted.contains(Array($0.path.utf8)) }
        var found: [String] = []
        if wanted.count < signed.count { found.append("the list of signed files names one twice") }
        for file in signed {
            let shown = RelativePath.shown(file.path)
            guard let now = byPath[Array(file.path.utf8)] else {
                if let place = added.firstIndex(where: { $0.hash == file.hash }) {
                    found.append("'\(shown)' was renamed to '\(RelativePath.shown(added.remove(at: place).path))'")
                } else {
                    found.append("'\(shown)' is missing")
                }
                continue
            }
            if now.hash != file.hash || now.length != file.length {
                found.append("'\(shown)' has other content")
            } else if now.isExecutable != file.isExecutable {
                found.append("'\(shown)' has another mode")
            }
        }
        return found + added.map { "'\(RelativePath.shown($0.path))' was added" }
    }
}
