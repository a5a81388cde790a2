import PatchbayModel

extension UpdateJudge {
    private var profileNames: [String] { use.profiles.map { "profile '\($0.id)'" } }
    private var here: [String] { use.isConfigured ? profileNames.isEmpty ? ["this workspace"] : profileNames : [] }

    /// Hosts, base URL, connection values, ways to authorize.
    mutating func access() {
        hosts()
        baseURL()
        connection()
        for (index, type) in old.manifest.authorization.enumerated() where type.kind != .none || use.isConfigured {
            authorization(type, at: JSONPointer(tokens: ["authorization", String(index)]))
        }
    }

    private mutating func hosts() {
        let (before, now) = (old.manifest.hosts, new.manifest.hosts)
        func shown(_ host: HostRule) -> String { "\(host.scheme)://\(host.host)" + (host.port.map { ":\($0)" } ?? "") }
        for host in now where !before.contains(host) {
            // Somebody is asked, and what is there goes on as it did.
            note(.uncertain, at: "/hosts", "it may call \(shown(host))", usedBy: ["this workspace"])
        }
        for host in before where !now.contains(host) {
            note(.uncertain, at: "/hosts", "it may no longer call \(shown(host))", usedBy: here)
        }
    }

    private mutating func baseURL() {
        guard let before = old.manifest.baseURL, let now = new.manifest.baseURL else {
            if old.manifest.baseURL != new.manifest.baseURL {
                note(.breaking, at: "/baseURL", "its base URL is gone or new", usedBy: here)
            }
            return
        }
        let own = use.profiles.filter { $0.baseURL != nil }.map { "profile '\($0.id)'" }
        if now.change == .fixed, before.change != .fixed {
            note(.breaking, at: "/baseURL/change", "its base URL can't be changed any more", usedBy: own)
        }
        if now.change == .required, before.change != .required {
            let users = use.profiles.filter { $0.baseURL == nil }.map { "profile '\($0.id)'" }
            note(.breaking, at: "/baseURL/change", "its base URL has to be given now", usedBy: users)
        }
        guard before.url != now.url || before.regions != now.regions else { return }
        let users = use.isConfigured ? use.profiles.filter { $0.baseURL == nil }.map { "profile '\($0.id)'" } : []
        let isElsewhere = Self.origin(before.url) != Self.origin(now.url)
        // A credential goes only where somebody agreed that it goes.
        note(
            isElsewhere ? .breaking : .uncertain,
            at: "/baseURL",
            "its base URL is \(now.url) now, not \(before.url)"
                + (isElsewhere ? "; 'patchbay integration enable \(new.id)' agrees to it" : ""),
            usedBy: users
        )
    }

    private static func origin(_ url: String) -> String {
        url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }

    private mutating func connection() {
        for (index, field) in new.manifest.connection.enumerated() {
            let place = JSONPointer(tokens: ["connection", String(index)])
            let before = old.manifest.connection.first { $0.key == field.key }
            let isNeeded = field.isRequired && field.defaultValue == nil
            let without = use.profiles.filter { $0.connection[field.key] == nil }.map { "profile '\($0.id)'" }
            if before == nil || before?.isRequired == false || before?.defaultValue != nil, isNeeded {
                note(.breaking, at: place, "connection value '\(field.key)' is required now", usedBy: without)
            } else if before == nil {
                note(.compatible, at: place, "connection value '\(field.key)' is new", usedBy: [])
            }
            if let before, before.pattern != field.pattern || before.choices != field.choices {
                note(.uncertain, at: place, "connection value '\(field.key)' takes other values", usedBy: here)
            }
        }
        for (index, field) in old.manifest.connection.enumerated()
        where !new.manifest.connection.contains(where: { $0.key == field.key }) {
            let users = use.profiles.filter { $0.connection[field.key] != nil }.map { "profile '\($0.id)'" }
            let place = JSONPointer(tokens: ["connection", String(index)])
            note(.uncertain, at: place, "connection value '\(field.key)' is gone", usedBy: users)
        }
    }

    // MARK: - Authorization

    /// The profiles that take a way to authorize: those that name it, and without a name the first way's.
    private func users(of type: AuthorizationType) -> [String] {
        let first = old.manifest.authorization.first?.id
        let named = use.profiles.filter { ($0.authorization ?? first) == type.id }.map { "profile '\($0.id)'" }
        return named.isEmpty && use.profiles.isEmpty && type.id == first ? here : named
    }

    private mutating func authorization(_ before: AuthorizationType, at place: JSONPointer) {
        let users = users(of: before)
        let what = "authorization '\(before.id)'"
        guard let now = new.manifest.authorization(before.id) else {
            return note(.breaking, at: place, "\(what) is gone", usedBy: users)
        }
        if now.kind != before.kind {
            note(
                .breaking,
                at: place.appending("type"),
                "\(what) is \(now.kind.rawValue) now, not \(before.kind.rawValue)",
                usedBy: users
            )
        }
        for mode in before.modes where !now.modes.contains(mode) {
            note(
                .breaking,
                at: place.appending("modes"),
                "\(what) has no mode \(mode.rawValue) any more",
                usedBy: users
            )
        }
        for field in now.fields {
            let isNeeded = field.isRequired && field.defaultValue == nil && field.visibleWhen == nil
            let known = before.fields.first { $0.key == field.key }
            let wasNeeded = known.map { $0.isRequired && $0.defaultValue == nil && $0.visibleWhen == nil } ?? false
            let words = "\(what) asks for '\(field.key)' now"
            if isNeeded, !wasNeeded {
                note(.breaking, at: place.appending("fields"), words, usedBy: users)
            } else if known == nil {
                note(.compatible, at: place.appending("fields"), words + ", if somebody has it", usedBy: [])
            }
        }
        for field in before.fields where !now.fields.contains(where: { $0.key == field.key }) {
            note(.compatible, at: place.appending("fields"), "\(what) no longer asks for '\(field.key)'", usedBy: [])
        }
        if before.send != now.send {
            note(.uncertain, at: place.appending("send"), "\(what) is sent in another way", usedBy: users)
        }
    }
}
