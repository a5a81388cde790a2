import Foundation
import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("An expression")
struct ExpressionTests {
    let scope: TestScope

    init() throws {
        scope = try TestScope.sample()
    }

    @Test(
        arguments: [
            ("context.entities.name", "\"Ada\""), ("entities.name", "\"Ada\""), ("env.model", "\"gpt\""),
            ("tool.subject", "\"S\""),
            ("skills[1]", "\"SQL\""), ("context['a b']", "1"), ("context[\"söme\"]", "\"x\""),
            (" context . skills [ 0 ] ", "\"Swift\""),
            ("context.env2.deep[1].x[0]", "7"), ("context.total", "0.10"), ("context.big", "1e400"),
            ("context.entities.nothing", "null"),
            ("context.length", "5"), ("'it\\'s'", "\"it's\""), ("\"a\\n\\\\\"", "\"a\\n\\\\\""), ("-1.50", "-1.50"),
            ("1e3", "1e3"), ("true", "true"),
            ("null", "null"), ("'{{'", "\"{{\""), ("'}}'", "\"}}\""),
            ("length(context.skills)", "2"), ("length('é😀')", "2"), ("length(context.entities)", "5"),
            ("lower('ÄB')", "\"äb\""),
            ("upper('straße')", "\"STRASSE\""), ("upper(3)", "\"3\""), ("trim(context.long)", "\"a,b,,c\""),
            ("trim('  ')", "\"\""),
            ("first(context.skills)", "\"Swift\""), ("last(context.skills)", "\"SQL\""), ("first('é!')", "\"é\""),
            ("first(context.env2.deep).x", "1"), ("split('a,b', ',')[1]", "\"b\""),
            ("join(context.skills)", "\"Swift, SQL\""),
            ("join(context.skills, ' / ')", "\"Swift / SQL\""), ("join(context.none)", "\"\""),
            ("join(context.mixed, ';')", "\"1;{\\\"a\\\":2}\""),
            ("split('a,b,,c', ',')", "[\"a\",\"b\",\"\",\"c\"]"), ("split('é!', '')", "[\"é\",\"!\"]"),
            ("split('a', 'x')", "[\"a\"]"),
            ("split('', ',')", "[\"\"]"), ("replace('a-b-c', '-', '+')", "\"a+b+c\""),
            ("replace('aaa', 'aa', 'b')", "\"ba\""), ("replace('a', '', 'b')", "\"a\""),
            ("contains(context.skills, 'SQL')", "true"), ("contains('Swift', 'wif')", "true"),
            ("contains(context.entities, 'name')", "true"),
            ("contains(context.mixed, '1')", "true"), ("contains('abc', 'x')", "false"), ("contains(5, '5')", "false"),
            ("json(context.mixed)", "\"[1,{\\\"a\\\":2}]\""), ("json('a')", "\"\\\"a\\\"\""),
            ("keys(context.env2)", "[\"deep\"]"),
            ("slice(context.skills, 1)", "[\"SQL\"]"), ("slice('abcdef', 1, 3)", "\"bc\""), ("slice('abc', 5)", "\"\""),
            ("slice('abc', 2, 1)", "\"\""),
            ("number('12.50')", "12.50"), ("number(' 7 ')", "7"), ("number(3)", "3"), ("string(3.10)", "\"3.10\""),
            ("string(context.skills)", "\"Swift, SQL\""),
            ("round(2.5)", "3"), ("round(-2.5)", "-3"), ("round(2.449, 1)", "2.4"), ("round(0.5)", "1"),
            ("round(9.99, 1)", "10"), ("round(1e3)", "1000"),
            ("round('1.005', 2)", "1.01"), ("round(0.004, 2)", "0"), ("round(5, 2)", "5"),
            ("title(context.entities.priority)", "\"Dringend\""), ("title(entities.priority)", "\"Dringend\""),
            ("title(context.skills)", "[\"Swift\",\"SQL\"]"), ("title('urgent')", "\"urgent\""),
            ("default(context.nowhere, 'x')", "\"x\""), ("default(context.entities.nothing, 'x')", "\"x\""),
            ("default(context.entities.empty, 1)", "1"),
            ("default(context.flag, 2)", "true"), ("default(context.none, 2)", "[]"),
            ("now()", "\"2026-01-02T03:04:05Z\""),
            ("format('2026-01-02', 'dd.MM.yyyy')", "\"02.01.2026\""), ("format('2026-01-02', 'd/M/yy')", "\"2/1/26\""),
            ("format('2026-01-02T23:30:00Z', 'yyyy-MM-dd HH:mm:ss')", "\"2026-01-03 00:30:00\""),
            ("format('2026-01-02T23:30:00.25+02:00', 'HH:mm')", "\"22:30\""),
            ("format('2026-01-02T23:30', 'H m')", "\"23 30\""),
            ("format('08:05', 'time')", "\"08:05\""), ("format(now(), 'date')", "\"2026-01-02\""),
            ("format(now(), 'dateTime')", "\"2026-01-02 04:04\""),
            ("format('2026-01-02', \"yyyy'T'\")", "\"2026T\""), ("format('2024-02-29', 'dd')", "\"29\""),
            ("format('1969-12-31T23:59:59Z', 'yyyy')", "\"1970\""),
            ("format(context.price, '#,##0.00')", "\"1,234,567.90\""), ("format(0.5, '0.00')", "\"0.50\""),
            ("format('12', '0000')", "\"0012\""),
            ("format(-1234.5, '#,##0')", "\"-1,235\""), ("format(0.001, '0.##')", "\"0\""),
            ("format(1.5, '0.0##')", "\"1.5\""), ("format(0.25, '#.00')", "\".25\""),
            ("format(999.999, '#,##0.00')", "\"1,000.00\""),
            ("format(1e20, '#,##0')", "\"100,000,000,000,000,000,000\""), ("format(-0.001, '0.00')", "\"0.00\""),
        ] as [(String, String)]
    )
    func `gives the value that is meant`(source: String, expected: String) throws {
        let value = try #require(try Expression(source).evaluate(in: scope))
        #expect(JSONWriter().text(value) == expected)
    }

