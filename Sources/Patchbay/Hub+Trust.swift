import PatchbayAccess
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
import PatchbayWorkspace

/// A plugin that was signed in its folder.
package struct SignedPlugin: Sendable {
    package let plugin: Plugin
    package let key: PublicKey
    package let fingerprint: String
    /// How many files the signature covers.
    package let files: Int
    /// Where the signature lies.
    package let place: String
    /// Whether a signature of another key was replaced.
    package let replaced: Bool
}

extension Hub {
    // MARK: - Signatures

    /// Who signed a plugin, as far as this machine can tell.
    ///
    /// - Throws: `TrustError` for a signature that does not cover exactly these files: that is never taken for none.
    package func standing(of plugin: Plugin) throws -> SignatureStanding {
        let trusted = try TrustFile(home: existingHome()?.root).keys
        return try SignatureCheck(verifier: Ed25519Verifier(), hasher: hasher, trusted: trusted).standing(of: plugin)
    }

    /// Signs the plugin of a folder: writes its `signature.json`.
    ///
    /// - Parameters:
    ///   - path: The plugin's folder, in a catalogue or by itself.
    ///   - key: The file of the private key.
    ///   - name: What the signer calls itself; nil takes the manifest's publisher, else its name.
    /// - Returns: What was signed, by which key.
    /// - Throws: `DiagnosticError` for a plugin with errors; `AccessError.badSigningKey`; ``HubError`` for an archive.
    package func sign(_ path: String, key: String, name: String?) throws -> SignedPlugin {
        if case .archive = try PluginReference(path, isFolder: { _ in true }) {
            throw HubError("invalid", "'\(path)' is an archive: unpack it, sign its folder, and pack that again")
        }
        let maker = try SigningKey(NamedFile(key))
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let plugin = try loader.load(try folderFiles(folder), name: folder).checked()
        let name = name ?? plugin.manifest.publisher ?? plugin.manifest.name.text(in: "en")
        let (text, files) = try PluginSigner(maker: maker, hasher: hasher).signature(of: plugin, name: name)
        let file = try RelativePath(PluginSignature.file)
        let root = try Root(opening: folder)
        let before = try root.readIfPresent(file, maxBytes: 4 << 20)
        try root.write(Array(text.utf8), to: file, mode: 0o644)
        return SignedPlugin(
            plugin: plugin,
            key: maker.publicKey,
            fingerprint: maker.publicKey.fingerprint(hasher),
            files: files,
            place: root.place(file),
            replaced: before != nil && before != Array(text.utf8)
        )
    }

    // MARK: - Keys

    /// Makes a key: the private one in a file with mode 0600, the public one beside it in `FILE.pub`.
    ///
    /// - Throws: `FileError.exists` where one of the two is there.
    package func makeKey(_ path: String) throws -> (key: PublicKey, fingerprint: String, publicFile: String) {
        let (file, publicFile) = (try NamedFile(path), try NamedFile(path + ".pub"))
        guard try !publicFile.root.exists(publicFile.name) else {
            throw FileError.exists(RelativePath.shown(publicFile.place))
        }
        let key = try SigningKey()
        try key.write(to: file)
        try publicFile.write(Array(key.publicKey.pem.utf8))
        return (key.publicKey, key.publicKey.fingerprint(hasher), publicFile.place)
    }

    /// The public key that a text or a file holds, or that belongs to a private one.
    ///
    /// - Parameters:
    ///   - text: `ed25519:…`, or a file with that or with PEM.
    ///   - takesPrivate: Whether a private key's file will do.
    /// - Returns: The key and its fingerprint.
    /// - Throws: `TrustError.badKey`, ``HubError`` for a private key, or why the file can't be read.
    package func publicKey(_ text: String, takesPrivate: Bool = false) throws -> (key: PublicKey, fingerprint: String) {
        func named(_ key: PublicKey) -> (key: PublicKey, fingerprint: String) { (key, key.fingerprint(hasher)) }
        if text.utf8.starts(with: "ed25519:".utf8) {
            guard let key = PublicKey(text) else { throw TrustError.badKey(RelativePath.shown(text)) }
            return named(key)
        }
        let file = try NamedFile(text)
        let content = String(decoding: try file.read(maxBytes: 16 << 10), as: UTF8.self)
        let line = content.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        if let key = PublicKey(pem: content) ?? PublicKey(line) { return named(key) }
        let isPrivate = content.contains("PRIVATE KEY-----")
        if isPrivate, takesPrivate { return named(try SigningKey(file).publicKey) }
        guard !isPrivate else {
            throw HubError(
                "invalid",
                "'\(RelativePath.shown(text))' holds a private key, which only its owner should have; "
                    + "'patchbay plugin key show FILE' gives its public one"
            )
        }
        throw TrustError.badKey(RelativePath.shown(text))
    }

    /// The keys that are trusted here.
    package func trustedKeys() throws -> [(key: TrustedKey, fingerprint: String)] {
        try TrustFile(home: existingHome()?.root).keys.map { ($0, $0.key.fingerprint(hasher)) }
    }

    /// Trusts a key under a name.
    ///
    /// - Returns: Its fingerprint.
    package func trust(_ key: PublicKey, as name: String) throws -> String {
        try TrustFile.change(in: try home()) { trust in
            try trust.add(TrustedKey(name: name, key: key))
            return (key.fingerprint(hasher), [])
        }
    }

    /// Trusts a key no longer: one that is named by its name, itself or its fingerprint.
    package func distrust(_ name: String) throws -> TrustedKey {
        try TrustFile.change(in: try home()) { trust in (try trust.remove(name, hasher: hasher), []) }
    }

    // MARK: - The policy

    /// Why the home's policy does not let a plugin in; nil where it does.
    ///
    /// - Throws: Why its signature is none, where one is needed.
    package func refusal(of plugin: Plugin) throws -> TrustError? {
        do {
            try admit(plugin)
            return nil
        } catch let error as TrustError {
            if case .forbidden = error { return error }
            throw error
        }
    }

    /// Refuses a plugin that the home's policy does not let in, with what names the policy and its file.
    func admit(_ plugin: Plugin) throws {
        try settings().policy.check(plugin.manifest) { try standing(of: plugin) }
    }

    /// The plugins that a workspace pins, to be run: one that the policy forbids stops.
    func runnablePlugins(of workspace: Workspace) throws -> [PluginID: Plugin] {
        let plugins = try plugins(of: workspace)
        if let refused = plugins.refused { throw refused }
        return plugins.plugins
    }
}
