import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("A pattern")
struct PatternTests {
    @Test(
        arguments: [
            ("a+", "bab", true), ("a+", "bbb", false), ("^a*$", "", true), ("^a*$", "aab", false), ("", "", true),
            ("", "x", true),
            ("^$", "", true), ("^$", "x", false), ("$", "abc", true), ("^", "abc", true), ("a$", "ba", true),
            ("a$", "ab", false),
            ("^[a-zA-Z0-9_-]+$", "ab_C-9", true), ("^[a-zA-Z0-9_-]+$", "ab c", false), ("[^]", "\n", true),
            ("[]", "a", false),
            (".", "\n", false), (".", "é", true), ("^\\d{3}$", "123", true), ("^\\d{3}$", "1234", false),
            ("^\\d{3}$", "١٢٣", false),
            ("^\\d{2,}$", "1", false), ("^\\d{2,}$", "12345", true), ("^\\d{2,4}$", "12345", false),
            ("^\\d{0}$", "", true),
            ("^\\w+$", "a_1", true), ("^\\w+$", "é", false), ("^\\s$", "\u{FEFF}", true), ("^\\S$", "\u{2003}", false),
            ("^[\\s\\S]*$", "a\nb", true), ("^[^\\d\\s]+$", "ab", true), ("^[^\\d\\s]+$", "a b", false),
            ("^\\D\\W$", "a!", true),
            ("\\bcat\\b", "a cat!", true), ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true),
            ("\\Bcat", "cat", false),
            ("^\\b", "a", true), ("\\b$", "a!", false), ("\\b", "!!", false), ("\\B", "", true), ("\\b", "", false),
            ("^\\p{L}+$", "Grüße", true), ("^\\p{L}+$", "a1", false), ("^\\p{Lu}\\p{Ll}+$", "Änne", true),
            ("^\\P{L}+$", "12", true),
            ("^\\p{Letter}+$", "π", true), ("^[\\p{Nd}.]+$", "١.5", true), ("^[^\\p{L}]$", "é", false),
            ("^[^\\P{L}]$", "é", true),
            ("^\\u00e9\\x41$", "éA", true), ("^\\u{1F600}$", "😀", true), ("^\\uD83D\\uDE00$", "😀", true),
            ("^.$", "😀", true),
            ("^(?:ab|a)(c|bcd)$", "abcd", true), ("^(a|b|)c$", "c", true), ("^(?<year>\\d{4})$", "2026", true),
            ("^a*?b+?c??$", "aabb", true), ("^(a?){3}$", "aa", true), ("^(a?b?){2}$", "abab", true),
            ("^(a?b?){2}$", "ababa", false),
            ("^(a*)*$", "aaa", true), ("^(a*)*$", "aab", false), ("^(a|aa)+$", "aaaaa", true), ("^(|a)+$", "aa", true),
            ("^[\\w.-]+@[\\w-]+\\.\\w+$", "a.b@c-d.de", true), ("^[\\w-.]+$", "a-b.c", true),
            ("^\\{x\\}$", "{x}", true),
            ("^{x}$", "{x}", true), ("^a{x$", "a{x", true), ("^[\\b]$", "\u{8}", true), ("^\\cA$", "\u{1}", true),
            ("^\\0$", "\0", true),
            ("^[a\\-z]$", "-", true), ("^[]a]$", "a", false), ("^[-a]$", "-", true), ("^[a-]$", "-", true),
            ("\\/", "/", true),
            ("a|^$", "", true), ("a|^$", "b", false), ("x|$", "abc", true), ("(^a|b$)", "cb", true),
            ("(^a|b$)", "bc", false),
        ] as [(String, String, Bool)]
    )
    func `says whether it stands in a text`(source: String, text: String, expected: Bool) throws {
        #expect(try Pattern(source).matches(text) == expected)
    }

    @Test(
        arguments: [
            ("a+", "aaa", true), ("a+", "aab", false), ("a|ab", "ab", true), ("", "", true), ("", "a", false),
            ("^a$", "a", true),
            ("\\+?\\d{3,12}", "+4912345", true), ("\\+?\\d{3,12}", "+49 12345", false), ("a\\b", "a", true),
            ("a\\B", "a", false),
        ] as [(String, String, Bool)]
    )
    func `says whether it is a text`(source: String, text: String, expected: Bool) throws {
        #expect(try Pattern(source).wholeMatch(text) == expected)
    }

    @Test(
        arguments: [
            ("(a)\\1", "back-reference '\\1'", 3), ("(?<n>a)\\k<n>", "back-reference '\\k'", 7),
            ("a(?=b)", "look-ahead '(?='", 1),
            ("a(?!b)", "negative look-ahead", 1), ("(?<=a)b", "look-behind", 0), ("(?<!a)b", "negative look-behind", 0),
            ("(?i)a", "unknown kind of group", 0), ("(a", "never closed", 0), ("a)", "closes no group", 1),
            ("[a", "never closed", 0),
            ("*a", "repeats nothing", 0), ("a**", "repeats a repeat", 2), ("a{2}{3}", "repeats a repeat", 4),
            ("^*", "repeats nothing", 1),
            ("a{3,2}", "at least more than at most", 1), ("[z-a]", "backwards", 1), ("\\q", "unknown escape '\\q'", 0),
            ("\\p{Greek}", "unknown character property 'Greek'", 0), ("\\u12", "4 hexadecimal", 0),
            ("a\\", "ends after", 1),
            ("\\uD83D\\u0041", "lone surrogate", 0), ("{3}", "repeat count repeats nothing", 0),
            ("(a{100}){101}", "larger than 10000 states", 0), ("a{999999999999999999999}", "larger than", 0),
            (String(repeating: "(", count: 200) + String(repeating: ")", count: 200), "nest deeper", 100),
            (String(repeating: "a?", count: 900), "too many ways", 0),
        ] as [(String, String, Int)]
    )
    func `that is not served is refused with construct and place`(source: String, expected: String, offset: Int) throws
    {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.message.contains(expected) == true, "\(String(describing: error))")
        #expect(error?.offset == offset)
    }

    /// Patterns that keep backtracking matchers busy for hours.
    static let hostile = [
        "^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(a*)*b$", "^(.*a){12}$", "(a?){30}a{30}$", "^([a-z]+)*\\d$", "(x+x+)+y",
        "^(\\w+\\s?)*$",
        "(.*)(.*)(.*)(.*)(.*)=", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a|b|ab)*c", "^(?:a?){50}$", "(a{1,100}){1,30}b",
        "^.{1,4096}!$",
        "\\b(\\w+\\b\\s*)*!", "^(a+){2,40}$", "(?:a|aa|aaa|aaaa)+!", "[^!]*[^?]*[^.]*;", "(a.*){10}b", "^(\\p{L}+)+$",
        "(a?b?c?d?e?f?g?h?)*!",
    ]

    /// Without optimization a tenth of the length says the same.
    #if DEBUG
        static let longest = 10_000
    #else
        static let longest = 100_000
    #endif

    @Test(.timeLimit(.minutes(1)), arguments: hostile)
    func `that is hostile takes a bounded number of steps for each character`(source: String) throws {
        let pattern = try Pattern(source)
        for length in [10, 1000, Self.longest] {
            let text = String(repeating: "a", count: length)
            _ = pattern.matches(text + "!?")
            _ = pattern.wholeMatch(text)
        }
        #expect(pattern.costOfCharacter <= Pattern.maxCost)
    }

    @Test(arguments: ["^(a+)+$", "^.{1,4096}$", "(a{1,100}){1,30}"])
    func `finds the same in a long text as in a short one`(source: String) throws {
        let pattern = try Pattern(source)
        #expect(pattern.matches(String(repeating: "a", count: 1000)))
        #expect(pattern.wholeMatch(String(repeating: "a", count: 1000)))
        #expect(!pattern.wholeMatch(String(repeating: "a", count: 1000) + "\n"))
    }

    @Test func `agrees with a simple search over all ways`() throws {
        var chance = SplitMix64(seed: 7)
        for _ in 0..<400 {
            let source = Self.random(&chance, depth: 3)
            let pattern = try Pattern(source)
            let syntax = try {
                var parser = PatternParser(source); return try parser.pattern()
            }()
            for _ in 0..<12 {
                let text = String(
                    (0..<Int.random(in: 0...6, using: &chance)).map { _ in "ab ".randomElement(using: &chance) ?? "a" }
                )
                let scalars = Array(text.unicodeScalars)
                let ends = { (from: Int) in Self.ends(syntax, scalars, from) }
                #expect(pattern.wholeMatch(text) == ends(0).contains(scalars.count), "\(source) on '\(text)'")
                #expect(
                    pattern.matches(text) == (0...scalars.count).contains { !ends($0).isEmpty },
                    "\(source) in '\(text)'"
                )
            }
        }
    }

    @Test func `never traps whatever it is made of`() {
        var chance = SplitMix64(seed: 11)
        let parts = [
            "a", "(", ")", "[", "]", "{", "}", "1", ",", "*", "+", "?", "^", "$", "\\", "b", "p{L}", "u", "|", "-", ".",
            "(?:", "é", "{2,3}", "<", "=",
        ]
        for _ in 0..<3000 {
            let source = (0..<Int.random(in: 0...12, using: &chance)).map { _ in
                parts.randomElement(using: &chance) ?? ""
            }.joined()
            guard let pattern = try? Pattern(source) else { continue }
            _ = pattern.matches("aab(1é")
            _ = pattern.wholeMatch("")
            _ = pattern.example
        }
    }

    @Test(arguments: [
        "^tunnel_[a-z0-9]{32}$", "^\\+?\\d{3,12}$", "^[A-Z]{2}-\\d+$", "(foo|bar)\\s+baz", "^\\p{Lu}\\p{Ll}*$",
        "^[^a-z]$",
    ])
    func `gives an example that it matches`(source: String) throws {
        let pattern = try Pattern(source)
        #expect(pattern.example.map(pattern.matches) == true)
    }

    private static func random(_ chance: inout SplitMix64, depth: Int) -> String {
        let leaves = ["a", "b", ".", "[^a]", "\\w", "^", "$", "\\b", "\\B", ""]
        guard depth > 0 else { return leaves.randomElement(using: &chance) ?? "a" }
        let inner = { (chance: inout SplitMix64) in random(&chance, depth: depth - 1) }
        switch Int.random(in: 0..<5, using: &chance) {
        case 0: return inner(&chance) + inner(&chance)
        case 1: return "(\(inner(&chance))|\(inner(&chance)))"
        case 2:
            return "(\(inner(&chance)))"
                + (["*", "+", "?", "{2}", "{1,3}", "{2,}"].randomElement(using: &chance) ?? "")
        default: return inner(&chance)
        }
    }

    /// Every place where a match from a place can end, by trying all ways.
    private static func ends(_ syntax: PatternSyntax, _ text: [Unicode.Scalar], _ from: Int) -> Set<Int> {
        switch syntax {
        case .empty: return [from]
        case .set(let set):
            return from < text.count && set.contains(text[from].value, category: text[from].categoryPlace)
                ? [from + 1] : []
        case .sequence(let parts):
            return parts.reduce([from]) { places, part in Set(places.flatMap { ends(part, text, $0) }) }
        case .choice(let parts): return Set(parts.flatMap { ends($0, text, from) })
        case .repeated(let part, let least, let most):
            var result: Set<Int> = least == 0 ? [from] : []
            var places: Set<Int> = [from]
            for count in 1...(most ?? least + text.count + 1) where (most ?? 1) > 0 {
                places = Set(places.flatMap { ends(part, text, $0) })
                if count >= least { result.formUnion(places) }
            }
            return result
        case .assertion(let assertion):
            func word(_ place: Int) -> Bool {
                text.indices.contains(place) && ScalarSet.word.contains(text[place].value, category: 0)
            }
            let boundary = word(from - 1) != word(from)
            let holds =
                switch assertion {
                case .start: from == 0
                case .end: from == text.count
                case .wordBoundary: boundary
                case .noWordBoundary: !boundary
                }
            return holds ? [from] : []
        }
    }
}
