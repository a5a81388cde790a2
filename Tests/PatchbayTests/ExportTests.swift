import Foundation
import PatchbayModel
import Testing

@Suite("An export of a workspace")
struct ExportTests {
    private static func workspace() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        for name in ["grüße", "with space", "日本"] {
            try program.place.write(#"{"formatVersion": 1}"#, to: "ws/tests/\(name).json")
        }
        try program.place.write("mine", to: "ws/.patchbay/conflicts/a/b/c/d/e.txt")
        return program
    }

    @Test(arguments: [[], ["--compress"], ["--with-plugins"]])
    func `has the same bytes for a copy of the workspace`(flags: [String]) async throws {
        let original = try await Self.workspace()
        let files = original.place.files().filter { $0.hasPrefix("ws/") }
        var copy = original
        copy.folder = "another folder"
        copy.environment = ["LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"]
        for file in files.reversed() where !file.hasPrefix("ws/.patchbay/schema/") {
            let path = "\(copy.folder)/\(file.dropFirst(3))"
            try copy.place.write(String(decoding: original.place.bytes(file), as: UTF8.self), to: path)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600, .modificationDate: Date(timeIntervalSince1970: 1)],
                ofItemAtPath: copy.place.path + "/" + path
            )
        }
        try copy.place.write("x", to: "\(copy.folder)/.git/config")
        try copy.place.write("x", to: "\(copy.folder)/notes/a.txt")
        var hashes: [JSONValue?] = []
        for program in [original, copy] {
            let arguments = ["workspace", "export", "--json", "--output", "../out.zip"] + flags
            hashes.append(try await program.run(arguments).expectSuccess().json()["sha256"])
        }
        #expect(hashes[0] != nil && hashes[0] == hashes[1])
    }

    @Test func `needs the plugins that are pinned`() async throws {
        var program = try await Self.workspace()
        program.environment["PATCHBAY_HOME"] = program.place.path + "/other-home"
        let outcome = try await program.run("workspace", "export", "--output", "../out.zip")
        outcome.expectFailure(saying: "'patchbay plugin install openai' installs it")
        #expect(!program.place.files().contains("out.zip"))
    }

    @Test func `holds no plugin that was changed since it was pinned`() async throws {
        let program = try await Self.workspace()
        let icon = try #require(program.place.files().first { $0.hasSuffix("/icon.svg") })
        try program.place.write("<svg/>", to: icon)
        let outcome = try await program.run("workspace", "export", "--with-plugins", "--output", "../out.zip")
        outcome.expectFailure(saying: "plugin 'openai' is not what the lock pins")
        try await program.run("workspace", "export", "--output", "../out.zip").expectSuccess()
    }

    @Test func `replaces an earlier one and no other file`() async throws {
        let program = try await Self.workspace()
        for text in ["hello", "", "PK", "PK\u{3}\u{4}" + String(repeating: "\0", count: 26) + "photos/1.jpg"] {
            try program.place.write(text, to: "kept.zip")
            let outcome = try await program.run("workspace", "export", "--output", "../kept.zip")
            outcome.expectFailure(saying: "'../kept.zip' is no export and is not replaced")
            #expect(try program.place.bytes("kept.zip") == Data(text.utf8))
        }
        try await program.run("workspace", "export", "--output", "dialogs").expectFailure()
        var written: [Data] = []
        for _ in 0..<2 {
            try await program.run("workspace", "export", "--output", "dialogs/out.zip").expectSuccess()
            written.append(try program.place.bytes("ws/dialogs/out.zip"))
        }
        #expect(written[0] == written[1])
        try await program.run("workspace", "export", "--compress", "--output", "dialogs/out.zip").expectSuccess()
        #expect(try program.place.bytes("ws/dialogs/out.zip") != written[0])
        #expect(!program.place.files().contains { $0.contains(".patchbay-write-") })
    }

    @Test func `is refused where a file holds a stored credential in any form`() async throws {
        // Nothing but that it is stored says that this is one.
        let credential = "harmless/words that stand=here"
        let program = try await Self.workspace()
        let enabling = ["integration", "enable", "openai", "--stdin", "--no-check"]
        let fields = JSONWriter(.compact).text(["apiKey": .string(credential)])
        try await program.run(enabling, input: fields).expectSuccess()
        try await program.run("workspace", "export", "--output", "../out.zip").expectSuccess()
        for form in [
            credential, Data(credential.utf8).base64EncodedString(), "harmless%2Fwords%20that%20stand%3Dhere",
        ] {
            try program.place.write("// \(form)\n", to: "ws/dialogs/extract-skills/note.js")
            let outcome = try await program.run("workspace", "export", "--output", "../out.zip")
            outcome.expectFailure(saying: "dialogs/extract-skills/note.js: error: this holds the stored credential")
            #expect(outcome.errors.contains("'openai/openai/apiKey'") && !outcome.errors.contains(form))
        }
        // A copy has no credentials, and doesn't fail for that.
        try program.place.write("// nothing\n", to: "ws/dialogs/extract-skills/note.js")
        try FileManager.default.copyItem(atPath: program.place.path + "/ws", toPath: program.place.path + "/copy")
        var copy = program
        copy.folder = "copy"
        try await copy.run("workspace", "export", "--output", "../copy.zip").expectSuccess()
    }
}
