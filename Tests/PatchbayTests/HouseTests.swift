import Foundation
import Testing

/// The arrows of `docs/architecture.md`, read from the files themselves.
@Suite("The house")
struct HouseTests {
    /// What a core room may import of the toolchain.
    private static let toolchain: Set<String> = ["Foundation", "Synchronization", "Dispatch", "Glibc"]
    /// Plumbing that any edge room or door may import.
    private static let plumbing: Set<String> = [
        "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "NIOHTTPCompression", "NIOConcurrencyHelpers", "HTTPTypes",
        "Logging", "Metrics",
        "ServiceLifecycle",
    ]
    private static let core: [(room: String, imports: Set<String>)] = [
        ("PatchbayModel", []),
        ("PatchbayLanguage", ["PatchbayModel"]),
        ("PatchbayFiles", ["PatchbayModel", "CPlatform"]),
        ("PatchbayRegistry", ["PatchbayModel", "PatchbayLanguage", "PatchbayFiles"]),
        ("PatchbayWorkspace", ["PatchbayModel", "PatchbayLanguage", "PatchbayFiles"]),
        ("PatchbayConnector", ["PatchbayModel", "PatchbayLanguage"]),
        ("PatchbayDialog", ["PatchbayModel", "PatchbayLanguage"]),
        ("PatchbaySandbox", ["PatchbayModel", "PatchbayLanguage", "PatchbayConnector"]),
        ("PatchbayRecording", ["PatchbayModel", "PatchbayLanguage", "PatchbayConnector", "PatchbayDialog"]),
    ]
    private static let owners: [(library: String, room: String)] = [
        ("AsyncHTTPClient", "PatchbayHTTP"), ("Crypto", "PatchbayAccess"), ("GRDB", "PatchbaySQLite"),
        ("Hummingbird", "PatchbayServer"), ("ArgumentParser", "PatchbayCLI"),
        ("CZlib", "PatchbayArchive"),
    ]
    private static let edges: [(room: String, imports: Set<String>)] = [
        ("PatchbayAccess", ["PatchbayModel", "PatchbayLanguage", "PatchbayFiles", "PatchbayConnector"]),
        ("PatchbayScript", ["PatchbayModel", "PatchbayDialog", "CPlatform"]),
        ("PatchbayHTTP", ["PatchbayModel", "PatchbayConnector"]),
        ("PatchbayArchive", ["PatchbayFiles"]),
        ("PatchbaySQLite", ["PatchbayDialog"]),
        ("PatchbayTerminal", []),
    ]
    private static let doors: [(room: String, imports: Set<String>)] = [
        ("Patchbay", Set((core + edges).map(\.room)).subtracting(["PatchbayTerminal"])),
        ("PatchbayServer", ["Patchbay", "PatchbayModel", "PatchbayConnector"]),
        (
            "PatchbayCLI",
            Set(core.map(\.room)).subtracting(["PatchbayLanguage"]).union([
                "Patchbay", "PatchbayServer", "PatchbayTerminal", "PatchbayAccess", "PatchbayScript",
            ])
        ),
        ("PatchbayTesting", ["PatchbayModel", "PatchbayDialog", "PatchbayConnector"]),
    ]

    @Test func `every room has its place`() throws {
        #expect((Self.core + Self.edges + Self.doors).map(\.room).sorted() == (try Self.rooms()))
    }

    @Test(arguments: core)
    func `a core room imports the toolchain and the rooms below it`(room: String, imports: Set<String>) throws {
        let found = try Self.imports(of: room)
        #expect(!found.isEmpty)
        #expect(found.subtracting(imports).subtracting(Self.toolchain).sorted() == [])
    }

    @Test(arguments: edges + doors)
    func `an edge room or door imports its rooms, its library and plumbing`(room: String, imports: Set<String>) throws {
        let libraries = Self.owners.filter { $0.room == room }.map(\.library)
        let allowed = imports.union(libraries).union(Self.toolchain).union(Self.plumbing)
        #expect(try Self.imports(of: room).subtracting(allowed).sorted() == [])
    }

