/// Why a pattern is refused.
package struct PatternError: Error, Equatable, Sendable {
    /// What is wrong, naming the construct.
    package let message: String
    /// Where in the pattern, in Unicode scalars from its start.
    package let offset: Int
    /// How to mend it; nil where the message says it.
    package let remedy: String?

    init(_ message: String, at offset: Int, remedy: String? = nil) {
        self.message = message
        self.offset = offset
        self.remedy = remedy
    }
}

extension PatternError: CustomStringConvertible {
    package var description: String {
        "\(message) (at character \(offset + 1) of the pattern)" + (remedy.map { "; " + $0 } ?? "")
    }
}
