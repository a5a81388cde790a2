package import PatchbayModel

/// Looks for secrets in what people keep in files.
package enum SecretScan {
    /// What is found in one text.
    package struct Finding: Sendable, Equatable {
        /// What it looks like, in words.
        package let what: String
        /// Where it begins, in UTF-8 bytes.
        package let offset: Int
    }

    /// The first secret in a text, or nil; the key that the text stands under counts as a word before it.
    package static func finding(in text: String, named name: String = "") -> Finding? {
        var scanner = SecretScanner(Array(text.utf8), named: Array(name.utf8))
        return scanner.next()
    }

    /// The secrets in a value, with their places.
    package static func findings(in value: JSONValue, at pointer: JSONPointer = .root) -> [(
        pointer: JSONPointer, finding: Finding
    )] {
        switch value {
        case .string(let text):
            return finding(in: text, named: pointer.tokens.last ?? "").map { [(pointer, $0)] } ?? []
        case .array(let elements): return elements.enumerated().flatMap { findings(in: $1, at: pointer.appending($0)) }
        case .object(let object):
            return object.members.flatMap { findings(in: $0.value, at: pointer.appending($0.key)) }
        case .null, .bool, .number: return []
        }
    }

    /// The secrets in a script or another file, the first of each line.
    package static func diagnostics(in bytes: [UInt8], file: String) -> [Diagnostic] {
        var scanner = SecretScanner(bytes)
        var found: [Diagnostic] = []
        while let finding = scanner.next() {
            found.append(diagnostic(finding, file: file, location: JSONLocation(offset: finding.offset, in: bytes)))
            scanner.skipLine()
            // Whoever has mended these runs it again; counting lines anew for each of very many would take long.
            if found.count == 100 { break }
        }
        return found
    }

    static func diagnostic(
        _ finding: Finding,
        file: String? = nil,
        at pointer: JSONPointer? = nil,
        location: JSONLocation? = nil
    ) -> Diagnostic {
        Diagnostic(
            file: file,
            at: pointer,
            location: location,
            "this looks like \(finding.what); secrets don't belong in files",
            remedy: "remove it, take it out of service, and store a new one with 'patchbay integration enable'"
        )
    }
}