    @Test(arguments: [
        "context.nowhere", "nowhere", "context.skills[2]", "context.skills[-1]", "context.skills['0']",
        "context.entities[0]", "context.flag.x",
        "context.entities.name.first", "context.skills.length", "session.user", "env.nowhere",
        "length(context.nowhere)", "length(3)", "length(null)",
        "upper(context.skills)", "first(context.none)", "first('')", "join('a')", "join(context.skills, 1)",
        "split(context.skills, ',')", "keys('a')",
        "slice('abc', -1)", "slice('abc', 0.5)", "slice(3, 0)", "number('12,5')", "number('007')", "number(true)",
        "round('x')", "round(1, -1)",
        "round(1, 21)", "round(context.big)", "format('tomorrow', 'date')", "format('2026-02-30', 'date')",
        "format(5, 'date')", "format('a', '0.00')",
        "format('2026-01-02T25:00', 'time')", "format(context.big, '0')", "format('2026-01-02', context.nowhere)",
        "default(context.x, context.y)",
        "upper(lower(trim(context.nowhere)))", "context.entities.nothing.x", "title(context.nowhere)",
        "replace(context.skills, 'a', 'b')",
    ])
    func `of what is not there is missing`(source: String) throws {
        #expect(try Expression(source).evaluate(in: scope) == nil)
    }

    @Test(
        arguments: [
            ("", "an expression is expected", 0, nil), ("a..b", "after '.'", 2, "write ['…']"),
            ("a.", "after '.'", 2, "write ['…']"), ("a[", "after '['", 2, nil),
            ("a[b]", "after '['", 2, nil), ("a[1.5]", "whole number", 2, nil), ("a[0", "expected ']'", 3, nil),
            ("a b", "unexpected 'b'", 2, nil),
            ("a - 1", "unexpected '-'", 2, nil),
            ("lenght(a)", "unknown function 'lenght'", 0, "did you mean 'length'?"),
            ("require('fs')", "unknown function 'require'", 0, "use one of length, lower"),
            ("length()", "takes 1 argument, not 0", 0, "length(value)"),
            ("now(1)", "takes no arguments", 0, "now()"),
            ("replace(a, b)", "takes 3 arguments, not 2", 0, "replace(text, 'old', 'new')"),
            ("slice(a)", "takes 2 or 3 arguments", 0, "slice(value, 0, 3)"),
            ("length(a", "expected ',' or ')'", 8, nil), ("'abc", "never closed", 0, "end it with '"),
            ("'\\q'", "unknown escape", 1, "use one of"), ("01", "no number", 0, nil), ("1.", "no number", 0, nil),
            ("{{a}}", "unexpected '{'", 0, "without braces"),
            ("format(a, 'dd.QQ')", "unknown format \"dd.QQ\"", 0, "use 'date'"),
            ("format(a, 5)", "unknown format 5", 0, "use 'date'"), ("'a'.b", "no members", 5, nil),
            ("söme", "unexpected 'ö'", 1, nil), ("a[0].toString()", "unexpected '('", 13, nil),
            (String(repeating: "lower(", count: 40), "nest deeper than 32", 192, nil),
            (String(repeating: "a", count: 5000), "at most 4096", 0, nil),
        ] as [(String, String, Int, String?)]
    )
    func `that is wrong is refused with its place`(source: String, message: String, offset: Int, remedy: String?) throws
    {
        let error = try #require(throws: ExpressionError.self) { try Expression(source) }
        #expect(error.message.contains(message), "\(error)")
        #expect(error.offset == offset, "\(error)")
        if let remedy { #expect(error.remedy?.contains(remedy) == true, "\(error)") }
    }

    @Test func `names the paths that it reads`() throws {
        let expression = try Expression("default(join(context.a[0]['b c'], env.x), first(skills).name)")
        #expect(
            expression.paths == [
                [.name("context"), .name("a"), .index(0), .name("b c")], [.name("env"), .name("x")], [.name("skills")],
            ]
        )
        #expect(try Expression("'x'").literal == "x")
        #expect(try Expression("x").literal == nil)
    }

