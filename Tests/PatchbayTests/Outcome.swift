import Foundation
import PatchbayModel
import Testing

/// What a command came to.
struct Outcome: Sendable {
    let command: String
    let output: String
    let errors: String
    let status: Int32
    let wasKilled: Bool

    /// The one JSON value on standard output; a second one, or text beside it, is an error.
    func json() throws -> JSONValue {
        do {
            return try JSONReader(maxBytes: 64 << 20).read(Array(output.utf8))
        } catch {
            Issue.record("'\(command)' printed no single JSON value: \(output.prefix(500)) \(errors.prefix(500))")
            throw error
        }
    }

    /// The values of JSON lines.
    func jsonLines() throws -> [JSONValue] {
        try output.split(separator: "\n").map { try JSONReader(maxBytes: 64 << 20).read(Array($0.utf8)) }
    }

    /// What the assistant said, of a chat with `--json`.
    func said() throws -> [String] {
        try jsonLines().filter { $0["role"]?.string == "assistant" }.compactMap { $0["text"]?.string }
    }

    @discardableResult
    func expectSuccess(_ location: SourceLocation = #_sourceLocation) throws -> Outcome {
        try #require(status == 0 && !wasKilled, "'\(command)': \(output) \(errors)", sourceLocation: location)
        return self
    }

    /// Expects a failure with a message.
    @discardableResult
    func expectFailure(
        _ status: Int32 = 1,
        saying text: String = "",
        _ location: SourceLocation = #_sourceLocation
    ) -> Outcome {
        #expect(!wasKilled, "'\(command)' ended by a signal", sourceLocation: location)
        #expect(self.status == status, "'\(command)': \(output) \(errors)", sourceLocation: location)
        if !text.isEmpty {
            #expect(errors.contains(text), "'\(command)': \(errors)", sourceLocation: location)
        }
        return self
    }
}
