import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("Trying again")
struct RetryTests {
    private let plugin: Plugin
    private let grant: Grant

    init() throws {
        plugin = try Fixture.parcel()
        grant = try Fixture.grant(for: plugin)
    }

    private func over(_ transport: StubTransport) -> Bench { Bench(plugin, grant: grant, transport) }

    @Test(arguments: [FailureKind.unreachable, .cutOff])
    func `happens for reading calls, with growing waits, at most three times`(kind: FailureKind) async {
        let bench = over(StubTransport(StubTransport.failure(kind)))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"])
        }
        #expect(failure?.kind == kind)
        #expect(failure?.attempts == 3)
        #expect(bench.clock.slept.count == 2)
        #expect(bench.clock.slept[0] <= .milliseconds(500))
        #expect(bench.clock.slept[1] <= .milliseconds(1_000))
    }

    @Test
    func `does not happen for a call that may have an effect, unless it has a key`() async {
        let first = over(StubTransport(StubTransport.json([:], status: 503)))
        let unsafe = await failure { () async throws(Failure) in
            try await first.call("parcel", "complain", ["text": "x"], key: "k")
        }
        #expect(unsafe?.attempts == 1)
        let second = over(StubTransport(StubTransport.json([:], status: 503)))
        let keyed = await failure { () async throws(Failure) in
            try await second.call("parcel", "announce", ["receiver": ["name": "x"]], key: "k")
        }
        #expect(keyed?.attempts == 2)
        #expect(second.transport.requests.allSatisfy { $0.headers["Idempotency-Key"] == "k" })
        let third = over(StubTransport(StubTransport.json([:], status: 503)))
        let keyless = await failure { () async throws(Failure) in
            try await third.call("parcel", "announce", ["receiver": ["name": "x"]])
        }
        #expect(keyless?.attempts == 1)
    }

    @Test(arguments: [
        (402, FailureKind.quota), (401, .authorization), (403, .forbidden), (404, .notFound), (400, .invalid),
        (409, .conflict),
        (413, .tooLong), (410, .notFound), (422, .invalid), (418, .invalid), (302, .server),
    ])
    func `does not help against what stays as it is`(status: Int, kind: FailureKind) async {
        let bench = over(StubTransport(StubTransport.json([:], status: status, headers: ["Retry-After": "1"])))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"])
        }
        #expect(failure?.kind == kind)
        #expect(failure?.status == status)
        #expect(failure?.attempts == 1)
        #expect(bench.credentials.refusals == (kind == .authorization ? 1 : 0))
    }

    @Test(arguments: [
        ("2", 2_000), ("0", 0), ("1.5", 1_500), ("Mon, 02 Mar 2026 09:00:03 GMT", 3_000),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
    ])
    func `waits as Retry-After says and a little more`(header: String, milliseconds: Int) async throws {
        let bench = over(
            StubTransport(
                StubTransport.json([:], status: 429, headers: ["Retry-After": header]),
                StubTransport.json([:])
            )
        )
        #expect(try await bench.call("parcel", "track", ["number": "1"]).attempts == 2)
        let wait = try #require(bench.clock.slept.first)
        #expect((milliseconds...(milliseconds + milliseconds / 10)).contains(wait.milliseconds))
    }

    @Test(arguments: ["junk", "-5", "", "99999999999999999999999", "Wed, 99 Foo 2026 25:00:00 GMT"])
    func `survives a Retry-After that is none`(header: String) async {
        let bench = over(StubTransport(StubTransport.json([:], status: 429, headers: ["Retry-After": header])))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"])
        }
        #expect(failure?.kind == .rateLimited)
        #expect(bench.clock.slept.allSatisfy { $0 <= .seconds(8) })
    }

    @Test
    func `gives up at once when the wait goes beyond the deadline`() async {
        let bench = over(StubTransport(StubTransport.json([:], status: 429, headers: ["Retry-After": "3600"])))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"], timeout: .seconds(5))
        }
        #expect(failure?.kind == .rateLimited)
        #expect(failure?.attempts == 1)
        #expect(bench.clock.slept.isEmpty)
        #expect(failure?.message.hasSuffix("; it asks to wait 1h, longer than the 5s that this call may take") == true)
    }

    @Test
    func `shares one deadline among all tries`() async throws {
        let clock = HandClock()
        let slow: StubTransport.Answer = { _ in HTTPResponse(status: 503) }
        let transport = SlowTransport(inner: StubTransport(slow), clock: clock, takes: .seconds(4))
        let client = ServiceClient(
            plugins: [plugin],
            credentials: StubCredentials(grant),
            real: transport,
            sandbox: transport,
            clock: clock,
            random: SeededRandomSource(seed: 2),
            redactor: Redactor(),
            version: "1"
        )
        let failure = await failure { () async throws(Failure) in
            try await client.call(
                OperationCall(target: .operation("parcel", "track", input: ["number": "1"]), timeout: .seconds(6))
            )
        }
        #expect(failure?.kind == .timedOut)
        #expect(
            failure?.message == "no answer from acme.parcel.example within 6s; raise the 'timeout' or check the service"
        )
        #expect(failure?.attempts == 2)
        let timeouts = transport.timeouts
        #expect(timeouts.first == .seconds(6))
        #expect(timeouts.last.map { $0 <= .seconds(2) } == true)
    }

    @Test
    func `does not follow a redirect that the transport left, and names where it leads`() async {
        let away = StubTransport.text("", status: 307, headers: ["Location": "https://evil.example:444/x?y"])
        let bench = over(StubTransport(away))
        let failure = await failure { () async throws(Failure) in
            try await bench.call("parcel", "track", ["number": "1"])
        }
        #expect(bench.transport.requests.count == 1)
        #expect(failure?.kind == .server)
        #expect(failure?.message.contains("redirects to https://evil.example:444, which is not followed") == true)
    }
}

/// Takes its time, and does not wait longer than a request allows.
private final class SlowTransport: HTTPTransport {
    private let inner: StubTransport
    private let clock: HandClock
    private let takes: Duration

    init(inner: StubTransport, clock: HandClock, takes: Duration) {
        self.inner = inner
        self.clock = clock
        self.takes = takes
    }

    var timeouts: [Duration] { inner.requests.map(\.timeout) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await inner.send(request)
        try await clock.sleep(for: min(takes, request.timeout))
        if takes > request.timeout { throw Failure(.timedOut, "too slow") }
        return response
    }
}
