import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbaySandbox
import Synchronization
import Testing

/// A plugin's folder on disk.
struct FolderFiles: PluginFiles {
    let folder: URL

    func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    func names(in folder: String) throws -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: self.folder.appending(path: folder).path).sorted()) ?? []
    }

    func paths() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() }
}

/// A plugin's files in memory.
struct MemoryFiles: PluginFiles {
    let texts: [String: String]

    func read(_ path: String) throws -> [UInt8] {
        guard let text = texts[path] else { throw CocoaError(.fileReadNoSuchFile) }
        return Array(text.utf8)
    }

    func names(in folder: String) throws -> [String] {
        texts.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted()
    }

    func paths() throws -> [String] { texts.keys.sorted() }
}

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
        return Plugin(manifest: try PluginManifest(.object(object)), hash: "", files: MemoryFiles(texts: files))
    }

    /// A file of the material that is shared among projects; nil where there is none.
    static func shared(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: root.deletingLastPathComponent().appending(path: "shared/\(path)"))).map(Array.init)
    }
}

/// A clock that stands still unless somebody sleeps.
final class VirtualClock: HubClock {
    private let state = Mutex((now: Date(timeIntervalSince1970: 1_772_442_000), slept: Duration.zero))

    var slept: Duration { state.withLock { $0.slept } }

    func now() -> Date { state.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        state.withLock {
            $0.now += Double(duration.milliseconds) / 1_000
            $0.slept += duration
        }
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
    let clock = VirtualClock()

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
