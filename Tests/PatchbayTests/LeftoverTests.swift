import Foundation
import Testing

@Suite("What a killed command left behind")
struct LeftoverTests {
    @Test(arguments: [
        ["dialog", "list"], ["template", "list"], ["plugin", "list"], ["integration", "list"], ["workspace", "status"],
        ["workspace", "history"], ["workspace", "lint"], ["test"], ["template", "install", "openai/extract-skills"],
        ["workspace", "undo", "--dry-run"], ["workspace", "export", "--output", "../out.zip"],
    ])
    func `is cleared away by the next command, which says so once`(command: [String]) async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        for place in ["ws/.patchbay/local/journal", "home/journal"] {
            try program.place.write("half", to: "\(place)/0123456789abcdef/new-0")
            let outcome = try await program.run(command + ["--json"]).expectSuccess()
            // Not every command looks into the home.
            guard place.hasPrefix("ws/") || !program.place.files().contains(where: { $0.hasSuffix("/new-0") }) else {
                continue
            }
            let told = outcome.errors.components(separatedBy: "took back an interrupted change").count - 1
            #expect(told == 1, "\(command) in \(place): \(outcome.errors)")
            #expect(!program.place.files().contains { $0.hasSuffix("/new-0") }, "\(command)")
        }
    }
}