    @Test func `an outside library is imported by one room`() throws {
        var importers: [String: Set<String>] = [:]
        let rooms = try Self.rooms()
        for room in rooms {
            for name in try Self.imports(of: room) where !rooms.contains(name) {
                importers[name, default: []].insert(room)
            }
        }
        let outside = importers.filter {
            !Self.toolchain.contains($0.key) && !Self.plumbing.contains($0.key) && $0.key != "CPlatform"
        }
        let expected = Dictionary(
            Self.owners.map { ($0.library, Set([$0.room])) },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(outside == expected)
    }

    @Test func `no door is imported by a room below it`() throws {
        let doors = Set(Self.doors.map(\.room))
        for room in try Self.rooms() where !doors.contains(room) {
            #expect(try Self.imports(of: room).isDisjoint(with: doors), "\(room)")
        }
    }

    @Test func `nothing prints but the command line`() throws {
        for (file, text) in try Self.texts(in: "Sources", ending: [".swift"]) where !file.hasPrefix("PatchbayCLI/") {
            #expect(Self.prints(in: text) == [], "\(file)")
        }
    }

    @Test(arguments: [
        (#"    print("debug")"#, true), (#"let x = "a \" b"; print(x)"#, true), (##"dump(#"\"#)"##, true),
        (#"let script = "print(1)""#, false), ("// print(1)", false), (#"call("a") // print(1)"#, false),
        ("let script = \"\"\"\n    print(1)\n    \"\"\"", false), ("console.print(1)", false),
        ("func print(_ text: String) {", false),
    ])
    func `what prints is found in code, not in strings and comments`(text: String, isFound: Bool) {
        #expect(Self.prints(in: text).isEmpty == !isFound)
    }

    @Test func `no template is known to the program`() throws {
        let templates = packageRoot.appendingPathComponent("Templates")
        var ids: [String] = []
        for plugin in try FileManager.default.contentsOfDirectory(atPath: templates.path) {
            ids += try FileManager.default.contentsOfDirectory(atPath: templates.appendingPathComponent(plugin).path)
        }
        try #require(ids.count >= 7)
        for (file, text) in try Self.texts(in: "Sources", ending: [".swift"]) {
            let code = text.split(separator: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
            for id in ids {
                let known = code.filter { line in
                    // An example in the words of an error is prose.
                    line.contains(id) && !line.contains("for example openai/\(id)") && !line.contains("such as \(id)/")
                }
                #expect(known == [], "\(file) knows '\(id)'")
            }
        }
    }

    @Test(arguments: MadeUpService.words)
    func `no word of the made-up service is in the program`(word: String) throws {
        let texts = try Self.texts(in: "Sources", ending: []) + Self.texts(in: "scripts", ending: [])
        try #require(texts.count > 100)
        for (file, text) in texts { #expect(!text.lowercased().contains(word.lowercased()), "\(file)") }
    }

    @Test func `the texts of templates are not in the program`() throws {
        let sources = try Self.texts(in: "Sources", ending: [".swift"]).map(\.text).joined(separator: "\n")
        let terms = try #require(packageText("Plugins/openai/sandbox/skills.txt")).split(separator: "\n").map(
            String.init
        )
        #expect(terms.count > 20)
        #expect(terms.filter { $0.count > 9 && $0 != "JavaScript" && sources.contains($0) } == [])
    }

    // MARK: - Reading

    /// The lines that print.
    private static func prints(in text: String) -> [Substring] {
        guard text.contains("print(") || text.contains("dump(") || text.contains("debugPrint(") else { return [] }
        let call = /(^|[^.A-Za-z])(print|debugPrint|dump)\(/
        let literal = /#"[^\n]*?"#|"(\\.|[^"\\])*"|`[^`]*`/
        var isInText = false
        return text.split(separator: "\n").filter { line in
            let marks = line.ranges(of: "\"\"\"").count
            if !marks.isMultiple(of: 2) { isInText.toggle() }
            guard marks == 0, !isInText, line.contains(call) else { return false }
            let code = line.replacing(literal, with: "\"\"")
            let end = code.firstRange(of: "//")?.lowerBound ?? code.endIndex
            // Scripts of dialogs have a `print` of their own.
            return code[..<end].contains(call) && !code.contains("func print") && !code.contains("case print")
        }
    }

    private static func rooms() throws -> [String] {
        let sources = packageRoot.appendingPathComponent("Sources")
        return try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { $0.hasPrefix("Patchbay") }
            .sorted()
    }

    private static func imports(of room: String) throws -> Set<String> {
        let line =
            /^\s*(?:@[A-Za-z]+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|func|protocol|var|let|typealias)\s+)?([A-Za-z0-9_]+)/
        var found: Set<String> = []
        for (_, text) in try texts(in: "Sources/" + room, ending: [".swift"]) {
            for match in text.split(separator: "\n").compactMap({ $0.firstMatch(of: line) }) {
                found.insert(String(match.output.1))
            }
        }
        return found
    }

    /// The UTF-8 files below a folder of the package, with their paths in it.
    private static func texts(in folder: String, ending: [String]) throws -> [(file: String, text: String)] {
        let root = packageRoot.appendingPathComponent(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        return paths.compactMap { path in
            // Folders and images are no text.
            guard ending.isEmpty || ending.contains(where: { path.hasSuffix($0) }),
                let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            else { return nil }
            return (path, text)
        }
    }
}
