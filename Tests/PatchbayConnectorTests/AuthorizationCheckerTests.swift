import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("The check of a credential")
struct AuthorizationCheckerTests {
    private func check(_ answer: @escaping StubTransport.Answer) async throws -> (CheckOutcome, StubTransport) {
        let plugin = try Fixture.parcel()
        let stub = StubTransport(answer)
        let checker = AuthorizationChecker(
            real: stub,
            sandbox: stub,
            clock: HandClock(),
            random: SeededRandomSource(seed: 3),
            redactor: Redactor(),
            version: "1"
        )
        return (try await checker.check(plugin: plugin, grant: try Fixture.grant(for: plugin)), stub)
    }

    @Test
    func `tells good from bad from expired, and the account`() async throws {
        let (good, stub) = try await check(StubTransport.json(["user": ["name": "Ann\u{1B}"]]))
        #expect(good == CheckOutcome(result: .good, account: "Ann"))
        #expect(stub.requests.first?.url == "https://acme.parcel.example/api/v2/whoami?key=s3cret-key")
        #expect(try await check(StubTransport.json(["state": "wrong-key"], status: 400)).0.result == .bad)
        #expect(try await check(StubTransport.json(["state": "old-key"], status: 401)).0.result == .expired)
        let refused = try await check(StubTransport.json([:], status: 401)).0
        #expect(refused.result == .bad)
        #expect(refused.message?.hasPrefix("key refused by acme.parcel.example (401)") == true)
    }

    @Test(arguments: [503, 500, 404])
    func `says nothing about the credential when the service is in trouble`(status: Int) async {
        await #expect(throws: Failure.self) { try await check(StubTransport.json([:], status: status)) }
    }

    @Test
    func `fails when the service cannot be reached`() async {
        let error = await #expect(throws: Failure.self) { try await check(StubTransport.failure(.unreachable)) }
        #expect(error?.kind == .unreachable)
        #expect(error?.attempts == 3)
    }
}
