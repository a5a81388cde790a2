import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbaySandbox

/// Reads a file of scripted replies for the sandbox.
enum SandboxScriptFile {
    /// - Throws: `DiagnosticError` with what is wrong with it.
    static func read(_ path: String) throws -> SandboxScript {
        let folder = (path as NSString).deletingLastPathComponent
        let root = try Root(opening: folder.isEmpty ? "." : folder)
        let bytes = try root.read(RelativePath((path as NSString).lastPathComponent), maxBytes: 1 << 20)
        do {
            return try SandboxScript(try JSONReader().read(bytes))
        } catch let error as DiagnosticError {
            throw DiagnosticError(error.diagnostics.map { $0.located(in: bytes, file: path) })
        } catch let error as JSONSyntaxError {
            throw DiagnosticError(
                error.problems.map { problem in
                    Diagnostic(file: path, location: JSONLocation(offset: problem.offset, in: bytes), problem.message)
                }
            )
        }
    }
}
