import Testing

@testable import PatchbayHTTP

@Suite("A URL on its way out")
struct OutboundURLTests {
    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com:443", "/", "https://api.example.com/"),
        (
            "HTTPS://API.Example.COM:8443/v1?x=%20&y", "https://api.example.com:8443", "/v1?x=%20&y",
            "https://api.example.com:8443/v1?x=%20&y"
        ),
        ("http://127.0.0.1:11434/api", "http://127.0.0.1:11434", "/api", "http://127.0.0.1:11434/api"),
        ("http://[::1]:80/", "http://[::1]:80", "/", "http://[::1]/"),
        ("https://[2001:DB8:0:0:0:0:0:1]", "https://[2001:db8::1]:443", "/", "https://[2001:db8::1]/"),
        (
            "https://xn--mnchen-3ya.example?q", "https://xn--mnchen-3ya.example:443", "/?q",
            "https://xn--mnchen-3ya.example/?q"
        ),
        ("http://my_service:9000//a//b/", "http://my_service:9000", "//a//b/", "http://my_service:9000//a//b/"),
    ])
    func `is read as origin and target`(text: String, origin: String, target: String, written: String) throws {
        let url = try OutboundURL(text)
        #expect(url.origin == origin)
        #expect(url.target == target)
        #expect(url.text == written)
    }

    @Test(arguments: [
        // Loopback in the spellings that lenient readers take.
        "http://127.1/", "http://127.0.1/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://2130706433/",
        "http://0177.0.0.1/",
        "http://017700000001/", "http://127.0.0.01/", "http://127.0.0.1./", "http://①②⑦.⓪.⓪.①/",
        "http://%31%32%37.0.0.1/",
        "http://127。0。0。1/", "http://0x7F.1/", "http://0/", "http://0x/", "http://1.2.3.4.5/", "http://256.0.0.1/",
        "http://[::1%25eth0]/", "http://[::1", "http://[::127.0.0]/", "http://[1:2:3]/", "http://[:::1]/",
        "http://[127.0.0.1]/",
        "http://[::1]x/", "http://[::ffff:127.1]/",
        // Two readers, two hosts.
        "http://127.0.0.1\\@evil.example/", "http://user@host/", "http://user:password@host/", "http://host@127.0.0.1/",
        "http://a b/", "http://host\t/", "http://host\r\n/", "http://host/\u{0}", "http://hōst/", "http://ho%73t/",
        "http:///path",
        "http://", "//host/", "/path", "host/path", "", "http:/host/", "http:host", "http://host:/", "http://host:0/",
        "http://host:0443/", "http://host:65536/", "http://host:-1/", "http://host:8 0/",
        "http://host:99999999999999999999/",
        "http://.host/", "http://host..name/", "http://host./", "http://-host/",
        "http://\(String(repeating: "a", count: 64)).test/",
        // Other schemes.
        "file:///etc/passwd", "ftp://host/", "gopher://host/", "javascript:alert(1)", "data:text/plain,x",
        "http+unix://%2Fsock/x",
        "unix:///run/docker.sock", "ws://host/", " https://host/", "https ://host/",
        // Targets.
        "http://host/#part", "http://host#part", "http://host/%", "http://host/%4", "http://host/%zz",
        "http://host/a\\b",
        "http://host/{x}", "http://host/<x>", "http://host/a|b", "http://host/\"", "http://host/^", "http://host/`",
        "http://host/a/../b", "http://host/..", "http://host/./a", "http://host/%2e%2E/a", "http://host/.%2e/a",
        "http://host/a/%2E",
    ])
    func `is refused where readers disagree`(text: String) {
        #expect(throws: OutboundURL.Malformed.self) { try OutboundURL(text) }
    }

    @Test
    func `says what is wrong without repeating path and query`() {
        let error = #expect(throws: OutboundURL.Malformed.self) { try OutboundURL("https://host/private?key=hunter2|") }
        #expect(error?.description == "holds a character in path or query that has to be percent-encoded")
    }

    @Test(arguments: [
        ("/other?x", "https://a.test/other?x"), ("?y=1", "https://a.test/v1/models?y=1"),
        ("next", "https://a.test/v1/next"),
        ("../up", "https://a.test/up"), ("../../../up", "https://a.test/up"), ("./", "https://a.test/v1/"),
        ("https://a.test:443/x#f", "https://a.test/x"), ("//b.test/x", "https://b.test/x"),
        ("http://a.test/", "http://a.test/"),
        ("", "https://a.test/v1/models"),
    ])
    func `follows a location as RFC 3986 says`(location: String, expected: String) throws {
        #expect(try OutboundURL("https://a.test/v1/models?q").following(location)?.text == expected)
    }

    @Test(arguments: [
        "https://user@b.test/", "file:///etc/passwd", "javascript:alert(1)", "//127.1/", "/a b", "/\\b", "mailto:x@y",
    ])
    func `does not follow a location with two readings`(location: String) throws {
        #expect(try OutboundURL("https://a.test/v1").following(location) == nil)
    }
}
