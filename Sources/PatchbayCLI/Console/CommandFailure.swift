import ArgumentParser
import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayWorkspace

/// Anything that went wrong, as the command line tells it.
struct CommandFailure: Error {
    /// A word for programs: `usage`, the kind of a failed call, or one of ``ErrorCode``.
    let code: String
    let message: String
    let diagnostics: [Diagnostic]
    let exitCode: Int32
    /// Whether this is no failure at all: help and version.
    let isAnswer: Bool

    var isUsage: Bool { code == "usage" }

    private static let mark = "error: "

    /// A failure in the command's own words; exit code 1.
    init(_ message: String, code: String = "failed", diagnostics: [Diagnostic] = []) {
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
        exitCode = 1
        isAnswer = false
    }

    /// A wrong use of the command; exit code 64 (sysexits.h, EX_USAGE).
    init(usage message: String) {
        code = "usage"
        self.message = Self.mark + message
        diagnostics = []
        exitCode = 64
        isAnswer = false
    }

    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as DiagnosticError:
            let errors = error.diagnostics.count { $0.severity == .error }
            self.init("\(errors) error\(errors == 1 ? "" : "s") found", code: "invalid", diagnostics: error.diagnostics)
        case WorkspaceError.secretInFile(let diagnostics): self.init(DiagnosticError(diagnostics))
        case let failure as Failure: self.init(failure.message, code: failure.kind.rawValue)
        case let error as HubError where error.code == "usage": self.init(usage: error.description)
        case let error as HubError: self.init(error.description, code: error.code)
        default:
            let exit = PatchbayCommand.exitCode(for: error)
            if let given = error as? ExitCode {
                self.init(code: "failed", message: "", exitCode: given.rawValue, isAnswer: false)
            } else if exit == .success || exit == .validationFailure {
                let words = PatchbayCommand.fullMessage(for: error)
                let isMarked = words.lowercased().hasPrefix(Self.mark)
                self.init(
                    code: exit == .success ? "" : "usage",
                    message: isMarked ? Self.mark + words.dropFirst(Self.mark.count) : words,
                    exitCode: exit.rawValue,
                    isAnswer: exit == .success
                )
            } else {
                self.init(String(describing: error), code: ErrorCode.of(error))
            }
        }
    }

    private init(code: String, message: String, exitCode: Int32, isAnswer: Bool) {
        self.code = code
        self.message = message
        diagnostics = []
        self.exitCode = exitCode
        self.isAnswer = isAnswer
    }

    /// `{"error": {"code", "message", "diagnostics": […]}}`; a usage error's message without its first word, which is for people.
    var json: JSONValue {
        let isMarked = message.hasPrefix(Self.mark)
        return [
            "error": [
                "code": .string(code),
                "message": .string(isMarked ? String(message.dropFirst(Self.mark.count)) : message),
                "diagnostics": .array(diagnostics.map(\.json)),
            ]
        ]
    }
}
