import Foundation
import PatchbayLanguage
import PatchbayModel
import Testing

@testable import PatchbayDialog

@Suite("An entity reads")
struct EntityReaderTests {
    /// 2026-11-21T10:00Z, a Saturday.
    private static let now = Date(timeIntervalSince1970: 1_795_255_200)

    private func read(
        _ type: EntityType,
        _ text: String,
        language: String = "en",
        zone: String = "UTC",
        many: Bool = false,
        rules: JSONObject = JSONObject(),
        pattern: String? = nil,
        choices: ListChoices? = nil
    ) throws -> JSONValue? {
        let reader = EntityReader(
            type: type,
            isMany: many,
            rules: EntityRules(rules, for: type),
            pattern: try pattern.map { try Pattern($0) }
        )
        let surroundings = EntitySurroundings(language: language, timeZone: zone, now: Self.now)
        return reader.value(of: text, choices: choices, in: surroundings)
    }

    @Test(arguments: [
        ("en", "3", "3"), ("en", "1,234.5", "1234.5"), ("en", "1,234", "1234"), ("en", "-7", "-7"), ("en", "+7", "7"),
        ("en", "0.10", "0.10"),
        ("en", "1,5", "1.5"), ("en", "I need 12 of them", "12"), ("en", "three", "3"), ("en", "007", "7"),
        ("en", ".5", "0.5"),
        ("en", "123456789012345678", "123456789012345678"), ("en", "-0", "0"),
        ("de", "1.234,5", "1234.5"), ("de", "1.234", "1234"), ("de", "1.5", "1.5"), ("de", "zwölf", "12"),
        ("de-AT", "2,50", "2.50"),
        ("de", "ich brauche 3 Stück", "3"), ("en", "minus 3", "-3"), ("de", "minus drei", "-3"),
    ])
    func `numbers as they are written in a language`(language: String, text: String, expected: String) throws {
        #expect(try read(.number, text, language: language)?.number?.text == expected)
    }

    @Test(arguments: [
        ("en", "1234567890123456789"), ("en", "many"), ("en", "1,23,456"), ("en", "3 or 4"), ("en", "1e5"), ("en", ""),
        ("en", "-"),
        ("en", "1.2.3"), ("de", "1,2,3"), ("en", "٣"),
        ("en", "twenty one"), ("en", "twenty-one"), ("en", "one hundred"), ("en", "5 thousand"),
        ("en", "three and a half"), ("en", "3 dozen"), ("en", "three point five"), ("de", "2,5 Millionen"),
        ("de", "3 Dutzend"), ("de", "zwei Komma fünf"),
    ])
    func `no number where there is none, or more than one`(language: String, text: String) throws {
        #expect(try read(.number, text, language: language) == nil)
    }

