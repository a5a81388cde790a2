import Foundation
import PatchbayModel
import Testing

@Suite("An index and its archives")
struct IndexArchiveTests {
    /// What is done to the shop's archive behind the index's back, and what is said.
    private static let mixing: [(how: String, says: String)] = [
        ("printf x >> archives/q-0.3.0.zip", "it has more than"),
        ("head -c 400 archives/q-0.3.0.zip > a && mv a archives/q-0.3.0.zip", "it has 400 bytes, not"),
        (
            "python3 -c \"p='archives/q-0.3.0.zip'; b=bytearray(open(p,'rb').read()); b[-300]^=1; open(p,'wb').write(b)\"",
            "its hash differs"
        ),
        ("cp archives/q-0.4.0.zip archives/q-0.3.0.zip", "not what index 'shop' says"),
        ("rm archives/q-0.3.0.zip", "q-0.3.0.zip"),
        ("mv archives/q-0.3.0.zip a.zip && ln -s ../a.zip archives/q-0.3.0.zip", "q-0.3.0.zip"),
        ("rm archives/q-0.3.0.zip && mkfifo archives/q-0.3.0.zip", "q-0.3.0.zip"),
    ]

    @Test func `go together only as the index says`() async throws {
        let program = try await PluginIndexTests.shop()
        try await PluginIndexTests.publish("0.4.0", program)
        try await program.run(PluginIndexTests.add).expectSuccess()
        try await program.run("integration", "enable", "quillpost", "--sandbox")
            .expectFailure(saying: "'patchbay plugin install quillpost' installs it")
        try await program.run("plugin", "install", "../shelf/quillpost", "--index", "shop")
            .expectFailure(64, saying: "leave --index out")
        try await program.shell("cp -r ../shop ../good").expectSuccess()
        for (how, says) in Self.mixing {
            try await program.shell("rm -rf ../shop && cp -r ../good ../shop && cd ../shop && \(how)").expectSuccess()
            try await program.run("plugin", "install", "quillpost@0.3.0", "--yes").expectFailure(saying: says)
            #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/") }, "\(how)")
        }
    }

    /// Entries that a signed index may hold and an archive does not bear out: changed, then signed by its own key.
    private static let lies: [(how: String, says: String)] = [
        (#"e["id"] = "openpost""#, "it holds quillpost 0.3.0"),
        (#"e["version"] = "0.9.0""#, "it holds quillpost 0.3.0"),
        (#"e["hash"] = "sha256:" + "0" * 64"#, "the hash of its files differs"),
        (#"e["signer"] = "ed25519:" + "A" * 43 + "=""#, "it is signed by unknown key"),
        (#"e["archive"]["at"] = "../shelf/x.zip""#, "is not an archive's place"),
        (#"e["archive"]["at"] = "/etc/passwd""#, "is not an archive's place"),
        (#"e["archive"]["at"] = "http://127.0.0.1:1/x.zip""#, "is not an archive's place"),
        (#"e["archive"]["at"] = "https://127.0.0.1:1/x.zip""#, "is a loopback address; allow it with"),
        (#"e["archive"]["length"] = 900000000"#, "at most 20971520 are read"),
        (#"v["plugins"].append(dict(e))"#, "twice"),
        (#"v["expires"] = "2027-02-31T00:00:00Z""#, "'expires' is no time"),
    ]

    @Test(arguments: lies)
    func `lead to nothing where the index lies installs nothing`(how: String, says: String) async throws {
        let program = try await PluginIndexTests.shop()
        let script = """
            import base64, json, subprocess
            v = json.load(open("../shop/index.json", encoding="utf-8"))
            e = v["plugins"][0]
            \(how)
            del v["signature"]
            text = json.dumps(v, separators=(",", ":"), ensure_ascii=False)
            open("../m", "wb").write(b"patchbay-plugin-index-v1\\n" + text.encode())
            subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", "../acme.pem", "-rawin", "-in", "../m", "-out", "../s"], check=True)
            v["signature"] = base64.b64encode(open("../s", "rb").read()).decode()
            json.dump(v, open("../shop/index.json", "w", encoding="utf-8"))
            """
        try program.place.write(script, to: "lie.py")
        try await program.shell("python3 ../lie.py").expectSuccess()
        let added = try await program.run(PluginIndexTests.add)
        guard added.status == 0 else {
            added.expectFailure(saying: says)
            return
        }
        let id = how.contains("openpost") ? "openpost" : "quillpost"
        try await program.run("plugin", "install", id, "--yes").expectFailure(saying: says)
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/") })
    }
}
