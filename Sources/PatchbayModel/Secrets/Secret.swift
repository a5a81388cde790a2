/// A secret value: it does not print, encode, reflect or compare; it is opened only inside a closure.
package struct Secret: Sendable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { value.isEmpty }

    /// Hands the value to a closure.
    ///
    /// What the closure returns must not hold it, unless it goes straight onto the wire or into the vault.
    package func open<Result>(_ use: (String) throws -> Result) rethrows -> Result { try use(value) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
