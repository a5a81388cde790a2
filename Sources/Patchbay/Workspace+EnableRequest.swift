import PatchbayAccess
import PatchbayModel
import PatchbayWorkspace

extension Workspace {
    /// Writes what an enabled integration leaves in the workspace: the profile, without any secret.
    func saveProfile(of request: EnableRequest, title: String?, description: String?) throws {
        let id = request.plugin.id
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
}
