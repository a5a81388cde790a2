import Foundation
import PatchbayFiles
import PatchbayModel
import Testing

@testable import PatchbayAccess

@Suite("Bindings")
struct BindingStoreTests {
    private let home: TemporaryHome
    private let store: BindingStore

    init() throws {
        home = try TemporaryHome()
        store = try home.bindings()
    }

    @Test func `are kept by integration and profile, closed to others`() throws {
        #expect(try store.all() == [])
        #expect(try store.binding(of: "parcel", profile: "parcel") == nil)
        let full = MadeUp.binding {
            $0.isEnabled = false
            $0.baseURL = "http://127.0.0.1:8080/v1"
            $0.allow = ["127.0.0.1:8080"]
            $0.check = .bad
            $0.checkedAt = "2026-01-01T00:00:00Z"
            $0.account = "Ada"
        }
        let other = Binding(
            integration: "openai",
            profile: "work",
            provider: .sandbox,
            origin: "https://sandbox.invalid:443",
            baseURL: "",
            check: .unchecked
        )
        try store.save(full)
        try store.save(other)
        try store.confirm(host: "a.example")
        try store.remember(path: "/somewhere")
        #expect(try store.all() == [other, full])
        #expect(try store.binding(of: "parcel", profile: "parcel") == full)
        let file = "workspaces/\(MadeUp.workspace)/parcel/parcel.json"
        #expect(try home.mode(file) == 0o600)
        #expect(try home.mode("workspaces/\(MadeUp.workspace)") == 0o700)
        for _ in 0..<2 { try store.remove("parcel", profile: "parcel") }
        #expect(try store.all() == [other])
        #expect(try home.bindings(String(repeating: "f", count: 32)).all() == [])
    }

    @Test func `are changed as they stand at that moment`() throws {
        #expect(try store.update("parcel", profile: "parcel") { $0 } == nil)
        try store.save(MadeUp.binding { $0.origin = "https://new.parcel.example:443" })
        let disabled = try store.update("parcel", profile: "parcel") { binding in
            var binding = binding
            binding.isEnabled = false
            return binding
        }
        #expect(disabled?.isEnabled == false)
        #expect(disabled?.origin == "https://new.parcel.example:443")
        #expect(try store.update("parcel", profile: "parcel") { _ in nil } == disabled)
        #expect(try store.all() == [disabled].compactMap(\.self))
    }

    @Test func `stand beside hosts that are allowed until that is taken back`() throws {
        #expect(try store.confirmedHosts() == [])
        #expect(try store.confirm(host: "b.example"))
        #expect(try store.confirm(host: "a.example:80"))
        #expect(try !store.confirm(host: "b.example"))
        #expect(try store.confirmedHosts() == ["a.example:80", "b.example"])
        #expect(try !store.confirm(host: "a.example", false))
        #expect(try store.confirm(host: "b.example", false))
        #expect(try store.confirmedHosts() == ["a.example:80"])
    }

    @Test func `that are damaged are named`() throws {
        try home.put("{", at: "workspaces/\(MadeUp.workspace)/parcel/parcel.json")
        let error = #expect(throws: DiagnosticError.self) { try store.all() }
        #expect(error?.description.contains("\(MadeUp.workspace)/parcel/parcel.json:1:2") == true)
        try home.put("{", at: "workspaces/\(MadeUp.workspace)/hosts.json")
        let hosts = #expect(throws: DiagnosticError.self) { try store.confirmedHosts() }
        #expect(hosts?.description.contains("hosts.json") == true)
    }

    @Test(arguments: ["../x", "a/b", "a\u{1B}"])
    func `take no id that is not one part of a path`(id: String) throws {
        #expect(throws: FileError.self) { try store.binding(of: PluginID(id), profile: "p") }
        #expect(throws: FileError.self) { try store.binding(of: "p", profile: ProfileID(id)) }
        #expect(throws: FileError.self) { try store.binding(of: "..", profile: "p") }
    }

    @Test func `keep every host that is confirmed at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 { group.addTask { [home] in try home.bindings().confirm(host: "h\(number).example") } }
            try await group.waitForAll()
        }
        #expect(try store.confirmedHosts().count == 16)
        try store.confirm(host: "h1.example")
        #expect(try store.confirmedHosts().count == 16)
    }

    @Test func `remember the folder of their workspace`() throws {
        #expect(try store.rememberedPath() == nil)
        try store.remember(path: "/somewhere/ä b")
        #expect(try store.rememberedPath() == "/somewhere/ä b")
    }
}
