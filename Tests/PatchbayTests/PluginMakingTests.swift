import Foundation
import PatchbayModel
import Testing

@Suite("A plugin that is made")
struct PluginMakingTests {
    private static let types = [
        "none", "basic", "apiKey", "bearer", "custom", "oauth2AuthorizationCode", "oauth2ClientCredentials",
        "oauth2Password",
    ]

    /// What stands in the place, but for a running command's streams.
    private static func files(_ program: Program) -> [String] {
        program.place.files().filter { !$0.hasPrefix(".streams") }
    }

    // MARK: - New

    @Test(arguments: types)
    func `works as it stands, however it is authorized`(type: String) async throws {
        let program = Program(try TemporaryPlace())
        let made = try await program.run("plugin", "new", "acme", "--authorization", type, "--json").expectSuccess()
        #expect(try made.json()["applied"]?.bool == true)
        #expect(try made.json()["files"]?.array?.map(\.string) == Self.files(program).map { String($0.dropFirst(5)) })
        let lint = try await program.run("plugin", "lint", "acme", "--json").expectSuccess().json()
        #expect(lint["diagnostics"] == [])
        #expect(lint["grade"]?.string == "silver")
        let test = try await program.run("plugin", "test", "acme", "--json").expectSuccess().json()
        #expect(test["passed"]?.int == 2 && test["failed"]?.int == 0)
    }

