import PatchbayConnector
import PatchbayModel
import Synchronization
import Testing

@testable import PatchbayHTTP

/// Answers with what a test says, look-up by look-up; the last answer stays.
final class ScriptedResolver: AddressResolver {
    private let answers: Mutex<[[String]]>
    private let asked = Mutex(0)

    var lookUps: Int { asked.withLock { $0 } }

    init(_ answers: [String]...) {
        self.answers = Mutex(answers)
    }

    func addresses(of host: String, within limit: Duration) async throws -> [IPAddress] {
        asked.withLock { $0 += 1 }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
        return answer.compactMap { IPAddress($0) }
    }
}

@Suite("Where a call goes", .timeLimit(.minutes(2)))
struct OutboundTransportOriginTests {
    private func send(
        _ path: String,
        to server: MisbehavingServer,
        name: String = "127.0.0.1",
        method: String = "GET",
        allowed: Bool = true,
        with transport: OutboundTransport
    ) async throws -> HTTPResponse {
        let host = "\(name):\(server.port)"
        return try await transport.send(
            HTTPRequest(
                method: method,
                url: "http://\(host)\(path)",
                headers: ["x-api-key": "canary"],
                reach: Reach(origins: ["http://\(host)"], allowedPrivate: allowed ? [host] : []),
                timeout: .seconds(50)
            )
        )
    }

    private func redirect(_ status: Int, to location: String) -> Behaviour {
        .whole("", status: "\(status) Moved", headers: "location: \(location)\r\n")
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `follows a redirect within the origin`(status: Int) async throws {
        let server = try await MisbehavingServer { line, _ in
            line.hasPrefix("GET /new") ? .whole("there") : redirect(status, to: "/new?x=1#part")
        }
        let transport = try OutboundTransport(settings: patient)
        let response = try await send("/old", to: server, with: transport)
        #expect(String(decoding: try await response.body.collect(), as: UTF8.self) == "there")
        #expect(server.requests.last?.hasPrefix("GET /new?x=1 HTTP/1.1") == true)
        await transport.close()
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `does not send a POST a second time`(status: Int) async throws {
        let server = try await MisbehavingServer(always: redirect(status, to: "/new"))
        let transport = try OutboundTransport(settings: patient)
        #expect(try await send("/old", to: server, method: "POST", with: transport).status == status)
        #expect(server.requests.count == 1)
        await transport.close()
    }

    @Test(arguments: [
        "http://localhost:PORT/", "http://127.0.0.1:OTHER/", "https://127.0.0.1:PORT/", "http://169.254.169.254/",
        "file:///etc/passwd",
        "//127.1:PORT/", "http://user@127.0.0.1:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
        "http://127.0.0.1:PORT@evil.example/",
        "http://127.0.0.1\\@evil.example/", "javascript:x",
    ])
    func `gives back a redirect to another origin, and takes no credentials there`(location: String) async throws {
        let other = try await MisbehavingServer(always: .whole("stolen"))
        let server = try await MisbehavingServer { line, _ in
            // The port stands in the path, because it is not known before.
            let port = line.split(separator: " ")[1].dropFirst()
            return redirect(
                302,
                to: location.replacing("PORT", with: String(port)).replacing("OTHER", with: "\(other.port)")
            )
        }
        let transport = try OutboundTransport(settings: patient)
        #expect(try await send("/\(server.port)", to: server, with: transport).status == 302)
        #expect(server.requests.count == 1)
        #expect(other.connections.made == 0)
        await transport.close()
    }

    @Test
    func `gives up on a loop of redirects`() async throws {
        let server = try await MisbehavingServer(always: redirect(302, to: "/again"))
        let transport = try OutboundTransport(settings: patient)
        let found = try await failure { try await send("/", to: server, with: transport) }
        #expect(found?.message == "127.0.0.1 redirects more than 3 times")
        #expect(server.requests.count == 4)
        await transport.close()
    }

    @Test
    func `connects to the address that was checked and keeps the name`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let resolver = ScriptedResolver(["127.0.0.1"])
        let transport = try OutboundTransport(settings: patient, resolver: resolver)
        for _ in 0..<3 { #expect(try await send("/", to: server, name: "service.test", with: transport).status == 200) }
        #expect(server.requests.first?.lowercased().contains("host: service.test:\(server.port)") == true)
        #expect(resolver.lookUps == 1)
        await transport.close()
    }

    @Test
    func `blocks a name that turns private`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let transport = try OutboundTransport(settings: patient, resolver: ScriptedResolver(["127.0.0.1"]))
        let found = try await failure {
            try await send("/", to: server, name: "rebind.test", allowed: false, with: transport)
        }
        #expect(found?.kind == .blocked)
        #expect(found?.message.contains("integration allow rebind.test:\(server.port)") == true)
        #expect(server.connections.made == 0)
        await transport.close()
    }

    @Test
    func `decides anew on the addresses of every look-up`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let resolver = ScriptedResolver(["127.0.0.1"], ["169.254.169.254"])
        let settings = OutboundTransport.Settings(connectTimeout: .seconds(50), addressLifetime: .zero)
        let transport = try OutboundTransport(settings: settings, resolver: resolver)
        #expect(try await send("/", to: server, name: "rebind.test", with: transport).status == 200)
        let found = try await failure { try await send("/", to: server, name: "rebind.test", with: transport) }
        #expect(found?.kind == .blocked)
        await transport.close()
    }

