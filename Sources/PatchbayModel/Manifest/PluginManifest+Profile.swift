extension PluginID {
    /// Stands for all profiles without a plugin; no plugin may have this id.
    package static var custom: PluginID { "custom" }
}

extension PluginManifest {
    /// The service that a profile without a plugin describes: one way to authorize, a base URL, no operation.
    ///
    /// - Parameter profile: The checked file of the profile.
    /// - Throws: What could not be decoded; nothing in a file that was checked.
    package init(ofProfile profile: JSONValue) throws(DiagnosticError) {
        var type = profile.object ?? JSONObject()
        type["modes"] = .array([profile["mode"] ?? "preAuthorized"])
        var baseURL: JSONObject = ["change": profile["baseURL"] == nil ? "required" : "allowed"]
        baseURL["url"] = profile["baseURL"]
        let connection = profile["connection"]?.object?.keys ?? []
        try self.init([
            "formatVersion": 1, "language": profile["language"] ?? "en", "id": .string(PluginID.custom.rawValue),
            "name": profile["title"] ?? profile["id"] ?? "", "version": "1.0.0", "baseURL": .object(baseURL),
            "connection": .array(connection.map { ["key": .string($0), "required": false] }),
            "authorization": [.object(type)],
        ])
    }
}
