import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbaySandbox
import PatchbayTesting
import Testing

enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A plugin of the project.
    static func installed(_ id: String) throws -> Plugin {
        let folder = root.appending(path: "Plugins/\(id)")
        let value = try JSONReader().read(Array(try Data(contentsOf: folder.appending(path: "plugin.json"))))
        return Plugin(manifest: try PluginManifest(value), hash: "", files: FolderFiles(folder: folder))
    }

    /// A plugin from its manifest's JSON.
    static func plugin(_ manifest: JSONValue, files: [String: String] = [:]) throws -> Plugin {
        var object = manifest.object ?? [:]
        for (key, value) in [("id", "made-up"), ("name", "Made up"), ("version", "1.0.0")] as [(String, JSONValue)]
        where object[key] == nil { object[key] = value }
        return Plugin(manifest: try PluginManifest(.object(object)), hash: "", files: TextFiles(files))
    }

    /// A file of the material that is shared among projects; nil where there is none.
    static func shared(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: root.deletingLastPathComponent().appending(path: "shared/\(path)"))).map(Array.init)
    }
}

/// Binds everything to the sandbox.
struct SandboxCredentials: CredentialSource {
    let plugins: [Plugin]

    func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant {
        guard let manifest = plugins.first(where: { $0.id == integration })?.manifest else {
            throw Failure(.unbound, "unknown")
        }
        return Grant(
            authorization: manifest.authorization.first ?? .none,
            fields: [:],
            connection: ["subdomain": "acme", "deployment": "my-gpt"],
            baseURL: "https://sandbox.example/any",
            reach: Reach(origins: []),
            provider: .sandbox
        )
    }

    func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        throw Failure(.blocked, "not here")
    }

    func refused(_ integration: PluginID, profile: ProfileID?) async {}
}

/// The sandbox over some plugins, bare and behind a client.
struct Bench {
    let sandbox: SandboxTransport
    let client: ServiceClient
    let clock = HandClock()

    init(_ plugins: [Plugin], needsCredential: Bool = false, script: SandboxScript? = nil) {
        sandbox = SandboxTransport(plugins: plugins, clock: clock, needsCredential: needsCredential, script: script)
        client = ServiceClient(
            plugins: plugins,
            credentials: SandboxCredentials(plugins: plugins),
            real: sandbox,
            sandbox: sandbox,
            clock: clock,
            random: SeededRandomSource(seed: 1),
            redactor: Redactor(),
            version: "1"
        )
    }

    /// Sends a request as a foreign client would.
    func send(
        _ method: String = "POST",
        _ path: String,
        _ body: JSONValue? = nil,
        headers: HTTPHeaders = [:],
        timeout: Duration = .seconds(20)
    ) async throws -> (status: Int, headers: HTTPHeaders, body: JSONValue, text: String) {
        var headers = headers
        if body != nil { headers["Content-Type"] = "application/json" }
        let request = HTTPRequest(
            method: method,
            url: "http://127.0.0.1:8080" + path,
            headers: headers,
            body: body.map { JSONWriter().bytes($0) },
            reach: Reach(origins: []),
            timeout: timeout
        )
        let response = try await sandbox.send(request)
        let bytes = try await response.body.collect()
        let value = (try? JSONReader(maxDepth: 128, maxBytes: 10 << 20).read(bytes)) ?? .null
        return (response.status, response.headers, value, String(decoding: bytes, as: UTF8.self))
    }

    /// The text of a prompt's answer.
    func ask(_ plugin: PluginID, _ operation: OperationID?, _ call: ModelRequest) async throws(Failure)
        -> OperationAnswer
    {
        try await client.call(OperationCall(target: .model(plugin, operation, call)))
    }
}

/// The failure of a call; nil when it succeeds.
func failure(_ work: () async throws -> some Any) async -> Failure? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? Failure
    }
}
