import Foundation
package import PatchbayFiles
package import PatchbayModel

/// The files of a new plugin: small, whole, and tested, so that its author changes what works.
package struct PluginStart: Sendable {
    private let id: PluginID
    private let name: String
    private let place: ServicePlace
    private let kind: AuthorizationType.Kind

    /// A plugin to be.
    ///
    /// - Parameters:
    ///   - id: The plugin's id.
    ///   - name: What the service is called; nil makes it from the id.
    ///   - baseURL: Where its operations start; nil takes one that belongs to nobody (RFC 2606).
    ///   - authorization: How the service is authorized.
    /// - Throws: ``PluginStartError``.
    package init(
        id: String,
        name: String? = nil,
        baseURL: String? = nil,
        authorization: AuthorizationType.Kind = .apiKey
    ) throws(PluginStartError) {
        guard TextKind.id.matches(id) else { throw .badID(id, near: Self.id(from: id)) }
        guard id != "custom" else { throw .reservedID(id) }
        self.id = PluginID(id)
        self.name = name ?? Self.name(from: id)
        guard self.name.contains(where: { !$0.isWhitespace }) else { throw .emptyName }
        let url = baseURL ?? Self.baseURL(for: id)
        place = try ServicePlace(url)
        kind = authorization
    }

    /// The name that an id suggests: `acme-desk` is `Acme Desk`.
    package static func name(from id: String) -> String {
        id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }

    /// The base URL of a service that nobody has.
    package static func baseURL(for id: String) -> String {
        var label = id.prefix(63)
        while label.hasSuffix("-") { label.removeLast() }
        return "https://api.\(label).example/v1"
    }

    /// An id from what is none, if something of it is left.
    static func id(from text: String) -> String? {
        let plain = text.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
            .filter { $0.properties.generalCategory != .nonspacingMark }
        var id = ""
        for scalar in plain {
            let isLetter = ("a"..."z").contains(scalar)
            if isLetter || (("0"..."9").contains(scalar) && !id.isEmpty) {
                id.unicodeScalars.append(scalar)
            } else if !id.isEmpty, !id.hasSuffix("-") {
                id += "-"
            }
        }
        id = String(id.prefix(64))
        while id.hasSuffix("-") { id.removeLast() }
        return id.isEmpty || id == text || id == "custom" ? nil : id
    }

    /// The plugin's files, in the order of their paths' bytes.
    ///
    /// - Throws: ``PluginStartError/wrongPlace(_:reason:)`` for a base URL that no plugin can have.
    package func files() throws(PluginStartError) -> [ArchiveEntry] {
        let manifest = manifest
        if let fault = FileCheck.diagnostics(of: manifest, as: .plugin).first(where: { $0.severity == .error }) {
            throw .wrongPlace(place.url, reason: fault.message + (fault.remedy.map { "; " + $0 } ?? ""))
        }
        let sample = StartSample(plugin: id)
        return
            [
                entry("README.md", readme), entry("plugin.json", manifest, .plugin),
                entry("tapes/create-item/created.json", sample.created, .exchange),
                entry("tapes/create-item/taken.json", sample.taken, .exchange),
                entry("tapes/list-items/items.json", sample.items, .exchange),
                entry("templates/create-item/dialogs/create-item/dialog.json", sample.dialog, .dialog),
                entry("templates/create-item/template.json", sample.template, .template),
                entry("templates/create-item/tests/sample.json", sample.goodTest, .test),
                entry("templates/create-item/tests/taken.json", sample.takenTest, .test),
            ]
    }

    private func entry(_ path: String, _ value: JSONValue, _ kind: FileKind) -> ArchiveEntry {
        ArchiveEntry(path: path, bytes: CanonicalText.bytes(value, of: kind))
    }

    private func entry(_ path: String, _ text: String) -> ArchiveEntry {
        ArchiveEntry(path: path, bytes: Array(text.utf8))
    }

    // MARK: - The manifest

    private var manifest: JSONValue {
        var manifest: JSONObject = [
            "formatVersion": 1, "language": "en", "id": .string(id.rawValue), "name": .string(name),
            "version": "0.1.0", "patchbay": ">=0.1.0 <2.0.0",
            "summary": .string("Lists and creates items of \(name)."), "hosts": [.object(place.host)],
            "baseURL": ["url": .string(place.url)],
        ]
        if !place.connection.isEmpty { manifest["connection"] = .array(place.connection) }
        if kind != .none { manifest["authorization"] = [StartAuthorization(id: id, kind: kind, place: place).offer] }
        manifest["errorMessage"] = [["pointer": "/error/message"]]
        manifest["errors"] = [
            ["when": ["body": ["pointer": "/error/code", "equals": "taken"]], "kind": "conflict"],
            [
                "when": ["status": [429]], "kind": "rateLimited",
                "retry": ["after": [["header": "Retry-After"]]],
            ],
        ]
        manifest["operations"] = StartOperations(documentation: place.documentation).operations
        manifest["templates"] = ["create-item"]
        return .object(manifest)
    }

    private var readme: String {
        """
        # \(name)

        A plugin for Patchbay, made by `patchbay plugin new`. It works as it stands, with made-up operations; what to change:

        1. `plugin.json`: `baseURL` and `hosts` are where the service is. `operations` are its calls: each cites its public
           documentation in `source`. `errors` and `errorMessage` say what its errors mean.
        2. `tapes/<operation>/<name>.json`: answers as the service gives them, failures too. They serve the sandbox and the samples.
        3. `templates/<template>/`: dialogs that people install, and sample conversations in `tests/`.

        ```sh
        patchbay plugin lint .         # everything that is wrong, and what is missing for the next grade
        patchbay plugin test .         # the samples, replayed without network
        patchbay template new find-item
        patchbay plugin pack . -o ../\(id)-0.1.0.zip
        ```

        The plugin author's guide, `docs/plugin-authors.md` of Patchbay, goes through all of it.

        """
    }
}
