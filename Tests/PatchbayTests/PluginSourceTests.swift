import Foundation
import PatchbayModel
import Testing

@Suite("A plugin")
struct PluginSourceTests {
    /// A workspace beside a catalogue that holds the made-up service in `shelf/quillpost`.
    private static func beside() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place, folder: "shelf/quillpost")
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        return program
    }

    /// Version 0.4.0 in the catalogue, with something else in its manifest.
    private static func publishNext(_ program: Program, _ old: String = "", _ new: String = "") throws {
        let file = "shelf/quillpost/plugin.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        try #require(old.isEmpty || text.contains(old))
        try program.place.write(
            text.replacing(#""version": "0.3.0""#, with: #""version": "0.4.0""#).replacing(old, with: new),
            to: file
        )
    }

    private static func pin(_ program: Program) throws -> JSONValue? {
        try JSONReader().read(Array(try program.place.bytes("ws/patchbay.lock")))["plugins"]?.array?.first
    }

    /// What stands in the place, but for a running command's streams.
    private static func contents(_ program: Program) throws -> [String: Data] {
        let files = program.place.files().filter { !$0.hasPrefix(".streams") }
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try program.place.bytes($0)) })
    }

    // MARK: - Install

    @Test func `is the same from a folder, a zip and a tar`() async throws {
        let program = try await Self.beside()
        let packing =
            "cd ../shelf && python3 -m zipfile -c ../whole.zip quillpost && tar -czf ../whole.tar.gz quillpost"
            + " && cd quillpost && python3 -m zipfile -c ../../bare.zip * && tar -czf ../../bare.tar.gz ."
        try await program.shell(packing).expectSuccess()
        var pins: [JSONValue?] = []
        let sources = ["shelf/quillpost", "whole.zip", "whole.tar.gz", "bare.zip", "bare.tar.gz"]
        for (number, source) in sources.enumerated() {
            var own = program
            own.environment["PATCHBAY_HOME"] = program.place.path + "/home-\(number)"
            try FileManager.default.removeItem(atPath: program.place.path + "/ws/patchbay.lock")
            let installed = try await own.run("plugin", "install", "../" + source, "--yes", "--json").expectSuccess()
            #expect(installed.errors.contains("https://{office}.quillpost.example"))
            pins.append(try Self.pin(program))
            try await own.run("plugin", "verify", "quillpost").expectSuccess()
        }
        #expect(pins[0] != nil && pins.allSatisfy { $0 == pins[0] })
    }

    /// Ways to pack `quillpost` into an archive that is refused, and what is said of it.
    private static let refused: [(file: String, packing: String, says: String)] = [
        ("x.tar.gz", "ln -s /etc/hostname quillpost/icon.svg && tar -czf ../x.tar.gz quillpost", "quillpost/icon.svg"),
        ("x.tar.gz", "tar -czf ../x.tar.gz -P --transform 's,^,../,' quillpost", "entry '../quillpost"),
        ("x.tar.gz", "tar -czf all quillpost && head -c 700 all > ../x.tar.gz", "'../x.tar.gz': the gzip data is"),
        ("x.tar.gz", "tar -cf ../x.tar.gz quillpost", "'../x.tar.gz': this is neither a zip nor a tar.gz"),
        ("x.zip", "python3 -m zipfile -c all quillpost && (echo '#!/bin/sh'; cat all) > ../x.zip", "'../x.zip': "),
        ("x.zip", "python3 -m zipfile -c all quillpost && (cat all; echo more) > ../x.zip", "'../x.zip': "),
        ("x.zip", "touch extra && python3 -m zipfile -c ../x.zip quillpost extra", "plugin.json"),
        ("x.zip", "sed -i 's/POST/POKE/' quillpost/plugin.json && python3 -m zipfile -c ../x.zip quillpost", "POKE"),
        ("x.zip", ": > ../x.zip", "'../x.zip': "), ("x.rar", "cp quillpost/plugin.json ../x.rar", "x.rar"),
    ]

    @Test func `leaves nothing behind when its archive is refused`() async throws {
        let program = try await Self.beside()
        let before = try Self.contents(program)
        for (file, packing, says) in Self.refused {
            try await program.shell("cp -r ../shelf ../packing && cd ../packing && \(packing)").expectSuccess()
            let outcome = try await program.run("plugin", "install", "../" + file, "--yes", "--json")
            outcome.expectFailure(saying: says)
            #expect(try outcome.json()["error"]?["message"]?.string != nil)
            try await program.shell("rm -rf ../packing ../\(file)").expectSuccess()
            #expect(try Self.contents(program) == before, "\(packing)")
        }
    }

    @Test func `is installed in a named version, beside others`() async throws {
        let program = try await Self.beside()
        let shelf = ["--plugins", "../shelf"]
        let missing = try await program.run(["plugin", "install", "quillpost@9.0.0", "--yes"] + shelf)
        missing.expectFailure(saying: "plugin 'quillpost' has no version 9.0.0; there is 0.3.0")
        try await program.run(["plugin", "install", "quillpost@0.3.0", "--yes"] + shelf).expectSuccess()
        try Self.publishNext(program, #""hosts": [{"#, #""hosts": [{ "host": "ink.example" }, {"#)
        try await program.run(["plugin", "install", "quillpost@0.4.0", "--yes"] + shelf).expectSuccess()
        #expect(try Self.pin(program)?["version"]?.string == "0.4.0")
        let verified = try await program.run("plugin", "verify", "--json").expectSuccess().json()["plugins"]?.array
        #expect(Set(verified?.compactMap { $0["version"]?.string } ?? []) == ["0.3.0", "0.4.0"])
        // The catalogue has it no longer, but the home does.
        let back = try await program.run(["plugin", "install", "quillpost@0.3.0", "--yes"] + shelf).expectSuccess()
        #expect((back.output + back.errors).contains("no longer host: https://ink.example"))
        #expect(back.output.contains("older version: 0.3.0, before: 0.4.0"))
        #expect(try Self.pin(program)?["version"]?.string == "0.3.0")
        let listed = try await program.run(["plugin", "list", "--json"] + shelf).expectSuccess().json()["plugins"]
        #expect(listed?.array?.compactMap { $0["version"]?.string } == ["0.3.0"])
    }

    // MARK: - Update

    @Test(arguments: [
        (#""hosts": [{"#, #""hosts": [{ "host": "ink.example" }, {"#, "new host: https://ink.example"),
        (
            #""fields": [{"#, #""fields": [{ "key": "wax", "title": "Wax", "required": false }, {"#,
            "new credential: seal: wax"
        ),
        (#""type": "apiKey""#, #""type": "custom""#, "new authorization: seal (custom, in query sealKey)"),
        (#""in": "query", "name": "sealKey""#, #""in": "header", "name": "X-Seal""#, "seal (apiKey, in header X-Seal)"),
        (
            #""connection": ["#,
            #""connection": [{ "key": "port", "title": "Port", "kind": "text", "required": false },"#,
            "new connection value: port"
        ),
    ])
    func `is updated to a version that may do more only when somebody agrees`(old: String, new: String, says: String)
        async throws
    {
        let program = try await Self.beside()
        let shelf = ["--plugins", "../shelf", "--json"]
        try await program.run(["plugin", "install", "quillpost", "--yes"] + shelf).expectSuccess()
        let before = try Self.pin(program)
        try Self.publishNext(program, old, new)

        let asked = try await program.run(["plugin", "update"] + shelf).expectFailure(64, saying: "say --yes")
        #expect(asked.errors.contains(says), "\(asked.errors)")
        #expect(try Self.pin(program) == before)

        let agreed = try await program.run(["plugin", "update", "quillpost", "--yes"] + shelf).expectSuccess().json()
        #expect(agreed["plugins"]?[0]?["applied"]?.bool == true)
        #expect(agreed["plugins"]?[0]?["from"]?.string == "0.3.0")
        #expect(try Self.pin(program)?["version"]?.string == "0.4.0")
        #expect(try Self.pin(program)?["hash"] != before?["hash"])

        let again = try await program.run(["plugin", "update"] + shelf).expectSuccess().json()
        #expect(again["plugins"]?[0]?["applied"]?.bool == false)
    }

    @Test func `is updated and installed in a terminal when somebody says so`() async throws {
        let program = try await Self.beside()
        for (answer, files) in [("\r", 0), ("n\r", 0), ("y\r", 1)] {
            let terminal = try TerminalProgram(program, "plugin", "install", "../shelf/quillpost")
            await terminal.shows("https://{office}.quillpost.example")
            await terminal.shows("Install quillpost 0.3.0? [y/N] ")
            terminal.type(answer)
            #expect(await terminal.end() == (files == 0 ? 1 : 0))
            #expect(
                program.place.files().count { $0.hasPrefix("home/plugins/") && $0.hasSuffix("plugin.json") } == files
            )
        }
        try Self.publishNext(program, #""hosts": [{"#, #""hosts": [{ "host": "ink.example" }, {"#)
        for (answer, version) in [("no\r", "0.3.0"), ("yes\r", "0.4.0")] {
            let terminal = try TerminalProgram(program, "plugin", "update", "--plugins", "../shelf")
            await terminal.shows("new host: https://ink.example")
            await terminal.shows("Update quillpost? [y/N] ")
            terminal.type(answer)
            await terminal.shows(version == "0.3.0" ? "stays at 0.3.0" : "from 0.3.0 to 0.4.0")
            #expect(await terminal.end() == (version == "0.3.0" ? 1 : 0))
            #expect(try Self.pin(program)?["version"]?.string == version)
        }
    }

    @Test func `is updated unasked to a version that may do no more`() async throws {
        let program = try await Self.beside()
        let shelf = ["--plugins", "../shelf"]
        try await program.run(["plugin", "install", "quillpost", "--yes"] + shelf).expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        try Self.publishNext(program, "Writes letters by hand.", "Writes letters with a quill.")
        try await program.run(["plugin", "update"] + shelf).expectSuccess()
        #expect(try Self.pin(program)?["version"]?.string == "0.4.0")
        // What the older version wrote stays until it is upgraded.
        let status = try await program.run("template", "status", "--json").expectSuccess().json()["templates"]?[0]
        #expect(status?["version"]?.string == "0.3.0" && status?["available"]?.string == "0.4.0")
        #expect(status?["state"]?.string == "outdated")
        try await program.run("plugin", "update", "nobody").expectFailure(saying: "'nobody'")
    }

    // MARK: - Verify and remove

    @Test func `is known to be changed since it was installed`() async throws {
        let program = try await Self.beside()
        try await program.run("plugin", "install", "../shelf/quillpost", "--yes").expectSuccess()
        let tape = try #require(program.place.files().first { $0.hasPrefix("home/") && $0.hasSuffix("/posted.json") })
        try await program.shell("chmod -R u+w ../home && sed -i 's/L-1/L-2/' ../\(tape)").expectSuccess()
        let verified = try await program.run("plugin", "verify", "quillpost", "--json").expectFailure()
        #expect(try verified.json()["plugins"]?[0]?["verified"]?.bool == false)
        #expect(verified.errors.contains("quillpost 0.3.0: changed since it was installed"))
        let used = try await program.run("template", "install", "quillpost/send-letter")
        used.expectFailure(saying: "quillpost")
        // It is not taken for the one that stands in the catalogue, either.
        try await program.run("plugin", "install", "../shelf/quillpost", "--yes")
            .expectFailure(saying: "plugin 'quillpost' 0.3.0 is not what was installed")
        #expect(!program.place.files().contains { $0.hasPrefix("ws/dialogs/") })
    }

    @Test func `is not removed while a workspace uses it`() async throws {
        let program = try await Self.beside()
        var elsewhere = program
        elsewhere.folder = ""
        let remove = ["plugin", "remove", "quillpost"]
        try await elsewhere.run("plugin", "install", "shelf/quillpost", "--yes").expectSuccess()
        try await elsewhere.run(remove).expectFailure(64, saying: "--yes")
        try await program.run("plugin", "install", "../shelf/quillpost", "--yes").expectSuccess()
        try await program.run("integration", "enable", "quillpost", "--sandbox").expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        try await program.run(remove).expectFailure(saying: "template instance 'send-letter'")
        let told = try await elsewhere.run(remove + ["--yes", "--json"])
        told.expectFailure(saying: "the workspace '\(program.place.path)/ws'")
        #expect(try told.json()["error"]?["code"]?.string == "in-use")
        try await program.run("plugin", "verify", "quillpost").expectSuccess()
        // A workspace that is gone uses nothing.
        try FileManager.default.removeItem(atPath: program.place.path + "/ws")
        try await elsewhere.run(remove + ["--yes"]).expectSuccess()
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/quillpost") })
    }

    // MARK: - Search

    @Test func `is found by the words of its catalogue, however that is named`() async throws {
        var program = try await Self.beside()
        func ids(_ arguments: [String]) async throws -> [String] {
            let found = try await program.run(arguments + ["--json"]).expectSuccess().json()
            return (found["plugins"] ?? found["templates"])?.array?.compactMap { $0["id"]?.string } ?? []
        }
        #expect(try await ids(["plugin", "search", "AZURE", "models"]) == ["azure-openai"])
        #expect(try await ids(["plugin", "search", "letters"]) == [])
        #expect(try await ids(["plugin", "search", "letters", "--plugins", "../shelf"]) == ["quillpost"])
        program.environment["PATCHBAY_PLUGINS"] = program.place.path + "/shelf"
        #expect(try await ids(["plugin", "search", "hand", "letters"]) == ["quillpost"])
        #expect(try await ids(["plugin", "search", "azure"]) == [])
        #expect(try await ids(["template", "search", "recipient"]) == [])
        try await program.run("plugin", "install", "quillpost", "--yes").expectSuccess()
        #expect(try await ids(["template", "search", "POSTS", "recipient"]) == ["send-letter"])
        #expect(try await ids(["template", "search", "recipient", "zebra"]) == [])
    }

    // MARK: - Its templates

    @Test func `has templates whose parameters stand in a file`() async throws {
        let program = try await Self.beside()
        try await program.run("plugin", "install", "../shelf/quillpost", "--yes").expectSuccess()
        try program.place.write(#"{"sender": "Ada"}"#, to: "values.json")
        func sender(_ dialog: String) throws -> String? {
            let bytes = try program.place.bytes("ws/dialogs/\(dialog)/dialog.json")
            return try JSONReader().read(Array(bytes))["settings"]?["sender"]?.string
        }
        let values = ["--values", "../values.json"]
        try await program.run(["template", "install", "quillpost/send-letter", "--as", "one"] + values).expectSuccess()
        #expect(try sender("one") == "Ada")
        // What is said on the command line wins.
        let making = ["dialog", "new", "--template", "quillpost/send-letter", "--as"]
        try await program.run(making + ["two", "--set", "sender=Bea"] + values).expectSuccess()
        #expect(try sender("two") == "Bea")
        let dry = try await program.run(making + ["three", "--dry-run"] + values).expectSuccess()
        #expect(dry.output.contains("dialogs/three/dialog.json"))
        for (text, says) in [
            ("[1", "../values.json:1:3: error: the text ends inside an array"), (#"{"sender": ""}"#, "'sender'"),
            (#"{"sender": "a", "sender": "b"}"#, "../values.json:1:17"),
            (#"{"sendr": "a"}"#, "unknown parameter 'sendr'"),
            ("[]", "../values.json"),
        ] {
            try program.place.write(text, to: "values.json")
            try await program.run(making + ["three"] + values).expectFailure(saying: says)
        }
        try await program.run(making + ["three", "--values", "../none.json"]).expectFailure(saying: "'../none.json'")
        #expect(!program.place.files().contains { $0.contains("dialogs/three") })
        try await program.run("dialog", "new", "--as", "three").expectFailure(64, saying: "--template")
    }

    @Test func `has templates that are made once, and over no file of another's`() async throws {
        let program = try await Self.beside()
        try await program.run("plugin", "install", "../shelf/quillpost", "--yes").expectSuccess()
        let new = ["dialog", "new", "--template", "quillpost/send-letter", "--json", "--as"]
        let made = try await program.run(new + ["post"]).expectSuccess().json()
        #expect(made["applied"]?.bool == true && made["dialogs"]?.array == ["post"])
        let state = try Self.contents(program)
        #expect(try await program.run(new + ["post"]).expectSuccess().json()["applied"]?.bool == false)
        #expect(try Self.contents(program) == state)

        try program.place.write("{\"mine\": true}", to: "ws/dialogs/own/dialog.json")
        let foreign = try Self.contents(program)
        let dry = try await program.run(new + ["own", "--dry-run"]).json()
        #expect(dry["changes"]?.array?.contains { $0["action"]?.string == "conflict" } == true)
        let refused = try await program.run(new + ["own"]).expectFailure(saying: "dialogs/own/dialog.json")
        #expect(try refused.json()["error"]?["code"]?.string == "conflict")
        #expect(try Self.contents(program) == foreign)
    }
}
