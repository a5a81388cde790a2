import NIOSSL
import PatchbayConnector
import PatchbayModel
import Testing

@testable import PatchbayHTTP

@Suite("A call over TLS", .timeLimit(.minutes(2)))
struct OutboundTransportTLSTests {
    private func send(
        to server: MisbehavingServer,
        authorities: String? = "authority.pem",
        timeout: Duration = .seconds(50)
    ) async throws -> HTTPResponse {
        let settings = OutboundTransport.Settings(
            caFile: try authorities.map(Fixtures.path),
            connectTimeout: .seconds(50)
        )
        let transport = try OutboundTransport(settings: settings, resolver: ScriptedResolver(["127.0.0.1"]))
        let host = "patchbay.test:\(server.port)"
        return try await transport.send(
            HTTPRequest(
                method: "GET",
                url: "https://\(host)/",
                headers: ["authorization": "Bearer canary"],
                reach: Reach(origins: ["https://\(host)"], allowedPrivate: [host]),
                timeout: timeout
            )
        )
    }

    @Test
    func `is made to a host whose authority the settings name`() async throws {
        let server = try await MisbehavingServer(tls: Fixtures.tls("good.pem"), always: .whole("ok"))
        #expect(try await send(to: server).body.collect() == Array("ok".utf8))
    }

    @Test(arguments: [
        ("expired.pem", "authority.pem" as String?, "its certificate expired on 2021-01-01"),
        ("self-signed.pem", "authority.pem", "its certificate is self-signed; name it in 'caFile'"),
        ("good.pem", nil, "its certificate is signed by an unknown authority; name that in 'caFile'"),
        ("other-host.pem", "authority.pem", "is for another host name"),
    ])
    func `is refused with the reason, and sends nothing`(certificate: String, authorities: String?, words: String)
        async throws
    {
        let server = try await MisbehavingServer(tls: Fixtures.tls(certificate), always: .whole("ok"))
        let found = try await failure { try await send(to: server, authorities: authorities) }
        #expect(found?.kind == .unreachable)
        #expect(found?.message.contains(words) == true, "\(found?.message ?? "no failure")")
        #expect(found?.message.contains("patchbay.test") == true)
        #expect(server.requests.isEmpty)
    }

    @Test
    func `is refused when the other side knows only old versions`() async throws {
        let server = try await MisbehavingServer(tls: Fixtures.tls("good.pem", maximum: .tlsv11), always: .whole("ok"))
        let found = try await failure { try await send(to: server) }
        #expect(found?.message.contains("only versions before TLS 1.2") == true, "\(found?.message ?? "no failure")")
        #expect(server.requests.isEmpty)
    }

    @Test
    func `is refused when the port speaks plain text`() async throws {
        let server = try await MisbehavingServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n", always: .answer([]))
        let found = try await failure { try await send(to: server) }
        #expect(found?.message.contains("does not speak TLS") == true, "\(found?.message ?? "no failure")")
    }

    @Test
    func `ends at its deadline when the handshake gets no answer`() async throws {
        let server = try await MisbehavingServer(always: .answer([]))
        let found = try await failure { try await send(to: server, timeout: .milliseconds(200)) }
        #expect(found?.kind == .timedOut, "\(found?.description ?? "no failure")")
    }

    @Test
    func `refuses a file of authorities that holds none`() throws {
        let path = try Fixtures.path("README.md")
        #expect(throws: OutboundSettingsError.unreadableAuthorities(path)) {
            try OutboundTransport(settings: OutboundTransport.Settings(caFile: path))
        }
    }
}
