import Foundation
package import PatchbayModel

/// What a plugin's `signature.json` says: who signed which files.
package struct PluginSignature: Sendable, Equatable {
    /// The file's name in the plugin.
    package static let file = "signature.json"

    /// A file as it was signed.
    package struct SignedFile: Sendable, Equatable {
        package let path: String
        package let length: Int
        package let isExecutable: Bool
        package let hash: String
    }

    package let plugin: PluginID
    package let version: Version
    /// What the signer calls itself: a claim, as long as nobody on this machine trusts the key.
    package let signer: String
    package let key: PublicKey
    package let files: [SignedFile]

    /// The longest name of a signer.
    static let maxNameBytes = 200

    /// Lists the files of a plugin.
    init(
        of plugin: Plugin,
        signer: String,
        key: PublicKey,
        hasher: any ContentHasher
    ) throws {
        self.plugin = plugin.id
        version = plugin.manifest.version
        self.signer = signer
        self.key = key
        files = try Self.files(of: plugin.files, hasher: hasher)
    }

    /// Takes apart a file that was checked.
    init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        guard let version = Version(try fields.string("version")), let key = PublicKey(try fields.string("key")) else {
            throw fields.wrong("key", "expected a version and a public key")
        }
        plugin = try fields.id("plugin")
        self.version = version
        self.key = key
        signer = try fields.string("signer")
        files = try fields.list("files") { file throws(DiagnosticError) in
            SignedFile(
                path: try file.string("path"),
                length: file.int("length") ?? 0,
                isExecutable: try file.string("mode") == "0755",
                hash: try file.string("hash")
            )
        }
    }

    /// Every file of a plugin but its signature, in the order of the paths' bytes.
    static func files(of plugin: any PluginFiles, hasher: any ContentHasher) throws -> [SignedFile] {
        try plugin.paths().filter { $0 != file }.map { path in
            let bytes = try plugin.read(path)
            return SignedFile(
                path: path,
                length: bytes.count,
                isExecutable: try plugin.isExecutable(path),
                hash: hasher.contentHash(bytes)
            )
        }
    }

    /// All but the signature itself.
    var json: JSONObject {
        [
            "formatVersion": 1, "plugin": .string(plugin.rawValue), "version": .string(version.description),
            "signer": .string(signer), "key": .string(key.text),
            "files": .array(
                files.map { file in
                    [
                        "path": .string(file.path), "length": .number(JSONNumber(file.length)),
                        "mode": file.isExecutable ? "0755" : "0644", "hash": .string(file.hash),
                    ]
                }
            ),
        ]
    }
}

/// JSON with a signature in itself: the bytes that are signed are made from its value, so that spaces don't count.
package struct SignedDocument: Sendable {
    /// What a signature is for; one for the one is never taken for the other.
    package enum Purpose: String, Sendable {
        case plugin = "patchbay-plugin-signature-v1"
        case index = "patchbay-plugin-index-v1"
    }

    /// The bytes that are signed: the purpose, a line break, and compact JSON of all members but `signature`, each in
    /// the place where it stands.
    package static func message(_ value: JSONObject, for purpose: Purpose) -> [UInt8] {
        var rest = value
        rest["signature"] = nil
        return Array((purpose.rawValue + "\n").utf8) + JSONWriter(.compact).bytes(.object(rest))
    }

    /// The value with its signature as the last member.
    package static func signed(
        _ value: JSONObject,
        for purpose: Purpose,
        with maker: any SignatureMaker
    ) throws -> JSONObject {
        var value = value
        value["signature"] = nil
        let signature = try maker.sign(message(value, for: purpose))
        value["signature"] = .string(Data(signature).base64EncodedString())
        return value
    }

    /// The key whose signature it bears; nil where the signature is not that of the key that is named.
    package static func signer(
        of value: JSONValue,
        for purpose: Purpose,
        verifier: any SignatureVerifier
    ) -> PublicKey? {
        guard let object = value.object, let key = object["key"]?.string.flatMap({ PublicKey($0) }),
            let text = object["signature"]?.string, TextKind.signature.matches(text),
            let signature = Data(base64Encoded: text),
            verifier.isValid(Array(signature), of: message(object, for: purpose), by: key)
        else { return nil }
        return key
    }
}
