import Foundation
import PatchbayModel
import Testing

@Suite("A killed command")
struct KillTests {
    /// The files that a template's installation changes, with what is in them.
    private func state(of program: Program) throws -> [String: Data] {
        let files = program.place.files().filter { file in
            file.hasPrefix("ws/") && !file.hasPrefix("ws/.patchbay/local/") && !file.contains(".streams-")
        }
        return try Dictionary(uniqueKeysWithValues: files.map { ($0, try program.place.bytes($0)) })
    }

    @Test func `leaves the old state or the new one, and the next command goes on`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let old = try state(of: program)
        var new: [String: Data]?
        var killed = 0
        for step in 0..<24 {
            let outcome = try await program.run(
                ["template", "install", "openai/extract-skills"],
                killedAfter: .microseconds(500 + step * 4000)
            )
            if outcome.wasKilled { killed += 1 }
            // A reading command finishes or cleans up.
            let status = try await program.run("template", "status", "--json").expectSuccess().json()
            let isInstalled = status["templates"]?.array?.isEmpty == false
            let now = try state(of: program)
            if isInstalled {
                #expect(status["templates"]?[0]?["state"]?.string == "current")
                if let new { #expect(now.keys.sorted() == new.keys.sorted()) } else { new = now }
                #expect(now == new)
                try await program.run("dialog", "lint").expectSuccess()
                try clean(program, to: old)
            } else {
                #expect(!outcome.wasKilled || now == old, "\(Set(now.keys).symmetricDifference(old.keys))")
            }
        }
        #expect(killed > 3)
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        if let new { #expect(try state(of: program) == new) }
        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["state"]?.string == "current")
    }

    /// Puts the workspace's files back.
    private func clean(_ program: Program, to old: [String: Data]) throws {
        for file in try state(of: program).keys where old[file] == nil {
            try FileManager.default.removeItem(atPath: program.place.path + "/" + file)
        }
        for (file, data) in old { try data.write(to: URL(fileURLWithPath: program.place.path + "/" + file)) }
    }

    @Test func `leaves a plugin whole or not there`() async throws {
        let program = Program(try TemporaryPlace())
        for step in 0..<12 {
            try await program.run(
                ["plugin", "install", "openai", "--yes"],
                killedAfter: .microseconds(500 + step * 6000)
            )
            let list = try await program.run("plugin", "list", "--json").expectSuccess().json()
            let isInstalled = list["plugins"]?.array?.first { $0["id"]?.string == "openai" }?["installed"]?.bool == true
            guard isInstalled else { continue }
            let verified = try await program.run("plugin", "verify", "openai", "--json").expectSuccess().json()
            #expect(verified["plugins"]?[0]?["verified"]?.bool == true)
            try await program.run("plugin", "remove", "openai", "--yes").expectSuccess()
        }
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
    }
}
