import PatchbayConnector
import PatchbayModel
import Testing

@testable import PatchbayHTTP

@Suite("A host that an operator allows")
struct OutboundPlaceTests {
    @Test(arguments: [
        ("hr.example.com", "hr.example.com"), ("HR.Example.COM.", "hr.example.com"),
        ("hr.example.com.:8443", "hr.example.com:8443"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("93.184.216.34", "93.184.216.34"), ("localhost:99", "localhost:99"),
        ("[::1]:80", "[::1]:80"), ("[0:0:0:0:0:0:0:1]:80", "[::1]:80"),
        ("2606:2800:220:1:248:1893:25c8:1946", "[2606:2800:220:1:248:1893:25c8:1946]"),
        ("[2606:4700:0:0::11]", "[2606:4700::11]"),
    ])
    func `is spelled as the gate spells it`(text: String, shown: String) throws {
        #expect(try OutboundPlace(text).description == shown)
    }

    @Test(arguments: [
        "", " ", ":80", "a b", "x:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:080", "x.example:http", "*.x.example",
        "a@b.example", "-x.example", "b\u{fc}cher.example", "[::1", "fe80::1%eth0", "1.2.3", "0x7f.1", "2130706433",
        "x..example", "x.example..", ".",
    ])
    func `is a plain name or address, with a port from 1 to 65535`(text: String) {
        let failure = #expect(throws: Failure.self) { try OutboundPlace(text) }
        #expect(failure?.message.contains("is no HOST or HOST:PORT") == true)
    }

    @Test(arguments: ["https://hr.example.com", "hr.example.com/api"])
    func `has no scheme and no path`(text: String) {
        let failure = #expect(throws: Failure.self) { try OutboundPlace(text) }
        #expect(failure?.message.contains("leave out scheme and path") == true)
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "[::1]", "10.0.0.7", "fd00::1", "169.254.7.7", "localhost", "api.localhost",
        "::ffff:192.168.0.1",
    ])
    func `needs its port nearby`(text: String) {
        let failure = #expect(throws: Failure.self) { try OutboundPlace(text) }
        #expect(failure?.message.contains("with its port only; write ") == true)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.169.254:80", "[fd00:ec2::254]:80", "::ffff:169.254.169.254", "168.63.129.16:80",
        "metadata.google.internal", "METADATA.google.internal.:80", "metadata.goog", "0.0.0.0:80", "[::]:80",
        "224.0.0.1:80", "2001:db8::1",
    ])
    func `is refused at once where the gate lets nothing through`(text: String) throws {
        let failure = #expect(throws: Failure.self) { try OutboundPlace(text) }
        #expect(failure?.message.contains("is never called") == true)
        // An older version may have written it down: the gate still refuses.
        let host = text.hasPrefix("METADATA") ? "metadata.google.internal" : text
        let isBare = host.filter { $0 == ":" }.count > 1 && !host.hasPrefix("[")
        let url = try OutboundURL("http://\(isBare ? "[\(host)]" : host)/")
        #expect(throws: Failure.self) {
            try OutboundGate.admit(url, to: Reach(origins: [url.origin], allowedPrivate: [url.hostAndPort]))
        }
        #expect(throws: Failure.self) { try OutboundPlace.check(baseURL: "http://\(url.host)/v1") }
    }
}
