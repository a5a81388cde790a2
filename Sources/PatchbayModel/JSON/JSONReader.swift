/// Reads JSON text (RFC 8259) into a value, strictly.
///
/// Refused beside what the standard refuses: a key twice in one object (compared as Swift compares strings, so two
/// Unicode forms of one name are one key), a byte order mark, text that is not UTF-8, a lone surrogate in an escape,
/// NUL in a string, and more depth or bytes than allowed. Nothing is repaired.
package struct JSONReader: Sendable {
    /// How deep arrays and objects may nest.
    package let maxDepth: Int
    /// How long the text may be, in bytes.
    package let maxBytes: Int

    /// A reader for files that people write: 64 levels and 1 MiB, unless told otherwise.
    package init(maxDepth: Int = 64, maxBytes: Int = 1 << 20) {
        self.maxDepth = maxDepth
        self.maxBytes = maxBytes
    }

    /// Reads one value; white space may stand around it.
    ///
    /// - Throws: ``JSONSyntaxError`` with the first thing that is no JSON, or with the repeated keys, at most 100.
    package func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        guard bytes.count <= maxBytes else {
            throw JSONSyntaxError(problems: [
                .init(offset: 0, message: "the text has \(bytes.count) bytes; at most \(maxBytes) are read")
            ])
        }
        let result: Result<JSONValue, JSONSyntaxError> = unsafe bytes.withUnsafeBufferPointer { buffer in
            var parser = unsafe JSONParser(bytes: buffer, maxDepth: maxDepth)
            do throws(JSONSyntaxError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one value from a string.
    package func read(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try read(Array(text.utf8))
    }
}

/// Why a text is not the JSON that ``JSONReader`` takes.
package struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Problem: Sendable, Equatable {
        /// Where, in bytes from the start.
        package let offset: Int
        /// What is wrong and what is expected.
        package let message: String
    }

    /// At least one problem, in the text's order.
    package let problems: [Problem]

    package var description: String {
        problems.map { "\($0.message) (at byte \($0.offset))" }.joined(separator: "; ")
    }
}
