import Foundation
package import PatchbayConnector
import PatchbayFiles
package import PatchbayModel

/// Enables an integration: the credential is tried, stored in the vault, and bound to one origin.
package struct IntegrationEnabler: Sendable {
    private let vault: Vault
    private let bindings: BindingStore
    private let checker: AuthorizationChecker
    private let redactor: Redactor
    private let clock: any HubClock

    /// An enabler for one workspace.
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
    /// - Throws: ``AccessError`` for what was given; `Failure` when the check could not be made; ``VaultError``.
    package func enable(_ request: EnableRequest) async throws -> (binding: Binding, madeKey: Bool) {
        let manifest = request.plugin.manifest
        let type = try Self.type(request.authorization, of: manifest)
        for (key, secret) in request.fields { redactor.register(secret, as: "\(manifest.id)/\(key)") }
        guard TextKind.id.matches(request.profile.rawValue) else {
            throw AccessError.wrongProfile(request.profile.rawValue)
        }
        for address in request.allow where !FieldCheck.isAddressAndPort(address) {
            throw AccessError.wrongAddress(address)
        }
        // What the profile could not hold would spoil the workspace, bound to the sandbox or not.
        if let url = request.proposedBaseURL, !TextKind.url.matches(url) {
            throw AccessError.wrongBaseURL(url, regions: manifest.baseURL?.regions.keys ?? [])
        }
        if let url = request.checkURL, !TextKind.urlWithNames.matches(url) { throw AccessError.wrongCheckURL(url) }
        try Self.check(connection: request.connection, of: manifest)
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
        guard type.modes.contains(.preAuthorized) else {
            throw AccessError.notSupported(type: "\(type.id) (userAuthorized)")
        }
        let fields = Self.complete(request.fields, for: type)
        try check(fields, of: type)
        let connection = try connection(request.connection, of: manifest)
        let baseURL = try baseURL(of: request, connection: connection)
        binding.origin = try BaseURLs.origin(of: baseURL)
        binding.baseURL = request.baseURL == nil ? "" : baseURL
        if manifest.id != .custom { binding.authorization = type.id }
        if !request.skipsCheck {
            let grant = Grant(
                authorization: type,
                fields: fields,
                connection: connection,
                baseURL: baseURL,
                reach: Reach(
                    origins: [binding.origin],
                    allowedPrivate: Set(request.allow + (try bindings.confirmedHosts()))
                ),
                provider: .real
            )
            try await tryOut(grant, of: request, binding: &binding)
        }
        let madeKey = type.fields.isEmpty ? false : try vault.prepare()
        // Both at once: a new credential must never stand beside a binding to the old origin.
        try bindings.save(binding, with: type.fields.isEmpty ? [] : [try change(to: fields, of: binding)])
        return (binding, madeKey)
    }

    /// Tries the credential that is stored, and notes how it went unless it was replaced meanwhile.
    package func check(_ binding: Binding, plugin: Plugin, grant: Grant) async throws -> (
        binding: Binding, message: String?
    ) {
        let outcome = try await checker.check(plugin: plugin, grant: grant)
        var checked = binding
        note(outcome, in: &checked)
        try bindings.update(binding.integration, profile: binding.profile) { $0 == binding ? checked : nil }
        return (checked, outcome.message)
    }

    /// Removes a binding and its credential, both or none.
    package func remove(_ binding: Binding) throws {
        let path = try Vault.path(bindings.workspace, binding.integration.rawValue, binding.profile.rawValue)
        let change = FileChange.remove(try HomeLayout.vault.appending(path))
        try bindings.remove(binding.integration, profile: binding.profile, with: [change])
    }

    private func change(to fields: [String: Secret], of binding: Binding) throws -> FileChange {
        let file = try vault.sealed(
            fields,
            workspace: bindings.workspace,
            integration: binding.integration.rawValue,
            profile: binding.profile.rawValue
        )
        return .write(try HomeLayout.vault.appending(file.path), file.bytes, mode: 0o600)
    }

    private func tryOut(_ grant: Grant, of request: EnableRequest, binding: inout Binding) async throws {
        let own = try request.checkURL.map { url throws(DiagnosticError) in
            try AuthorizationCheck(Fields(["request": ["url": .string(url)]], at: .root, language: "en"))
        }
        let outcome: CheckOutcome
        do throws(Failure) {
            outcome = try await checker.check(own, plugin: request.plugin, grant: grant)
        } catch {
            guard error.kind != .blocked else { throw error }
            throw Failure(
                error.kind,
                status: error.status,
                "the credential could not be tried, nothing was changed: \(error.message) "
                    + "('--no-check' stores it untried)",
                attempts: error.attempts
            )
        }
        switch outcome.result {
        case .bad: throw AccessError.refused(request.plugin.id, reason: outcome.message)
        case .expired: throw AccessError.expired(request.plugin.id)
        case .good, .unchecked: break
        }
        note(outcome, in: &binding)
    }

    private func note(_ outcome: CheckOutcome, in binding: inout Binding) {
        binding.check = outcome.result
        binding.checkedAt = outcome.result == .unchecked ? nil : clock.now().formatted(.iso8601)
        binding.account = outcome.account
    }

    private static func type(_ id: String?, of manifest: PluginManifest) throws -> AuthorizationType {
        guard let id else { return manifest.authorization.first ?? .none }
        guard let type = manifest.authorization(id) else {
            let known = manifest.authorization.map(\.id)
            throw AccessError.unknownType(id, remedy: NearName.remedy(for: id, among: known))
        }
        return type
    }

    /// The fields with the defaults of those that are asked for and not given.
    private static func complete(_ given: [String: Secret], for type: AuthorizationType) -> [String: Secret] {
        var fields = given
        for field in type.fields where field.isVisible(with: fields) && fields[field.key]?.isEmpty != false {
            fields[field.key] = field.defaultValue.map { Secret($0) }
        }
        return fields
    }

    private func check(_ fields: [String: Secret], of type: AuthorizationType) throws {
        let known = type.fields.map(\.key)
        for key in fields.keys.sorted() where !known.contains(key) {
            throw AccessError.unknownField(key, remedy: NearName.remedy(for: key, among: known))
        }
        let missing = type.fields.filter { field in
            field.isRequired && field.isVisible(with: fields) && fields[field.key]?.isEmpty != false
        }
        guard missing.isEmpty else { throw AccessError.missingFields(missing.map(\.key)) }
        for field in type.fields {
            guard let secret = fields[field.key], !secret.isEmpty else { continue }
            let fault = secret.open {
                FieldCheck.fault(in: $0, kind: field.kind, pattern: field.pattern, choices: field.choices)
            }
            if let reason = fault {
                throw AccessError.wrongField(field.key, reason: reason)
            }
        }
    }

    private func connection(_ given: [String: String], of manifest: PluginManifest) throws -> [String: String] {
        let values = ConnectionValues.complete(given, for: manifest).filter { !$0.value.isEmpty }
        let missing = manifest.connection.filter { $0.isRequired && values[$0.key] == nil }
        guard missing.isEmpty else { throw AccessError.missingConnection(missing.map(\.key)) }
        return values
    }

    private static func check(connection: [String: String], of manifest: PluginManifest) throws {
        let known = manifest.connection.map(\.key)
        for key in connection.keys.sorted() where !known.contains(key) {
            throw AccessError.unknownConnection(key, remedy: NearName.remedy(for: key, among: known))
        }
        for field in manifest.connection {
            guard let value = connection[field.key], !value.isEmpty else { continue }
            let fault = FieldCheck.fault(
                in: value,
                kind: field.kind,
                pattern: field.pattern,
                choices: field.choices
            )
            if let reason = fault ?? (field.isHostLabel ? FieldCheck.faultAsHostLabel(value) : nil) {
                throw AccessError.wrongConnection(field.key, reason: reason)
            }
        }
    }

    private func baseURL(of request: EnableRequest, connection: [String: String]) throws -> String {
        let manifest = request.plugin.manifest
        if let given = request.baseURL ?? request.proposedBaseURL {
            guard
                manifest.baseURL?.change != .fixed
                    || BaseURLs.isRegion(given, of: manifest.baseURL, connection: connection)
            else { throw AccessError.fixedBaseURL(manifest.id) }
            return try BaseURLs.resolve(given, connection: connection)
        }
        guard manifest.baseURL?.change != .required else { throw AccessError.missingBaseURL(manifest.id) }
        if let rule = manifest.baseURL, rule.url.isEmpty, !rule.regions.isEmpty {
            throw AccessError.missingRegion(manifest.id, among: rule.regions.keys)
        }
        let url = try BaseURLs.resolve(manifest.baseURL?.url ?? "", connection: connection)
        guard try BaseURLs.isDeclared(url, by: manifest.hosts, connection: connection) else {
            throw AccessError.undeclaredHost(url, manifest.id)
        }
        return url
    }
}
