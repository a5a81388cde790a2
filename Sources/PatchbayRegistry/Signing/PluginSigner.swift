import PatchbayFiles
package import PatchbayModel

/// Signs plugins in their folder.
package struct PluginSigner: Sendable {
    private let maker: any SignatureMaker
    private let hasher: any ContentHasher

    package init(maker: any SignatureMaker, hasher: any ContentHasher) {
        self.maker = maker
        self.hasher = hasher
    }

    /// The text of the `signature.json` of a plugin that was checked.
    ///
    /// - Parameters:
    ///   - plugin: The plugin, with the files as they lie in its folder.
    ///   - name: What the signer calls itself.
    /// - Returns: The text, and how many files it covers.
    /// - Throws: ``TrustError/badName(_:)``, ``TrustError/executable(_:)``.
    package func signature(of plugin: Plugin, name: String) throws -> (text: String, files: Int) {
        try TrustError.checkName(name)
        let signature = try PluginSignature(of: plugin, signer: name, key: maker.publicKey, hasher: hasher)
        if let file = signature.files.first(where: \.isExecutable) {
            throw TrustError.executable(RelativePath.shown(file.path))
        }
        let value = try SignedDocument.signed(signature.json, for: .plugin, with: maker)
        return (CanonicalText.text(.object(value), of: .signature), signature.files.count)
    }
}
