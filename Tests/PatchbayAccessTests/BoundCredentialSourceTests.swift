import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayAccess

@Suite("The credentials of a workspace")
struct BoundCredentialSourceTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func source(
        profiles: [AuthorizationProfile]? = nil,
        hosts: [String] = [],
        plugin: Plugin? = nil,
        isKnown: Bool = true
    ) throws -> BoundCredentialSource {
        let profiles = try profiles ?? [MadeUp.profile()]
        let plugin = try plugin ?? MadeUp.plugin()
        return BoundCredentialSource(
            setup: .init(
                plugins: [plugin.id: plugin],
                defaultProfiles: [:],
                profiles: Dictionary(uniqueKeysWithValues: profiles.map { ($0.id, $0) }),
                declaredHosts: hosts
            ),
            bindings: isKnown ? try home.bindings() : nil,
            vault: try home.vault(),
            clock: HandClock(1_700_000_000)
        )
    }

    private func enable(_ change: (inout Binding) -> Void = { _ in }) throws {
        let binding = MadeUp.binding(change)
        try home.bindings().save(binding)
        try home.vault().store(
            MadeUp.secrets(["parcelKey": MadeUp.canary]),
            workspace: MadeUp.workspace,
            integration: binding.integration.rawValue,
            profile: binding.profile.rawValue
        )
    }

    private func failure(_ source: BoundCredentialSource, profile: ProfileID? = nil) async -> Failure? {
        await #expect(throws: Failure.self) { _ = try await source.grant(for: "parcel", profile: profile) }
    }

    @Test func `are given for the origin that was agreed to`() async throws {
        try enable { $0.allow = ["10.0.0.1:8080"] }
        let grant = try await source().grant(for: "parcel", profile: nil)
        #expect(grant.baseURL == "https://acme.parcel.example/v2")
        #expect(grant.fields["parcelKey"]?.text == MadeUp.canary)
        #expect(grant.connection == ["tenant": "acme", "edition": "v2"])
        #expect(grant.reach == Reach(origins: ["https://acme.parcel.example:443"], allowedPrivate: ["10.0.0.1:8080"]))
        #expect(grant.provider == .real)
    }

    @Test func `are unbound where nothing is enabled, and the message says what to run`() async throws {
        let nothing = await failure(try source())
        #expect(nothing?.kind == .unbound)
        #expect(nothing?.message.contains("'patchbay integration enable parcel'") == true)
        let work = await failure(try source(), profile: "work")
        #expect(work?.message.contains("'patchbay integration enable parcel --profile work'") == true)
        try enable()
        #expect(await failure(try source(isKnown: false))?.kind == .unbound)
        try enable { $0.isEnabled = false }
        #expect(await failure(try source())?.kind == .unbound)
        try enable { $0.mode = .userAuthorized }
        #expect(await failure(try source())?.kind == .unbound)
        let unknown = await #expect(throws: Failure.self) { _ = try await source().grant(for: "zebra", profile: nil) }
        #expect(unknown?.message.contains("'patchbay plugin install zebra'") == true)
    }

    @Test func `are unbound when the vault holds none`() async throws {
        try home.bindings().save(MadeUp.binding())
        #expect(await failure(try source())?.kind == .unbound)
        let missing = await failure(try source(profiles: [MadeUp.profile(["authorization": "kye"])]))
        #expect(missing?.message.contains("did you mean 'key'?") == true)
    }

    @Test func `are unbound without the profile, or when it changed to another type`() async throws {
        try enable { $0.authorization = "key" }
        #expect(try await source().grant(for: "parcel", profile: nil).authorization.id == "key")
        let gone = await failure(try source(profiles: []))
        #expect(gone?.kind == .unbound)
        #expect(gone?.message.contains("authorization/parcel.json is missing") == true)
        let changed = await failure(try source(profiles: [MadeUp.profile(["authorization": "plain"])]))
        #expect(changed?.kind == .unbound)
        #expect(changed?.message.contains("'patchbay integration enable parcel' takes a new one") == true)
    }

    @Test(
        arguments: [
            ["connection": ["tenant": "evil"]], ["baseURL": "https://evil.example"],
            ["baseURL": "http://acme.parcel.example"],
            ["baseURL": "https://acme.parcel.example:8443"],
        ] as [JSONValue]
    )
    func `stay here when the profile proposes another origin`(change: JSONValue) async throws {
        try enable()
        let blocked = await failure(try source(profiles: [MadeUp.profile(change)]))
        #expect(blocked?.kind == .blocked)
        #expect(blocked?.message.contains("'patchbay integration enable parcel'") == true)
        #expect(blocked?.message.contains(MadeUp.canary) == false)
    }

    @Test func `follow a proposal within the origin, unless the plugin's URL is fixed`() async throws {
        try enable()
        let profile = try MadeUp.profile(["baseURL": "https://acme.parcel.example/beta"])
        #expect(
            try await source(profiles: [profile]).grant(for: "parcel", profile: nil).baseURL
                == "https://acme.parcel.example/beta"
        )
        let fixed = try MadeUp.plugin([("/baseURL/change", "fixed")])
        let grant = try await source(profiles: [profile], plugin: fixed).grant(for: "parcel", profile: nil)
        #expect(grant.baseURL == "https://acme.parcel.example/v2")
    }

    @Test func `go to the base URL that was given on this machine`() async throws {
        try enable {
            $0.origin = "http://127.0.0.1:8080"
            $0.baseURL = "http://127.0.0.1:8080/v1"
        }
        let profile = try MadeUp.profile(["baseURL": "https://evil.example"])
        let grant = try await source(profiles: [profile]).grant(for: "parcel", profile: nil)
        #expect(grant.baseURL == "http://127.0.0.1:8080/v1")
        #expect(grant.reach.origins == ["http://127.0.0.1:8080"])
    }

    @Test func `are not opened for the sandbox`() async throws {
        try home.bindings().save(MadeUp.binding { $0.provider = .sandbox })
        let grant = try await source(profiles: []).grant(for: "parcel", profile: nil)
        #expect(grant.provider == .sandbox)
        #expect(grant.fields.isEmpty)
        #expect(grant.baseURL == "https://sandbox.parcel.example/v2")
        #expect(!home.has("vault/keys.json"))
    }

    @Test func `that were refused mark the integration failing`() async throws {
        try enable()
        try await source().refused("parcel", profile: nil)
        let binding = try #require(try home.bindings().binding(of: "parcel", profile: "parcel"))
        #expect(binding.isFailing)
        #expect(binding.checkedAt == "2023-11-14T22:13:20Z")
        try await source().refused("zebra", profile: nil)
    }

    // MARK: - The workspace's own requests

    private func custom(_ origin: String, hosts: [String], profile: ProfileID? = nil) async throws -> Grant {
        let own = try AuthorizationProfile([
            "id": "hr", "type": "custom", "connection": ["area": "north"],
            "fields": [["key": "parcelKey", "kind": "password"]],
        ])
        return try await source(profiles: [own], hosts: hosts).grant(forRequestTo: origin, profile: profile)
    }

    @Test(arguments: [
        ("https://hr.example:443", "hr.example", true), ("https://hr.example:443", "hr.example:443", true),
        ("https://hr.example:8443", "hr.example", false), ("https://hr.example:8443", "hr.example:8443", true),
        ("http://hr.example:80", "hr.example", true), ("http://hr.example:443", "hr.example", false),
        ("https://evil-hr.example:443", "hr.example", false), ("https://hr.example.evil:443", "hr.example", false),
    ])
    func `need hosts that are declared and confirmed`(origin: String, host: String, fits: Bool) async throws {
        let undeclared = await #expect(throws: Failure.self) { _ = try await custom(origin, hosts: []) }
        #expect(undeclared?.kind == .blocked)
        #expect(undeclared?.message.contains("patchbay.json") == true)
        let unconfirmed = await #expect(throws: Failure.self) { _ = try await custom(origin, hosts: [host]) }
        #expect(unconfirmed?.kind == .blocked)
        #expect(unconfirmed?.message.contains("'patchbay integration allow ") == true)
        try home.bindings().confirm(host: host)
        if fits {
            let grant = try await custom(origin, hosts: [host])
            #expect(grant.reach.origins == [origin])
            #expect(grant.fields.isEmpty)
        } else {
            await #expect(throws: Failure.self) { _ = try await custom(origin, hosts: [host]) }
        }
    }

    @Test func `reach a private address only when it was confirmed with its port`() async throws {
        try home.bindings().confirm(host: "127.0.0.1:8080")
        try home.bindings().confirm(host: "hr.example")
        let hosts = ["127.0.0.1:8080", "hr.example"]
        #expect(try await custom("http://127.0.0.1:8080", hosts: hosts).reach.allowedPrivate == ["127.0.0.1:8080"])
        #expect(try await custom("https://hr.example:443", hosts: hosts).reach.allowedPrivate == [])
        #expect(try await custom("https://hr.example:443", hosts: ["hr.example"]).provider == .real)
    }

    @Test func `need the operator's word only where no workspace can name the host`() async throws {
        let unconfirmed = await #expect(throws: Failure.self) { _ = try await custom("http://[::1]:80", hosts: []) }
        #expect(unconfirmed?.message.contains("'patchbay integration allow [::1]:80'") == true)
        for place in ["[::1]:80", "10.0.0.7:8080"] { try home.bindings().confirm(host: place) }
        #expect(try await custom("http://[::1]:80", hosts: []).reach.allowedPrivate == ["[::1]:80"])
        #expect(try await custom("http://10.0.0.7:8080", hosts: []).reach.allowedPrivate == ["10.0.0.7:8080"])
        await #expect(throws: Failure.self) { _ = try await custom("http://10.0.0.8:8080", hosts: []) }
    }

    @Test(arguments: [
        ("https://hr.corp.example:443", true), ("https://a.b.corp.example:443", true),
        ("https://corp.example:443", false), ("https://evilcorp.example:443", false),
        ("https://hr.corp.example:8443", false),
    ])
    func `may be declared by all names below one, and are confirmed one by one`(origin: String, fits: Bool) async throws
    {
        let host = String(origin.dropFirst(8).prefix { $0 != ":" })
        for host in [host, host + ":8443"] { try home.bindings().confirm(host: host) }
        if fits {
            #expect(try await custom(origin, hosts: ["*.corp.example"]).reach.origins == [origin])
            try home.bindings().confirm(host: host, false)
        }
        await #expect(throws: Failure.self) { _ = try await custom(origin, hosts: ["*.corp.example"]) }
    }

    @Test func `reach what was allowed for the workspace, too`() async throws {
        try enable { $0.allow = ["10.0.0.1:8080"] }
        try home.bindings().confirm(host: "10.0.0.2:8080")
        let reach = try await source().grant(for: "parcel", profile: nil).reach
        #expect(reach.allowedPrivate == ["10.0.0.1:8080", "10.0.0.2:8080"])
        #expect(reach.origins == ["https://acme.parcel.example:443"])
    }

    @Test func `of a profile of its own go to the origin of its binding only`() async throws {
        let hosts: [String] = []
        let unbound = await #expect(throws: Failure.self) {
            _ = try await custom("https://hr.example:443", hosts: hosts, profile: "hr")
        }
        #expect(unbound?.kind == .unbound)
        let binding = Binding(
            integration: "custom",
            profile: "hr",
            provider: .real,
            origin: "https://hr.example:443",
            baseURL: "",
            check: .good
        )
        try home.bindings().save(binding)
        let secrets = MadeUp.secrets(["parcelKey": MadeUp.canary])
        try home.vault().store(secrets, workspace: MadeUp.workspace, integration: "custom", profile: "hr")
        let grant = try await custom("https://hr.example:443", hosts: hosts, profile: "hr")
        #expect(grant.fields["parcelKey"]?.text == MadeUp.canary)
        #expect(grant.connection == ["area": "north"])
        #expect(grant.reach == Reach(origins: ["https://hr.example:443"]))
        try await source().refused(.custom, profile: "hr")
        #expect(try home.bindings().binding(of: .custom, profile: "hr")?.isFailing == true)
        let blocked = await #expect(throws: Failure.self) {
            _ = try await custom("https://other.example:443", hosts: hosts, profile: "hr")
        }
        #expect(blocked?.kind == .blocked)
        await #expect(throws: Failure.self) {
            _ = try await custom("https://hr.example:443", hosts: hosts, profile: "none")
        }
        var sandboxed = binding
        sandboxed.provider = .sandbox
        try home.bindings().save(sandboxed)
        let played = try await custom("https://any.example:443", hosts: [], profile: "hr")
        #expect(played.provider == .sandbox)
        #expect(played.fields.isEmpty)
    }
}

