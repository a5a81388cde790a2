import Patchbay
import PatchbayDialog
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

/// The explorer's content for programs, and for people without a terminal.
struct ExplorerData {
    let content: ExplorerContent
    /// The numbers of the templates that are told.
    let templates: [Int]

    init(_ content: ExplorerContent, words: [String]) {
        self.content = content
        templates = content.shelf.search(words.joined(separator: " "))
    }

    // MARK: - For programs

    var json: JSONValue {
        var regions = JSONObject()
        for state in [IntegrationRow.State.available, .configured, .failing] {
            regions[state.rawValue] = .array(content.integrations(in: state).map(Self.json))
        }
        return [
            "workspace": content.place.map { ["name": .string($0.name), "folder": .string($0.folder)] } ?? .null,
            "integrations": .object(regions),
            "catalogue": .array(
                content.offered.map { plugin in
                    [
                        "id": .string(plugin.id.rawValue), "name": .string(plugin.name),
                        "version": .string(plugin.version), "summary": .string(plugin.summary),
                    ]
                }
            ),
            "templates": .array(templates.map(template)),
            "missing": .array(content.missing.map(JSONValue.string)),
        ]
    }

    private static func json(_ row: IntegrationRow) -> JSONValue {
        var object: JSONObject = ["id": .string(row.id.rawValue), "name": .string(row.name.text(in: "en"))]
        object["profile"] = row.profile.map { .string($0.rawValue) }
        object["provider"] = row.binding.map { .string($0.provider.rawValue) }
        object["origin"] = row.binding.flatMap { $0.origin.isEmpty ? nil : .string($0.origin) }
        object["remark"] = row.remark.map(JSONValue.string)
        return .object(object)
    }

    private func template(_ number: Int) -> JSONValue {
        let template = content.shelf.template(number)
        let plugin = content.shelf.plugin(of: number)
        let instances = content.instances(of: template.name)
        return [
            "plugin": .string(plugin.id.rawValue), "id": .string(template.id.rawValue),
            "title": .string(template.title), "summary": .string(template.summary),
            "categories": .array(
                template.categories.split(separator: ",").map { .string(String($0.drop { $0 == " " })) }
            ),
            "version": .string(plugin.version), "pluginInstalled": .bool(plugin.isInstalled),
            "installed": .bool(!instances.isEmpty),
            "instances": .array(
                instances.map { instance in
                    var object: JSONObject = [
                        "instance": .string(instance.instance), "version": .string(instance.version),
                        "conflicts": .number(JSONNumber(instance.conflicts)),
                        "dialogs": .array(instance.dialogs.map { .string($0.rawValue) }),
                    ]
                    object["newer"] = instance.newer.map(JSONValue.string)
                    return .object(object)
                }
            ),
        ]
    }

    /// A template's preview.
    static func json(_ preview: TemplatePreview) -> JSONValue {
        [
            "template": .string(preview.name), "title": .string(preview.title), "summary": .string(preview.summary),
            "version": .string(preview.version),
            "parameters": .array(
                preview.parameters.map { parameter in
                    var object: JSONObject = ["key": .string(parameter.key), "title": .string(parameter.title)]
                    if !parameter.help.isEmpty { object["help"] = .string(parameter.help) }
                    object["schema"] = parameter.schema
                    object["default"] = parameter.defaultValue
                    object["choices"] = parameter.choices.map { choices in
                        .array(choices.map { ["value": $0.value, "title": .string($0.title)] })
                    }
                    return .object(object)
                }
            ),
            "operations": .array(preview.operations.map(JSONValue.string)),
            "hosts": .array(preview.hosts.map(JSONValue.string)),
            "credentials": .array(
                preview.credentials.map { credential in
                    [
                        "type": .string(credential.type),
                        "fields": .array(credential.fields.map(JSONValue.string)),
                    ]
                }
            ),
            "writes": .array(
                preview.writes.map { write in
                    ["action": .string(write.action), "path": .string(write.path), "detail": .string(write.detail)]
                }
            ),
            "sample": .array(
                preview.sample.map { ["from": $0.isUser ? "user" : "assistant", "text": .string($0.text)] }
            ),
            "dialogs": .array(
                preview.dialogs.map { dialog in
                    [
                        "id": .string(dialog.id.rawValue),
                        "graph": .array(GraphPicture(dialog).canvas.lines.map(JSONValue.string)),
                    ]
                }
            ),
            "remarks": .array(preview.remarks.map(JSONValue.string)),
        ]
    }

    // MARK: - For people

    /// Says everything in lists.
    func show(on console: Console) {
        if content.place == nil { console.say("No workspace here; 'patchbay init' makes one.") }
        for region in IntegrationEntry.Region.allCases {
            let own = IntegrationEntry.all(of: content).filter { $0.region == region }
            guard !own.isEmpty else { continue }
            console.say("\(region.title):")
            console.table(
                own.map { entry in
                    let profile = entry.profile.map { " (\($0))" } ?? ""
                    return [entry.plugin.rawValue, entry.name + profile, entry.remark ?? entry.detail]
                },
                indent: "  "
            )
        }
        if !templates.isEmpty { console.say("Templates:") }
        console.table(
            templates.map { number in
                let template = content.shelf.template(number)
                let instances = content.instances(of: template.name)
                let conflicts = instances.reduce(0) { $0 + $1.conflicts }
                let state =
                    conflicts > 0
                    ? "conflict"
                    : instances.contains { $0.newer != nil } ? "outdated" : instances.isEmpty ? "" : "installed"
                return [template.name, state, template.title]
            },
            indent: "  "
        )
        if content.shelf.plugins.isEmpty {
            console.say("No plugin is at hand; 'patchbay plugin install PATH' installs one from a folder or archive.")
        } else if content.shelf.plugins.allSatisfy({ !$0.isInstalled }) {
            console.say("No plugin is installed yet; 'patchbay plugin install \(content.offered[0].id)' installs one.")
        } else if templates.isEmpty {
            console.say("No template has all these words.")
        }
        for line in content.missing { console.say(line) }
    }

    /// Says everything about a template.
    static func show(_ preview: TemplatePreview, in content: ExplorerContent, on console: Console) {
        let text = PreviewText(
            preview,
            instances: content.instances(of: preview.name),
            isInstalled: content.shelf.plugins.first { preview.name.hasPrefix("\($0.id)/") }?.isInstalled ?? false,
            width: 100
        )
        for line in text.lines {
            switch line {
            case .text(let words, let indent, _): console.say(String(repeating: " ", count: indent) + words)
            case .graph(let picture, let row): console.say(picture.canvas.lines[row])
            }
        }
    }
}
