import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting

enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func parcel() throws -> Plugin {
        try plugin(in: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/parcel"))
    }

    static func plugin(in folder: URL) throws -> Plugin {
        let value = try JSONReader().read(Array(try Data(contentsOf: folder.appending(path: "plugin.json"))))
        return Plugin(manifest: try PluginManifest(value), hash: "", files: FolderFiles(folder: folder))
    }

    /// A plugin of the project; nil where its folder is not there.
    static func installed(_ id: String) throws -> Plugin? {
        let folder = root.appending(path: "Plugins/\(id)")
        guard FileManager.default.fileExists(atPath: folder.appending(path: "plugin.json").path) else { return nil }
        return try plugin(in: folder)
    }

    /// A plugin from its manifest's JSON.
    static func plugin(_ manifest: JSONValue) throws -> Plugin {
        var object = manifest.object ?? [:]
        for (key, value) in [("id", "made-up"), ("name", "Made up"), ("version", "1.0.0")] as [(String, JSONValue)]
        where object[key] == nil { object[key] = value }
        return Plugin(manifest: try PluginManifest(.object(object)), hash: "", files: TextFiles())
    }

    static func grant(
        for plugin: Plugin,
        fields: [String: String] = ["parcelKey": "s3cret-key"],
        connection: [String: String] = ["tenant": "acme", "edition": "v2"],
        provider: Binding.Provider = .real
    ) throws -> Grant {
        let base = try BaseURLs.resolve(
            plugin.manifest.baseURL?.url ?? "https://made-up.example",
            connection: connection
        )
        return Grant(
            authorization: plugin.manifest.authorization.first ?? .none,
            fields: fields.mapValues { Secret($0) },
            connection: connection,
            baseURL: base,
            reach: Reach(origins: [try BaseURLs.origin(of: base)]),
            provider: provider
        )
    }
}

/// A client over one plugin and a stub.
struct Bench {
    let transport: StubTransport
    let clock = HandClock()
    let credentials: StubCredentials
    let client: ServiceClient

    init(_ plugin: Plugin, grant: Grant, _ transport: StubTransport, redactor: Redactor = Redactor()) {
        self.transport = transport
        credentials = StubCredentials(grant)
        client = ServiceClient(
            plugins: [plugin],
            credentials: credentials,
            real: transport,
            sandbox: transport,
            clock: clock,
            random: SeededRandomSource(seed: 1),
            redactor: redactor,
            version: "0.1.0"
        )
    }

    func call(
        _ plugin: PluginID,
        _ operation: OperationID,
        _ input: JSONObject = [:],
        timeout: Duration? = nil,
        key: String = ""
    ) async throws(Failure) -> OperationAnswer {
        try await client.call(
            OperationCall(target: .operation(plugin, operation, input: input), timeout: timeout, key: key)
        )
    }
}

/// The failure of a call; nil when it succeeds.
func failure(_ work: () async throws(Failure) -> some Any) async -> Failure? {
    do throws(Failure) {
        _ = try await work()
        return nil
    } catch {
        return error
    }
}

/// Texts that have broken somebody's service.
let naughtyTexts = [
    "She said \"hi\" \\ and 'bye' }{", "line one\nline two\r\nline three\ttab", "{{context.x}} ${y} %s %0A",
    "🙂 👩‍👩‍👧 İstanbul ﷽ ə́",
    "a&b=c?d#e/f;g,h+i j", "\u{0}\u{1}\u{1F}", "</script><!--]]>&amp;", String(repeating: "äöü \"\\\n", count: 16_000),
]
