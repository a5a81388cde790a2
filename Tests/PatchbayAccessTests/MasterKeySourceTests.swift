import Foundation
import PatchbayFiles
import PatchbayModel
import Testing

@testable import PatchbayAccess

@Suite("The master key")
struct MasterKeySourceTests {
    private let home: TemporaryHome
    private let key = Data((0..<32).map { UInt8($0) })

    init() throws {
        home = try TemporaryHome()
    }

    private var hexadecimal: String { key.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }

    private func roundTrip(_ source: MasterKeySource) throws {
        let secrets = MadeUp.secrets(["apiKey": MadeUp.canary])
        try home.vault(source).store(secrets, workspace: "w", integration: "openai", profile: "openai")
        let found = try home.vault(source).fields(workspace: "w", integration: "openai", profile: "openai")
        #expect(found?["apiKey"]?.text == MadeUp.canary)
    }

    @Test func `is taken from the file that the settings name, before anything else`() throws {
        try home.put(" \(key.base64EncodedString())\n", at: "keys/mine")
        let source = MasterKeySource(file: home.path + "/keys/mine", environment: ["PATCHBAY_MASTER_KEY": "rubbish"])
        try roundTrip(source)
        #expect(source.description == "'\(home.path)/keys/mine'")
        #expect(!home.has("vault/master.key"))
    }

    @Test(arguments: [0o600, 0o400, 0o440])
    func `is taken from systemd's credential folder`(mode: Int) throws {
        try home.put(key.base64EncodedString(), at: "credentials/patchbay-master-key", mode: mode)
        let folder = home.path + "/credentials"
        try roundTrip(
            MasterKeySource(file: nil, environment: ["CREDENTIALS_DIRECTORY": folder, "PATCHBAY_MASTER_KEY": "x"])
        )
        #expect(!home.has("vault/master.key"))
    }

    @Test func `is taken from the environment in either spelling`() throws {
        try roundTrip(MasterKeySource(file: nil, environment: ["PATCHBAY_MASTER_KEY": key.base64EncodedString()]))
        let other = MasterKeySource(file: nil, environment: ["PATCHBAY_MASTER_KEY": hexadecimal])
        #expect(try home.vault(other).fields(workspace: "w", integration: "openai", profile: "openai") != nil)
        #expect(!home.has("vault/master.key"))
    }

    @Test(arguments: ["", "short", "=", String(repeating: "A", count: 44), String(repeating: "z", count: 64)])
    func `is refused when it is no key, and not shown`(text: String) throws {
        let source = MasterKeySource(file: nil, environment: ["PATCHBAY_MASTER_KEY": text])
        let error = #expect(throws: VaultError.self) { try home.vault(source).prepare() }
        #expect(error?.description.contains("32 bytes in base64 or hexadecimal") == true)
        if text.count > 10 { #expect(error?.description.contains(text) == false) }
        #expect(!home.has("vault/keys.json"))
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o666, 0o610])
    func `is refused when others may read its file`(mode: Int) throws {
        try home.put(key.base64EncodedString(), at: "vault/master.key", mode: mode)
        let error = #expect(throws: VaultError.self) { try home.vault().prepare() }
        #expect(error?.description.contains("chmod 600") == true)
        #expect(!home.has("vault/keys.json"))
    }

    @Test(arguments: [0o604, 0o460, 0o444])
    func `is refused when a credential of systemd is open to all`(mode: Int) throws {
        try home.put(key.base64EncodedString(), at: "credentials/patchbay-master-key", mode: mode)
        let source = MasterKeySource(file: nil, environment: ["CREDENTIALS_DIRECTORY": home.path + "/credentials"])
        #expect(throws: VaultError.self) { try home.vault(source).prepare() }
    }

    @Test func `is not made where a named file is missing`() throws {
        let source = MasterKeySource(file: home.path + "/none", environment: [:])
        let error = #expect(throws: VaultError.self) { try home.vault(source).prepare() }
        #expect(error?.description.contains("'\(home.path)/none'") == true)
        #expect(!home.has("none"))
        #expect(!home.has("vault/keys.json"))
    }

    @Test func `is not read through a link`() throws {
        try home.put(key.base64EncodedString(), at: "elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: home.path + "/vault/master.key",
            withDestinationPath: home.path + "/elsewhere"
        )
        let error = #expect(throws: VaultError.self) { try home.vault().prepare() }
        #expect(error?.description.contains("it is no regular file") == true)
        #expect(!home.has("vault/keys.json"))
    }

    @Test func `has an id that differs from key to key and gives nothing away`() throws {
        let one = try #require(MasterKey(bytes: Array(key)))
        let other = try #require(MasterKey.fresh()?.key)
        #expect(one.id != other.id)
        #expect(one.id.count == 10)
        #expect(!hexadecimal.contains(one.id.dropFirst(2)))
    }
}
