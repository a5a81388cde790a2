import Foundation
import PatchbayConnector
import PatchbayFiles
import PatchbayModel
import PatchbayTesting

@testable import PatchbayAccess

/// A home of its own for one test, removed afterwards.
final class TemporaryHome: Sendable {
    let path: String
    let redactor = Redactor()

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "patchbay-access-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path + "/vault", withIntermediateDirectories: true)
        for folder in ["", "/vault"] { setMode(0o700, of: folder) }
    }

    deinit {
        // A folder that stays behind in the temporary directory harms nothing.
        try? FileManager.default.removeItem(atPath: path)
    }

    func root() throws -> Root { try Root(opening: path) }

    /// The vault as a process of its own would open it.
    func vault(_ keys: MasterKeySource = MasterKeySource(file: nil, environment: [:]), redactor: Redactor? = nil) throws
        -> Vault
    {
        Vault(root: try Root(opening: path + "/vault"), keySource: keys, redactor: redactor ?? self.redactor)
    }

    func bindings(_ workspace: String = MadeUp.workspace) throws -> BindingStore {
        BindingStore(root: try root(), workspace: workspace)
    }

    func put(_ text: String, at name: String, mode: Int = 0o600) throws {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: place))
        setMode(mode, of: "/" + name)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func json(_ name: String) throws -> JSONValue { try JSONReader().read(text(name)) }

    func put(_ value: JSONValue, at name: String) throws { try put(JSONWriter().text(value), at: name) }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

    private func setMode(_ mode: Int, of name: String) {
        // A mode that could not be set fails the test that looks at it.
        try? FileManager.default.setAttributes([.posixPermissions: NSNumber(value: mode)], ofItemAtPath: path + name)
    }
}

extension StubTransport {
    /// Answers with these statuses as a careless service does: it tells the credential back; 0 is no answer.
    convenience init(_ statuses: Int...) {
        self.init(
            answers: statuses.map { status in
                { request in
                    guard status > 0 else { throw Failure(.unreachable, "nobody answers") }
                    let sent = request.headers["X-Key"] ?? ""
                    return HTTPResponse(
                        status: status,
                        headers: ["Content-Type": "application/json"],
                        body: HTTPBody(
                            Array(#"{ "error": "key \#(sent) is wrong", "account": { "name": "Ada" } }"#.utf8)
                        )
                    )
                }
            }
        )
    }
}

/// A made-up service whose host holds a tenant.
enum MadeUp {
    static let workspace = String(repeating: "0123456789abcdef", count: 2)
    static let canary = "canary-7f3a9c"

    static let manifest: JSONValue = [
        "formatVersion": 1, "language": "en", "id": "parcel", "name": "Parcel", "version": "1.0.0",
        "hosts": [["scheme": "https", "host": "{tenant}.parcel.example"]],
        "baseURL": ["url": "https://{tenant}.parcel.example/{edition}", "change": "allowed"],
        "connection": [
            ["key": "tenant", "kind": "text", "required": true, "use": "hostLabel"],
            ["key": "edition", "kind": "select", "choices": ["v1", "v2"], "default": "v2", "required": false],
        ],
        "authorization": [
            [
                "id": "key", "type": "custom",
                "fields": [
                    ["key": "parcelKey", "kind": "password", "pattern": "[a-z0-9-]+"],
                    ["key": "region", "kind": "select", "choices": ["eu", "us"], "default": "eu", "required": false],
                    [
                        "key": "euCode", "kind": "text", "required": true,
                        "visibleWhen": ["field": "region", "equals": "us"],
                    ],
                ],
                "send": [["in": "header", "name": "X-Key", "value": [["field": "parcelKey"]]]],
                "check": [
                    "operation": "whoami", "good": [["status": [200]]], "bad": [["status": [401]]],
                    "expired": [["status": [419]]], "account": "/account/name",
                ],
            ],
            ["id": "plain", "type": "apiKey", "fields": [["key": "token", "kind": "password"]]],
            ["id": "oauth", "type": "oauth2ClientCredentials"], ["id": "open", "type": "none"],
            [
                "id": "own", "type": "apiKey", "modes": ["userAuthorized"],
                "fields": [["key": "token", "kind": "password"]],
            ],
        ],
        "errorMessage": [["pointer": "/error"]],
        "operations": ["whoami": ["title": "Who am I", "method": "GET", "path": "/me"]],
    ]

    static func plugin(_ changes: [(JSONPointer, JSONValue)] = []) throws -> Plugin {
        let value = changes.reduce(manifest) { $0.setting($1.1, at: $1.0) }
        return Plugin(manifest: try PluginManifest(value), hash: "", files: TextFiles())
    }

    static func profile(_ value: JSONValue = [:], id: String = "parcel") throws -> AuthorizationProfile {
        var object: JSONObject = [
            "id": .string(id), "integration": "parcel", "authorization": "key", "connection": ["tenant": "acme"],
        ]
        for member in value.object?.members ?? [] { object[member.key] = member.value }
        return try AuthorizationProfile(.object(object))
    }

    static func secrets(_ fields: [String: String]) -> [String: Secret] { fields.mapValues { Secret($0) } }

    static func binding(_ change: (inout Binding) -> Void = { _ in }) -> Binding {
        var binding = Binding(
            integration: "parcel",
            profile: "parcel",
            provider: .real,
            origin: "https://acme.parcel.example:443",
            baseURL: "",
            check: .good
        )
        change(&binding)
        return binding
    }
}

extension Secret {
    var text: String { open { $0 } }
}
