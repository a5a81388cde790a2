import Foundation
import PatchbayModel
import Testing

/// What others make of a signature, and we of theirs; Python's `cryptography` and openssl are asked where they are.
@Suite("A signature and its neighbours")
struct SigningNeighbourTests {
    private static let openssl = ["/usr/bin/openssl", "/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Writes the bytes that are signed, and the signature, out of a `signature.json`, as another program would.
    private static let taking = """
        import base64, json
        value = json.load(open("../shelf/quillpost/signature.json", encoding="utf-8"))
        signature = base64.b64decode(value.pop("signature"), validate=True)
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        open("../message", "wb").write(b"patchbay-plugin-signature-v1\\n" + text.encode())
        open("../message.sig", "wb").write(signature)
        """

    /// Puts another program's signature and key into the file, its files left as they are.
    private static let putting = """
        import base64, json
        path = "../shelf/quillpost/signature.json"
        value = json.load(open(path, encoding="utf-8"))
        value["signature"] = base64.b64encode(open("../message.sig", "rb").read()).decode()
        json.dump(value, open(path, "w", encoding="utf-8"), ensure_ascii=False)
        """

    @Test(.enabled(if: openssl != nil))
    func `is what openssl makes and checks`() async throws {
        let program = try await SigningTests.signed()
        try program.place.write(Self.taking, to: "take.py")
        try program.place.write(Self.putting, to: "put.py")
        // Ours, checked by openssl.
        try await program.shell(
            "python3 ../take.py && openssl pkeyutl -verify -pubin -inkey ../acme.pem.pub -rawin -in ../message "
                + "-sigfile ../message.sig"
        ).expectSuccess()
        // A key of openssl's signs here and is trusted.
        try await program.shell("openssl genpkey -algorithm ed25519 -out ../theirs.pem").expectSuccess()
        try await program.shell("openssl pkey -in ../theirs.pem -pubout -out ../theirs.pub").expectSuccess()
        try await program.run("plugin", "sign", "../shelf/quillpost", "--key", "../theirs.pem", "--as", "Ünïcode 字")
            .expectSuccess()
        try await program.run("plugin", "trust", "add", "Theirs", "../theirs.pub").expectSuccess()
        let info = ["plugin", "info", "../shelf/quillpost", "--json"]
        #expect(try await program.run(info).expectSuccess().json()["signer"]?.string == "Theirs")
        // A signature of openssl's over the same bytes is ours, byte for byte.
        let own = try program.place.bytes("shelf/quillpost/signature.json")
        try await program.shell(
            "python3 ../take.py && mv ../message.sig ../ours.sig && openssl pkeyutl -sign -inkey ../theirs.pem -rawin "
                + "-in ../message -out ../message.sig && cmp ../ours.sig ../message.sig && python3 ../put.py"
        ).expectSuccess()
        #expect(try program.place.bytes("shelf/quillpost/signature.json") != own)  // other spaces
        #expect(try await program.run(info).expectSuccess().json()["signer"]?.string == "Theirs")
        // A name that would write lines of its own is none, whoever signed it.
        try await program.shell(
            #"sed -i 's/"signer": "[^"]*"/"signer": "x\\nsigned by Acme"/' ../shelf/quillpost/signature.json && "#
                + "python3 ../take.py && openssl pkeyutl -sign -inkey ../theirs.pem -rawin -in ../message -out "
                + "../message.sig && python3 ../put.py"
        ).expectSuccess()
        try await program.run(info).expectFailure(saying: "its signer's name is not plain text")
        // A key of another kind, and one with a passphrase, are refused in words.
        try await program.shell(
            "openssl genpkey -algorithm RSA -out ../rsa.pem 2>/dev/null; openssl ecparam -genkey -name prime256v1 -noout "
                + "-out ../ec.pem; chmod 600 ../*.pem; openssl pkey -in ../theirs.pem -aes256 -passout pass:x -out ../p.pem"
        ).expectSuccess()
        for (file, says) in [
            ("../rsa.pem", "no Ed25519 key"), ("../ec.pem", "holds a EC PRIVATE KEY"),
            ("../p.pem", "needs a passphrase"),
        ] {
            try await program.run("plugin", "sign", "../shelf/quillpost", "--key", file).expectFailure(saying: says)
        }
    }
}
