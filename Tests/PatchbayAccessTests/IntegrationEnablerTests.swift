import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayAccess

@Suite("Enabling an integration")
struct IntegrationEnablerTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func enabler(_ transport: StubTransport) throws -> IntegrationEnabler {
        IntegrationEnabler(
            vault: try home.vault(),
            bindings: try home.bindings(),
            checker: AuthorizationChecker(
                real: transport,
                sandbox: StubTransport(0),
                clock: HandClock(1_700_000_000),
                random: SeededRandomSource(seed: 1),
                redactor: home.redactor,
                version: "0.1.0"
            ),
            redactor: home.redactor,
            clock: HandClock(1_700_000_000)
        )
    }

    private func request(
        _ plugin: Plugin? = nil,
        profile: ProfileID = "parcel",
        authorization: String? = nil,
        fields: [String: String] = ["parcelKey": MadeUp.canary],
        connection: [String: String] = ["tenant": "acme"],
        proposed: String? = nil,
        baseURL: String? = nil,
        allow: [String] = [],
        provider: Binding.Provider = .real,
        skipsCheck: Bool = false,
        checkURL: String? = nil
    ) throws -> EnableRequest {
        EnableRequest(
            plugin: try plugin ?? MadeUp.plugin(),
            profile: profile,
            authorization: authorization,
            fields: MadeUp.secrets(fields),
            connection: connection,
            proposedBaseURL: proposed,
            baseURL: baseURL,
            allow: allow,
            provider: provider,
            skipsCheck: skipsCheck,
            checkURL: checkURL
        )
    }

    private func stored(_ profile: String = "parcel") throws -> [String: String]? {
        try home.vault().fields(workspace: MadeUp.workspace, integration: "parcel", profile: profile)?.mapValues(\.text)
    }

    @Test func `tries the credential, then stores and binds it`() async throws {
        let transport = StubTransport(200)
        let (binding, madeKey) = try await enabler(transport).enable(request())
        #expect(madeKey)
        #expect(binding == (try home.bindings().binding(of: "parcel", profile: "parcel")))
        #expect(binding.origin == "https://acme.parcel.example:443")
        #expect(binding.baseURL == "")
        #expect(binding.check == .good)
        #expect(binding.checkedAt == "2023-11-14T22:13:20Z")
        #expect(binding.account == "Ada")
        // A field that nobody gave has its default; one that is not asked for has none.
        #expect(try stored() == ["parcelKey": MadeUp.canary, "region": "eu"])
        #expect(transport.requests.map(\.url) == ["https://acme.parcel.example/v2/me"])
        #expect(transport.requests.first?.headers["X-Key"] == MadeUp.canary)
        #expect(transport.requests.first?.reach == Reach(origins: ["https://acme.parcel.example:443"]))
        let again = try await enabler(transport).enable(request(fields: ["parcelKey": "another-key"]))
        #expect(!again.madeKey)
        #expect(try stored()?["parcelKey"] == "another-key")
    }

    @Test(arguments: [401, 419, 500, 0])
    func `changes nothing when the check is not good, and shows no secret`(status: Int) async throws {
        let error = await #expect(throws: (any Error).self) {
            try await enabler(StubTransport(status)).enable(request())
        }
        let message = String(describing: error ?? AccessError.expired("none"))
        switch status {
        case 401:
            #expect(message.hasPrefix("the service of 'parcel' refused the credential, nothing was changed: "))
            #expect(message.contains("key [secret parcel/parcelKey] is wrong"))
        case 419: #expect(error as? AccessError == .expired("parcel"))
        case 500: #expect((error as? Failure)?.kind == .server)
        default: #expect((error as? Failure)?.kind == .unreachable)
        }
        #expect(!message.contains(MadeUp.canary))
        #expect(try home.files() == ["vault"])
    }

    @Test func `keeps the old credential when a new one is refused`() async throws {
        try await _ = enabler(StubTransport(200)).enable(request())
        let before = try home.bindings().all()
        await #expect(throws: AccessError.self) {
            try await enabler(StubTransport(401)).enable(request(fields: ["parcelKey": "wrong-key"]))
        }
        #expect(try stored()?["parcelKey"] == MadeUp.canary)
        #expect(try home.bindings().all() == before)
    }

    @Test func `stores without a check what is then marked unchecked`() async throws {
        let transport = StubTransport(401)
        let (binding, _) = try await enabler(transport).enable(request(skipsCheck: true))
        #expect(binding.check == .unchecked)
        #expect(binding.checkedAt == nil)
        #expect(transport.requests.isEmpty)
        #expect(try stored() != nil)
        // A type without a check can't be checked.
        let plain = try await enabler(transport).enable(
            request(authorization: "plain", fields: ["token": MadeUp.canary])
        )
        #expect(plain.binding.check == .unchecked)
        #expect(plain.binding.checkedAt == nil)
    }

    @Test func `binds the sandbox without a credential`() async throws {
        let transport = StubTransport(0)
        let (binding, madeKey) = try await enabler(transport).enable(
            request(fields: [:], connection: [:], provider: .sandbox)
        )
        #expect(binding.provider == .sandbox)
        #expect(!madeKey)
        #expect(transport.requests.isEmpty)
        #expect(try home.bindings().all() == [binding])
        #expect(!home.has("vault/keys.json"))
    }

    @Test func `needs no vault for a service that needs no credential`() async throws {
        let (binding, madeKey) = try await enabler(StubTransport(200)).enable(
            request(authorization: "open", fields: [:])
        )
        #expect(binding.check == .unchecked)
        #expect(!madeKey)
        #expect(!home.has("vault/keys.json"))
    }

    // MARK: - What is given

    static let wrong: [(String, [String: String], AccessError)] = [
        ("key", [:], .missingFields(["parcelKey"])), ("key", ["parcelKey": ""], .missingFields(["parcelKey"])),
        (
            "key", ["parcelKey": MadeUp.canary, "regoin": "eu"],
            .unknownField("regoin", remedy: "did you mean 'region'?")
        ),
        (
            "key", ["parcelKey": "CANARY with spaces"],
            .wrongField("parcelKey", reason: "it does not fit the pattern [a-z0-9-]+")
        ),
        (
            "key", ["parcelKey": "canary-7f3a9c "],
            .wrongField("parcelKey", reason: "it does not fit the pattern [a-z0-9-]+")
        ),
        ("key", ["parcelKey": "canary\n7f3a9c"], .wrongField("parcelKey", reason: "it holds a control character")),
        (
            "key", ["parcelKey": MadeUp.canary, "region": "canary-7f3a9c"],
            .wrongField("region", reason: "use one of eu, us")
        ),
        ("key", ["parcelKey": MadeUp.canary, "region": "us"], .missingFields(["euCode"])),
        ("kye", [:], .unknownType("kye", remedy: "did you mean 'key'?")),
        ("oauth", [:], .notSupported(type: "oauth2ClientCredentials")),
        ("own", ["token": MadeUp.canary], .notSupported(type: "own (userAuthorized)")),
    ]

    @Test(arguments: wrong)
    func `checks the fields and shows none of them`(type: String, fields: [String: String], expected: AccessError)
        async throws
    {
        let transport = StubTransport(200)
        let error = await #expect(throws: AccessError.self) {
            try await enabler(transport).enable(request(authorization: type, fields: fields))
        }
        #expect(error == expected)
        for value in fields.values where value.count > 4 { #expect(error?.description.contains(value) == false) }
        #expect(transport.requests.isEmpty)
        #expect(try home.files() == ["vault"])
    }

    @Test(arguments: [
        ([:], AccessError.missingConnection(["tenant"])), (["tenant": ""], .missingConnection(["tenant"])),
        (["tenant": "acme", "tennant": "x"], .unknownConnection("tennant", remedy: "did you mean 'tenant'?")),
        (["tenant": "acme", "edition": "v3"], .wrongConnection("edition", reason: "use one of v1, v2")),
    ])
    func `checks the connection values`(connection: [String: String], expected: AccessError) async throws {
        let error = await #expect(throws: AccessError.self) {
            try await enabler(StubTransport(200)).enable(request(connection: connection))
        }
        #expect(error == expected)
        #expect(try home.files() == ["vault"])
    }

    @Test(arguments: ["evil.example/", "a.b", "acme@evil", "evil.example#", "-a", "ä", "acme:8443", "acme\u{0}", "a b"])
    func `takes for a part of the host one label only`(tenant: String) async throws {
        let error = await #expect(throws: AccessError.self) {
            try await enabler(StubTransport(200)).enable(request(connection: ["tenant": tenant]))
        }
        guard case .wrongConnection("tenant", _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(try home.files() == ["vault"])
    }

    @Test(arguments: ["Parcel", "../x", "a/b", "", "a\u{1B}", String(repeating: "a", count: 65)])
    func `takes for a profile's name an id only`(name: String) async throws {
        await #expect(throws: AccessError.wrongProfile(name)) {
            try await enabler(StubTransport(200)).enable(request(profile: ProfileID(name)))
        }
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", ":80", "http://127.0.0.1:80", "a b:80", "*:80", "[x]:80",
    ])
    func `takes for private addresses those with a port only`(address: String) async throws {
        await #expect(throws: AccessError.wrongAddress(address)) {
            try await enabler(StubTransport(200)).enable(request(allow: [address]))
        }
    }

    // MARK: - Where to

    @Test func `binds a base URL of this machine, with the addresses that were allowed`() async throws {
        let transport = StubTransport(200)
        let given = try request(baseURL: "http://127.0.0.1:8080/v1/", allow: ["127.0.0.1:8080", "[::1]:8080"])
        let (binding, _) = try await enabler(transport).enable(given)
        #expect(binding.origin == "http://127.0.0.1:8080")
        #expect(binding.baseURL == "http://127.0.0.1:8080/v1")
        #expect(binding.allow == ["127.0.0.1:8080", "[::1]:8080"])
        #expect(transport.requests.first?.url == "http://127.0.0.1:8080/v1/me")
        #expect(transport.requests.first?.reach.allowedPrivate == ["127.0.0.1:8080", "[::1]:8080"])
    }

    @Test func `agrees to the origin that a profile proposes`() async throws {
        let (binding, _) = try await enabler(StubTransport(200)).enable(
            request(proposed: "https://proxy.example/parcel")
        )
        #expect(binding.origin == "https://proxy.example:443")
        #expect(binding.baseURL == "")
    }

    @Test func `refuses another base URL where the plugin has one fixed, and none where it needs one`() async throws {
        let fixed = try MadeUp.plugin([("/baseURL/change", "fixed")])
        for given in [
            try request(fixed, baseURL: "https://a.example"), try request(fixed, proposed: "https://a.example"),
        ] {
            await #expect(throws: AccessError.fixedBaseURL("parcel")) {
                try await enabler(StubTransport(200)).enable(given)
            }
        }
        let required = try MadeUp.plugin([("/baseURL/change", "required")])
        await #expect(throws: AccessError.missingBaseURL("parcel")) {
            try await enabler(StubTransport(200)).enable(request(required))
        }
        #expect(try home.files() == ["vault"])
    }

    @Test(arguments: ["https://evil.example", "http://acme.parcel.example", "https://acme.parcel.example:8443"])
    func `refuses a host that the plugin does not name`(url: String) async throws {
        let plugin = try MadeUp.plugin([("/baseURL/url", .string(url))])
        await #expect(throws: AccessError.undeclaredHost(url, "parcel")) {
            try await enabler(StubTransport(200)).enable(request(plugin))
        }
        #expect(try home.files() == ["vault"])
    }

    @Test func `checks with a URL that was given instead`() async throws {
        let transport = StubTransport(204)
        let given = try request(checkURL: "https://acme.parcel.example/ping")
        #expect(try await enabler(transport).enable(given).binding.check == .good)
        #expect(transport.requests.map(\.url) == ["https://acme.parcel.example/ping"])
    }

    @Test func `notes how a later check went`() async throws {
        let plugin = try MadeUp.plugin()
        let (binding, _) = try await enabler(StubTransport(200)).enable(request())
        let grant = Grant(
            authorization: plugin.manifest.authorization[0],
            fields: MadeUp.secrets(["parcelKey": MadeUp.canary]),
            connection: [:],
            baseURL: "https://acme.parcel.example/v2",
            reach: Reach(origins: [binding.origin]),
            provider: .real
        )
        let (bad, message) = try await enabler(StubTransport(401)).check(binding, plugin: plugin, grant: grant)
        #expect(bad.isFailing)
        #expect(message?.contains("key [secret parcel/parcelKey] is wrong") == true)
        #expect(try home.bindings().binding(of: "parcel", profile: "parcel") == bad)
        let (good, _) = try await enabler(StubTransport(200)).check(bad, plugin: plugin, grant: grant)
        #expect(!good.isFailing)
    }

    @Test func `takes one of the plugin's regions, by its id or URL, and no other`() async throws {
        let regions: JSONValue = ["eu": "https://{tenant}.parcel.example/eu", "us": "https://us.parcel.example"]
        let plugin = try MadeUp.plugin([("/baseURL", ["regions": regions])])
        let transport = StubTransport(200)
        let (binding, _) = try await enabler(transport).enable(request(plugin, proposed: "eu"))
        #expect(binding.origin == "https://acme.parcel.example:443")
        #expect(transport.requests.map(\.url) == ["https://acme.parcel.example/eu/me"])
        #expect(try request(plugin, proposed: "us").proposedBaseURL == "https://us.parcel.example")
        _ = try await enabler(transport).enable(request(plugin, proposed: "https://us.parcel.example"))
        await #expect(throws: AccessError.missingRegion("parcel", among: ["eu", "us"])) {
            try await enabler(transport).enable(request(plugin))
        }
        await #expect(throws: AccessError.fixedBaseURL("parcel")) {
            try await enabler(transport).enable(request(plugin, proposed: "https://evil.example"))
        }
    }

    @Test(arguments: [Binding.Provider.real, .sandbox])
    func `refuses what its profile could not hold, bound to the sandbox too`(provider: Binding.Provider) async throws {
        let regions: JSONValue = ["eu": "https://eu.parcel.example", "us": "https://us.parcel.example"]
        let plugin = try MadeUp.plugin([("/baseURL", ["regions": regions, "change": "allowed"])])
        let transport = StubTransport(200)
        let wrong: [(EnableRequest, AccessError)] = try [
            (request(plugin, proposed: "asia", provider: provider), .wrongBaseURL("asia", regions: ["eu", "us"])),
            (
                request(plugin, connection: ["tenant": "acme", "editoin": "v1"], provider: provider),
                .unknownConnection("editoin", remedy: "did you mean 'edition'?")
            ),
            (
                request(plugin, connection: ["tenant": "a b"], proposed: "eu", provider: provider),
                .wrongConnection("tenant", reason: FieldCheck.faultAsHostLabel("a b") ?? "")
            ),
            (request(plugin, provider: provider, checkURL: "nonsense"), .wrongCheckURL("nonsense")),
        ]
        for (request, error) in wrong {
            await #expect(throws: error) { try await enabler(transport).enable(request) }
        }
        #expect(transport.requests.isEmpty)
        #expect(AccessError.wrongBaseURL("uss", regions: ["eu", "us"]).description.hasSuffix("did you mean 'us'?"))
    }
}
