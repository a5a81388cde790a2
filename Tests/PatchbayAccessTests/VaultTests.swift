import Foundation
import PatchbayFiles
import PatchbayModel
import Testing

@testable import PatchbayAccess

@Suite("The vault")
struct VaultTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func store(_ fields: [String: String] = ["apiKey": MadeUp.canary], profile: String = "openai") throws {
        try home.vault().store(MadeUp.secrets(fields), workspace: "w", integration: "openai", profile: profile)
    }

    @discardableResult
    private func open(profile: String = "openai", workspace: String = "w") throws -> [String: String]? {
        try home.vault().fields(workspace: workspace, integration: "openai", profile: profile)?.mapValues(\.text)
    }

    private static let record = "vault/w/openai/openai.json"

    @Test func `gives back what it was given, also to another process`() throws {
        let odd = "quo\"te {{x}} \u{1F600} \n" + String(repeating: "x", count: 10_000)
        try store(["apiKey": MadeUp.canary, "odd": odd, "empty": ""])
        #expect(try open() == ["apiKey": MadeUp.canary, "odd": odd, "empty": ""])
        try store(["apiKey": "another-one"])
        #expect(try open() == ["apiKey": "another-one"])
        #expect(try open(profile: "none") == nil)
        #expect(try open(workspace: "v") == nil)
    }

    @Test func `keeps its files closed and holds no secret in the clear`() throws {
        try store()
        for path in try home.files() where path.hasPrefix("vault/") {
            let isFolder = !path.contains(".") && path != "vault/lock"
            #expect(try home.mode(path) == (isFolder ? 0o700 : 0o600), "\(path)")
            guard !isFolder else { continue }
            let text = try home.text(path)
            #expect(!text.contains(MadeUp.canary))
            #expect(!text.contains(Data(MadeUp.canary.utf8).base64EncodedString()))
        }
        #expect(try home.json(Self.record)["fields"]?["apiKey"]?["alg"] == "A256GCM")
    }

    @Test func `makes a key once, and says so`() throws {
        let vault = try home.vault()
        #expect(try vault.prepare())
        #expect(try !vault.prepare())
        #expect(try !home.vault().prepare())
        #expect(vault.keyPlace == "'vault/master.key' in the home")
    }

    @Test func `makes one key for many that prepare at once`() async throws {
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask { [home] in
                    let vault = try home.vault()
                    let made = try vault.prepare()
                    try vault.store(
                        ["key": Secret("secret-\(number)")],
                        workspace: "w",
                        integration: "openai",
                        profile: "p\(number)"
                    )
                    return made
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        for number in 0..<16 { #expect(try open(profile: "p\(number)") == ["key": "secret-\(number)"]) }
    }

    @Test func `tells a wrong key from damage`() throws {
        try store()
        let keys = try home.json("vault/keys.json")
        let wanted = try #require(keys["masterKey"]?.string)
        let (other, text) = try #require(MasterKey.fresh())
        try home.put(text, at: "vault/master.key")
        let error = #expect(throws: VaultError.wrongKey(wanted: wanted, found: other.id)) { try open() }
        #expect(error?.description.contains("\(wanted) is wanted") == true)
        #expect(throws: VaultError.self) { try home.vault().prepare() }
        #expect(throws: VaultError.self) { try store() }
        #expect(try home.json("vault/keys.json") == keys)
    }

    @Test func `makes no new key over old data`() throws {
        try store()
        let keys = try home.json("vault/keys.json")
        try home.remove("vault/master.key")
        #expect(
            throws: VaultError.keyMissing(
                wanted: keys["masterKey"]?.string ?? "",
                place: "'vault/master.key' in the home"
            )
        ) {
            try home.vault().prepare()
        }
        #expect(throws: VaultError.self) { try store() }
        #expect(throws: VaultError.self) { try open() }
        #expect(!home.has("vault/master.key"))
        #expect(try home.json("vault/keys.json") == keys)
    }

    @Test func `makes no new data keys where credentials lie without theirs`() throws {
        try store()
        let before = try home.text(Self.record)
        try home.remove("vault/keys.json")
        let place = home.path + "/vault/keys.json"
        #expect(throws: VaultError.keysMissing(place: place)) { try home.vault().prepare() }
        #expect(throws: VaultError.keysMissing(place: place)) { try store() }
        #expect(throws: VaultError.keysMissing(place: place)) { try open() }
        #expect(!home.has("vault/keys.json"))
        #expect(try home.text(Self.record) == before)
        try home.remove(Self.record)
        #expect(throws: Never.self) { try home.vault().prepare() }
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"v":1}"#, "cut", "check", "key", "current"])
    func `says that its keys are damaged`(damage: String) throws {
        try store()
        let keys = try home.json("vault/keys.json")
        switch damage {
        case "cut": try home.put(String(home.text("vault/keys.json").prefix(100)), at: "vault/keys.json")
        case "check": try home.put(keys.setting(keys["keys"]?["k1"]?["c"] ?? "", at: "/check/c"), at: "vault/keys.json")
        case "key": try home.put(keys.setting(keys["check"]?["c"] ?? "", at: "/keys/k1/c"), at: "vault/keys.json")
        case "current": try home.put(keys.setting("k9", at: "/current"), at: "vault/keys.json")
        default: try home.put(damage, at: "vault/keys.json")
        }
        let error = #expect(throws: VaultError.self) { try open() }
        if damage != "[]", damage != "{}" { #expect(error == .damagedKeys(place: home.path + "/vault/keys.json")) }
        #expect(throws: VaultError.self) { try home.vault().prepare() }
    }

    @Test(arguments: ["/fields/apiKey/n", "/fields/apiKey/c", "/fields/apiKey/kid"])
    func `notices a changed record and opens the others`(place: String) throws {
        try store()
        try store(["apiKey": "other-secret"], profile: "work")
        let pointer = try #require(JSONPointer(place))
        let file = try home.json(Self.record)
        let text = try #require(file[pointer]?.string)
        let changed = (text.first == "A" ? "B" : "A") + text.dropFirst()
        try home.put(file.setting(.string(changed), at: pointer), at: Self.record)
        #expect(throws: VaultError.damaged(record: "openai/apiKey")) { try open() }
        #expect(try open(profile: "work") == ["apiKey": "other-secret"])
    }

    @Test func `notices every flipped bit of a ciphertext`() throws {
        try store(["apiKey": "k"])
        let file = try home.json(Self.record)
        let sealed = try #require(file["fields"]?["apiKey"]?["c"]?.string.flatMap { Data(base64Encoded: $0) })
        for bit in 0..<(sealed.count * 8) {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            try home.put(file.setting(.string(changed.base64EncodedString()), at: "/fields/apiKey/c"), at: Self.record)
            #expect(throws: VaultError.damaged(record: "openai/apiKey")) { try open() }
        }
    }

    @Test func `notices a record that was moved and fields that were swapped`() throws {
        try store(["apiKey": "first-secret", "other": "second-secret"])
        let file = try home.json(Self.record)
        for place in ["vault/w/openai/office.json", "vault/v/openai/openai.json"] { try home.put(file, at: place) }
        #expect(throws: VaultError.damaged(record: "openai/office/apiKey")) { try open(profile: "office") }
        #expect(throws: VaultError.damaged(record: "openai/apiKey")) { try open(workspace: "v") }
        let first = try #require(file["fields"]?["apiKey"])
        let second = try #require(file["fields"]?["other"])
        try home.put(file.setting(["apiKey": second, "other": first], at: "/fields"), at: Self.record)
        #expect(throws: VaultError.damaged(record: "openai/apiKey")) { try open() }
    }

    @Test(arguments: [("/v", 2), ("/fields/apiKey/v", 2), ("/fields/apiKey/alg", "A128CBC")] as [(String, JSONValue)])
    func `guesses nothing about a format it does not know`(place: String, value: JSONValue) throws {
        try store()
        let pointer = try #require(JSONPointer(place))
        try home.put(home.json(Self.record).setting(value, at: pointer), at: Self.record)
        let error = #expect(throws: VaultError.self) { try open() }
        guard case .unknownFormat = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test(arguments: ["", "{", "7", #"{"v":1}"#])
    func `says that a record's file is damaged`(text: String) throws {
        try store()
        try home.put(text, at: Self.record)
        let error = #expect(throws: VaultError.self) { try open() }
        #expect(error?.description.contains("openai/openai") == true)
    }

    @Test func `makes secrets known to the redactor when they are stored and when they are opened`() throws {
        let other = Redactor()
        try store()
        #expect(home.redactor.redact("it is \(MadeUp.canary)!") == "it is [secret openai/apiKey]!")
        _ = try home.vault(redactor: other).fields(workspace: "w", integration: "openai", profile: "openai")
        #expect(other.redact(MadeUp.canary) == "[secret openai/apiKey]")
    }

    @Test(arguments: ["../x", "a/b", "", ".", "a\u{0}b", "/etc/passwd"])
    func `takes no id that is not one part of a path`(id: String) throws {
        #expect(throws: FileError.self) { try open(workspace: id) }
        #expect(throws: FileError.self) {
            try home.vault().store(["a": Secret("b")], workspace: "w", integration: id, profile: "p")
        }
    }
}