@Suite("The credentials of the sandbox")
struct SandboxCredentialSourceTests {
    private func source(_ bindings: [Binding] = [], profile: AuthorizationProfile? = nil) throws
        -> SandboxCredentialSource
    {
        SandboxCredentialSource(
            setup: .init(
                plugins: ["parcel": try MadeUp.plugin()],
                defaultProfiles: [:],
                profiles: profile.map { [$0.id: $0] } ?? [:],
                declaredHosts: []
            ),
            bindings: bindings
        )
    }

    @Test func `need nothing and hold nothing`() async throws {
        let grant = try await source().grant(for: "parcel", profile: nil)
        #expect(grant.baseURL == "https://sandbox.parcel.example/v2")
        #expect(grant.provider == .sandbox)
        #expect(grant.fields.isEmpty)
        let request = try await source().grant(forRequestTo: "https://hr.example:443", profile: "any")
        #expect(request.provider == .sandbox)
        let unknown = await #expect(throws: Failure.self) { _ = try await source().grant(for: "zebra", profile: nil) }
        #expect(unknown?.kind == .unbound)
    }

    @Test func `take base URLs as the profile has them, else this machine`() async throws {
        let profile = try MadeUp.profile()
        let bound = MadeUp.binding { $0.baseURL = "http://127.0.0.1:8080/v1" }
        for bindings in [[], [bound]] {
            #expect(
                try await source(bindings, profile: profile).grant(for: "parcel", profile: nil).baseURL
                    == "https://acme.parcel.example/v2"
            )
        }
        let odd = try MadeUp.profile(["connection": ["tenant": "no host!"]])
        #expect(
            try await source([bound], profile: odd).grant(for: "parcel", profile: nil).baseURL
                == "http://127.0.0.1:8080/v1"
        )
        #expect(try await source(profile: odd).grant(for: "parcel", profile: nil).baseURL == "https://sandbox.invalid")
    }
}
