/// A kind of text: how it is spelled, and what to say when it is not.
///
/// `pattern` and `matches` mean the same; a test holds them together.
package final class TextKind: Sendable {
    /// What it is, for messages: `an id`.
    package let noun: String
    /// How it is spelled, for messages; empty when any text will do.
    package let hint: String
    /// The pattern of the published schema; nil when any text will do.
    package let pattern: String?
    /// The fewest characters.
    package let minimumLength: Int
    /// Whether a template's parameter may stand for it: not for what names things.
    package let takesParameter: Bool
    package let matches: @Sendable (String) -> Bool

    init(
        _ noun: String,
        _ hint: String,
        _ pattern: String?,
        minimumLength: Int = 0,
        takesParameter: Bool = true,
        matches: @escaping @Sendable (String) -> Bool
    ) {
        self.noun = noun
        self.hint = hint
        self.pattern = pattern
        self.minimumLength = minimumLength
        self.takesParameter = takesParameter
        self.matches = matches
    }
}

extension TextKind {
    /// Any text.
    static let any = TextKind("a text", "", nil) { _ in true }

    /// Any text but the empty one.
    static let nonEmpty = TextKind("a text", "write at least one character", nil, minimumLength: 1) { !$0.isEmpty }

    /// Plugins, operations, templates, dialogs, profiles.
    package static let id = TextKind(
        "an id",
        "use a lower-case letter, then up to 63 lower-case letters, digits or hyphens",
        "^\(idPattern)$",
        takesParameter: false
    ) { text in
        var count = 0
        for byte in text.utf8 {
            guard ByteClass.isLower(byte) || count > 0 && (ByteClass.isDigit(byte) || byte == 0x2D) else {
                return false
            }
            count += 1
        }
        return count > 0 && count <= 64
    }

    /// Nodes, variables, settings, parameters, inputs, fields.
    static let name = TextKind(
        "a name",
        "use a letter, then up to 63 letters, digits or underscores",
        "^\(namePattern)$",
        takesParameter: false
    ) { text in
        var count = 0
        for byte in text.utf8 {
            guard ByteClass.isLetter(byte) || count > 0 && (ByteClass.isDigit(byte) || byte == 0x5F) else {
                return false
            }
            count += 1
        }
        return count > 0 && count <= 64
    }

    /// A node of the same dialog, named by another part of it; where to go may also be `end` or `continue`.
    package static let node = TextKind(
        name.noun,
        name.hint,
        name.pattern,
        takesParameter: false,
        matches: name.matches
    )

    /// Elements of lists that nothing names in expressions: rules, alternatives, transitions, values.
    static let elementID = TextKind(
        "an id",
        "use a letter or digit, then up to 63 letters, digits, underscores or hyphens",
        "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
        takesParameter: false
    ) { text in
        var count = 0
        for byte in text.utf8 {
            guard ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || count > 0 && (byte == 0x5F || byte == 0x2D)
            else { return false }
            count += 1
        }
        return count > 0 && count <= 64
    }

    /// `plugin/operation`.
    static let operation = TextKind(
        "an operation",
        "write plugin/operation, such as openai/create-chat-completion",
        "^\(idPattern)/\(idPattern)$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return scanner.takeID() && scanner.take("/") && scanner.takeID() && scanner.isAtEnd
    }

    /// `dialog/node`.
    package static let nodePlace = TextKind(
        "a node's place",
        "write dialog/node, such as extract-skills/resume",
        "^\(idPattern)/\(namePattern)$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return scanner.takeID() && scanner.take("/") && scanner.takeName() && scanner.isAtEnd
    }

    /// A place in the context, such as `total` or `entities.subject`.
    package static let contextPath = TextKind(
        "a context path",
        "write names joined by dots, such as total or entities.subject",
        "^\(namePattern)(\\.\(namePattern)|\\[[0-9]{1,9}\\]|\\['[^']+'\\])*$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.takeName() else { return false }
        while !scanner.isAtEnd {
            if scanner.take(".") {
                guard scanner.takeName() else { return false }
            } else if scanner.take(word: "['") {
                guard scanner.take(1...Int.max, of: { $0 != 0x27 }), scanner.take(word: "']") else { return false }
            } else {
                guard scanner.take("["), scanner.take(1...9, of: { ByteClass.isDigit($0) }), scanner.take("]") else {
                    return false
                }
            }
        }
        return true
    }

    /// A file within the folder at hand.
    static let file = TextKind(
        "a file's path",
        "write a path within the folder with '/', without '..', spaces or a leading '/'",
        "^\(segment)(/\(segment))*$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        repeat {
            _ = scanner.take(".")
            guard let first = scanner.next, first != 0x2E, scanner.take(1...255, of: isFileByte) else { return false }
        } while scanner.take("/")
        return scanner.isAtEnd
    }

    static let idPattern = "[a-z][a-z0-9-]{0,63}"
    static let namePattern = "[A-Za-z][A-Za-z0-9_]{0,63}"
    private static let segment = "\\.?[A-Za-z0-9_@+-][A-Za-z0-9_@+.-]{0,254}"

    private static func isFileByte(_ byte: UInt8) -> Bool {
        ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || [0x5F, 0x40, 0x2B, 0x2E, 0x2D].contains(byte)
    }
}
