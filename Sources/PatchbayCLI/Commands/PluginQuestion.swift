import Patchbay
import PatchbayModel
import PatchbayRegistry

/// What is shown before a plugin is installed.
enum PluginQuestion {
    /// Hosts, credentials, templates and scripts, in words.
    static func text(_ candidate: PluginCandidate) -> String {
        let manifest = candidate.plugin.manifest
        let reach = PluginReach(manifest)
        var lines = ["\(manifest.id) \(manifest.version) may:"]
        lines.append("  call   " + (reach.hosts.isEmpty ? "no host" : reach.hosts.joined(separator: ", ")))
        lines.append(
            "  ask    "
                + (reach.credentials.isEmpty ? "for no credential" : "for " + reach.credentials.joined(separator: ", "))
        )
        let templates = candidate.templates.map {
            "\(Table.short(Console.line($0.template.title.text(in: "en")))) (\($0.template.id))"
        }
        lines.append("  offer  " + (templates.isEmpty ? "no template" : templates.joined(separator: ", ")))
        lines.append(
            "  bring  "
                + (candidate.scripts.isEmpty
                    ? "no script"
                    : candidate.scripts.count == 1
                        ? "1 script, which runs confined" : "\(candidate.scripts.count) scripts, which run confined")
        )
        lines.append("  is     " + candidate.standing.words)
        if !candidate.differences.isEmpty {
            lines.append("  differs from the pinned version: " + candidate.differences.joined(separator: "; "))
        }
        return lines.joined(separator: "\n")
    }

    static func json(_ candidate: PluginCandidate) -> JSONValue {
        let manifest = candidate.plugin.manifest
        let reach = PluginReach(manifest)
        return [
            "id": .string(manifest.id.rawValue), "name": .string(manifest.name.text(in: "en")),
            "version": .string(manifest.version.description), "installed": .bool(candidate.isInstalled),
            "hash": .string(candidate.plugin.hash), "hosts": .array(reach.hosts.map(JSONValue.string)),
            "credentials": .array(reach.credentials.map(JSONValue.string)),
            "templates": .array(candidate.templates.map { .string($0.template.id.rawValue) }),
            "operations": .array(manifest.operations.map { .string($0.id.rawValue) }),
            "scripts": .array(candidate.scripts.map(JSONValue.string)),
            "signer": signer(candidate.standing), "signature": candidate.standing.json,
        ]
    }

    /// The name of a signer whose key is trusted here; null for every other, whatever it calls itself.
    static func signer(_ standing: SignatureStanding?) -> JSONValue {
        (standing?.signer).map(JSONValue.string) ?? .null
    }
}
