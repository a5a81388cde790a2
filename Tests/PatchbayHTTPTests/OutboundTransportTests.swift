import Foundation
import PatchbayConnector
import PatchbayModel
import Testing

@testable import PatchbayHTTP

/// Settings for a machine that is busy with many tests at once.
let patient = OutboundTransport.Settings(connectTimeout: .seconds(50))

/// Sends one request to a server and reads the whole answer.
func call(
    _ server: MisbehavingServer,
    _ path: String = "/",
    method: String = "GET",
    headers: HTTPHeaders = [:],
    body: [UInt8]? = nil,
    timeout: Duration = .seconds(50),
    maxAnswerBytes: Int = 1 << 20,
    transport: OutboundTransport? = nil
) async throws -> (status: Int, headers: HTTPHeaders, body: String) {
    let own = try transport ?? OutboundTransport(settings: patient)
    let host = "127.0.0.1:\(server.port)"
    let request = HTTPRequest(
        method: method,
        url: "http://\(host)\(path)",
        headers: headers,
        body: body,
        reach: Reach(origins: ["http://\(host)"], allowedPrivate: [host]),
        timeout: timeout,
        maxAnswerBytes: maxAnswerBytes
    )
    let response = try await own.send(request)
    let bytes = try await response.body.collect()
    return (response.status, response.headers, String(decoding: bytes, as: UTF8.self))
}

/// The failure of a call; nil when it had none.
func failure(_ body: () async throws -> some Any) async throws -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch let failure as Failure {
        return failure
    }
}

@Suite("A call over the network", .timeLimit(.minutes(2)))
struct OutboundTransportTests {
    @Test
    func `brings status, headers and body`() async throws {
        let server = try await MisbehavingServer(always: .whole("hello", status: "201 Created", headers: "x-a: b\r\n"))
        let answer = try await call(
            server,
            "/v1/x?y=1",
            method: "POST",
            headers: ["X-Key": "k"],
            body: Array("{}".utf8)
        )
        #expect(answer.status == 201)
        #expect(answer.headers["X-A"] == "b")
        #expect(answer.body == "hello")
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/x?y=1 HTTP/1.1\r\n"))
        #expect(request.contains("X-Key: k\r\n"))
        #expect(request.lowercased().contains("host: 127.0.0.1:\(server.port)\r\n"))
        #expect(request.hasSuffix("\r\n\r\n{}"))
    }

    @Test
    func `uses one connection for calls one after the other`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let transport = try OutboundTransport(settings: patient)
        for _ in 0..<5 { #expect(try await call(server, transport: transport).body == "ok") }
        #expect(server.connections.made == 1)
        await transport.close()
        await server.allClosed()
        #expect(try await failure { try await call(server, transport: transport) }?.kind == .unreachable)
    }

    @Test
    func `hands on parts before the answer is complete`() async throws {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\ndata:1\r\n"
        let server = try await MisbehavingServer(always: .text(head))
        let host = "127.0.0.1:\(server.port)"
        let transport = try OutboundTransport(settings: patient)
        let response = try await transport.send(
            HTTPRequest(
                method: "GET",
                url: "http://\(host)/",
                reach: Reach(origins: ["http://\(host)"], allowedPrivate: [host])
            )
        )
        var iterator = response.body.makeAsyncIterator()
        #expect(try await iterator.next() == Array("data:1".utf8))
        await transport.close()
    }

    @Test
    func `closes the connection when nobody wants the rest`() async throws {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        let server = try await MisbehavingServer(always: .flood(Array(head.utf8), Array("5\r\nxxxxx\r\n".utf8)))
        let host = "127.0.0.1:\(server.port)"
        let transport = try OutboundTransport(settings: patient)
        do {
            let response = try await transport.send(
                HTTPRequest(
                    method: "GET",
                    url: "http://\(host)/",
                    reach: Reach(origins: ["http://\(host)"], allowedPrivate: [host])
                )
            )
            var iterator = response.body.makeAsyncIterator()
            #expect(try await iterator.next() != nil)
        }
        await server.allClosed()
        await transport.close()
    }

