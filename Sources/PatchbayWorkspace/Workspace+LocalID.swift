import PatchbayFiles
package import PatchbayModel

extension Workspace {
    private static let idFile: RelativePath = ".patchbay/local/id"
    private static let idLock: RelativePath = ".patchbay/local/id.lock"

    /// The id by which the home knows this directory; nil before the first `init` or `enable` here.
    package func localID() throws -> String? {
        guard let bytes = try root.readIfPresent(Self.idFile, maxBytes: 256) else { return nil }
        let id = bytes.prefix { $0 > 0x20 }
        let isID = id.count == 32 && id.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return isID ? String(decoding: id, as: UTF8.self) : nil
    }

    /// The local id, made when there is none; of two that make one at once both get the same.
    package func makeLocalID(_ ids: any IDSource) throws -> String {
        if let id = try localID() { return id }
        try root.makeFolder(".patchbay/local", mode: 0o755)
        let lock = try KernelLock.take(Self.idLock, in: root)
        defer { lock.end() }
        if let id = try localID() { return id }
        let id = ids.newID()
        try root.write(Array((id + "\n").utf8), to: Self.idFile, mode: 0o600)
        return id
    }
}

extension Workspace {
    /// What tells whether anything that a conversation runs on was edited: path, size and time of each file.
    package func stamps() throws -> [String] {
        let folders = ["dialogs", "variables"]
        let tree = try root.files { path in
            path.text != Self.settingsFile && !folders.contains { path.text == $0 || path.text.hasPrefix($0 + "/") }
        }
        return try tree.files.map { file in
            let status = try root.status(file.path)
            return "\(file.path) \(status.size) \(status.modified)"
        }
    }
}
