import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("A condition")
struct ConditionTests {
    @Test(
        arguments: [
            ("context.count", "exists", nil, true), ("context.nowhere", "exists", nil, false),
            ("context.entities.nothing", "exists", nil, true),
            ("context.nowhere", "missing", nil, true), ("context.entities.nothing", "missing", nil, false),
            ("context.count", "equals", "3", true), ("context.count", "equals", "\"3\"", true),
            ("context.text3", "equals", "3", true),
            ("context.text3", "equals", "3.0", true), ("context.text3", "equals", "\"3\"", true),
            ("context.text3", "equals", "\"3.0\"", false),
            ("context.flag", "equals", "\"true\"", false), ("context.flag", "equals", "true", true),
            ("context.total", "equals", "0.1", true),
            ("context.skills", "equals", "[\"Swift\", \"SQL\"]", true),
            ("context.entities.nothing", "equals", "null", true),
            ("context.nowhere", "equals", "null", false), ("context.nowhere", "notEquals", "3", false),
            ("context.count", "notEquals", "4", true),
            ("context.count", "equals", "\"{{context.text3}}\"", true),
            ("context.count", "equals", "\"{{context.nowhere}}\"", false),
            ("context.count", "notEquals", "\"{{context.nowhere}}\"", false), ("context.none", "equals", "[]", true),
            ("context.count", "greaterThan", "2", true), ("context.count", "greaterThan", "3", false),
            ("context.count", "lessThan", "\"10\"", true),
            ("context.text3", "lessThan", "10", true), ("context.text3", "lessThan", "\"10\"", false),
            ("context.big", "greaterThan", "1e399", true),
            ("context.count", "atLeast", "3", true), ("context.count", "atMost", "2", false),
            ("context.entities.name", "lessThan", "\"Bob\"", true),
            ("context.entities.name", "lessThan", "5", false), ("context.entities.name", "atLeast", "5", false),
            ("context.flag", "greaterThan", "0", false),
            ("context.entities.when", "greaterThan", "\"2026-03-28\"", true), ("context.nowhere", "atMost", "1", false),
            ("context.skills", "contains", "\"SQL\"", true), ("context.skills", "contains", "\"sql\"", false),
            ("context.entities.name", "contains", "\"da\"", true),
            ("context.entities", "contains", "\"name\"", true), ("context.mixed", "contains", "{\"a\": 2}", true),
            ("context.mixed", "contains", "\"1\"", true),
            ("context.count", "contains", "3", false), ("context.entities.name", "contains", "\"\"", true),
            ("context.entities.name", "startsWith", "\"A\"", true),
            ("context.entities.name", "startsWith", "\"a\"", false),
            ("context.entities.name", "endsWith", "\"da\"", true), ("context.count", "startsWith", "3", false),
            ("context.count", "isNumber", nil, true), ("context.text3", "isNumber", nil, true),
            ("context.entities.name", "isNumber", nil, false),
            ("context.flag", "isNumber", nil, false), ("context.nowhere", "isNumber", nil, false),
            ("context.entities.name", "isMessage", nil, true),
            ("context.entities.empty", "isMessage", nil, false), ("'  '", "isMessage", nil, false),
            ("context.count", "isMessage", nil, false),
            ("length(context.skills)", "equals", "2", true), ("length(context.none)", "equals", "0", true),
        ] as [(String, String, String?, Bool)]
    )
    func `compares`(value: String, test: String, other: String?, expected: Bool) throws {
        var object: JSONObject = ["value": .string(value), "operator": .string(test)]
        object["to"] = try other.map(json)
        #expect(try Condition(.object(object)).holds(in: try TestScope.sample()) == expected)
    }

