import Foundation
package import PatchbayConnector
import PatchbayLanguage
package import PatchbayModel

/// What somebody gives to enable an integration.
package struct EnableRequest: Sendable {
    package let plugin: Plugin
    package let profile: ProfileID
    /// The id of the authorization type; nil means the manifest's first.
    package let authorization: String?
    /// The credential's fields.
    package let fields: [String: Secret]
    package let connection: [String: String]
    /// The base URL that a profile proposes.
    package let proposedBaseURL: String?
    /// The base URL given on this machine; it wins.
    package let baseURL: String?
    /// Private addresses to allow, `host:port`.
    package let allow: [String]
    package let provider: Binding.Provider
    /// Whether the credential is stored without being tried.
    package let skipsCheck: Bool
    /// A URL to check with, instead of the manifest's check.
    package let checkURL: String?

    package init(
        plugin: Plugin,
        profile: ProfileID,
        authorization: String? = nil,
        fields: [String: Secret],
        connection: [String: String],
        proposedBaseURL: String? = nil,
        baseURL: String? = nil,
        allow: [String] = [],
        provider: Binding.Provider,
        skipsCheck: Bool = false,
        checkURL: String? = nil
    ) {
        self.plugin = plugin
        self.profile = profile
        self.authorization = authorization
        self.fields = fields
        self.connection = connection
        self.proposedBaseURL = proposedBaseURL
        self.baseURL = baseURL
        self.allow = allow
        self.provider = provider
        self.skipsCheck = skipsCheck
        self.checkURL = checkURL
    }
}

/// Why an integration is not enabled.
package enum AccessError: Error, Equatable {
    case notSupported(type: String)
    case unknownType(String, remedy: String?)
    case unknownField(String, remedy: String?)
    case missingFields([String])
    case wrongField(String, reason: String)
    case fixedBaseURL(PluginID)
    case undeclaredHost(String, PluginID)
    case refused(PluginID, reason: String?)
    case expired(PluginID)
}

extension AccessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSupported(let type): "authorization type '\(type)' is read, but does not work yet in this version"
        case .unknownType(let id, let remedy): "unknown authorization type '\(id)'" + (remedy.map { "; \($0)" } ?? "")
        case .unknownField(let key, let remedy): "unknown field '\(key)'" + (remedy.map { "; \($0)" } ?? "")
        case .missingFields(let keys): "no value for \(keys.map { "'\($0)'" }.joined(separator: ", "))"
        case .wrongField(let key, let reason): "field '\(key)': \(reason)"
        case .fixedBaseURL(let id): "plugin '\(id)' has one fixed base URL; leave --base-url out"
        case .undeclaredHost(let host, let id): "plugin '\(id)' does not name the host of '\(host)' among its hosts; nothing was changed"
        case .refused(let id, let reason):
            "the service of '\(id)' refused the credential" + (reason.map { " (\($0))" } ?? "") + "; check it and try again; nothing was changed"
        case .expired(let id): "the credential of '\(id)' has expired; give a new one; nothing was changed"
        }
    }
}

