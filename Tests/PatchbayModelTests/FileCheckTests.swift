import PatchbayModel
import Testing

@Suite("Checking a file")
struct FileCheckTests {
    private func said(_ text: String, as kind: FileKind, parameters: Bool = false) -> [String] {
        FileCheck.read(Array(text.utf8), as: kind, file: "f.json", allowingParameters: parameters).diagnostics.map(
            \.description
        )
    }

    @Test func `says what, where and how to mend it, all at once`() {
        let text = """
            {
              "formatVersion": 1,
              "language": "en",
              "id": "weather",
              "nmae": "Weather",
              "version": "1.0.0",
              "hosts": [{"host": "api.example.com"}],
              "baseURL": {"url": "https://api.example.com"},
              "operations": {
                "forecast": {"method": "FETCH", "path": "/"}
              }
            }
            """
        #expect(
            said(text, as: .plugin) == [
                "f.json:5:11: error: /nmae: unknown key 'nmae'; did you mean 'name'?",
                "f.json:10:28: error: /operations/forecast/method: unknown method 'FETCH'; use one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
                "f.json:1:1: error: 'name' is missing; write a text",
            ]
        )
    }

    @Test func `tells the first hundred findings of a file and counts the rest`() {
        let keys = (0..<3_000).map { "\"key\($0)\": 1" }.joined(separator: ",\n")
        let said = said("{\(keys)}", as: .settings)
        #expect(said.count == FileCheck.mostFindings + 1)
        #expect(said.first?.hasPrefix("f.json:1:") == true)
        #expect(said.last == "f.json: error: 2901 more findings in this file; mend these first")
    }

    @Test func `refuses a base URL that holds user info`() {
        let text = """
            {"formatVersion": 1, "language": "en", "id": "weather", "name": "Weather", "version": "1.0.0",
             "hosts": [{"host": "api.example.com"}], "baseURL": {"url": "https://u:p@api.example.com"},
             "operations": {"forecast": {"method": "GET", "path": "/"}}}
            """
        #expect(said(text, as: .plugin).contains { $0.contains("/baseURL/url: the URL holds user info ('…@')") })
    }

    @Test func `looks for near names as long as findings are told`() {
        let keys = (0..<400).map { "\"nam\($0)\": 1" }.joined(separator: ", ")
        let text = #"{"formatVersion": 1, "nme": 1, \#(keys)}"#
        let found = FileCheck.read(Array(text.utf8), as: .workspace, file: "patchbay.json").diagnostics
        #expect(found.count == FileCheck.mostFindings + 1)
        #expect(found.contains { $0.message == "unknown key 'nme'" && $0.remedy == "did you mean 'name'?" })
        #expect(found.contains { $0.message.hasPrefix("unknown key 'nam") && $0.remedy?.contains("name") == true })
    }

    @Test func `gives line and column to every key that stands twice`() {
        let result = FileCheck.read(
            Array("{\"a\": 1,\n \"a\": 2,\n \"b\": 3, \"b\": 4}".utf8),
            as: .settings,
            file: "s.json"
        )
        #expect(result.value == nil)
        #expect(result.diagnostics.map { $0.location.map { [$0.line, $0.column] } } == [[2, 2], [3, 10]])
    }

    @Test func `a value that is JSON comes back although something is wrong with it`() {
        let result = FileCheck.read(Array("[]".utf8), as: .plugin, file: "p")
        #expect(result.value == [])
        #expect(result.diagnostics.count == 1)
    }

    private let dialog = """
        {"formatVersion": 1, "language": "en", "id": "d", "name": "D", "start": "n", "settings": {"tone": {"$parameter": "tone"}}, "nodes": [
          {"id": "n", "kind": "prompt", "integration": "openai", "model": {"$parameter": "model"}, "prompt": "Hi",
           "history": {"mode": {"$parameter": "history"}, "turns": {"$parameter": "turns"}}, "stream": {"$parameter": "stream"}, "timeout": {"$parameter": "time"}}
        ]}
        """

    @Test func `a template's parameter stands for a value only where it may`() {
        #expect(said(dialog, as: .dialog, parameters: true).isEmpty)
        #expect(said(dialog, as: .dialog).count == 5)
    }

    @Test(arguments: [
        (#""start": "n""#, #""start": {"$parameter": "s"}"#, "a parameter stands for 'start'"),
        (#""kind": "prompt""#, #""kind": {"$parameter": "k"}"#, "expected one of intent"),
        (#""integration": "openai""#, #""integration": {"$parameter": "i"}"#, "a parameter stands for 'integration'"),
        (#""prompt": "Hi""#, #""prompt": {"$parameter": "p", "en": "x"}"#, "'en' stands beside '$parameter'"),
        (#""prompt": "Hi""#, #""prompt": {"$parameter": "no name"}"#, "'no name' in '$parameter' is not a name"),
        (#""prompt": "Hi""#, #""prompt": {"$parameter": 1}"#, "expected a string, found number"),
    ])
    func `a parameter names nothing and has no other key`(found: String, changed: String, message: String) {
        let said = said(dialog.replacing(found, with: changed), as: .dialog, parameters: true)
        #expect(said.contains { $0.contains(message) }, "\(said)")
    }

    @Test func `a bad dialog warns of what may be meant`() {
        let text = """
            {"formatVersion": 1, "language": "en", "id": "d", "name": "D", "start": "n", "canvas": {"gone": {"x": 0, "y": 0}},
             "nodes": [{"id": "n", "kind": "entity", "type": "string"}]}
            """
        let found = FileCheck.read(Array(text.utf8), as: .dialog, file: "d").diagnostics
        #expect(found.map(\.severity) == [.warning, .warning])
        #expect(found.map { $0.pointer?.description } == ["/nodes/0", "/canvas/gone"])
    }

    @Test(arguments: FileKind.allCases)
    func `no value whatever traps`(kind: FileKind) {
        let values: [JSONValue] = [
            nil, true, 1, -1.5, "x", [], [nil], [:], ["id": 1], ["nodes": ["x", [:]]], ["formatVersion": ["a": [nil]]],
        ]
        for value in values {
            #expect(!FileCheck.diagnostics(of: value, as: kind).isEmpty)
            #expect(!FileCheck.diagnostics(of: value, as: kind, allowingParameters: true).isEmpty)
            _ = CanonicalText.text(value, of: kind)
        }
    }
}

@Suite("Canonical text")
struct CanonicalTextTests {
    @Test func `orders keys, leaves defaults out and keeps the rest`() throws {
        let text = """
            {"x-b": 2, "nodes": [{"next": "end", "retries": 5.0, "x-n": {"z": 1, "a": 2}, "type": "string", "kind": "entity", "id": "n", "strange": 1,
              "default": {"z": 1, "a": [2, 1]}, "prompts": [{"text": {"de": "Was?", "en": "What?"}, "id": "a"}], "many": false, "rules": {"maximum": 1.50, "minimum": -0}}],
             "x-a": 1, "canvas": {}, "start": "n", "language": "en", "name": "D", "$schema": "s", "id": "d", "formatVersion": 1}
            """
        #expect(
            CanonicalText.text(try JSONReader().read(text), of: .dialog) == """
                {
                  "$schema": "s",
                  "formatVersion": 1,
                  "language": "en",
                  "id": "d",
                  "name": "D",
                  "start": "n",
                  "nodes": [
                    {
                      "id": "n",
                      "kind": "entity",
                      "type": "string",
                      "default": {
                        "z": 1,
                        "a": [
                          2,
                          1
                        ]
                      },
                      "rules": {
                        "minimum": -0,
                        "maximum": 1.50
                      },
                      "prompts": [
                        {
                          "id": "a",
                          "text": {
                            "de": "Was?",
                            "en": "What?"
                          }
                        }
                      ],
                      "next": "end",
                      "strange": 1,
                      "x-n": {
                        "z": 1,
                        "a": 2
                      }
                    }
                  ],
                  "x-b": 2,
                  "x-a": 1
                }

                """
        )
    }

    @Test func `keeps a not connected path and a template's parameter`() throws {
        let text =
            #"{"nodes":[{"id":"n","kind":"logic","transitions":[{"id":"t","then":null,"if":{"$parameter":"c"}}]}],"settings":{"$parameter":"s"}}"#
        let value = try JSONReader().read(text)
        let again = try JSONReader().read(CanonicalText.text(value, of: .dialog))
        #expect(again == value)
    }

    @Test func `two spellings of one file become one text`() throws {
        let one = try JSONReader().read(#"{"formatVersion": 1, "plugins": [], "templates": []}"#)
        let other = try JSONReader().read("{\"templates\":[],\r\n\t\"plugins\":[],\"formatVersion\":1}")
        #expect(CanonicalText.text(one, of: .lock) == CanonicalText.text(other, of: .lock))
    }
}
