import PatchbayConnector
import PatchbayModel
import Testing

@Suite("A base URL")
struct BaseURLsTests {
    @Test
    func `takes connection values as one label and one segment`() throws {
        let url = try BaseURLs.resolve(
            "https://{tenant}.example.com/a/{part}/",
            connection: ["tenant": "Acme-1", "part": "x/y z"]
        )
        #expect(url == "https://acme-1.example.com/a/x%2Fy%20z")
        #expect(try BaseURLs.origin(of: url) == "https://acme-1.example.com:443")
        #expect(try BaseURLs.origin(of: "HTTP://LocalHost:8080/x?y=1") == "http://localhost:8080")
    }

    @Test(arguments: [
        "evil.com/", "a.b", "", "-a", "a@b", "a:1", "ä", "a b", "a\r\nb", "127.0.0.1",
        String(repeating: "a", count: 64),
    ])
    func `refuses a value that is no host label`(value: String) {
        let error = #expect(throws: Failure.self) {
            try BaseURLs.resolve("https://{tenant}.example.com", connection: ["tenant": value])
        }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("'tenant'") == true)
    }

    @Test(arguments: [
        "ftp://example.com", "example.com", "https://user@example.com", "https://example.com\\@evil.example",
        "https://exa mple.com",
        "https://example.com/a/../b", "https://example.com/%2e%2E/b", "https://example.com:0",
        "https://example.com:99999",
        "https://exämple.com", "https://", "https://example.com/#x", "https://a..b/", "https://[::1/x",
        "file:///etc/passwd",
        "https://example.com./", "https://①②⑦.⓪.⓪.①/", "https://%31%32%37.0.0.1/",
    ])
    func `is refused when readers could disagree about it`(url: String) {
        #expect(throws: Failure.self) { try BaseURLs.origin(of: url) }
    }

    @Test(arguments: [
        ("https://api.acme.example/x", true), ("https://api.acme.example:444/x", false),
        ("http://api.acme.example", false),
        ("https://a.b.wild.example", true), ("https://wild.example", false), ("https://notwild.example", false),
        ("https://other.example", false), ("http://local.example:8080", true),
    ])
    func `is covered by the manifest's hosts or not`(url: String, isDeclared: Bool) throws {
        let plugin = try Fixture.plugin([
            "hosts": [
                ["host": "api.{tenant}.example"], ["host": "*.wild.example"],
                ["scheme": "http", "host": "local.example", "port": 8080],
            ]
        ])
        let found = try BaseURLs.isDeclared(url, by: plugin.manifest.hosts, connection: ["tenant": "acme"])
        #expect(found == isDeclared)
        #expect(try !BaseURLs.isDeclared("https://api.acme.example", by: plugin.manifest.hosts))
    }
}
