import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("A text with expressions")
struct TextTemplateTests {
    let scope: TestScope

    init() throws {
        scope = try TestScope.sample()
    }

    @Test(
        arguments: [
            ("plain", "plain"), ("", ""), ("I found: {{context.skills}}.", "I found: Swift, SQL."),
            ("[{{context.nowhere}}]", "[]"),
            ("{{context.total}}!", "0.10!"), ("{{context.mixed}}!", "[1,{\"a\":2}]!"),
            ("{{context.entities.nothing}}!", "null!"), ("{{context.none}}!", "!"),
            ("{{'{{'}}", "{{"), ("{{'{{'}}x}}", "{{x}}"), ("a } b }} c { d", "a } b }} c { d"),
            ("{{context.braces}}!", "{{env.model}}!"),
            ("{{ 'a}}b' }}!", "a}}b!"), ("{{context.flag}} {{context.count}}", "true 3"),
            ("ä{{entities.name}}😀", "äAda😀"), ("{ {x} }", "{ {x} }"),
        ] as [(String, String)]
    )
    func `lays its values in once`(source: String, expected: String) throws {
        #expect(try TextTemplate(source).text(in: scope) == expected)
    }

    @Test(
        arguments: [
            ("{{context.count}}", "3"), ("{{context.skills}}", "[\"Swift\",\"SQL\"]"), ("{{context.count}} ", "\"3 \""),
            ("x", "\"x\""), ("", "\"\""),
            ("{{context.braces}}", "\"{{env.model}}\""), ("{{context.nowhere}}{{context.nowhere}}", "\"\""),
            ("{{null}}", "null"),
        ] as [(String, String)]
    )
    func `that is wholly one expression is its value with its type`(source: String, expected: String) throws {
        #expect(try TextTemplate(source).value(in: scope).map { JSONWriter().text($0) } == expected)
    }

    @Test func `that is wholly a missing expression is missing`() throws {
        #expect(try TextTemplate("{{context.nowhere}}").value(in: scope) == nil)
    }

    @Test(
        arguments: [
            ("a {{context", 2, "never closed"), ("{{", 0, "never closed"), ("a {{x}", 5, "expected '}}'"),
            ("a {{x y}}", 6, "expected '}}'"), ("{{}}", 2, "unexpected '}'"),
            ("ok {{a}} {{lenght(b)}}", 11, "unknown function"), ("{{{a}}}", 2, "unexpected '{'"),
        ] as [(String, Int, String)]
    )
    func `that is wrong is refused with its place in the whole text`(source: String, offset: Int, message: String)
        throws
    {
        let error = try #require(throws: ExpressionError.self) { try TextTemplate(source) }
        #expect(error.offset == offset, "\(error)")
        #expect(error.message.contains(message), "\(error)")
    }

    @Test(arguments: ["{{x}}", "{{'{{'}}", "a", "{{{{", "{{{"])
    func `gives any text back that was escaped`(text: String) throws {
        let filled = TemplateParameters.fill(["$parameter": "p"], with: ["p": .string(text)])
        #expect(try TextTemplate(try #require(filled.string)).text(in: scope) == text)
    }

    @Test func `knows its expressions and whether it has any`() throws {
        #expect(try TextTemplate("a {{b}} {{ c.d }}").expressions.map(\.source) == ["b", " c.d "])
        #expect(try TextTemplate("a { b").isConstant)
        #expect(try !TextTemplate("{{a}}").isConstant)
    }

    @Test func `stops growing at its limit`() throws {
        let big = TestScope(roots: ["context": ["t": .string(String(repeating: "a", count: 1 << 20))]])
        let text = try TextTemplate(String(repeating: "{{t}}", count: 50)).text(in: big)
        #expect(text.utf8.count <= TextTemplate.maxTextBytes)
    }
}

@Suite("A value with expressions")
struct ValueTemplateTests {
    @Test func `keeps types and leaves out what is missing`() throws {
        let template = try ValueTemplate(
            try json(
                #"""
                {"model": "{{env.model}}", "n": "{{context.count}}", "gone": "{{context.nowhere}}", "list": [1, "{{context.nowhere}}", "{{context.flag}}"],
                 "text": "Hi {{context.nowhere}}", "{{env.model}}": {"deep": {"x": "{{context.none}}"}}, "fixed": {"a": [null, 1.0]}}
                """#
            )
        )
        let expected =
            #"{"model":"gpt","n":3,"list":[1,true],"text":"Hi ","{{env.model}}":{"deep":{"x":[]}},"fixed":{"a":[null,1.0]}}"#
        #expect(JSONWriter().text(try #require(template.resolve(in: try TestScope.sample()))) == expected)
        #expect(
            template.expressions.map(\.pointer.description) == [
                "/model", "/n", "/gone", "/list/1", "/list/2", "/text", "/{{env.model}}/deep/x",
            ]
        )
        #expect(!template.isConstant)
    }

    @Test func `is missing when it is wholly one missing expression`() throws {
        #expect(try ValueTemplate("{{nowhere}}").resolve(in: try TestScope.sample()) == nil)
        #expect(try ValueTemplate(["a": "b"]).isConstant)
    }

    @Test func `names the place of each wrong expression`() throws {
        let value: JSONValue = ["a": ["{{", "ok"], "b~/c": "{{x(}}"]
        let error = try #require(throws: ExpressionError.self) { try ValueTemplate(value) }
        #expect(error.pointer.description == "/a/0")
        let found = ValueTemplate.problems(in: value, at: "/nodes/2/input")
        #expect(found.map { $0.pointer?.description } == ["/nodes/2/input/a/0", "/nodes/2/input/b~0~1c"])
        #expect(found.first?.message.contains("never closed (at character 1 of \"{{\")") == true)
    }
}