    @Test func `is installed, enabled and talked to`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme", "--name", "Acme", "--directory", "shelf").expectSuccess()
        var beside = program
        beside.folder = "shelf"
        try await beside.run("plugin", "install", "acme").expectFailure(saying: "for the folder here write './acme'")
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../shelf/acme", "--yes").expectSuccess()
        try await program.run("integration", "enable", "acme", "--sandbox").expectSuccess()
        try await program.run("template", "install", "acme/create-item", "--set", "noun=task").expectSuccess()
        try await program.run("dialog", "lint").expectSuccess()
        let chat = try await program.run(
            "chat",
            "--dialog",
            "create-item",
            "--json",
            input: "Water the plants\n"
        ).expectSuccess()
        #expect(try chat.said().last == "Done: the task i-3 is there.")
    }

    @Test func `has its service's address, with the parts that each user says`() async throws {
        let program = Program(try TemporaryPlace())
        let url = "https://{tenant}.acme.example:8443/api/{space}/"
        try await program.run("plugin", "new", "acme", "--base-url", url).expectSuccess()
        let manifest = try JSONReader().read(Array(try program.place.bytes("acme/plugin.json")))
        #expect(manifest["baseURL"]?["url"]?.string == "https://{tenant}.acme.example:8443/api/{space}")
        #expect(manifest["hosts"] == [["host": "{tenant}.acme.example", "port": 8443]])
        #expect(manifest["connection"]?.array?.map { $0["key"]?.string } == ["tenant", "space"])
        #expect(manifest["connection"]?.array?.map { $0["use"]?.string } == ["hostLabel", "pathSegment"])
        try await program.run("plugin", "test", "acme").expectSuccess()
    }

    @Test(arguments: [
        (["Acme"], "use a lower-case letter, then up to 63 lower-case letters, digits or hyphens, such as 'acme'"),
        (["7up"], "use a lower-case letter"), ([""], "use a lower-case letter"), (["../x"], "use a lower-case letter"),
        ([String(repeating: "a", count: 65)], "up to 63"), (["custom"], "no plugin is called 'custom'"),
        (["acme", "--name", " "], "the service's name is empty"),
        (["acme", "--base-url", "acme.example"], "it begins with neither https:// nor http://"),
        (["acme", "--base-url", "https://127.0.0.1:80"], "a plugin names public hosts only"),
        (["acme", "--base-url", "https://localhost/v1"], "a plugin names public hosts only"),
        (["acme", "--base-url", "https://me:key@acme.example"], "it holds a user name"),
        (["acme", "--base-url", "https://acme.example/v1?key=1"], "it has a query or fragment"),
        (["acme", "--base-url", "https://acme.example:0/"], "its port is no number"),
        (["acme", "--base-url", "https://ac me.example/"], "is not a host name"),
    ])
    func `is refused with what is allowed, and nothing is made`(arguments: [String], says: String) async throws {
        let program = Program(try TemporaryPlace())
        let refused = try await program.run(["plugin", "new", "--json"] + arguments).expectFailure(saying: says)
        #expect(try refused.json()["error"]?["code"]?.string == "invalid")
        #expect(Self.files(program) == [])
    }

    @Test func `takes no unknown authorization, and no folder that is there`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme", "--authorization", "apikey")
            .expectFailure(64, saying: "did you mean 'apiKey'?")
        try program.place.write("mine", to: "acme/notes.txt")
        let refused = try await program.run("plugin", "new", "acme", "--json").expectFailure(saying: "'acme' exists")
        #expect(try refused.json()["error"]?["code"]?.string == "exists")
        #expect(Self.files(program) == ["acme/notes.txt"])
    }

    @Test func `is asked about in a terminal`() async throws {
        let program = Program(try TemporaryPlace())
        let terminal = try TerminalProgram(program, "plugin", "new", "acme", "--name", "Acme")
        await terminal.shows("Base URL of its operations [https://api.acme.example/v1]: ")
        terminal.type("https://desk.example/api\r")
        await terminal.shows("oauth2Password, custom) [apiKey]: ")
        terminal.type("\r")
        await terminal.shows("Made the plugin 'acme' in acme")
        #expect(await terminal.end() == 0)
        let manifest = try JSONReader().read(Array(try program.place.bytes("acme/plugin.json")))
        #expect(manifest["baseURL"]?["url"]?.string == "https://desk.example/api")
        #expect(manifest["authorization"]?[0]?["type"]?.string == "apiKey")
    }

    // MARK: - Pack

    @Test func `is packed into the same bytes from anywhere, and installed from them`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let packed = try await program.run("plugin", "pack", "acme", "--json").expectSuccess().json()
        #expect(packed["file"]?.string == "acme-0.1.0.zip")
        #expect(packed["entries"]?.int == 9)
        // Another folder, other times, other modes, another order on disk, a history beside it.
        try await program.shell(
            "cp -r acme copy && find copy -exec touch -d 2001-01-01 {} + && chmod 600 copy/plugin.json"
                + " && mkdir copy/.git && echo x > copy/.git/HEAD && mv copy/tapes aside && mv aside copy/tapes"
        ).expectSuccess()
        var inside = program
        inside.folder = "copy"
        let again = try await inside.run("plugin", "pack", ".", "-o", "../again.zip", "--json").expectSuccess().json()
        #expect(try program.place.bytes("acme-0.1.0.zip") == program.place.bytes("again.zip"))
        #expect(again["hash"] == packed["hash"] && again["sha256"] == packed["sha256"])
        let installed = try await program.run("plugin", "install", "again.zip", "--yes", "--json").expectSuccess()
        #expect(try installed.json()["hash"] == packed["hash"])
        try await program.run("plugin", "test", "acme-0.1.0.zip").expectSuccess()
        try await program.run("plugin", "test", "acme@0.1.0").expectSuccess()
    }

    @Test func `is not packed with errors, with a secret, into itself or over another file`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        var inside = program
        inside.folder = "acme"
        try await inside.run("plugin", "pack", ".").expectFailure(saying: "say -o ../acme-0.1.0.zip")
        try program.place.write("mine", to: "notes.zip")
        try await program.run("plugin", "pack", "acme", "-o", "notes.zip").expectFailure(saying: "is no archive")
        #expect(try program.place.bytes("notes.zip") == Data("mine".utf8))

        let key = "sk-proj-" + String(repeating: "aB3dE5fG7h", count: 5)
        try program.place.write("My key is \(key).", to: "acme/NOTES.md")
        let secret = try await program.run("plugin", "pack", "acme").expectFailure(saying: "acme/NOTES.md:1:")
        #expect(!(secret.output + secret.errors).contains(key))
        try FileManager.default.removeItem(atPath: program.place.path + "/acme/NOTES.md")

        try program.place.write("{}", to: "acme/tapes/create-item/created.json")
        try await program.run("plugin", "pack", "acme").expectFailure(saying: "acme/tapes/create-item/created.json")
        #expect(!Self.files(program).contains { $0.hasSuffix("0.1.0.zip") })
    }

    // MARK: - Test

    @Test func `is tested with what failed and where, and nothing is left`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let sample = "acme/templates/create-item/tests/sample.json"
        let good = String(decoding: try program.place.bytes(sample), as: UTF8.self)
        try program.place.write(good.replacing("i-3", with: "i-4"), to: sample)
        let failed = try await program.run("plugin", "test", "./acme/", "--junit", "report.xml").expectFailure()
        #expect(failed.output.contains("failed ./\(sample)\nturn 2, message 1: expected"), "\(failed.output)")
        #expect(failed.output.contains("1 passed, 1 failed."))
        #expect(String(decoding: try program.place.bytes("report.xml"), as: UTF8.self).contains("failures=\"1\""))
        let told = try await program.run("plugin", "test", "acme", "--json").expectFailure().json()
        #expect(told["cases"]?[0]?["file"]?.string == sample && told["cases"]?[0]?["passed"]?.bool == false)

        let unknown = good.replacing("\"seed\"", with: #""parameters": { "nown": "x" }, "seed""#)
        try program.place.write(unknown, to: sample)
        let other = try await program.run("plugin", "test", "acme").expectFailure()
        #expect(other.output.contains("\(sample): error: it can't be run: unknown parameter 'nown'"), "\(other.output)")
        #expect(other.output.contains("1 passed, 0 failed, 1 error beside them."))

        try program.place.write(good.replacing("\"seed\"", with: "\"sead\""), to: sample)
        let wrong = try await program.run("plugin", "test", "acme", "--json").expectFailure().json()
        #expect(wrong["diagnostics"]?[0]?["file"]?.string == sample && wrong["cases"] == [])
        #expect(!Self.files(program).contains { $0.hasPrefix("home/") })
        try await program.run("plugin", "test", "nobody").expectFailure(saying: "no plugin 'nobody'")
    }

    @Test func `is tested with the plugins that its templates need`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let file = "acme/templates/create-item/template.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        func need(_ plugin: String) throws {
            let needs = #""requires": { "\#(plugin)": ">=1.0.0 <2.0.0" }, "parameters""#
            try program.place.write(text.replacing("\"parameters\"", with: needs), to: file)
        }
        try need("openai")
        try await program.run("plugin", "test", "acme").expectSuccess()
        try need("nobody")
        let failed = try await program.run("plugin", "test", "acme").expectFailure()
        #expect(failed.output.contains("acme/templates/create-item: error: it can't be installed"), "\(failed.output)")
        #expect(failed.output.contains("plugin 'nobody'"))
    }

    @Test func `is tested with all that comes along`() async throws {
        let program = Program(try TemporaryPlace())
        let test = try await program.run("plugin", "test", "openai", "--json").expectSuccess().json()
        #expect((test["passed"]?.int ?? 0) >= 20 && test["diagnostics"] == [])
    }
}
