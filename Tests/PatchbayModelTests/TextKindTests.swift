import Testing

@testable import PatchbayModel

@Suite("Kinds of text")
struct TextKindTests {
    static let kinds: [(String, TextKind)] = [
        ("id", .id), ("name", .name), ("elementID", .elementID), ("operation", .operation), ("nodePlace", .nodePlace),
        ("contextPath", .contextPath), ("file", .file), ("duration", .duration), ("size", .size), ("date", .date),
        ("timestamp", .timestamp), ("moment", .moment), ("money", .money), ("currency", .currency),
        ("language", .language),
        ("timeZone", .timeZone), ("version", .version), ("versionRange", .versionRange), ("pointer", .pointer),
        ("hash", .hash),
        ("host", .host), ("hostAndPort", .hostAndPort), ("addressAndPort", .addressAndPort), ("origin", .origin),
        ("url", .url),
        ("urlWithNames", .urlWithNames), ("requestURL", .requestURL), ("path", .path), ("header", .header),
        ("environment", .environment), ("publicKey", .publicKey), ("signature", .signature),
        ("pluginPattern", .pluginPattern), ("hostPattern", .hostPattern), ("archivePlace", .archivePlace),
    ]

    /// Texts of all sorts, near the edges of every kind.
    static let texts: [String] = {
        let hash = String(repeating: "0a", count: 32)
        return [
            "", " ", "a", "A", "1", "-", "_", "a-", "a_", "-a", "_a", "a1", "1a", "aB", "Ab", "ä", "a b", "a\nb", "a\n",
            "end",
            String(repeating: "a", count: 64), String(repeating: "a", count: 65),
            "1" + String(repeating: "a", count: 63),
            "a/b", "a/b/c", "/a", "a/", "a//b", "a/B", "A/b", "a/b_c", "a/b-c", "plugin/an-operation",
            "dialog/someNode",
            "total", "entities.subject", "a.b.c", "a.", ".a", "a..b", "a[0]", "a[0].b", "a[]", "a[x]", "a['b c']",
            "a['b']x", "a['']", "a[0",
            ".hidden", "..", "../a", "a/..", "a/../b", ".", "./a", "a/.b", "a.b", "..a", "dir/file.json", "a\\b",
            "C:/a", "@x/y", "a+b",
            "0ms", "250ms", "20s", "10m", "24h", "7d", "00s", "01s", "-1s", "1.5s", "1 s", "s", "20", "20S",
            "99999999999ms", "999999999999ms",
            "99999999s", "999999999s", "999d", "1000d", "9999h", "10000h",
            "512B", "64KiB", "10MiB", "1GiB", "1KB", "1kib", "0B", "1TiB", "999GiB", "1000GiB", "1.5MiB",
            "2026-01-31", "2026-13-01", "2026-00-01", "2026-01-32", "2026-1-1", "20260131", "2026-01-31 ",
            "2026-01-31T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.123Z",
            "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+01:00", "2026-01-31t12:00:00z",
            "2026-01-31T12:00:00.1234567890Z",
            "0", "0.15", "00.1", ".5", "5.", "12.34", "-1", "1e3", "1,5", "123456789012345", "1234567890123456",
            "EUR", "eur", "EURO", "EU", "en", "de-AT", "zh-Hant", "zh-Hant-TW", "es-419", "EN", "en-us", "e", "engl",
            "de-", "de-AT-x", "zh-hant", "yue",
            "UTC", "Europe/Berlin", "Etc/GMT+1", "America/Argentina/Buenos_Aires", "Europe/", "/Berlin",
            "Europe Berlin",
            "1.2.3", "1.2", "1.2.3.4", "01.2.3", "1.2.3-beta", "1.2.3-beta.1", "1.2.3-", "1.2.3-b..c", "1.2.3+build",
            "v1.2.3", "0.0.0", "1000000000.0.0",
            ">=1.0.0", ">=1.0.0 <2.0.0", ">= 1.0.0", ">=1.0.0  <2.0.0", "^1.0.0", "=1.0.0", "==1.0.0", ">1.0.0 ",
            "<=1.0.0-b", "=>1.0.0",
            "/", "/a~0b", "/a~1b", "/a~2b", "/a~", "/~01", "//", "/ä", "a~0", "/0/b c",
            "sha256:" + hash, "sha256:" + hash.uppercased(), "sha256:" + hash + "0", "sha1:" + hash, "sha256:", hash,
            "api.example.com", "*.example.com", "{tenant}.example.com", "{tenant}-api.example.com", "*.com", "*",
            "example", "localhost",
            "localhost:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8080", "::1", "0x7f.1", "example.com.",
            ".example.com", "a..com", "-a.com",
            "a-.com", "API.example.com", "example.com:443", "example.com:", "example.com:123456", "*.example.com:80",
            "a.b.c.d", "1.a", "a.1",
            "{x.example.com", "{}.example.com", "a.{b}", "x.{b}.com", "{1}.example.com", "xn--bcher-kva.example",
            "https://example.com", "http://example.com:80", "https://", "ftp://example.com", "https://a b",
            "https://example.com/ä", "https://{a}.b/c",
            "https://[::1]:1", "HTTPS://example.com", "https://example.com/", "https://example.com/%C3%A4?q=1#f",
            "https://*.a.com", "https://a|b~",
            "{{env.base}}/x", "{{env.base}}/x y", "{{", "{env}", "https://{{env.host}}/a", "https://a/\t",
            "/tickets", "/tickets/{id}.json", "tickets", "/a b", "/ä", "Content-Type", "X-Trace", "a:b", "x y", "*'",
            "ed25519:" + String(repeating: "A", count: 43) + "=", "ed25519:" + String(repeating: "B", count: 43) + "=",
            "ed25519:" + String(repeating: "A", count: 42) + "=", String(repeating: "+", count: 85) + "w==",
            String(repeating: "A", count: 86) + "=", String(repeating: "/", count: 86) + "==", "acme-*", "*-a", "a*b",
            "https://a/b.zip", "http://a/b.zip", "archives/a-1.zip", "*.127.0.0.1",
            "X_Y", "OPENAI_API_KEY", "_X", "1X", "X1",
            String(repeating: "X", count: 128), String(repeating: "X", count: 129),
        ]
    }()

