import Foundation
import Testing

@Suite("The sandbox behind a socket")
struct SandboxServerTests {
    @Test func `answers OpenAI's own Python package as the service would`() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let python = environment["PATCHBAY_PYTHON"] else {
            #expect(environment["CI"] == nil, "scripts/test makes .venv and sets PATCHBAY_PYTHON; here it is not set")
            print("skipped: PATCHBAY_PYTHON is not set; scripts/test sets it")
            return
        }
        let program = Program(try TemporaryPlace())
        let script = packageRoot.appendingPathComponent("Tests/PatchbayTests/Fixtures/drive_sandbox.py").path
        let outcome = try await program.shell("'\(python)' '\(script)' '\(Program.executable)'")
        #expect(outcome.output.hasSuffix("ok\n"), "\(outcome.output)")
    }
}
