import Foundation
import Testing

@testable import PatchbayFiles

@Suite("Where things stand")
struct LayoutTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [
        (["PATCHBAY_HOME": "/h", "XDG_CONFIG_HOME": "/x", "HOME": "/u"], "/h"),
        (["PATCHBAY_HOME": "", "XDG_CONFIG_HOME": "/x", "HOME": "/u"], "/x/patchbay"),
        (["XDG_CONFIG_HOME": "relative", "HOME": "/u"], "/u/.config/patchbay"), (["HOME": "/u"], "/u/.config/patchbay"),
    ])
    func `the home is where the environment says`(environment: [String: String], path: String) throws {
        #expect(try HomeLayout.path(environment: environment) == path)
    }

    @Test func `without a home the way out is named`() {
        #expect(throws: FileError.noHome) { try HomeLayout.path(environment: [:]) }
        #expect(FileError.noHome.description.contains("PATCHBAY_HOME"))
    }

    @Test func `a home is made for its owner only`() throws {
        #expect(try HomeLayout(existing: folder.path + "/h/home") == nil)
        let home = try HomeLayout(opening: folder.path + "/h/home")
        #expect(try folder.mode("h/home") == 0o700)
        #expect(try HomeLayout(existing: folder.path + "/h/home") != nil)
        let access = try home.journal.change(timeout: .zero)
        try access.apply([
            .write(HomeLayout.vault.appending("k"), [1], mode: 0o600), .write(home.settings, bytes("{}")),
        ])
        access.end()
        #expect(try folder.mode("h/home/vault") == 0o700)
        #expect(try folder.mode("h/home/vault/k") == 0o600)
    }

    @Test(arguments: [0o777, 0o770, 0o702])
    func `a home that others may write to is refused with the remedy`(mode: Int) throws {
        folder.setMode(mode_t(mode), of: ".")
        let error = #expect(throws: FileError.self) { try HomeLayout(opening: folder.path) }
        #expect(error?.description.contains("chmod go-w") == true)
    }

    @Test func `a home names its places`() throws {
        let home = try HomeLayout(opening: folder.path + "/home")
        let hash = "sha256:0123456789abcdef0123"
        #expect(try home.plugin("openai", version: "1.2.0", hash: hash) == "plugins/openai/1.2.0-0123456789ab")
        #expect(try home.binding(workspace: "w1", integration: "i", profile: "p") == "workspaces/w1/i/p.json")
        for id in ["..", "a/b", "", "/x", "a\0"] {
            #expect(throws: FileError.self) { try home.plugin(id, version: "1.0.0", hash: hash) }
            #expect(throws: FileError.self) { try home.binding(workspace: id, integration: "i", profile: "p") }
        }
    }

    @Test func `plugins are found in the share named, beside the program, in the source tree`() throws {
        for name in ["named/plugins/p", "named/templates/p", "named/schema", "named/empty"] {
            try folder.put("", at: name + "/f")
        }
        let named = try ShareLayout(environment: ["PATCHBAY_SHARE": folder.path + "/named"], program: nil)
        #expect(named.pluginFolders.map(\.plugins) == [folder.path + "/named/plugins"])
        #expect(named.pluginFolders.map(\.templates) == [folder.path + "/named/templates"])
        #expect(named.schemas == folder.path + "/named/schema")

        try folder.put("", at: "usr/share/patchbay/plugins/p/f")
        let installed = try ShareLayout(environment: [:], program: folder.path + "/usr/bin/patchbay")
        #expect(installed.pluginFolders.map(\.plugins) == [folder.path + "/usr/share/patchbay/plugins"])
        #expect(installed.pluginFolders.map(\.templates) == [nil])

        try folder.put("", at: "tree/Package.swift")
        for name in ["tree/Plugins/p", "tree/Templates/p", "tree/docs/schema"] { try folder.put("", at: name + "/f") }
        let source = try ShareLayout(environment: [:], program: folder.path + "/tree/.build/release/patchbay")
        #expect(source.pluginFolders.map(\.plugins) == [folder.path + "/tree/Plugins"])
        #expect(source.pluginFolders.map(\.templates) == [folder.path + "/tree/Templates"])
        #expect(source.schemas == folder.path + "/tree/docs/schema")
    }

    @Test func `without a share the way out is named`() {
        #expect(throws: FileError.noShare) {
            try ShareLayout(environment: [:], program: "/usr/bin/patchbay-without-share")
        }
        #expect(throws: FileError.missing("/nowhere/at/all")) {
            try ShareLayout(environment: ["PATCHBAY_SHARE": "/nowhere/at/all"], program: nil)
        }
    }

    @Test func `the program knows its own path`() throws {
        #expect(try #require(ShareLayout.program()).hasPrefix("/"))
    }
}
