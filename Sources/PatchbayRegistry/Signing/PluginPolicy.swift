package import PatchbayModel

/// What the home's `settings.json` lets plugins be: signed, named, calling.
package struct PluginPolicy: Sendable, Equatable {
    /// Whether a plugin needs the signature of a trusted key.
    package let requiresSignature: Bool
    private let plugins: Lists
    private let hosts: Lists
    /// The settings' file, for messages.
    private let file: String

    /// An allow list, where there is one, and a deny list.
    private struct Lists: Sendable, Equatable {
        let allow: [String]?
        let deny: [String]

        init(_ value: JSONValue?) {
            allow = value?["allow"]?.array?.compactMap(\.string)
            deny = value?["deny"]?.array?.compactMap(\.string) ?? []
        }
    }

    /// A policy from checked settings; nil allows everything.
    package init(_ settings: JSONValue?, file: String) {
        requiresSignature = settings?["requireSignature"]?.bool ?? false
        plugins = Lists(settings?["plugins"])
        hosts = Lists(settings?["hosts"])
        self.file = file
    }

    /// Refuses a plugin that the policy does not let in.
    ///
    /// - Parameters:
    ///   - manifest: The plugin's manifest.
    ///   - standing: Finds out who signed it; asked only where that matters.
    /// - Throws: ``TrustError/forbidden(_:setting:file:remedy:)``, and what `standing` throws.
    package func check(_ manifest: PluginManifest, standing: () throws -> SignatureStanding) throws {
        try check(manifest.id)
        for rule in manifest.hosts { try checkDeclared(rule.host, by: manifest.id) }
        guard requiresSignature else { return }
        let standing = try standing()
        guard standing.signer == nil else { return }
        let remedy =
            standing.key.map { "if you know the key, 'patchbay plugin trust add NAME \($0.text)' trusts it" }
            ?? "get a signed one, or sign it yourself"
        throw TrustError.forbidden(
            "plugin '\(manifest.id)' \(manifest.version) is \(standing.words)",
            setting: "requireSignature",
            file: file,
            remedy: remedy
        )
    }

    /// Refuses a plugin by its id.
    package func check(_ id: PluginID) throws(TrustError) {
        if let pattern = plugins.deny.first(where: { Self.matches(id.rawValue, $0) }) {
            throw forbidden("plugin '\(id)' is denied by '\(pattern)'", "plugins.deny")
        }
        guard let allow = plugins.allow, !allow.contains(where: { Self.matches(id.rawValue, $0) }) else { return }
        throw forbidden("plugin '\(id)' is not among those that are allowed", "plugins.allow")
    }

    /// Whether calls are limited at all.
    package var limitsHosts: Bool { hosts.allow != nil || !hosts.deny.isEmpty }

    /// Refuses a call to a host; nil lets it pass.
    ///
    /// - Parameter host: In lower case, without a port.
    /// - Returns: Why it is not called; nil where it may be.
    package func refusal(ofHost host: String) -> TrustError? {
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        if let pattern = hosts.deny.first(where: { HostPattern($0).covers(HostPattern(host)) }) {
            return forbidden("the host \(host) is denied by '\(pattern)'", "hosts.deny")
        }
        guard let allow = hosts.allow, !allow.contains(where: { HostPattern($0).covers(HostPattern(host)) }) else {
            return nil
        }
        return forbidden("the host \(host) is not among those that are allowed", "hosts.allow")
    }

    /// Refuses a host of a manifest: what it may stand for must be allowed, and nothing of that denied.
    private func checkDeclared(_ host: String, by id: PluginID) throws(TrustError) {
        let declared = HostPattern(host)
        if let pattern = hosts.deny.first(where: { HostPattern($0).meets(declared) }) {
            throw forbidden("plugin '\(id)' may call '\(host)', denied by '\(pattern)'", "hosts.deny")
        }
        guard let allow = hosts.allow, !allow.contains(where: { HostPattern($0).covers(declared) }) else { return }
        throw forbidden("plugin '\(id)' may call '\(host)', not among those that are allowed", "hosts.allow")
    }

    private func forbidden(_ what: String, _ setting: String) -> TrustError {
        .forbidden(what, setting: setting, file: file, remedy: "whoever runs this machine can change that")
    }

    private static func matches(_ id: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? id.utf8.starts(with: pattern.dropLast().utf8) : id == pattern
    }
}

/// A host's name, where `*.` at the start stands for all labels before, and `{name}` for a part of one label.
struct HostPattern {
    private let labels: [Substring]
    private let isOpen: Bool

    init(_ text: String) {
        let all = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        isOpen = all.first == "*"
        labels = isOpen ? Array(all.dropFirst()) : all
    }

    /// Whether every name that the other stands for is one of this one's.
    func covers(_ other: HostPattern) -> Bool {
        guard isOpen else {
            return !other.isOpen && labels == other.labels && !other.labels.contains { $0.contains("{") }
        }
        let rest = other.labels.suffix(labels.count)
        // The other's labels before the common ones: at least one, unless it is as open.
        return rest.count == labels.count && (other.isOpen || other.labels.count > labels.count)
            && zip(labels, rest).allSatisfy { $0 == $1 }
    }

    /// Whether some name is one of both.
    func meets(_ other: HostPattern) -> Bool {
        let count = min(labels.count, other.labels.count)
        guard zip(labels.suffix(count), other.labels.suffix(count)).allSatisfy(Self.mayBeEqual) else { return false }
        if labels.count == other.labels.count { return isOpen == other.isOpen }
        return labels.count < other.labels.count ? isOpen : other.isOpen
    }

    private static func mayBeEqual(_ one: Substring, _ other: Substring) -> Bool {
        one == other || one.contains("{") || other.contains("{")
    }
}
