import PatchbayLanguage
package import PatchbayModel

/// Every path that a dialog reads, in its expressions, in what it saves, and as far as their text shows it in its scripts.
///
/// Paths are lists of names, such as `context, findTicket, values, number` or `env, shopName`. Scripts may show more than they
/// read: what stands in a comment counts, too.
package struct DialogReads: Sendable {
    /// The paths in the dialog's file, each once.
    package private(set) var inFile: Set<[String]> = []
    /// The paths in its scripts.
    package private(set) var inScripts: Set<[String]> = []

    /// All of them.
    package var all: Set<[String]> { inFile.union(inScripts) }

    /// Reads a dialog's file and scripts.
    package init(of file: JSONValue, scripts: [String: String]) {
        for node in file["nodes"]?.array ?? [] {
            visit(node)
            for member in node["save"]?.object?.members ?? [] {
                guard let id = node["id"]?.string, let path = member.value.string else { continue }
                inFile.insert(["context", id] + path.split(separator: ".").map(String.init))
            }
        }
        for script in scripts.values { inScripts.formUnion(ScriptReads.paths(in: script)) }
    }

    private mutating func visit(_ value: JSONValue) {
        switch value {
        case .string(let text):
            // What is no template is lint's finding.
            guard TextTemplate.hasExpressions(text), let template = try? TextTemplate(text) else { return }
            for expression in template.expressions { note(expression) }
        case .array(let elements): for element in elements { visit(element) }
        case .object(let object):
            // Where an expression stands without braces: in a condition and in 'valuesFrom'.
            if object["operator"] != nil || object["title"] != nil, let bare = object["value"]?.string,
                let expression = try? Expression(bare)
            {
                note(expression)
            }
            for member in object.members where !member.key.hasPrefix("x-") {
                if member.key == "valuesFrom", let bare = member.value["value"]?.string,
                    let expression = try? Expression(bare)
                {
                    note(expression)
                }
                visit(member.value)
            }
        case .null, .bool, .number: break
        }
    }

    private mutating func note(_ expression: Expression) {
        for path in expression.paths { inFile.insert(path.map(\.token)) }
    }
}

/// Finds the paths behind `context`, `env` and `content` in a script's text.
private enum ScriptReads {
    private static let roots: Set<String> = ["context", "env", "content"]

    static func paths(in source: String) -> Set<[String]> {
        let text = Array(source.utf8)
        var found: Set<[String]> = []
        var place = 0
        while place < text.count {
            guard isName(text[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < text.count, isName(text[place]) { place += 1 }
            let word = String(decoding: text[start..<place], as: UTF8.self)
            guard roots.contains(word), start == 0 || text[start - 1] != UInt8(ascii: ".") else { continue }
            let path = [word] + members(in: text, from: &place)
            let parts = taken(in: text, before: start)
            if parts.isEmpty { found.insert(path) }
            for part in parts { found.insert(path + [part]) }
        }
        return found
    }

    /// The names behind a word: `.a`, `?.a`, `["a"]`, `[0]`.
    private static func members(in text: [UInt8], from place: inout Int) -> [String] {
        var names: [String] = []
        while place < text.count {
            var next = place
            if text[next] == UInt8(ascii: "?"), next + 1 < text.count, text[next + 1] == UInt8(ascii: ".") { next += 1 }
            if text[next] == UInt8(ascii: ".") {
                next += 1
                let start = next
                while next < text.count, isName(text[next]) { next += 1 }
                guard next > start else { break }
                names.append(String(decoding: text[start..<next], as: UTF8.self))
            } else if text[next] == UInt8(ascii: "["), let end = text[next...].firstIndex(of: UInt8(ascii: "]")) {
                let inside = text[(next + 1)..<end].filter { !#""'` "#.utf8.contains($0) }
                guard !inside.isEmpty, inside.allSatisfy(isName) else { break }
                // A name without quotes is a variable: nobody knows what it reads.
                let isQuoted = inside.count < end - next - 1
                guard isQuoted || inside.allSatisfy({ (0x30...0x39).contains($0) }) else { break }
                names.append(String(decoding: inside, as: UTF8.self))
                next = end + 1
            } else {
                break
            }
            place = next
        }
        return names
    }

    /// The names of `{ a, b: c, d = 1 } =` before a place.
    private static func taken(in text: [UInt8], before place: Int) -> [String] {
        var end = place - 1
        func skipSpace() { while end >= 0, text[end] <= 0x20 { end -= 1 } }
        skipSpace()
        guard end >= 0, text[end] == UInt8(ascii: "=") else { return [] }
        end -= 1
        skipSpace()
        guard end >= 0, text[end] == UInt8(ascii: "}") else { return [] }
        guard let start = text[..<end].lastIndex(of: UInt8(ascii: "{")) else { return [] }
        return text[(start + 1)..<end].split(separator: UInt8(ascii: ",")).compactMap { part in
            let name = part.drop { $0 <= 0x20 }.prefix(while: isName)
            return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x24, 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }
}