    @Test(arguments: [
        ("2026-12-24", "2026-12-24"), ("on 2026-12-24, please", "2026-12-24"), ("today", "2026-11-21"),
        ("Tomorrow!", "2026-11-22"),
        ("yesterday", "2026-11-20"), ("the day after tomorrow", "2026-11-23"), ("monday", "2026-11-23"),
        ("on Friday", "2026-11-27"),
        ("saturday", "2026-11-21"), ("next saturday", "2026-11-28"), ("next monday", "2026-11-23"),
        ("last saturday", "2026-11-14"),
        ("last friday", "2026-11-20"), ("heute", "2026-11-21"), ("morgen", "2026-11-22"), ("übermorgen", "2026-11-23"),
        ("gestern", "2026-11-20"), ("am Mittwoch", "2026-11-25"), ("nächsten Samstag", "2026-11-28"),
        ("kommenden Dienstag", "2026-11-24"),
        ("letzten Montag", "2026-11-16"), ("2024-02-29", "2024-02-29"),
    ])
    func `days, as ISO dates`(text: String, expected: String) throws {
        #expect(try read(.date, text)?.string == expected)
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "soon", "monday or tuesday", "", "2026-1-1", "0000-01-01", "friday next week",
        "heute in einer Woche", "a week from tomorrow",
    ])
    func `no day where there is none, or more than one`(text: String) throws {
        #expect(try read(.date, text) == nil)
    }

    @Test(arguments: [
        ("Pacific/Kiritimati", "2026-11-22"), ("America/Los_Angeles", "2026-11-21"), ("Etc/GMT+12", "2026-11-20"),
    ])
    func `today by the conversation's time zone`(zone: String, expected: String) throws {
        #expect(try read(.date, "today", zone: zone)?.string == expected)
    }

    @Test(arguments: [
        ("6:00", "T06:00:00+05:30"), ("6 am", "T06:00:00+05:30"), ("6pm", "T18:00:00+05:30"),
        ("12 am", "T00:00:00+05:30"),
        ("12:15 p.m.", "T12:15:00+05:30"), ("18:30:15", "T18:30:15+05:30"), ("um 18 Uhr", "T18:00:00+05:30"),
        ("18.30 Uhr", "T18:30:00+05:30"), ("noon", "T12:00:00+05:30"), ("Mitternacht", "T00:00:00+05:30"),
        ("7", "T07:00:00+05:30"),
        ("at 9:05 please", "T09:05:00+05:30"), ("24:00", "T00:00:00+05:30"),
        ("12 Uhr 30", "T12:30:00+05:30"), ("18h30", "T18:30:00+05:30"), ("12 o'clock", "T12:00:00+05:30"),
        ("6 o’clock pm", "T18:00:00+05:30"), ("7 Uhr abends", "T19:00:00+05:30"), ("at 7", "T07:00:00+05:30"),
        ("7 in the evening", "T19:00:00+05:30"), ("8 Uhr morgens", "T08:00:00+05:30"), ("um 7", "T07:00:00+05:30"),
        ("19 Uhr abends", "T19:00:00+05:30"), ("8 in the morning", "T08:00:00+05:30"),
    ])
    func `times of day with the zone's offset`(text: String, expected: String) throws {
        #expect(try read(.time, text, zone: "Asia/Kolkata")?.string == expected)
    }

    @Test(arguments: [
        "25:00", "12:60", "13 pm", "whenever", "6:00 or 7:00", "2026-12-24", "", "half past 6 pm", "halb 7 Uhr",
        "quarter to 5 pm", "Viertel vor 5 Uhr", "5 vor 12 Uhr", "from 6 to 8 pm", "um 7 Uhr 20 Personen", "12 Uhr 75",
        "in 5", "the 7", "am 7",
    ])
    func `no time where there is none, or more than one`(text: String) throws {
        #expect(try read(.time, text) == nil)
    }

    @Test(arguments: [
        ("Ada@Example.ORG", "Ada@example.org"), ("write to ada+x@mail.example.org, please", "ada+x@mail.example.org"),
        ("<ada@example.org>", "ada@example.org"),
    ])
    func `e-mail addresses`(text: String, expected: String) throws {
        #expect(try read(.email, text)?.string == expected)
    }

    @Test(arguments: [
        "ada@", "@example.org", "ada@localhost", "a..b@example.org", "ada at example.org", "a@b.c d@e.f",
        "ada@exa_mple.org",
    ])
    func `no e-mail address where there is none, or more than one`(text: String) throws {
        #expect(try read(.email, text) == nil)
    }

    @Test(arguments: [
        ("+49 (170) 123-4567", "+491701234567"), ("112", "112"), ("call me at 030/901820", "030901820"),
        ("555.123.4567", "5551234567"), ("+49 (0)30 1234567", "+49301234567"), ("(0)30 123", "030123"),
    ])
    func `phone numbers, keeping the plus`(text: String, expected: String) throws {
        #expect(try read(.phoneNumber, text)?.string == expected)
    }

    @Test(arguments: ["12", "1234567890123", "none", ""])
    func `no phone number of fewer than 3 or more than 12 digits`(text: String) throws {
        #expect(try read(.phoneNumber, text) == nil)
    }

    @Test(arguments: [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"), ("see www.example.org.", "www.example.org"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
    ])
    func `web addresses`(text: String, expected: String) throws {
        #expect(try read(.url, text)?.string == expected)
    }

    @Test(arguments: [
        "ftp://example.org", "https://", "javascript:alert(1)", "https://exa mple", "https://a.b:99999", "example",
    ])
    func `no web address where there is none`(text: String) throws {
        #expect(try read(.url, text) == nil)
    }

    @Test(arguments: [
        ("yes", true), ("Ja, gerne!", true), ("👍", true), ("true", true), ("no", false), ("Nein.", false), ("👎", false),
    ])
    func `truth values`(text: String, expected: Bool) throws {
        #expect(try read(.boolean, text) == .bool(expected))
    }

    private static func priorities() throws -> ListChoices {
        let text = dialog(
            """
            {"id": "begin", "kind": "entity", "type": "list", "prompts": [{"id": "p", "text": "?"}], "values": [
              {"id": "low", "value": 1, "title": {"en": "Low", "de": "Niedrig"}},
              {"id": "urgent", "value": "urgent", "title": {"en": "Urgent", "de": "Dringend"}, "synonyms": {"en": ["asap", "right now"]}},
              {"id": "later"}], "next": "end"}
            """
        )
        guard case .entity(let entity) = try Dialog(parse(text)).nodes[0].body else { return ListChoices([]) }
        return ListChoices(entity.values)
    }

    @Test(arguments: [
        ("urgent", "urgent" as JSONValue), ("URGENT!", "urgent"), ("dringend", "urgent"), ("asap", "urgent"),
        ("2", "urgent"),
        ("I need it right now", "urgent"), ("low", 1), ("1", 1), ("Niedrig", 1), ("later", "later"),
    ])
    func `list values by value, title, synonym or number`(text: String, expected: JSONValue) throws {
        #expect(try read(.list, text, choices: Self.priorities()) == expected)
    }

    @Test(arguments: ["4", "urgently", "low or urgent", "0", "", "…"])
    func `no list value where none or several are named`(text: String) throws {
        #expect(try read(.list, text, choices: Self.priorities()) == nil)
    }

    @Test func `no number for a list value where the rule says so`() throws {
        #expect(try read(.list, "2", rules: ["noIndexMatch": true], choices: Self.priorities()) == nil)
        #expect(try read(.list, "1", rules: ["noIndexMatch": true], choices: Self.priorities()) == 1)
    }

    @Test func `list values from a variable`() throws {
        let list: JSONValue = [
            ["k": 7, "name": "Red", "alias": "rot, rouge"], ["k": 8, "name": "Blue", "alias": ["blau"]],
        ]
        let rule: JSONValue = ["value": "context.x", "key": "k", "title": "name", "synonyms": "alias"]
        let choices = ListChoices(list, rule: rule, language: "en")
        #expect(choices.choice("blau", allowsIndex: true) == 8)
        #expect(choices.choice("rouge", allowsIndex: true) == 7)
        #expect(choices.choice("red", allowsIndex: true) == 7)
        #expect(choices.title(of: 8, in: "en") == "Blue")
        #expect(ListChoices(["a", "b"], rule: ["value": "x"], language: "en").choice("2", allowsIndex: true) == "b")
    }

    @Test func `a text that matches the pattern wholly`() throws {
        #expect(try read(.custom, " AB-123 ", pattern: "[A-Z]{2}-[0-9]{3}") == "AB-123")
        #expect(try read(.custom, "AB-1234", pattern: "[A-Z]{2}-[0-9]{3}") == nil)
    }

    @Test func `a message with what is attached`() throws {
        let reader = EntityReader(
            type: .message,
            isMany: false,
            rules: EntityRules(JSONObject(), for: .message),
            pattern: nil
        )
        let surroundings = EntitySurroundings(language: "en", timeZone: "UTC", now: Self.now)
        let value = reader.value(of: " as it is ", attachments: ["file-1"], choices: nil, in: surroundings)
        #expect(value == ["text": " as it is ", "attachments": ["file-1"]])
    }

    @Test(
        arguments: [
            (EntityType.string, "apples, pears; plums", ["apples", "pears", "plums"] as JSONValue),
            (.string, "salt and pepper, oil", ["salt and pepper", "oil"]),
            (.number, "1, 2 and 3", [1, 2, 3]), (.number, "1,234; 5", [1234, 5]),
            (.date, "today and tomorrow", ["2026-11-21", "2026-11-22"]),
            (.email, "a@b.org, c@d.org", ["a@b.org", "c@d.org"]),
        ] as [(EntityType, String, JSONValue)]
    )
    func `several values where it takes many`(type: EntityType, text: String, expected: JSONValue) throws {
        #expect(try read(type, text, many: true) == expected)
    }

    @Test(
        arguments: [
            (EntityType.number, ["minimum": 1], "1", true), (.number, ["minimum": 1], "0.99", false),
            (.number, ["maximum": 10], "10", true), (.number, ["maximum": 10], "10.01", false),
            (.number, ["maximum": 9007199254740993], "9007199254740994", false),
            (.number, ["whole": true], "1.5", false), (.number, ["whole": true], "2.0", true),
            (.number, ["whole": false], "1.5", true),
            (.string, ["minLength": 3], "abc", true), (.string, ["minLength": 3], " ab ", false),
            (.description, ["maxLength": 3], "abc", true), (.description, ["maxLength": 3], "abcd", false),
            (.string, ["maxLength": 2], "\u{1F1E9}\u{1F1EA}e\u{301}", true),
            (.email, ["maxLength": 10], "me@b.org", true), (.email, ["maxLength": 7], "me@b.org", false),
            (.phoneNumber, ["minLength": 5], "112", false), (.phoneNumber, ["minLength": 5], "030 901820", true),
            (.url, ["maxLength": 15], "www.example.org", true), (.url, ["maxLength": 14], "www.example.org", false),
            (.date, ["earliest": "2026-12-01"], "2026-11-30", false),
            (.date, ["earliest": "2026-12-01"], "2026-12-01", true),
            (.date, ["latest": "2026-12-01"], "2026-12-02", false),
            (.date, ["earliest": "today"], "yesterday", false), (.date, ["earliest": "today"], "today", true),
            (.date, ["latest": "now"], "tomorrow", false),
            (.time, ["earliest": "09:00"], "8:59", false), (.time, ["earliest": "T09:00:00"], "9:00", true),
            (.time, ["latest": "17:30"], "17:30:01", false), (.time, ["latest": "17:30"], "5:30 pm", true),
        ] as [(EntityType, JSONObject, String, Bool)]
    )
    func `only what its rules allow`(type: EntityType, rules: JSONObject, text: String, isAllowed: Bool) throws {
        #expect((try read(type, text, rules: rules) != nil) == isAllowed)
    }

    @Test func `a custom value no longer than its rules allow`() throws {
        #expect(try read(.custom, "AAA", rules: ["maxLength": 2], pattern: "A+") == nil)
        #expect(try read(.custom, "AA", rules: ["maxLength": 2], pattern: "A+") == "AA")
    }

    @Test(arguments: [
        // It is 10:00 in London then, 15:30 in Kolkata, and the next day on Kiritimati.
        (EntityType.time, "UTC", "earliest", "10:00", true), (.time, "UTC", "earliest", "9:59", false),
        (.time, "Asia/Kolkata", "earliest", "15:29", false), (.time, "Asia/Kolkata", "latest", "15:30", true),
        (.time, "Asia/Kolkata", "latest", "15:31", false),
        (.date, "Pacific/Kiritimati", "earliest", "2026-11-21", false),
        (.date, "Pacific/Kiritimati", "latest", "2026-11-22", true),
    ])
    func `bounds by the conversation's clock`(
        type: EntityType,
        zone: String,
        rule: String,
        text: String,
        isAllowed: Bool
    ) throws {
        #expect((try read(type, text, zone: zone, rules: [rule: "now"]) != nil) == isAllowed)
    }

    @Test(arguments: ["10:00:59", "T10:00"])
    func `the minute that runs as now`(text: String) throws {
        let late = EntitySurroundings(language: "en", timeZone: "UTC", now: Self.now.addingTimeInterval(45))
        #expect(EntityMoment.now.time(in: late) == 36_000)
        #expect(EntityMoment(text, for: .time) != nil)
        let before1970 = EntitySurroundings(language: "en", timeZone: "UTC", now: Date(timeIntervalSince1970: -30))
        #expect(before1970.minuteOfDay == 1_439)
    }

    @Test(arguments: ["24:00", "9:00", "12:60", "T", "", "12:00:00:00", "١٢:00", "today", "2026-12-24"])
    func `no bound of a time where there is none`(text: String) {
        #expect(EntityMoment(text, for: .time) == nil)
    }

    @Test func `no fewer and no more values than its rules allow`() throws {
        let rules: JSONObject = ["minItems": 2, "maxItems": 3, "maximum": 10]
        #expect(try read(.number, "1", many: true, rules: rules) == nil)
        #expect(try read(.number, "1, 2", many: true, rules: rules) == [1, 2])
        #expect(try read(.number, "1, 2, 3, 4", many: true, rules: rules) == nil)
        #expect(try read(.number, "1, 11", many: true, rules: rules) == nil)
        #expect(try read(.string, "salt and pepper", many: true, rules: ["minItems": 2]) == ["salt", "pepper"])
    }

    @Test(arguments: EntityType.allCases)
    func `anything at all without harm`(type: EntityType) throws {
        let nasty = [
            "", " ", "\0", "🙂", "\u{202E}abc", String(repeating: "9", count: 100_000),
            String(repeating: "a ", count: 50_000),
            String(repeating: "1:", count: 10_000), "-9223372036854775808", "2026-99-99", "+++", "@@@", "{{context.x}}",
            "1,,,2", "\u{1F1E9}\u{1F1EA}",
            String(repeating: "(", count: 10_000), "e\u{301}", "99999999999999999999:99",
        ]
        for text in nasty {
            _ = try read(type, text, language: "de", many: true, choices: Self.priorities())
            _ = try read(type, text, choices: Self.priorities())
        }
    }
}
