import Foundation
import PatchbayConnector
import PatchbayModel
import Synchronization

/// A plugin's folder on disk.
struct FolderFiles: PluginFiles {
    let folder: URL

    func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    func names(in folder: String) throws -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: self.folder.appending(path: folder).path).sorted()) ?? []
    }

    func paths() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    }
}

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
        let folder = FileManager.default.temporaryDirectory.appending(path: "none-\(UUID().uuidString)")
        return Plugin(manifest: try PluginManifest(.object(object)), hash: "", files: FolderFiles(folder: folder))
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

/// A clock that stands still unless somebody sleeps.
final class VirtualClock: HubClock {
    private let state = Mutex((now: Date(timeIntervalSince1970: 1_772_442_000), slept: [Duration]()))

    var slept: [Duration] { state.withLock { $0.slept } }

    func now() -> Date { state.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        state.withLock {
            $0.now += Double(duration.milliseconds) / 1_000
            $0.slept.append(duration)
        }
    }
}

/// Answers with what a test gives, in order, the last one again and again, and keeps what was sent.
final class StubTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) throws -> HTTPResponse

    private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

    init(_ answers: Answer...) {
        state = Mutex((answers, []))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        return try answer(request)
    }

    static func json(_ value: JSONValue, status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        let bytes = JSONWriter().bytes(value)
        return { _ in
            HTTPResponse(
                status: status,
                headers: HTTPHeaders(headers.fields + [.init("Content-Type", "application/json")]),
                body: HTTPBody(bytes)
            )
        }
    }

    static func bytes(_ bytes: [UInt8], status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        { _ in HTTPResponse(status: status, headers: headers, body: HTTPBody(bytes)) }
    }

    static func text(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        bytes(Array(text.utf8), status: status, headers: headers)
    }

    static func failure(_ kind: FailureKind) -> Answer {
        { _ in throw Failure(kind, "it failed") }
    }
}

/// Gives everybody one grant and remembers refusals.
final class StubCredentials: CredentialSource {
    private let grant: Grant
    private let count = Mutex(0)

    init(_ grant: Grant) {
        self.grant = grant
    }

    var refusals: Int { count.withLock { $0 } }

    func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant { grant }

    func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        guard grant.reach.origins.contains(origin) else { throw Failure(.blocked, "\(origin) was not allowed") }
        return grant
    }

    func refused(_ integration: PluginID, profile: ProfileID?) async { count.withLock { $0 += 1 } }
}

/// A client over one plugin and a stub.
struct Bench {
    let transport: StubTransport
    let clock = VirtualClock()
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