    @Test(arguments: kinds)
    func `the pattern of the schema and the reader agree`(name: String, kind: TextKind) throws {
        let pattern = try #require(kind.pattern)
        let regex = try Regex(pattern)
        for text in Self.texts {
            // `$` of this engine, unlike that of JSON Schema, also matches before a last line break.
            let wanted = !text.hasSuffix("\n") && text.firstMatch(of: regex) != nil
            #expect(kind.matches(text) == wanted, "\(name): \(text)")
        }
    }

    @Test(arguments: kinds)
    func `some texts are taken and some are not`(name: String, kind: TextKind) {
        #expect(Self.texts.contains { kind.matches($0) }, "\(name)")
        #expect(Self.texts.contains { !kind.matches($0) }, "\(name)")
        #expect(!kind.noun.isEmpty && !kind.hint.isEmpty, "\(name)")
    }

    @Test func `what is taken as a unit is understood as one`() {
        for text in Self.texts where TextKind.duration.matches(text) {
            #expect(DurationText.duration(text) != nil, "\(text)")
        }
        for text in Self.texts where TextKind.size.matches(text) { #expect(SizeText.bytes(text) != nil, "\(text)") }
        for text in Self.texts where TextKind.version.matches(text) { #expect(Version(text) != nil, "\(text)") }
        for text in Self.texts where TextKind.versionRange.matches(text) {
            #expect(VersionRange(text) != nil, "\(text)")
        }
        for text in Self.texts { #expect(TextKind.pointer.matches(text) == (JSONPointer(text) != nil), "\(text)") }
    }
}
