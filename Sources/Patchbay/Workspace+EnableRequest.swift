import PatchbayAccess
import PatchbayModel
import PatchbayWorkspace

extension Workspace {
    /// Writes what an enabled integration leaves in the workspace: the profile, without any secret.
    func saveProfile(of request: EnableRequest, title: String?, description: String?) throws {
        let id = request.plugin.id
        if id == .custom { return try saveOwnProfile(of: request, title: title, description: description) }
        let known =
            exists("authorization/\(request.profile).json")
            ? try value(of: "authorization/\(request.profile).json", as: .profile)?.object : nil
        var profile = known ?? ["formatVersion": 1, "language": .string(settings.language)]
        profile["id"] = .string(request.profile.rawValue)
        profile["title"] =
            title.map(JSONValue.string) ?? profile["title"]
            ?? .string(request.plugin.manifest.name.text(in: settings.language))
        profile["description"] = description.map(JSONValue.string) ?? profile["description"]
        profile["integration"] = .string(id.rawValue)
        profile["authorization"] = .string(
            request.authorization ?? profile["authorization"]?.string ?? request.plugin.manifest.authorization[0].id
        )
        if !request.connection.isEmpty {
            profile["connection"] = .object(
                JSONObject(request.connection.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            )
        }
        profile["baseURL"] = request.proposedBaseURL.map(JSONValue.string) ?? profile["baseURL"]
        if let url = request.checkURL { profile["check"] = ["url": .string(url)] }
        let isFirst = settings.integrations[id] == nil
        try save(
            profile: .object(profile),
            id: request.profile,
            of: id,
            asDefault: isFirst || request.profile.rawValue == id.rawValue
        )
    }

    /// A profile without a plugin is its author's: only what was given is written into it.
    private func saveOwnProfile(of request: EnableRequest, title: String?, description: String?) throws {
        guard let known = try value(of: "authorization/\(request.profile).json", as: .profile) else { return }
        var changed = known
        func set(_ value: String?, at pointer: JSONPointer) {
            if let value { changed = changed.setting(.string(value), at: pointer) }
        }
        set(title, at: "/title")
        set(description, at: "/description")
        if let url = request.checkURL {
            var check = known["check"]?.object ?? JSONObject()
            check["request"] = nil
            check["url"] = .string(url)
            changed = changed.setting(.object(check), at: "/check")
        }
        for (key, value) in request.connection.sorted(by: { $0.key < $1.key }) {
            set(value, at: JSONPointer(tokens: ["connection", key]))
        }
        if request.proposedBaseURL != known["baseURL"]?.string { set(request.proposedBaseURL, at: "/baseURL") }
        guard changed != known else { return }
        try save(profile: changed, id: request.profile, of: .custom, asDefault: false)
    }
}
