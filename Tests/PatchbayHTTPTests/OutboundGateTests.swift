import PatchbayConnector
import PatchbayModel
import Testing

@testable import PatchbayHTTP

@Suite("The outbound gate")
struct OutboundGateTests {
    private let reach = Reach(origins: [
        "https://api.test:443", "http://127.0.0.1:11434", "http://[::1]:11434", "http://10.0.0.1:80",
    ])

    private func request(_ url: String, method: String = "GET", headers: HTTPHeaders = [:], allowed: Set<String> = [])
        -> HTTPRequest
    {
        let origins = reach.origins.union(["http://169.254.169.254:80", "http://0.0.0.0:80", "http://localhost:11434"])
        return HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            reach: Reach(origins: origins, allowedPrivate: allowed)
        )
    }

    private func refusal(_ request: HTTPRequest) -> Failure? {
        do {
            _ = try OutboundGate.admit(request)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["https://api.test/v1?x=1", "https://API.test:443/"])
    func `lets an agreed origin through`(url: String) {
        #expect(refusal(request(url)) == nil)
    }

    @Test(arguments: [
        "http://api.test/", "https://api.test:444/", "https://api.test.evil.example/", "https://evil.example/api.test",
    ])
    func `names the way out for an origin nobody agreed to`(url: String) throws {
        let failure = try #require(refusal(request(url)))
        #expect(failure.kind == .blocked)
        #expect(failure.message.contains("run 'integration allow "))
    }

    @Test
    func `lets exactly the allowed private address through`() throws {
        let allowed: Set = ["127.0.0.1:11434"]
        #expect(refusal(request("http://127.0.0.1:11434/api", allowed: allowed)) == nil)
        for other in [
            "http://[::1]:11434/api", "http://10.0.0.1/", "http://127.0.0.1:11435/", "http://127.1:11434/",
            "http://[::ffff:127.0.0.1]:11434/", "http://0x7f000001:11434/",
        ] {
            #expect(refusal(request(other, allowed: allowed))?.kind == .blocked, "\(other)")
        }
    }

    @Test
    func `says how to allow a private address`() {
        let failure = refusal(request("http://127.0.0.1:11434/"))
        #expect(
            failure
                == Failure(
                    .blocked,
                    "127.0.0.1 is a loopback address; allow it with 'integration allow 127.0.0.1:11434'"
                )
        )
    }

    @Test(arguments: [("http://169.254.169.254/", "169.254.169.254:80"), ("http://0.0.0.0/", "0.0.0.0:80")])
    func `never lets metadata and unusable addresses through`(url: String, allowed: String) {
        #expect(refusal(request(url, allowed: [allowed]))?.message.contains("never called") == true)
    }

    @Test
    func `blocks a name when one of its addresses may not be called`() throws {
        let url = try OutboundURL("https://api.test/")
        let addresses = ["1.1.1.1", "10.0.0.7"].compactMap { IPAddress($0) }
        #expect(
            throws: Failure(
                .blocked,
                "api.test (10.0.0.7) is a private address; allow it with 'integration allow api.test:443'"
            )
        ) {
            try OutboundGate.admit(addresses, of: url, to: reach)
        }
        let allowing = Reach(origins: reach.origins, allowedPrivate: ["api.test:443"])
        #expect(throws: Never.self) { try OutboundGate.admit(addresses, of: url, to: allowing) }
    }

    @Test(arguments: [
        "GET\r\nX: y", "GET /", "", "G\u{0}T", "GÉT", "CONNECT", "trace", String(repeating: "A", count: 33),
    ])
    func `refuses a method that is not a word`(method: String) {
        #expect(refusal(request("https://api.test/", method: method))?.kind == .blocked)
    }

    @Test(arguments: [
        ("x-a", "b\r\nc: d"), ("x-a", "b\n"), ("x-a", "\u{0}"), ("x-a", "\u{1b}[0m"), ("x a", "b"), ("", "b"),
        ("x:", "b"), ("x\r\n", "b"),
        ("Host", "evil.example"), ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Connection", "close"),
        ("upgrade", "h2c"),
        ("x-long", String(repeating: "a", count: 17 << 10)), ("ü", "b"),
    ])
    func `refuses a header that would change the message, and does not repeat its value`(name: String, value: String)
        throws
    {
        let failure = try #require(refusal(request("https://api.test/", headers: HTTPHeaders([.init(name, value)]))))
        #expect(failure.kind == .blocked)
        #expect(!failure.message.contains("evil"))
    }

    @Test
    func `lets text beyond ASCII through in a value`() {
        #expect(refusal(request("https://api.test/", headers: ["x-name": "Jürgen 🙂\t!"])) == nil)
    }

    @Test(arguments: ["localhost", "a.localhost", "metadata.google.internal"])
    func `does not ask a proxy for the names of its own neighbourhood`(host: String) throws {
        let url = try OutboundURL("http://\(host)/")
        #expect(throws: Failure.self) { try OutboundGate.admitName(of: url) }
    }
}
