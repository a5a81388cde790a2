import PatchbayFiles
import PatchbayModel
import Testing

@testable import PatchbayRegistry

@Suite("Checking a plugin")
struct PluginValidatorTests {
    @Test func `says nothing about a good one`() throws {
        let loaded = try MadeUp.load(MadeUp.files)
        #expect(loaded.diagnostics.map(\.description) == [])
        #expect(loaded.templates.map(\.dialogs) == [["track"]])
        #expect(try loaded.checked().id == "parcel")
    }

    /// A change of the made-up plugin, and what has to be said about it.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let text: String?
        let expected: [String]

        init(_ name: String, _ path: String, _ text: String?, _ expected: String...) {
            testDescription = name
            self.path = path
            self.text = text
            self.expected = expected
        }

        init(_ name: String, _ path: String, replacing old: String, with new: String, _ expected: String...) {
            testDescription = name
            self.path = path
            text = MadeUp.files[path]?.replacing(old, with: new)
            self.expected = expected
        }
    }

    static let cases = [
        Case(
            "a listed template without folder",
            "plugin.json",
            replacing: #"["track"]"#,
            with: #"["track", "trak"]"#,
            "parcel/plugin.json:18:26: error: /templates/1: there is no template 'trak'",
            "did you mean 'track'?"
        ),
        Case(
            "a folder that is not listed",
            "plugin.json",
            replacing: #"["track"]"#,
            with: "[]",
            "plugin.json:18:16: error: /templates: template 'track' is not listed"
        ),
        Case(
            "a default and options that the schema refuses",
            "plugin.json",
            replacing: #""schema": { "type": "string" }, "required": true"#,
            with: #""schema": { "type": "string" }, "default": 5, "options": ["a", { "value": 6 }]"#,
            "plugin.json:14:",
            "/operations/track-parcel/inputs/id/default: ",
            "/operations/track-parcel/inputs/id/options/1: "
        ),
        Case(
            "a schema that does not compile",
            "plugin.json",
            replacing: #"{ "type": "string" }"#,
            with: #"{ "type": "sting" }"#,
            "plugin.json:14:",
            "/operations/track-parcel/inputs/id/schema",
            "sting"
        ),
        Case(
            "a schema with what is not supported",
            "plugin.json",
            replacing: #"{ "type": "string" }"#,
            with: #"{ "unevaluatedProperties": false }"#,
            "unevaluatedProperties"
        ),
        Case(
            "a schema file that is not there",
            "schemas/parcel.json",
            nil,
            "/operations/track-parcel/response/schema",
            "schemas/parcel.json"
        ),
        Case(
            "a schema file that does not compile",
            "schemas/parcel.json",
            #"{ "type": 7 }"#,
            "/operations/track-parcel/response/schema",
            "in 'schemas/parcel.json'"
        ),
        Case(
            "a pattern that does not compile",
            "plugin.json",
            replacing: "[a-z0-9-]+",
            with: "(a)\\\\1",
            "plugin.json:8:",
            "/authorization/0/fields/0/pattern"
        ),
        Case(
            "a missing icon",
            "plugin.json",
            replacing: #""categories""#,
            with: #""icon": "icon.svg", "categories""#,
            "/icon: 'icon.svg' is missing"
        ),
        Case(
            "missing terms",
            "plugin.json",
            replacing: #""templates""#,
            with: #""sandbox": { "model": [{ "id": "a", "do": "extract", "terms": "sandbox/a.txt" }] }, "templates""#,
            "/sandbox/model/0/terms: 'sandbox/a.txt' is missing"
        ),
        Case(
            "a tape of an unknown operation",
            "tapes/track-parcle/a.json",
            #"{ "formatVersion": 1, "operation": "parcel/track-parcel", "answer": { "status": 200 } }"#,
            "tapes/track-parcle: error: there is no operation 'track-parcle'; did you mean 'track-parcel'?"
        ),
        Case("a damaged tape", "tapes/track-parcel/a.json", "{", "parcel/tapes/track-parcel/a.json:1:2: error"),
        Case(
            "an operation that a template names and nobody has",
            "templates/track/template.json",
            replacing: "parcel/track-parcel",
            with: "parcel/trackparcel",
            "template.json:3:",
            "/operations/0: there is no operation 'parcel/trackparcel'; did you mean 'track-parcel'?"
        ),
        Case(
            "a template with another id",
            "templates/track/template.json",
            replacing: #""id": "track""#,
            with: #""id": "trace""#,
            "/id: the id is 'trace', the folder is 'track'"
        ),
        Case(
            "a dialog with another id",
            "templates/track/dialogs/track/dialog.json",
            replacing: #""id": "track""#,
            with: #""id": "trace""#,
            "/id: the id is 'trace', the folder is 'track'"
        ),
        Case(
            "a template without dialogs",
            "templates/track/dialogs/track/dialog.json",
            nil,
            "the template brings no dialog"
        ),
        Case(
            "a parameter's schema that does not compile",
            "templates/track/template.json",
            replacing: #"{ "type": "string" }"#,
            with: #"{ "type": "sting" }"#,
            "/parameters/greeting/schema"
        ),
        Case(
            "a default that its schema does not allow",
            "templates/track/template.json",
            replacing: #""default": "Hello""#,
            with: #""default": 7"#,
            "template.json:5:",
            "/parameters/greeting/default"
        ),
        Case(
            "a choice that its schema does not allow",
            "templates/track/template.json",
            replacing: #"["Hello", "Hi"]"#,
            with: #"["Hello", 7]"#,
            "/parameters/greeting/choices/1"
        ),
        Case(
            "a choice of models that the plugin does not have",
            "templates/track/template.json",
            replacing: #"["Hello", "Hi"]"#,
            with: #"{ "models": { "ability": "chat" } }"#,
            "/parameters/greeting/choices: no model of the plugin has the ability 'chat'"
        ),
        Case(
            "a parameter that the template does not have",
            "templates/track/dialogs/track/dialog.json",
            replacing: #""$parameter": "greeting""#,
            with: #""$parameter": "greting""#,
            "dialog.json:3:",
            "/settings/greeting: the template has no parameter 'greting'; did you mean 'greeting'?"
        ),
        Case("a damaged sample", "templates/track/tests/sample.json", "[]", "parcel/templates/track/tests/sample.json"),
        Case("a program", "bin/run.sh", "#!/bin/sh", "parcel/bin/run.sh: error: a plugin is only data"),
        Case("a file without ending", "Makefile", "all:", "parcel/Makefile: error: a plugin is only data"),
        Case(
            "a file that has no place in a template",
            "templates/track/dialogs/track/notes.txt",
            "x",
            "templates/track/dialogs/track/notes.txt: error: the file has no place in a template"
        ),
        Case(
            "two names that differ only in case",
            "schemas/PARCEL.json",
            "{}",
            "the same name but for case or Unicode form"
        ),
        Case("a manifest that is no JSON", "plugin.json", "{,}", "parcel/plugin.json:1:2: error"),
        Case(
            "a manifest with an unknown key",
            "plugin.json",
            replacing: #""hosts""#,
            with: #""host""#,
            "did you mean 'hosts'?"
        ),
    ]

    @Test(arguments: cases)
    func `says where and how to mend`(_ found: Case) throws {
        let loaded = try MadeUp.load(MadeUp.files(changing: [found.path: found.text]))
        let text = loaded.diagnostics.map(\.description).joined(separator: "\n")
        #expect(loaded.diagnostics.hasErrors)
        for expected in found.expected { #expect(text.contains(expected)) }
        #expect(throws: DiagnosticError.self) { try loaded.checked() }
    }

    @Test func `tells what the other files say by themselves beside what is wrong with the manifest`() throws {
        let manifest = try #require(MadeUp.files["plugin.json"])
            .replacing("\"templates\": [\"track\"]", with: "\"templates\": [\"trakc\"], \"colour\": 1")
        let loaded = try MadeUp.load(
            MadeUp.files(changing: [
                "plugin.json": manifest, "templates/track/template.json": "{}", "run.sh": "",
                "templates/track/tests/sample.json": "[",
            ])
        )
        #expect(loaded.plugin == nil)
        let files = Set(loaded.diagnostics.map(\.file))
        #expect(
            files == [
                "parcel/plugin.json", "parcel/templates/track/template.json", "parcel/run.sh",
                "parcel/templates/track/tests/sample.json",
            ]
        )
        let own = loaded.diagnostics.filter { $0.file == "parcel/plugin.json" }.map(\.message)
        #expect(own.contains("there is no template 'trakc'") && own.contains { $0.contains("colour") })
    }

    @Test func `hands each set of parameters to the dialogs' own check, and repeats nothing`() throws {
        let loaded = try MadeUp.load(MadeUp.files) { dialog, file, template, plugin in
            let greeting = file["settings"]?["greeting"]?.string ?? ""
            return [
                Diagnostic(.warning, at: "/nodes/0", "\(plugin.id)/\(template.id)/\(dialog.id)"),
                Diagnostic(.warning, at: "/settings", greeting),
            ]
        }
        let found = loaded.diagnostics
        #expect(found.map(\.message) == ["parcel/track/track", "Hello", "Hi"])
        #expect(found.first?.location?.line == 5)
        #expect(found.first?.file == "parcel/templates/track/dialogs/track/dialog.json")
    }

    @Test func `tells of one file as many findings as of any other`() throws {
        let path = "templates/track/dialogs/track/dialog.json"
        let uses = (0..<500).map { #""s\#($0)": { "$parameter": "p\#($0)" }"# }.joined(separator: ", ")
        let dialog = try #require(MadeUp.files[path]).replacing(
            #""greeting": { "$parameter": "greeting" }"#,
            with: #""greeting": { "$parameter": "greeting" }, \#(uses)"#
        )
        let found = try MadeUp.load(MadeUp.files(changing: [path: dialog])).diagnostics
        #expect(found.count == FileCheck.mostFindings + 1)
        #expect(found.last?.message == "400 more findings in this file; mend these first")
    }

    @Test func `takes a parameter without a default, which has to be given`() throws {
        let needed = try #require(MadeUp.files["templates/track/template.json"]).replacing(
            #""default": "Hello", "choices": ["Hello", "Hi"]"#,
            with: #""title": "How to greet""#
        )
        let loaded = try MadeUp.load(MadeUp.files(changing: ["templates/track/template.json": needed])) {
            _,
            file,
            _,
            _ in
            #expect(file["settings"]?["greeting"]?.string != nil)
            return []
        }
        #expect(loaded.diagnostics.map(\.description) == [])
    }

    @Test func `has nothing against documents beside the data`() throws {
        let more = ["README.md": "#", "LICENSE": "x", "docs/notes.md": "x", "templates/track/README.md": "x"]
        #expect(try MadeUp.load(MadeUp.files(changing: more.mapValues { $0 })).diagnostics == [])
    }

    @Test func `survives schemas that refer to each other in a circle`() throws {
        let schemas = [
            "schemas/parcel.json": #"{ "properties": { "next": { "$ref": "other.json" } } }"#,
            "schemas/other.json": #"{ "$ref": "parcel.json" }"#,
        ]
        #expect(try MadeUp.load(MadeUp.files(changing: schemas.mapValues { $0 })).diagnostics.map(\.description) == [])
    }
}