    @Test(arguments: [
        (
            #"{"all": [{"value": "context.count", "operator": "exists"}, {"value": "context.count", "operator": "equals", "to": 3}]}"#,
            true
        ),
        (
            #"{"all": [{"value": "context.count", "operator": "exists"}, {"value": "context.count", "operator": "equals", "to": 4}]}"#,
            false
        ),
        (
            #"{"any": [{"value": "context.nowhere", "operator": "exists"}, {"not": {"value": "context.nowhere", "operator": "exists"}}]}"#,
            true
        ),
        (#"{"any": [{"value": "context.nowhere", "operator": "exists"}]}"#, false), (#"{"answer": "yes"}"#, true),
        (#"{"answer": "no"}"#, false),
        (#"{"not": {"answer": "no"}, "x-note": "free"}"#, true),
    ])
    func `joins others`(text: String, expected: Bool) throws {
        #expect(try Condition(try json(text)).holds(in: try TestScope.sample(), answer: "yes") == expected)
    }

    @Test func `knows no answer where none was given`() throws {
        #expect(try !Condition(["answer": "no"]).holds(in: try TestScope.sample()))
    }

    @Test(
        arguments: [
            (
                #"{"value": "a", "operator": "equal", "to": 1}"#, "/operator", "unknown operator \"equal\"",
                "did you mean 'equals'?"
            ),
            (
                #"{"value": "a", "operator": "===", "to": 1}"#, "/operator", "unknown operator \"===\"",
                "use one of exists, missing"
            ),
            (#"{"value": "a", "operator": 1}"#, "/operator", "unknown operator 1", "use one of"),
            (#"{"value": "a"}"#, "", "'operator' is missing", "add one of"),
            (#"{"value": "a", "operator": "equals"}"#, "", "needs 'to'", "add"),
            (#"{"value": "a", "operator": "exists", "to": 1}"#, "/to", "takes no 'to'", "remove"),
            (#"{"value": "{{a}}", "operator": "exists"}"#, "/value", "without braces", "remove"),
            (#"{"value": 5, "operator": "exists"}"#, "/value", "not a number", nil),
            (#"{"value": "a.", "operator": "exists"}"#, "/value", "expected a name (at character 3 of \"a.\")", nil),
            (#"{"value": "a", "operator": "equals", "to": {"x": "{{"}}"#, "/to/x", "never closed", nil),
            (#"{"all": []}"#, "/all", "at least one", nil),
            (
                #"{"all": [{"any": [{"answer": "maybe"}]}]}"#, "/all/0/any/0/answer", "unknown answer",
                "\"yes\" or \"no\""
            ),
            (#"{"not": 5}"#, "/not", "not a number", nil), (#"{}"#, "", "needs 'value'", nil),
            (#"{"valeu": "a"}"#, "/valeu", "unknown key 'valeu'", "did you mean 'value'?"),
            (#"{"all": [{"answer": "yes"}], "any": []}"#, "", "both 'all' and 'any'", "'all'"),
            (#"{"value": "a", "operator": "exists", "label": "x"}"#, "/label", "unknown key 'label'", "use one of"),
            ("[]", "", "not an array", nil),
        ] as [(String, String, String, String?)]
    )
    func `that is wrong is refused with its place`(text: String, pointer: String, message: String, remedy: String?)
        throws
    {
        let error = try #require(throws: DiagnosticError.self) { try Condition(try json(text), at: "/if") }
        let found = try #require(error.diagnostics.first { $0.pointer?.description == "/if" + pointer }, "\(error)")
        #expect(found.message.contains(message), "\(found)")
        if let remedy { #expect(found.remedy?.contains(remedy) == true, "\(found)") }
    }

    @Test func `tells everything that is wrong at once`() throws {
        let value = try json(#"{"any": [{"value": "a.", "operator": "is"}, {"answer": 1}]}"#)
        let error = try #require(throws: DiagnosticError.self) { try Condition(value) }
        #expect(error.diagnostics.count == 3)
    }

    @Test func `nests only so deep`() throws {
        var value: JSONValue = ["answer": "yes"]
        for _ in 0..<40 { value = ["not": value] }
        #expect(throws: DiagnosticError.self) { try Condition(value) }
    }

    @Test func `names the paths that it reads`() throws {
        let condition = try Condition(
            try json(
                #"{"any": [{"value": "context.a", "operator": "equals", "to": ["{{env.b}}"]}, {"value": "length(c)", "operator": "exists"}]}"#
            )
        )
        #expect(condition.paths == [[.name("context"), .name("a")], [.name("env"), .name("b")], [.name("c")]])
        #expect(condition.expressions.map(\.pointer.description) == ["/any/0/value", "/any/0/to/0", "/any/1/value"])
    }
}
