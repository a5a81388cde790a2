import Foundation
import PatchbayModel
import Testing

@Suite("A signed plugin")
struct SigningTests {
    /// A workspace beside the made-up service's plugin in `shelf/quillpost`, signed by a fresh key `acme.pem`.
    static func signed() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place, folder: "shelf/quillpost")
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "key", "new", "../acme.pem").expectSuccess()
        try await program.run("plugin", "sign", "../shelf/quillpost", "--key", "../acme.pem", "--as", "Acme")
            .expectSuccess()
        return program
    }

    static let install = ["plugin", "install", "../shelf/quillpost", "--yes"]

    private static func key(_ program: Program, _ file: String = "../acme.pem") async throws -> (
        text: String, fingerprint: String
    ) {
        let shown = try await program.run("plugin", "key", "show", file, "--json").expectSuccess().json()
        return (try #require(shown["key"]?.string), try #require(shown["fingerprint"]?.string))
    }

    // MARK: - Who signed

    @Test func `is shown with its signer only when that key is trusted`() async throws {
        let program = try await Self.signed()
        let key = try await Self.key(program)
        func info() async throws -> JSONValue {
            try await program.run("plugin", "info", "../shelf/quillpost", "--json").expectSuccess().json()
        }
        let unknown = try await info()
        #expect(unknown["signer"] == .null && unknown["signature"]?["state"]?.string == "unknownKey")
        #expect(unknown["signature"]?["fingerprint"]?.string == key.fingerprint)
        let asked = try await program.run("plugin", "install", "../shelf/quillpost").expectFailure(64)
        #expect(asked.output.contains("signed by unknown key \(key.fingerprint), which calls itself \"Acme\""))

        try await program.run("plugin", "trust", "add", "Acme Ltd", "../acme.pem.pub").expectSuccess()
        let known = try await info()
        #expect(known["signer"]?.string == "Acme Ltd" && known["signature"]?["state"]?.string == "trusted")
        let installed = try await program.run(Self.install).expectSuccess()
        #expect(installed.output.contains("signed by Acme Ltd (key \(key.fingerprint))"))
        let verified = try await program.run("plugin", "verify", "--json").expectSuccess().json()["plugins"]?[0]
        #expect(verified?["signer"]?.string == "Acme Ltd" && verified?["verified"]?.bool == true)

        let listed = try await program.run("plugin", "trust", "list", "--json").expectSuccess().json()["keys"]
        #expect(listed?[0]?["key"]?.string == key.text && listed?[0]?["fingerprint"]?.string == key.fingerprint)
        try await program.run("plugin", "trust", "remove", key.fingerprint).expectSuccess()
        let after = try await program.run("plugin", "verify", "--json").expectSuccess().json()["plugins"]?[0]
        #expect(after?["signer"] == .null && after?["signature"]?["state"]?.string == "unknownKey")
    }

    @Test func `is told from one that is not signed`() async throws {
        let program = try await Self.signed()
        try FileManager.default.removeItem(atPath: program.place.path + "/shelf/quillpost/signature.json")
        let info = try await program.run("plugin", "info", "../shelf/quillpost", "--json").expectSuccess().json()
        #expect(info["signer"] == .null && info["signature"]?["state"]?.string == "unsigned")
        let installed = try await program.run(Self.install).expectSuccess()
        #expect(installed.output.contains("  is     not signed"))
        let verified = try await program.run("plugin", "verify").expectSuccess()
        #expect(verified.output.contains("quillpost 0.3.0: ok, not signed"))
    }

    @Test func `is the same however often one signs, and in an archive`() async throws {
        let program = try await Self.signed()
        let before = try program.place.bytes("shelf/quillpost/signature.json")
        try await program.run("plugin", "sign", "../shelf/quillpost/", "--key", "../acme.pem", "--as", "Acme")
            .expectSuccess()
        #expect(try program.place.bytes("shelf/quillpost/signature.json") == before)
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        try await program.shell(
            "cd ../shelf && python3 -m zipfile -c ../q.zip quillpost && tar -czf ../q.tar.gz quillpost"
        ).expectSuccess()
        for archive in ["../q.zip", "../q.tar.gz"] {
            let info = try await program.run("plugin", "info", archive, "--json").expectSuccess().json()
            #expect(info["signer"]?.string == "Acme")
            try await program.run("plugin", "sign", archive, "--key", "../acme.pem")
                .expectFailure(saying: "sign its folder")
        }
    }

    @Test func `is signed with the templates that lie beside its catalogue, and shown as it is pinned`() async throws {
        let program = try await SigningTests.signed()
        try await program.shell(
            "mkdir ../Plugins ../Templates && mv ../shelf/quillpost ../Plugins/ && "
                + "mv ../Plugins/quillpost/templates ../Templates/quillpost && rm ../Plugins/quillpost/signature.json"
        ).expectSuccess()
        let sign = ["plugin", "sign", "../Plugins/quillpost", "--key", "../acme.pem", "--json"]
        #expect(try await program.run(sign).expectSuccess().json()["files"]?.int == 6)
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        let shelf = ["--plugins", "../Plugins"]
        try await program.run(["plugin", "install", "quillpost", "--yes"] + shelf).expectSuccess()
        try FileManager.default.removeItem(atPath: program.place.path + "/Plugins/quillpost/signature.json")
        let info = ["plugin", "info", "quillpost", "--json"]
        #expect(try await program.run(info + shelf).expectSuccess().json()["signer"]?.string == "Acme")
        let file = program.place.path + "/Templates/quillpost/send-letter/tests/sample.json"
        try FileManager.default.removeItem(atPath: file)
        try await program.run(sign).expectSuccess()
        try Data("{}".utf8).write(to: URL(fileURLWithPath: file))
        try await program.run(["plugin", "install", "quillpost", "--yes"] + shelf).expectFailure()
    }

    // MARK: - What is refused

    /// What is done to a signed folder, and what is said of it; none of it counts as unsigned.
    private static let harm: [(how: String, says: String)] = [
        ("sed -i 's/L-1/L-2/' tapes/post-letter/posted.json", "'tapes/post-letter/posted.json' has other content"),
        ("printf ' ' >> plugin.json", "'plugin.json' has other content"),
        ("mv tapes/post-letter/posted.json tapes/post-letter/p.json", "was renamed to 'tapes/post-letter/p.json'"),
        ("rm tapes/post-letter/posted.json", "'tapes/post-letter/posted.json' is missing"),
        ("echo hello > NOTICE", "'NOTICE' was added"),
        ("chmod +x plugin.json", "'plugin.json' has another mode"),
        (#"sed -i 's/"version": "0.3.0"/"version": "0.4.0"/' plugin.json"#, "is that of quillpost 0.3.0"),
        (#"sed -i 's/"signer": "Acme"/"signer": "Acne"/' signature.json"#, "does not fit its key"),
        (#"sed -i 's/"length": [0-9]*/"length": 1/' signature.json"#, "does not fit its key"),
        (#"sed -i 's/^  "signature": .*/  "x-none": 1/' signature.json"#, "it has no 'signature'"),
        (#"sed -i 's/ed25519:...../ed25519:AAAAA/' signature.json"#, "does not fit its key"),
        (#"sed -i 's/ed25519:/rsa:/' signature.json"#, "is no public key"),
        ("head -c 200 signature.json > s && mv s signature.json", "signature.json is no JSON object"),
        (": > signature.json", "signature.json is no JSON object"),
        ("echo '{}' > signature.json", "it has no 'signature'"),
        ("echo '[]' > signature.json", "signature.json is no JSON object"),
    ]

    @Test(arguments: harm)
    func `is refused when it is not what was signed`(how: String, says: String) async throws {
        let program = try await Self.signed()
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        try await program.shell("cd ../shelf/quillpost && \(how)").expectSuccess()
        let outcome = try await program.run(Self.install + ["--json"]).expectFailure(saying: says)
        #expect(try outcome.json()["error"]?["code"]?.string == "invalid")
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/") })
    }

    @Test func `has no signature of another plugin`() async throws {
        let program = try await Self.signed()
        let renaming = #"sed -i 's/"id": "quillpost"/"id": "inkpost"/; s/quillpost\/post/inkpost\/post/'"#
        try await program.shell(
            "cp -r ../shelf/quillpost ../shelf/inkpost && \(renaming) ../shelf/inkpost/plugin.json && "
                + "grep -rl quillpost/ ../shelf/inkpost | xargs sed -i 's,quillpost/,inkpost/,g'; "
                + "grep -rl '\"quillpost\"' ../shelf/inkpost/templates | xargs -r sed -i 's/\"quillpost\"/\"inkpost\"/g'"
        ).expectSuccess()
        try await program.run("plugin", "install", "../shelf/inkpost", "--yes")
            .expectFailure(saying: "the signature in plugin 'inkpost' 0.3.0 is that of quillpost 0.3.0")
    }

    @Test func `is known to be changed in the home, too`() async throws {
        let program = try await Self.signed()
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        try await program.run(Self.install).expectSuccess()
        let manifest = try #require(
            program.place.files().first { $0.hasPrefix("home/plugins/") && $0.hasSuffix("/plugin.json") }
        )
        // The tree's hash says nothing of modes.
        try await program.shell("chmod +x '../\(manifest)'").expectSuccess()
        let verified = try await program.run("plugin", "verify", "--json").expectFailure()
        #expect(verified.errors.contains("'plugin.json' has another mode"))
        let row = try verified.json()["plugins"]?[0]
        #expect(row?["verified"]?.bool == false && row?["signature"]?["state"]?.string == "damaged")
    }

    @Test func `asks before its signer changes`() async throws {
        let program = try await Self.signed()
        try await program.run(Self.install).expectSuccess()
        try await program.run("plugin", "key", "new", "../other.pem").expectSuccess()
        try await program.shell(#"sed -i 's/"version": "0.3.0"/"version": "0.3.1"/' ../shelf/quillpost/plugin.json"#)
            .expectSuccess()
        let update = ["plugin", "update", "--plugins", "../shelf"]
        for signing in [["--key", "../other.pem"], []] {
            if signing.isEmpty {
                try FileManager.default.removeItem(atPath: program.place.path + "/shelf/quillpost/signature.json")
            } else {
                try await program.run(["plugin", "sign", "../shelf/quillpost"] + signing).expectSuccess()
            }
            let asked = try await program.run(update).expectFailure(64)
            #expect(asked.output.contains("new signer: \(signing.isEmpty ? "not signed" : "signed by unknown key")"))
        }
        try await program.run("plugin", "sign", "../shelf/quillpost", "--key", "../acme.pem").expectSuccess()
        let done = try await program.run(update).expectSuccess()
        #expect(done.output.contains("from 0.3.0 to 0.3.1"))
    }

    // MARK: - Keys

    @Test func `is signed by keys that others may not read, in openssl's form`() async throws {
        let program = try await Self.signed()
        let attributes = try FileManager.default.attributesOfItem(atPath: program.place.path + "/acme.pem")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try await program.run("plugin", "key", "new", "../acme.pem").expectFailure(saying: "acme.pem")
        func sign(_ key: String) async throws -> Outcome {
            try await program.run("plugin", "sign", "../shelf/quillpost", "--key", key)
        }
        try await program.shell("chmod 644 ../acme.pem").expectSuccess()
        try await sign("../acme.pem").expectFailure(saying: "run chmod 600 on it")
        try await sign("../acme.pem.pub").expectFailure(saying: "it is a public key")
        try await sign("../shelf/quillpost/plugin.json").expectFailure(saying: "it is no PEM file")
        try await sign("../none.pem").expectFailure(saying: "'../none.pem'")
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem")
            .expectFailure(saying: "holds a private key")
        for bad in ["ed25519:abc", "../ws/patchbay.json"] {
            try await program.run("plugin", "trust", "add", "Acme", bad).expectFailure(saying: "is no public key")
        }
    }

    @Test func `is trusted under names that stand for one key each`() async throws {
        let program = try await Self.signed()
        let key = try await Self.key(program).text
        try await program.run("plugin", "key", "new", "../other.pem").expectSuccess()
        let add = ["plugin", "trust", "add"]
        try await program.run(add + ["Acme", key]).expectSuccess()
        let trust = program.place.path + "/home/trust.json"
        let attributes = try FileManager.default.attributesOfItem(atPath: trust)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try await program.run(add + ["Acme again", key]).expectFailure(saying: "trusted already, as 'Acme'")
        try await program.run(add + ["ACME", "../other.pem.pub"]).expectFailure(saying: "another key is trusted")
        for name in ["", " ", "a\u{1B}[2Jb", "a\nb", "a\u{202E}b", String(repeating: "n", count: 201)] {
            try await program.run(add + [name, "../other.pem.pub"]).expectFailure(saying: "can't be a signer's name")
        }
        try await program.run("plugin", "trust", "remove", "Acne").expectFailure(saying: "did you mean 'Acme'?")
        // A damaged file is no empty one.
        try Data("{".utf8).write(to: URL(fileURLWithPath: trust))
        try await program.run("plugin", "info", "../shelf/quillpost").expectFailure(saying: "trust.json:1")
        try await program.run(add + ["Other", "../other.pem.pub"]).expectFailure(saying: "trust.json:1")
    }

    @Test func `holds no executable file, and no errors`() async throws {
        let program = try await Self.signed()
        let sign = ["plugin", "sign", "../shelf/quillpost", "--key", "../acme.pem"]
        let before = try program.place.bytes("shelf/quillpost/signature.json")
        try await program.shell("chmod +x ../shelf/quillpost/plugin.json").expectSuccess()
        try await program.run(sign).expectFailure(saying: "run chmod -x on it")
        try await program.shell("chmod -x ../shelf/quillpost/plugin.json && echo x > ../shelf/quillpost/run.sh")
            .expectSuccess()
        try await program.run(sign).expectFailure(saying: "run.sh")
        #expect(try program.place.bytes("shelf/quillpost/signature.json") == before)
    }
}