/// Enables an integration: the credential is tried, stored in the vault, and bound to one origin.
package struct IntegrationEnabler: Sendable {
    private let vault: Vault
    private let bindings: BindingStore
    private let checker: AuthorizationChecker
    private let redactor: Redactor
    private let clock: any HubClock

    package init(
        vault: Vault,
        bindings: BindingStore,
        checker: AuthorizationChecker,
        redactor: Redactor,
        clock: any HubClock = SystemHubClock()
    ) {
        self.vault = vault
        self.bindings = bindings
        self.checker = checker
        self.redactor = redactor
        self.clock = clock
    }

    /// Enables; a failed check changes nothing.
    ///
    /// - Returns: The binding, and whether a master key was made for it.
    package func enable(_ request: EnableRequest) async throws -> (binding: Binding, madeKey: Bool) {
        let manifest = request.plugin.manifest
        let type = try Self.type(request.authorization, of: manifest)
        for (key, secret) in request.fields { redactor.register(secret, as: "\(manifest.id)/\(key)") }
        var binding = Binding(
            integration: manifest.id,
            profile: request.profile,
            provider: request.provider,
            origin: "https://sandbox.invalid:443",
            baseURL: "",
            allow: request.allow,
            check: .unchecked
        )
        if request.provider == .sandbox {
            try bindings.save(binding)
            return (binding, false)
        }
        guard type.kind.runs else { throw AccessError.notSupported(type: type.kind.rawValue) }
        try check(request.fields, of: type)
        let connection = try connection(request.connection, of: manifest)
        let baseURL = try baseURL(of: request, connection: connection)
        binding.origin = try BaseURLs.origin(of: baseURL)
        binding.baseURL = request.baseURL == nil ? "" : baseURL
        if !request.skipsCheck {
            let grant = Grant(
                authorization: type,
                fields: request.fields,
                connection: connection,
                baseURL: baseURL,
                reach: Reach(origins: [binding.origin], allowedPrivate: Set(request.allow)),
                provider: .real
            )
            try await tryOut(grant, of: request, binding: &binding)
        }
        let madeKey = type.fields.isEmpty ? false : try vault.prepare()
        if !type.fields.isEmpty {
            try vault.store(
                request.fields,
                workspace: bindings.workspace,
                integration: manifest.id.rawValue,
                profile: request.profile.rawValue
            )
        }
        try bindings.save(binding)
        return (binding, madeKey)
    }

    /// Tries the credential that is stored, and notes how it went.
    package func check(_ binding: Binding, plugin: Plugin, grant: Grant) async throws -> (binding: Binding, message: String?) {
        var binding = binding
        let outcome = try await checker.check(plugin: plugin, grant: grant)
        binding.check = outcome.result
        binding.checkedAt = clock.now().formatted(.iso8601)
        binding.account = outcome.account
        try bindings.save(binding)
        return (binding, outcome.message)
    }

    private func tryOut(_ grant: Grant, of request: EnableRequest, binding: inout Binding) async throws {
        let own = try request.checkURL.map { url throws(DiagnosticError) in
            try AuthorizationCheck(Fields(["request": ["url": .string(url)]], at: .root, language: "en"))
        }
        let outcome = try await checker.check(own, plugin: request.plugin, grant: grant)
        switch outcome.result {
        case .bad: throw AccessError.refused(request.plugin.id, reason: outcome.message)
        case .expired: throw AccessError.expired(request.plugin.id)
        case .good, .unchecked: break
        }
        binding.check = outcome.result
        binding.checkedAt = clock.now().formatted(.iso8601)
        binding.account = outcome.account
    }

    private static func type(_ id: String?, of manifest: PluginManifest) throws -> AuthorizationType {
        guard let id else { return manifest.authorization[0] }
        guard let type = manifest.authorization(id) else {
            throw AccessError.unknownType(id, remedy: NearName.remedy(for: id, among: manifest.authorization.map(\.id)))
        }
        return type
    }

    private func check(_ fields: [String: Secret], of type: AuthorizationType) throws {
        let known = type.fields.map(\.key)
        for key in fields.keys.sorted() where !known.contains(key) {
            throw AccessError.unknownField(key, remedy: NearName.remedy(for: key, among: known))
        }
        let missing = type.fields.filter { $0.isRequired && $0.isVisible(with: fields) && fields[$0.key]?.isEmpty != false }
        guard missing.isEmpty else { throw AccessError.missingFields(missing.map(\.key)) }
        for field in type.fields {
            guard let secret = fields[field.key], !secret.isEmpty else { continue }
            if let reason = secret.open({ FieldCheck.fault(in: $0, kind: field.kind, pattern: field.pattern, choices: field.choices) }) {
                throw AccessError.wrongField(field.key, reason: reason)
            }
        }
    }

    private func connection(_ given: [String: String], of manifest: PluginManifest) throws -> [String: String] {
        let known = manifest.connection.map(\.key)
        for key in given.keys.sorted() where !known.contains(key) {
            throw AccessError.unknownField(key, remedy: NearName.remedy(for: key, among: known))
        }
        let values = ConnectionValues.complete(given, for: manifest).filter { !$0.value.isEmpty }
        let missing = manifest.connection.filter { $0.isRequired && values[$0.key] == nil }
        guard missing.isEmpty else { throw AccessError.missingFields(missing.map(\.key)) }
        for field in manifest.connection {
            guard let value = values[field.key] else { continue }
            if let reason = FieldCheck.fault(in: value, kind: field.kind, pattern: field.pattern, choices: field.choices) {
                throw AccessError.wrongField(field.key, reason: reason)
            }
        }
        return values
    }

    private func baseURL(of request: EnableRequest, connection: [String: String]) throws -> String {
        let manifest = request.plugin.manifest
        if let given = request.baseURL ?? request.proposedBaseURL {
            guard manifest.baseURL?.change != .fixed else { throw AccessError.fixedBaseURL(manifest.id) }
            return try BaseURLs.resolve(given, connection: connection)
        }
        let url = try BaseURLs.resolve(manifest.baseURL?.url ?? "", connection: connection)
        guard try BaseURLs.isDeclared(url, by: manifest.hosts, connection: connection) else {
            throw AccessError.undeclaredHost(url, manifest.id)
        }
        return url
    }
}

extension CredentialField {
    /// Whether it is asked for, given the values of other fields.
    func isVisible(with fields: [String: Secret]) -> Bool {
        guard let key = visibleWhen?["field"]?.string, let wanted = visibleWhen?["equals"]?.string else { return true }
        return fields[key]?.open { $0 == wanted } ?? false
    }
}

/// Checks what somebody typed into a field.
enum FieldCheck {
    /// What is wrong with a value, without the value; nil when nothing is.
    static func fault(in value: String, kind: CredentialField.Kind, pattern: String?, choices: [String]) -> String? {
        if value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) { return "it holds a control character" }
        if let pattern, let compiled = try? Pattern(pattern), !compiled.matches(value) {  // lint has refused what does not compile
            return "it does not fit the pattern \(pattern)"
        }
        switch kind {
        case .select where !choices.contains(value): return "use one of " + choices.joined(separator: ", ")
        case .url where (try? BaseURLs.origin(of: value)) == nil: return "it is no http or https URL"
        case .boolean where value != "true" && value != "false": return "use true or false"
        default: return nil
        }
    }
}