    @Test(arguments: Misbehaviour.endless)
    func `ends at its total deadline and closes the connection`(_ given: Misbehaviour) async throws {
        let server = try await MisbehavingServer(always: given.behaviour)
        let transport = try OutboundTransport(settings: patient)
        let clock = ContinuousClock()
        let start = clock.now
        let found = try await failure { try await call(server, timeout: .milliseconds(250), transport: transport) }
        #expect(found?.kind == .timedOut, "\(given.name): \(found?.message ?? "no failure")")
        #expect(
            found?.message.contains("within 0.3 seconds") == true
                || found?.message.contains("within 0.2 seconds") == true
        )
        // Generous, because the machine may be busy; without a deadline it would be forever.
        #expect(clock.now - start < .seconds(20))
        await server.allClosed()
        await transport.close()
    }

    @Test(arguments: Misbehaviour.cut)
    func `says that an answer was cut off`(_ given: Misbehaviour) async throws {
        let server = try await MisbehavingServer(always: given.behaviour)
        let found = try await failure { try await call(server, method: "POST", body: [1]) }
        #expect(found?.kind == .cutOff, "\(given.name): \(found?.description ?? "no failure")")
        #expect(server.requests.count == 1, "\(given.name): sent again")
    }

    @Test(arguments: Misbehaviour.large)
    func `stops at the limit of size`(_ given: Misbehaviour) async throws {
        let server = try await MisbehavingServer(always: given.behaviour)
        let found = try await failure { try await call(server, maxAnswerBytes: 32 << 10) }
        #expect(found?.kind == .tooLarge, "\(given.name): \(found?.description ?? "no failure")")
    }

    @Test(arguments: Misbehaviour.broken)
    func `calls a broken answer malformed`(_ given: Misbehaviour) async throws {
        let server = try await MisbehavingServer(always: given.behaviour)
        let found = try await failure { try await call(server) }
        #expect(found?.kind == .malformed, "\(given.name): \(found?.description ?? "no failure")")
    }

    @Test
    func `passes over interim answers`() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
        let server = try await MisbehavingServer(
            always: .text(interim + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        )
        let answer = try await call(server)
        #expect(answer.status == 200 && answer.body == "ok")
        #expect(answer.headers["link"] == nil)
    }

    @Test(arguments: ["204 No Content", "205 Reset Content", "304 Not Modified"])
    func `reads an answer without a body`(status: String) async throws {
        let length = status.hasPrefix("205") ? "content-length: 0\r\n" : ""
        let server = try await MisbehavingServer(always: .text("HTTP/1.1 \(status)\r\n\(length)\r\n"))
        let answer = try await call(server)
        #expect("\(answer.status)" == status.prefix(3))
        #expect(answer.body.isEmpty)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirstmore than was announced",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst" + "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen",
        "HTTP/1.1 204 No Content\r\ncontent-length: 6\r\n\r\nstolen",
    ])
    func `never takes what follows an answer for the next one`(bytes: String) async throws {
        let server = try await MisbehavingServer { _, index in index == 0 ? .text(bytes) : .whole("second") }
        let transport = try OutboundTransport(settings: patient)
        let first = try await call(server, transport: transport)
        #expect(first.body == (bytes.contains("first") ? "first" : ""))
        #expect(try await call(server, transport: transport).body == "second")
        #expect(server.requests.count == 2)
        await transport.close()
    }

    @Test
    func `undoes gzip and hides that it was there`() async throws {
        let server = try await MisbehavingServer(always: .answer(Fixtures.head("gzip", Fixtures.gzip)))
        let answer = try await call(server)
        #expect(answer.body == "hello, hello, hello, hello")
        #expect(answer.headers["content-encoding"] == nil)
        #expect(answer.headers["content-length"] == nil)
    }

    @Test
    func `reads the answer to HEAD although it announces a compressed body`() async throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99999999\r\n\r\n"
        let server = try await MisbehavingServer(always: .text(head))
        let answer = try await call(server, method: "HEAD")
        #expect(answer.status == 200 && answer.body.isEmpty)
    }

    @Test
    func `says that nobody listens`() async throws {
        // Port 1 (tcpmux) is nobody's; one that was just closed may be another test's next.
        let host = "127.0.0.1:1"
        let request = HTTPRequest(
            method: "GET",
            url: "http://\(host)/?key=hunter2",
            headers: ["authorization": "hunter2"],
            reach: Reach(origins: ["http://\(host)"], allowedPrivate: [host])
        )
        let found = try await failure { try await OutboundTransport().send(request) }
        #expect(found?.kind == .unreachable)
        #expect(found?.message == "\(host): the connection was refused; check that the service runs")
    }

    @Test
    func `knows a version 6 address as host`() async throws {
        let host = "[::1]:1"
        let request = HTTPRequest(
            method: "GET",
            url: "http://\(host)/",
            reach: Reach(origins: ["http://\(host)"], allowedPrivate: [host])
        )
        let found = try await failure { try await OutboundTransport().send(request) }
        #expect(found?.kind == .unreachable, "\(found?.description ?? "no failure")")
    }

    @Test
    func `ends when its task is cancelled`() async throws {
        let server = try await MisbehavingServer(always: .answer([]))
        let transport = try OutboundTransport(settings: patient)
        let task = Task { try await call(server, transport: transport) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        await server.allClosed()
        await transport.close()
    }

    @Test
    func `refuses a URL or header with a line break before anything is sent`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        #expect(try await failure { try await call(server, "/a\r\nx: y") }?.kind == .blocked)
        #expect(try await failure { try await call(server, headers: ["x": "a\r\nb: c"]) }?.kind == .blocked)
        #expect(try await failure { try await call(server, method: "GET / HTTP/1.1\r\n") }?.kind == .blocked)
        #expect(server.connections.made == 0)
    }

    @Test
    func `lets many calls run at once`() async throws {
        let server = try await MisbehavingServer(always: .whole("ok"))
        let transport = try OutboundTransport(settings: patient)
        let count = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<24 { group.addTask { try await call(server, transport: transport).body } }
            return try await group.reduce(0) { $0 + ($1 == "ok" ? 1 : 0) }
        }
        #expect(count == 24)
        await transport.close()
    }
}
