import PatchbayFiles
import PatchbayModel
import PatchbaySandbox

/// Reads a file of scripted replies for the sandbox.
enum SandboxScriptFile {
    /// - Throws: `DiagnosticError` with what is wrong with it.
    static func read(_ path: String) throws -> SandboxScript {
        let (value, bytes) = try NamedFile(path).json()
        do throws(DiagnosticError) {
            return try SandboxScript(value)
        } catch {
            throw DiagnosticError(error.diagnostics.map { $0.located(in: bytes, file: path) })
        }
    }
}

extension NamedFile {
    /// The file as JSON, and its bytes to find places in.
    ///
    /// - Throws: `DiagnosticError` for a file that is no JSON.
    func json() throws -> (value: JSONValue, bytes: [UInt8]) {
        let bytes = try read(maxBytes: 1 << 20)
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader().read(bytes)
        } catch {
            throw DiagnosticError(
                error.problems.map { problem in
                    Diagnostic(file: place, location: JSONLocation(offset: problem.offset, in: bytes), problem.message)
                }
            )
        }
        return (value, bytes)
    }
}
