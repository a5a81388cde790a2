import Foundation
import PatchbayModel
import Testing

@Suite("An index of plugins")
struct PluginIndexTests {
    /// A workspace beside a folder `shop` with the made-up service's archive, signed, and its index, signed too.
    static func shop(expires: String = "30d") async throws -> Program {
        let program = try await SigningTests.signed()
        try await publish("0.3.0", program, expires: expires)
        return program
    }

    /// Adds a version of the plugin to the shop.
    static func publish(_ version: String, _ program: Program, expires: String = "30d") async throws {
        try await program.shell(
            #"sed -i 's/"version": "[0-9.]*"/"version": "\#(version)"/' ../shelf/quillpost/plugin.json"#
        ).expectSuccess()
        try await program.run("plugin", "sign", "../shelf/quillpost", "--key", "../acme.pem").expectSuccess()
        try await program.shell(
            "mkdir -p ../shop/archives && cd ../shelf && python3 -m zipfile -c ../shop/archives/q-\(version).zip quillpost"
        ).expectSuccess()
        try await make(program, "--expires", expires)
    }

    /// Makes the index of all archives of the shop.
    static func make(_ program: Program, _ options: String...) async throws {
        let archives = program.place.files().filter { $0.hasPrefix("shop/archives/") && $0.hasSuffix(".zip") }
        try await program.run(
            ["plugin", "index", "make", "../shop/index.json"] + archives.map { "../" + $0 } + ["--key", "../acme.pem"]
                + options
        ).expectSuccess()
    }

    static let add = ["plugin", "index", "add", "shop", "../shop/index.json", "--key", "../acme.pem.pub"]
    private static let install = ["plugin", "install", "quillpost", "--yes"]

    private static func pinned(_ program: Program) throws -> String? {
        let lock = try JSONReader().read(Array(try program.place.bytes("ws/patchbay.lock")))
        return lock["plugins"]?[0]?["version"]?.string
    }

    // MARK: - Use

    @Test func `is searched, installed from and updated from, with no network`() async throws {
        let program = try await Self.shop()
        try await program.run(Self.install).expectFailure(saying: "no plugin 'quillpost'")
        let added = try await program.run(Self.add + ["--json"]).expectSuccess().json()
        #expect(added["version"]?.int == 1 && added["plugins"]?.int == 1 && added["expired"]?.bool == false)
        let found = try await program.run("plugin", "search", "letters", "--json").expectSuccess().json()["plugins"]
        #expect(found?[0]?["id"]?.string == "quillpost" && found?[0]?["index"]?.string == "shop")
        #expect(found?[0]?["installed"]?.bool == false)
        try await program.run("plugin", "search", "send-letter").expectSuccess()
        let installed = try await program.run(Self.install + ["--json"]).expectSuccess()
        #expect(try installed.json()["version"]?.string == "0.3.0")
        #expect(installed.errors.contains("signed by unknown key"))
        try await program.run("plugin", "verify", "quillpost").expectSuccess()

        let current = try await program.run("plugin", "update", "--json").expectSuccess().json()["plugins"]?[0]
        #expect(current?["applied"]?.bool == false)
        try await Self.publish("0.4.0", program)
        // Its index is read anew before an update.
        try await program.run("plugin", "update").expectSuccess()
        #expect(try Self.pinned(program) == "0.4.0")
        let listed = try await program.run("plugin", "index", "list", "--json").expectSuccess().json()["indexes"]?[0]
        #expect(listed?["version"]?.int == 2)
        try await program.run("plugin", "install", "quillpost@0.3.0", "--yes").expectSuccess()
        #expect(try Self.pinned(program) == "0.3.0")

        // What is in the home needs nothing more of the shop.
        try await program.shell("mv ../shop ../gone").expectSuccess()
        let offline = try await program.run("plugin", "update").expectSuccess()
        #expect(offline.errors.contains("going on with what was read before"))
        #expect(try Self.pinned(program) == "0.4.0")
        try await program.run("plugin", "index", "remove", "shop").expectSuccess()
        try await program.run("plugin", "index", "remove", "shop").expectFailure(saying: "no index is called 'shop'")
        try await program.run("plugin", "verify").expectSuccess()
    }

