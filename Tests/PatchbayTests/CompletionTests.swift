import Foundation
import Testing

@Suite("What a shell offers after Tab")
struct CompletionTests {
    /// What bash offers for a line whose last word is being typed.
    private static func offers(_ line: String, in program: Program) async throws -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
        let script = """
            eval "$(patchbay --generate-completion-script bash)"
            COMP_WORDS=(\(words.joined(separator: " "))) COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.count)
            COMP_TYPE=9
            _patchbay patchbay \(words[words.count - 1]) \(words[words.count - 2])
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        try program.place.write(script, to: "complete.sh")
        let outcome = try await program.shell("bash '\(program.place.path)/complete.sh'").expectSuccess()
        return outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(arguments: [
        ("patchbay plugin inf", "info"), ("patchbay plugin info ", "azure-openai"),
        ("patchbay plugin install op", "openai"),
        ("patchbay plugin verify ", "openai"), ("patchbay integration enable ", "openai"),
        ("patchbay template show openai/ext", "openai/extract-skills"), ("patchbay dialog show ", "extract-skills"),
        ("patchbay chat --dialog ex", "extract-skills"), ("patchbay integration check openai --profile ", "openai"),
        ("patchbay template resolve ", "extract-skills"), ("patchbay template upgrade ex", "extract-skills"),
    ])
    func `are ids that are at hand`(line: String, expected: String) async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills", "--yes").expectSuccess()
        let offers = try await Self.offers(line, in: program)
        #expect(offers.contains(expected), "\(offers)")
        if let typed = line.split(separator: " ", omittingEmptySubsequences: false).last {
            #expect(offers.allSatisfy { $0.hasPrefix(typed) }, "\(offers)")
        }
    }

    @Test func `are looked for where the line says`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills", "--yes").expectSuccess()
        var elsewhere = program
        elsewhere.folder = ""
        #expect(try await Self.offers("patchbay dialog show ", in: elsewhere).filter { !$0.isEmpty } == [])
        let offers = try await Self.offers("patchbay dialog show --workspace ws ", in: elsewhere)
        #expect(offers.contains("extract-skills"), "\(offers)")
    }

    @Test(arguments: ["zsh", "fish"])
    func `has a script for other shells`(shell: String) async throws {
        let program = Program(try TemporaryPlace())
        let script = try await program.run("--generate-completion-script", shell).expectSuccess().output
        #expect(script.contains("---completion plugin info -- positional@0"))
    }
}
