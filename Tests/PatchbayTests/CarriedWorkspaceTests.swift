import Foundation
import PatchbayModel
import Testing

@Suite("A workspace that is carried elsewhere")
struct CarriedWorkspaceTests {
    private static let key = "harbour-seal-4f9c1b7d2e"

    /// A workspace that was talked to with a stored credential.
    private static func used() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place)
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../quillpost", "--yes").expectSuccess()
        let fields = #"{"office": "harbour", "seal": "\#(key)"}"#
        let enabling = ["integration", "enable", "quillpost", "--stdin", "--no-check"]
        try await program.run(enabling, input: fields).expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        try await program.run("chat", "--dialog", "send-letter", input: "Zebra Ada\n").expectSuccess()
        return program
    }

    /// Works in another folder on a machine that has nothing but the plugin.
    private static func expectWork(in program: Program) async throws {
        let unready = try await program.run("dialog", "lint")
        unready.expectFailure()
        #expect((unready.output + unready.errors).contains("patchbay plugin install quillpost"))
        let plugin = program.place.path + "/quillpost"
        try await program.run("plugin", "install", plugin, "--yes").expectSuccess()
        let lint = try await program.run("dialog", "lint", "--json").expectSuccess().json()
        #expect(lint["diagnostics"]?.array == [])
        // What has to be given anew is said by name.
        let unbound = try await program.run("chat", "--dialog", "send-letter", input: "Ada\nHello\n")
        #expect((unbound.output + unbound.errors).contains("patchbay integration enable quillpost"))
        try await program.run("integration", "enable", "quillpost", "--sandbox").expectSuccess()
        let chat = try await program.run("chat", "--dialog", "send-letter", "--json", input: "Ada\nHello\n")
        #expect(try chat.expectSuccess().said().last == "Letter L-1 is on its way for 0.80.")
        try await program.run("test").expectSuccess()
    }

    private static func expectNothingPrivate(_ program: Program, below folder: String) throws {
        for file in program.place.files() where file.hasPrefix(folder) {
            let bytes = try program.place.bytes(file)
            for word in [key, "Zebra Ada"] {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(file) holds '\(word)'")
            }
        }
    }

    @Test func `is whole in git, and holds nothing private`() async throws {
        let program = try await Self.used()
        let git = "git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main"
        let made = try await program.shell(
            "\(git) init -q && \(git) add -A && \(git) commit -qm all && \(git) status --porcelain"
                + " && \(git) clone -q . ../clone"
        )
        #expect(try made.expectSuccess().output == "")
        try Self.expectNothingPrivate(program, below: "clone/")
        #expect(program.place.files().contains("clone/patchbay.lock"))
        var clone = program
        clone.folder = "clone"
        clone.environment["PATCHBAY_HOME"] = program.place.path + "/other-home"
        try await Self.expectWork(in: clone)
        let after = try await clone.shell("git status --porcelain").expectSuccess()
        #expect(after.output == "")
        for own in [program, clone] {
            try await own.run("workspace", "export", "--output", "../\(own.folder).zip").expectSuccess()
        }
        #expect(try program.place.bytes("ws.zip") == program.place.bytes("clone.zip"))
    }

    @Test func `is whole in an export, and holds nothing private`() async throws {
        let program = try await Self.used()
        try await program.run("workspace", "export", "--output", "../out.zip").expectSuccess()
        try await program.shell("python3 -m zipfile -e ../out.zip ../unpacked").expectSuccess()
        try Self.expectNothingPrivate(program, below: "unpacked/")
        var copy = program
        copy.folder = "unpacked/workspace"
        copy.environment["PATCHBAY_HOME"] = program.place.path + "/other-home"
        try await Self.expectWork(in: copy)
    }

    @Test func `is upgraded and resolved in a colleague's clone`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(ParcelPlugin.main, "Which number?", "Tell me the number!")
        plugin.replace("Which number?", "What is the number?")
        plugin.replace("It is in", "Your parcel is in")
        let newer = try plugin.write("1.1.0")
        let git = "git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main"
        try await program.shell("\(git) init -q && \(git) add -A && \(git) commit -qm one").expectSuccess()
        try await program.shell("\(git) clone -q . ../colleague").expectSuccess()

        var colleague = program
        colleague.folder = "colleague"
        colleague.environment["PATCHBAY_HOME"] = program.place.path + "/elsewhere"
        try await colleague.run("plugin", "install", newer, "--yes").expectSuccess()
        let upgrade = try await colleague.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(upgrade["applied"] == true && upgrade["conflicts"]?.array?.count == 1)
        try await colleague.shell("\(git) add -A && \(git) commit -qm two").expectSuccess()

        // What the one left open the other decides.
        try await program.shell("\(git) pull -q ../colleague main").expectSuccess()
        try await program.run("plugin", "install", newer, "--yes").expectSuccess()
        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["conflicts"] == 1)
        try await program.run("template", "resolve", "track", "--theirs").expectSuccess()
        let dialog = try program.text(ParcelPlugin.main)
        #expect(dialog.contains("What is the number?") && dialog.contains("Your parcel is in"))
        try await program.run("template", "upgrade", "track").expectSuccess()
        #expect(try program.text(ParcelPlugin.main) == dialog)
        let left = try await program.shell("\(git) status --porcelain").expectSuccess().output
        #expect(left == " D .patchbay/conflicts/track.json\n M \(ParcelPlugin.main)\n", "\(left)")
    }
}
