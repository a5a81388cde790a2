/// A path beneath a ``Root``, known to be harmless; its bytes are kept exactly.
///
/// Parts are divided by `/`; none is empty, `.` or `..`, none has NUL, a control character or a character that turns
/// the reading direction; at most 240 bytes and 16 folders. Two paths are equal when their bytes are: the two Unicode
/// forms of one name are two files.
package struct RelativePath: Sendable {
    /// The path as text.
    package let text: String

    /// The longest path, in bytes.
    package static let maxBytes = 240
    /// The most folders around a file.
    package static let maxFolders = 16

    /// Checks a path that comes from outside.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package init(_ text: String) throws(FileError) {
        if let reason = Self.fault(in: text) { throw .badName(Self.shown(text), reason: reason) }
        self.text = text
    }

    /// Checks a path of bytes, as an archive or a folder gives them.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``, also for bytes that are not UTF-8.
    package init(bytes: [UInt8]) throws(FileError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .badName(Self.shown(String(decoding: bytes, as: UTF8.self)), reason: "the name is not UTF-8")
        }
        try self.init(text)
    }

    private init(known text: String) {
        self.text = text
    }

    /// The last part: the name of the file or folder.
    package var name: String { parts.last.map(String.init) ?? text }

    /// The folder around it; nil for something directly beneath the root.
    package var folder: RelativePath? {
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return RelativePath(known: String(text[..<slash]))
    }

    /// The parts between the slashes.
    package var parts: [Substring] {
        text.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// The folders around it, the outermost first.
    package var folders: [RelativePath] {
        var found: [RelativePath] = []
        var next = folder
        while let one = next {
            found.append(one)
            next = one.folder
        }
        return found.reversed()
    }

    /// A path further in.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package func appending(_ more: String) throws(FileError) -> RelativePath { try RelativePath(text + "/" + more) }

    /// A path further in.
    ///
    /// - Throws: ``FileError/badName(_:reason:)`` when the two are too long together.
    package func appending(_ more: RelativePath) throws(FileError) -> RelativePath { try appending(more.text) }

    /// Whether this is the folder or stands anywhere inside it.
    package func isInside(_ folder: RelativePath) -> Bool {
        self == folder || text.utf8.starts(with: (folder.text + "/").utf8)
    }

    /// The path without a folder around it; nil when it stands elsewhere.
    package func inside(_ folder: RelativePath) -> RelativePath? {
        guard self != folder, isInside(folder) else { return nil }
        return RelativePath(
            known: String(decoding: Array(text.utf8.dropFirst(folder.text.utf8.count + 1)), as: UTF8.self)
        )
    }

    /// What is wrong with a text as a path; nil when nothing is.
    package static func fault(in text: String) -> String? {
        let bytes = text.utf8
        if bytes.isEmpty { return "the name is empty" }
        if bytes.count > maxBytes { return "the path has \(bytes.count) bytes; at most \(maxBytes) are allowed" }
        if bytes.contains(where: { $0 < 0x20 || $0 >= 0x7F }), text.unicodeScalars.contains(where: isHidden) {
            return "the name has a control character"
        }
        if bytes.first == UInt8(ascii: "/") { return "the path is absolute; write it relative" }
        let slash = UInt8(ascii: "/")
        if bytes.count(where: { $0 == slash }) > maxFolders { return "the path has more than \(maxFolders) folders" }
        var (length, dots) = (0, 0)
        for byte in bytes {
            if byte == slash {
                if let fault = fault(inPartOf: length, dots: dots) { return fault }
                (length, dots) = (0, 0)
            } else {
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return fault(inPartOf: length, dots: dots)
    }

    private static func fault(inPartOf length: Int, dots: Int) -> String? {
        if length == 0 { return "the path has an empty part" }
        if length == dots, length <= 2 { return "the path has a part '\(String(repeating: ".", count: length))'" }
        return nil
    }

    /// A text for people: what a terminal would act on or hide is written as `\u{…}`.
    package static func shown(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Control characters, line and paragraph separators, and the marks that turn the direction of text (UAX #9).
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E...0x200F, 0xFEFF: true
        default: false
        }
    }
}

extension RelativePath: Hashable, Comparable, CustomStringConvertible {
    package var description: String { text }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    /// By bytes.
    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    // Equal bytes are equal strings, so they have one hash.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension RelativePath: ExpressibleByStringLiteral {
    /// A path that stands in the source; a wrong one is a mistake of ours and stops the program.
    package init(stringLiteral literal: StaticString) {
        let text = literal.description
        precondition(Self.fault(in: text) == nil)
        self.text = text
    }
}