    @Test func `never takes an id from the catalogue, nor from another index`() async throws {
        let program = try await Self.shop()
        try await program.run(Self.add).expectSuccess()
        // The catalogue has an older one: that is it.
        try await Self.publish("9.9.9", program)
        try await program.run("plugin", "index", "update").expectSuccess()
        try await program.shell(#"cp -r ../shelf ../own && sed -i 's/9.9.9/0.2.0/' ../own/quillpost/plugin.json"#)
            .expectSuccess()
        try FileManager.default.removeItem(atPath: program.place.path + "/own/quillpost/signature.json")
        let own = ["--plugins", "../own"]
        try await program.run(Self.install + own).expectSuccess()
        #expect(try Self.pinned(program) == "0.2.0")
        try await program.run(["plugin", "update"] + own).expectSuccess()
        #expect(try Self.pinned(program) == "0.2.0")
        try await program.run(["plugin", "install", "quillpost@9.9.9", "--yes"] + own)
            .expectFailure(saying: "has no version 9.9.9")
        // Unless somebody says so.
        try await program.run(Self.install + own + ["--index", "shop"]).expectSuccess()
        #expect(try Self.pinned(program) == "9.9.9")

        var elsewhere = program
        elsewhere.environment["PATCHBAY_HOME"] = program.place.path + "/home-2"
        try await elsewhere.run(Self.add).expectSuccess()
        try await elsewhere.run(["plugin", "index", "add", "twin"] + Self.add.dropFirst(4)).expectSuccess()
        try await elsewhere.run(Self.install).expectFailure(saying: "offered by the indexes shop, twin; say which")
        try await elsewhere.run(Self.install + ["--index", "twin"]).expectSuccess()
        try await elsewhere.run(Self.install + ["--index", "twim"]).expectFailure(saying: "did you mean 'twin'?")
        try await elsewhere.run("plugin", "install", "quillpost@1.0.0", "--index", "twin")
            .expectFailure(saying: "offers no plugin 'quillpost' in version 1.0.0")
    }

    @Test func `is not the next version of what came from elsewhere, unless somebody agrees`() async throws {
        let program = try await SigningTests.signed()
        try await program.shell("cp -r ../shelf ../mine && rm ../mine/quillpost/signature.json").expectSuccess()
        try await program.run("plugin", "install", "../mine/quillpost", "--yes").expectSuccess()
        try await Self.publish("0.4.0", program)
        try await program.run(Self.add).expectSuccess()
        let asked = try await program.run("plugin", "update").expectFailure(64)
        #expect(asked.output.contains("new source: index 'shop', which does not offer the pinned version"))
        #expect(try Self.pinned(program) == "0.3.0")
        try await program.run("plugin", "update", "--yes").expectSuccess()
        #expect(try Self.pinned(program) == "0.4.0")
        // From here on it is the index's.
        try await Self.publish("0.5.0", program)
        try await program.run("plugin", "update").expectSuccess()
        #expect(try Self.pinned(program) == "0.5.0")
    }

    // MARK: - Attacks

    @Test func `is refused when it is rolled back, and what was read before stays`() async throws {
        let program = try await Self.shop()
        try await program.shell("cp ../shop/index.json ../old.json").expectSuccess()
        try await Self.publish("0.4.0", program)
        try await program.run(Self.add).expectSuccess()
        try await program.shell("cp ../old.json ../shop/index.json").expectSuccess()
        let update = ["plugin", "index", "update", "--json"]
        let refused = try await program.run(update).expectFailure(
            saying: "has version 1, but version 2 was seen before"
        )
        #expect(try refused.json()["indexes"]?[0]?["error"]?["code"]?.string == "refused")
        // An older one is not believed either when the index is added again.
        try await program.run(Self.add).expectFailure(saying: "has version 1, but version 2 was seen before")
        // Nor another one under the same number.
        try await program.shell("rm ../shop/index.json").expectSuccess()
        try await Self.make(program, "--index-version", "2", "--name", "Other")
        try await program.run(update).expectFailure(saying: "says something else than before under the same version 2")
        try await program.run(Self.install).expectSuccess()
        #expect(try Self.pinned(program) == "0.4.0")
        // What was kept is no door either.
        try await program.shell("cp ../old.json ../home/indexes/shop.json").expectSuccess()
        try await program.run("plugin", "install", "quillpost@0.3.0", "--index", "shop", "--yes")
            .expectFailure(saying: "is not at hand any longer")
    }

    @Test func `is refused when it has expired`() async throws {
        let program = try await Self.shop(expires: "2026-01-31T12:00:00Z")
        try await program.run(Self.add).expectFailure(saying: "index 'shop' expired on 2026-01-31T12:00:00Z")
        try await program.run("plugin", "index", "list", "--json").expectSuccess()
        try await program.run("plugin", "search", "letters").expectSuccess()
        try await program.run(Self.install).expectFailure(saying: "no plugin 'quillpost'")
    }

    /// What is done to the shop's index, and what is said of it.
    private static let harm: [(how: String, says: String)] = [
        (#"sed -i 's/"0.3.0"/"0.3.1"/' index.json"#, "its signature does not fit"),
        (#"sed -i 's/"version": 1,/"version": 7,/' index.json"#, "its signature does not fit"),
        (#"sed -i 's/ed25519:....../ed25519:AAAAAA/' index.json"#, "its signature does not fit"),
        (#"sed -i '/"signature"/d; s/\(^  "key".*\),$/\1/' index.json"#, "its signature does not fit"),
        ("head -c 300 index.json > i && mv i index.json", "it is no JSON"), (": > index.json", "it is no JSON"),
        ("echo '[]' > index.json", "its signature does not fit"),
        ("head -c 5000000 /dev/zero > index.json", "is larger than 4194304 bytes"),
        ("rm index.json && mkfifo index.json", "index.json"), ("rm index.json && mkdir index.json", "index.json"),
        ("rm index.json && ln -s /dev/zero index.json", "index.json"),
    ]

    @Test(arguments: harm)
    func `is refused when it is damaged or endless`(how: String, says: String) async throws {
        let program = try await Self.shop()
        try await program.shell("cd ../shop && \(how)").expectSuccess()
        try await program.run(Self.add).expectFailure(saying: says)
        #expect(try await program.run("plugin", "index", "list", "--json").json()["indexes"]?.array == [])
    }

    @Test func `is refused by another key`() async throws {
        let program = try await Self.shop()
        try await program.run("plugin", "key", "new", "../other.pem").expectSuccess()
        let add = Array(Self.add.dropLast())
        try await program.run(add + ["../other.pem.pub"]).expectFailure(saying: "not with one that was given for it")
        // One of several will do.
        try await program.run(add + ["../other.pem.pub", "--key", "../acme.pem.pub"]).expectSuccess()
        // A plugin's signature is none of an index, though the key is the same.
        try await program.shell("cp ../shelf/quillpost/signature.json ../shop/index.json").expectSuccess()
        try await program.run("plugin", "index", "update").expectFailure(saying: "")
        let said = try await program.run("plugin", "index", "update")
        #expect(said.output.contains("its signature does not fit"))
    }

    @Test func `is named and placed plainly`() async throws {
        let program = try await Self.shop()
        func add(_ name: String, _ place: String) async throws -> Outcome {
            try await program.run("plugin", "index", "add", name, place, "--key", "../acme.pem.pub")
        }
        for name in ["../x", "A", "", "a b"] {
            try await add(name, "../shop/index.json").expectFailure(saying: "can't be an index's name")
        }
        for allowed in ["x y", "http://127.0.0.1", "169.254.169.254:443", "127.0.0.1"] {
            try await program.run(Self.add + ["--allow", allowed]).expectFailure()
        }
        for place in [
            "http://localhost/index.json", "ftp://x/i", "https://", "https://a b/", "https://u:p@localhost/i",
        ] {
            try await add("shop", place).expectFailure(saying: "is no place of an index")
        }
        try await add("shop", "../none/index.json").expectFailure(saying: "../none")
        try await program.run("plugin", "index", "add", "shop", "../shop/index.json").expectFailure(64, saying: "--key")
        try await add("shop", "../shop/index.json").expectSuccess()
        try await program.shell("cp -r ../shop ../shop2").expectSuccess()
        try await add("shop", "../shop2/index.json").expectFailure(saying: "is called 'shop' already")
        try await program.run("plugin", "index", "update", "shup").expectFailure(saying: "did you mean 'shop'?")
    }

    @Test func `is made with a higher version each time, and of good archives only`() async throws {
        let program = try await Self.shop()
        let make = ["plugin", "index", "make", "../shop/index.json", "--key", "../acme.pem"]
        let archive = "../shop/archives/q-0.3.0.zip"
        let second = try await program.run(make + [archive, "--json"]).expectSuccess().json()
        #expect(second["version"]?.int == 2)
        try await program.run(make + [archive, "--index-version", "2"]).expectFailure(saying: "refuses version 2")
        try await program.run(make + [archive, "--expires", "soon"]).expectFailure(64, saying: "'soon' is no time")
        try await program.run(make + [archive, archive]).expectFailure(saying: "quillpost 0.3.0 twice")
        try await program.shell("cp \(archive) ../q.zip").expectSuccess()
        try await program.run(make + ["../q.zip"]).expectFailure(saying: "does not lie beneath the index's folder")
        let away = ["--archives-at", "https://files.example.com/plugins"]
        try await program.run(make + ["../q.zip"] + away).expectSuccess()
        let index = try JSONReader().read(Array(try program.place.bytes("shop/index.json")))
        #expect(index["plugins"]?[0]?["archive"]?["at"]?.string == "https://files.example.com/plugins/q.zip")
        let other = ["plugin", "index", "make", "patchbay.json", "--key", "../acme.pem", archive]
        try await program.run(other).expectFailure(saying: "is there and is no index")
    }
}