    @Test func `sees the context's own names behind the roots`() throws {
        let shadowed = TestScope(roots: ["env": ["x": 1], "context": ["env": ["x": 2], "y": 3]])
        #expect(try Expression("env.x").evaluate(in: shadowed) == 1)
        #expect(try Expression("y").evaluate(in: shadowed) == 3)
        #expect(try Expression("session").evaluate(in: TestScope(roots: ["context": ["session": 1]])) == nil)
    }

    @Test func `bounds what it makes`() throws {
        let big = TestScope(roots: ["context": ["t": .string(String(repeating: "a", count: 2000))]])
        let nested =
            "replace(replace(replace(t, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaaaaaaaa')"
        #expect(try Expression(nested).evaluate(in: big) == nil)
        #expect(try Expression("split(replace(t, 'a', 'aaaaaaaaaa'), '')").evaluate(in: big) == nil)
    }

    @Test func `never traps whatever it is made of`() throws {
        var chance = SplitMix64(seed: 3)
        let parts = [
            "context", ".skills", "[0]", "['a b']", "(", ")", ",", "length", "round(", "slice(", "format(", "'#,##0.0'",
            "'dd'", "1e400", "-5", "9223372036854775807",
            "'2026-01-02T00:00:00-23:59'", "\"", "'", "\\", "{{", "}}", " ", "context.big", "replace(", "default(",
            "context.price", "now()", "1e-400", "é", "split(",
        ]
        for _ in 0..<5000 {
            let source = (0..<Int.random(in: 0...10, using: &chance)).map { _ in
                parts.randomElement(using: &chance) ?? ""
            }.joined()
            if let expression = try? Expression(source) { _ = expression.evaluate(in: scope) }
            if let template = try? TextTemplate("a{{" + source + "}}b") { _ = template.text(in: scope) }
        }
        for function in ExpressionFunction.allCases {
            for value in [
                "context.big", "1e-400", "context.skills", "null", "''", "context.entities", "9e99999999999999999999",
                "true",
            ] {
                for rest in ["9223372036854775807", "1e30", "20", "'#,##0.00'", "''"] {
                    for source in [
                        "\(function)(\(value))", "\(function)(\(value), \(rest))",
                        "\(function)(\(value), \(rest), \(rest))",
                    ] {
                        if let expression = try? Expression(source) { _ = expression.evaluate(in: scope) }
                    }
                }
            }
        }
    }

    @Test func `shows every day as the calendar does`() throws {
        for day in stride(from: -800_000, to: 800_000, by: 997) {
            let time = CivilTime(secondsSince1970: day * 86_400 + 4_000)
            #expect(time.secondsSince1970 == day * 86_400 + 4_000)
            #expect((1...12).contains(time.month) && (1...31).contains(time.day))
        }
        #expect(CivilTime(Date(timeIntervalSince1970: .infinity), secondsFromGMT: 0).iso == "9999-12-31T23:59:59Z")
        #expect(CivilTime(Date(timeIntervalSince1970: .nan), secondsFromGMT: 0).iso == "1970-01-01T00:00:00Z")
        #expect(CivilTime(Date(timeIntervalSince1970: -0.5), secondsFromGMT: 0).iso == "1969-12-31T23:59:59Z")
    }
}