    @Test
    func `blocks a name with one address of a hundred that may not be called`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let resolver = ScriptedResolver((1...99).map { "1.1.1.\($0)" } + ["10.0.0.1"])
        let transport = try OutboundTransport(settings: patient, resolver: resolver)
        let found = try await failure {
            try await send("/", to: server, name: "many.test", allowed: false, with: transport)
        }
        #expect(found?.message.contains("many.test (10.0.0.1) is a private address") == true)
        await transport.close()
    }

    @Test
    func `tries the next address when the first takes no connection`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        // Nobody listens on the version 6 loopback at the server's port.
        let transport = try OutboundTransport(settings: patient, resolver: ScriptedResolver(["::1", "127.0.0.1"]))
        #expect(try await send("/", to: server, name: "two.test", with: transport).status == 200)
        await transport.close()
    }

    @Test
    func `says that a name does not exist`() async throws {
        let host = "no-such-name.invalid:80"
        let request = HTTPRequest(method: "GET", url: "http://\(host)/", reach: Reach(origins: ["http://\(host)"]))
        let found = try await failure { try await OutboundTransport().send(request) }
        #expect(found?.kind == .unreachable)
        #expect(found?.message.hasPrefix("the host no-such-name.invalid was not found: ") == true)
    }

    @Test
    func `counts looking up the name towards the deadline`() async throws {
        struct Hanging: AddressResolver {
            func addresses(of host: String, within limit: Duration) async throws -> [IPAddress] {
                #expect(limit > .zero && limit <= .milliseconds(200))
                throw Failure(.timedOut, "the address of \(host) was not found in time")
            }
        }
        let request = HTTPRequest(
            method: "GET",
            url: "http://hangs.test/",
            reach: Reach(origins: ["http://hangs.test:80"]),
            timeout: .milliseconds(200)
        )
        let found = try await failure {
            try await OutboundTransport(settings: patient, resolver: Hanging()).send(request)
        }
        #expect(found?.kind == .timedOut)
    }

    @Test
    func `goes through the proxy of the settings, but not for what is allowed nearby`() async throws {
        let server = try await MisbehavingServer(always: .whole("direct"))
        let proxy = try await MisbehavingServer(always: .whole("through the proxy"))
        let settings = OutboundTransport.Settings(
            proxy: "http://user:word@127.0.0.1:\(proxy.port)",
            connectTimeout: .seconds(50)
        )
        let transport = try OutboundTransport(settings: settings, resolver: ScriptedResolver(["10.0.0.1"]))
        let far = HTTPRequest(method: "GET", url: "http://far.test/x", reach: Reach(origins: ["http://far.test:80"]))
        #expect(try await transport.send(far).body.collect() == Array("through the proxy".utf8))
        #expect(proxy.requests.first?.hasPrefix("CONNECT far.test:80 ") == true, "\(proxy.requests)")
        #expect(try await send("/", to: server, with: transport).body.collect() == Array("direct".utf8))
        let near = HTTPRequest(method: "GET", url: "http://10.0.0.1/", reach: Reach(origins: ["http://10.0.0.1:80"]))
        #expect(try await failure { try await transport.send(near) }?.kind == .blocked)
        #expect(proxy.requests.count == 2)
        await transport.close()
    }

    @Test(arguments: ["socks5://host:1", "http://", "host:3128", "http://host:x", "http://host:80/path"])
    func `refuses a malformed proxy`(text: String) {
        #expect(throws: OutboundSettingsError.malformedProxy) {
            try OutboundTransport(settings: OutboundTransport.Settings(proxy: text))
        }
    }

    @Test
    func `keeps no more clients than it may, and those in use`() async throws {
        let pool = ClientPool(capacity: 2, connectTimeout: .seconds(1), proxy: nil, trustRoots: [])
        func key(_ port: Int) -> ClientPool.Key {
            ClientPool.Key(scheme: "http", host: "h", port: port, pinned: nil, throughProxy: false, maxInflatedBytes: 1)
        }
        let first = try #require(pool.lease(key(1)))
        for port in 2...5 { pool.lease(key(port))?.end() }
        let again = try #require(pool.lease(key(1)))
        #expect(again.client === first.client)
        #expect(pool.count == 2)
        first.end()
        again.end()
        await pool.close()
        #expect(pool.lease(key(1)) == nil)
    }
}
