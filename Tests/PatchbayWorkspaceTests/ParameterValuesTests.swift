import PatchbayModel
import Testing

@testable import PatchbayWorkspace

@Suite("A template's parameters")
struct ParameterValuesTests {
    private let folder: TemporaryFolder
    private let values: ParameterValues

    init() throws {
        folder = try TemporaryFolder()
        let more: JSONValue = [
            "choice": ["schema": ["enum": ["1", 2, true]], "default": 2],
            "list": ["schema": ["type": "array"], "default": []],
            "any": ["default": 0],
        ]
        var parameters = MadeUp.track["parameters"]?.object ?? [:]
        for member in more.object?.members ?? [] { parameters[member.key] = member.value }
        parameters["needed"] = ["schema": ["type": "string"]]
        values = ParameterValues(
            of: try Template(MadeUp.track.setting(.object(parameters), at: "/parameters")),
            manifest: try MadeUp.plugin().manifest
        )
    }

    @Test func `are the given ones and the defaults, in the template's order`() throws {
        let complete = try values.complete(["needed": "x", "greeting": "Hi"])
        #expect(complete.keys == ["greeting", "tries", "tone", "choice", "list", "any", "needed"])
        #expect(complete["greeting"] == "Hi")
        #expect(complete["tries"] == 3)
        #expect(values.missing(in: [:]).map(\.key) == ["needed"])
    }

    static let wrong: [(JSONObject, String)] = [
        (["greting": "x", "needed": ""], "unknown parameter 'greting'; did you mean 'greeting'?"),
        (["x\u{1B}": "x", "needed": ""], "unknown parameter 'x\\u{1b}'"),
        ([:], "no value for 'needed'; give each with --set NAME=VALUE"),
        (["needed": 7], "parameter 'needed': "), (["needed": "", "tries": 11], "parameter 'tries': "),
        (["needed": "", "tries": 2.5], "parameter 'tries': "), (["needed": "", "tries": nil], "parameter 'tries': "),
        (["needed": "", "tone": "ters"], "parameter 'tone': 'ters' is none of its choices; did you mean 'terse'?"),
    ]

    @Test(arguments: wrong)
    func `are checked against names, schema and choices`(given: JSONObject, expected: String) {
        let error = #expect(throws: WorkspaceError.self) { try values.complete(given) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }

    @Test(
        arguments: [
            ("greeting", "7", "7"), ("greeting", "{\"a\":1}", "{\"a\":1}"), ("tries", "7", 7), ("tries", "x", "x"),
            ("choice", "1", "1"), ("choice", "2", 2), ("choice", "true", true), ("list", "[1]", [1]),
            ("tone", "terse", "terse"),
            ("any", "text", "text"), ("any", "null", nil), ("none", "1", 1),
        ] as [(String, String, JSONValue)]
    )
    func `that are typed take the schema's type`(name: String, text: String, expected: JSONValue) {
        #expect(values.value(typed: text, for: name) == expected)
    }

    @Test(arguments: [
        "{{context.secret}}", "\"quoted\"\nnew line", "../../x", "$(rm) `x` ${y}", "{{'{{'}}", "\u{1F600}",
    ])
    func `mean themselves wherever they are put`(text: String) throws {
        try Installing(parameters: ["greeting": .string(text)]).install(in: folder)
        let dialog = try folder.json("dialogs/track/dialog.json")
        #expect(dialog["settings"]?["greeting"] == .string(text))
        let escaped = text.replacing("{{", with: "{{'{{'}}")
        #expect(dialog["nodes"]?[1]?["prompts"]?[0]?["text"] == .string(escaped))
        #expect(try folder.workspace().variables(.env).first?.value == .string(text))
        #expect(try folder.json("variables/content.json")["variables"]?[0]?["value"] == ["en": .string(text)])
        #expect(try folder.workspace().lock.templates.first?.parameters["greeting"] == .string(text))
        #expect(try folder.workspace().dialogIDs() == ["track"])
    }
}
