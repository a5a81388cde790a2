import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayRecording
package import PatchbayRegistry
package import PatchbayWorkspace

extension Hub {
    /// What the explorer shows first; with an index in the home that takes milliseconds for thousands of templates.
    package func explorerContent() throws -> ExplorerContent {
        let workspace = try workspace()
        let lock = workspace?.lock
        let home = try existingHome()
        let pluginHome = try existingPluginHome()
        let shelf = ShelfReader(home: home?.root, pluginHome: pluginHome, catalogues: try catalogueFolders())
            .read { lock?.pin(of: $0)?.version }
        let plugins = shelf.plugins.filter(\.isInstalled).map { ($0.id, LocalizedText($0.name, language: "en")) }
        let pins = lock?.plugins ?? []
        let missing = pins.compactMap { pin -> String? in
            do {
                guard let pluginHome else { throw RegistryError.notInstalled(pin.id) }
                _ = try pluginHome.installed(pin)
                return nil
            } catch {
                return String(describing: error)
            }
        }
        return ExplorerContent(
            place: workspace.map {
                .init(name: $0.settings.name.text(in: $0.settings.language), folder: Root.realPath($0.root.path))
            },
            integrations: try integrations(of: plugins, in: workspace),
            shelf: shelf,
            instances: try workspace.map(instances) ?? [],
            missing: missing
        )
    }

    private func instances(of workspace: Workspace) throws -> [ExplorerContent.Instance] {
        let conflicts = Set(try workspace.names(in: ".patchbay/conflicts"))
        return workspace.lock.templates.map { instance in
            let pinned = workspace.lock.pin(of: instance.plugin)?.version
            let file = "\(instance.instance).json"
            var open = 0
            if conflicts.contains(file), let bytes = try? workspace.bytes(of: ".patchbay/conflicts/\(file)") {
                // One that can't be read is open, too: the command that resolves it says what is wrong.
                open = (try? JSONReader().read(bytes))?["conflicts"]?.array?.count ?? 1
            }
            return ExplorerContent.Instance(
                instance: instance.instance,
                template: "\(instance.plugin)/\(instance.template)",
                version: instance.pluginVersion.description,
                newer: pinned.flatMap { $0 > instance.pluginVersion ? $0.description : nil },
                conflicts: open,
                dialogs: instance.dialogs.map(\.here)
            )
        }
    }

    /// Everything there is to say about a template; of a plugin that is not installed, too.
    package func preview(_ reference: TemplateReference, on shelf: PluginShelf) throws -> TemplatePreview {
        let plugin = try previewed(reference.plugin, on: shelf)
        guard plugin.manifest.templates.contains(where: { $0.rawValue == reference.template.rawValue }) else {
            let known = plugin.manifest.templates.map(\.rawValue)
            let remedy = NearName.remedy(for: reference.template.rawValue, among: known).map { "; \($0)" } ?? ""
            throw HubError("not-found", "plugin '\(plugin.id)' has no template '\(reference.template)'\(remedy)")
        }
        let found = try plugin.template(reference.template)
        let template = found.template
        let values = previewValues(of: template, plugin.manifest)
        var remarks: [String] = []
        var dialogs: [Dialog] = []
        for id in found.dialogs {
            do {
                let file = try plugin.json("\(found.folder)/dialogs/\(id)/dialog.json")
                dialogs.append(try Dialog(TemplateParameters.fill(file, with: values)))
            } catch {
                remarks.append("dialog '\(id)' can't be read: \(error)")
            }
        }
        return TemplatePreview(
            name: "\(plugin.id)/\(template.id)",
            title: template.title.text(in: "en"),
            summary: (template.description ?? template.summary)?.text(in: "en") ?? "",
            pluginName: plugin.manifest.name.text(in: "en"),
            version: plugin.manifest.version.description,
            operations: template.operations,
            hosts: PluginReach(plugin.manifest).hosts + template.hosts,
            credentials: plugin.manifest.authorization.map { type in
                .init(
                    type: type.title?.text(in: "en") ?? type.id,
                    fields: type.fields.map { $0.title?.text(in: "en") ?? $0.key }
                )
            },
            parameters: template.parameters.map { Self.parameter($0, of: template, plugin.manifest) },
            dialogs: dialogs,
            writes: writes(of: found, plugin, values),
            sample: Self.sample(of: found, plugin),
            remarks: remarks
        )
    }

    /// A plugin as it lies there, unverified: nothing of it is used but what is shown.
    private func previewed(_ id: PluginID, on shelf: PluginShelf) throws -> Plugin {
        guard let item = shelf.plugin(id) else { throw notInstalled(id) }
        guard item.isInstalled else {
            return try loader.manifest(of: PluginCatalogue.files(in: item.place), hash: "")
        }
        guard let home = try existingHome() else { throw notInstalled(id) }
        return try loader.manifest(of: FolderPluginFiles(home.root.folder(RelativePath(item.place))), hash: "")
    }

    /// The defaults, and for what has none an example.
    private func previewValues(of template: Template, _ manifest: PluginManifest) -> JSONObject {
        template.parameterSets(models: manifest) { parameter in
            parameter.schema["type"]?.string == "string" ? .string("…") : nil
        }.first ?? template.defaults
    }

    private static func parameter(
        _ parameter: TemplateParameter,
        of template: Template,
        _ manifest: PluginManifest
    ) -> TemplatePreview.Parameter {
        let titles = parameter.choices?.array ?? []
        return TemplatePreview.Parameter(
            key: parameter.key,
            title: parameter.title?.text(in: "en") ?? parameter.key,
            help: parameter.help?.text(in: "en") ?? "",
            defaultValue: parameter.defaultValue,
            choices: template.choices(of: parameter, models: manifest)?.map { value in
                let own = titles.first { $0["value"] == value }?["title"]
                let title = own.flatMap { LocalizedText($0, language: template.language) }?.text(in: "en")
                return .init(value: value, title: title ?? value.string ?? JSONWriter(.compact).text(value))
            },
            schema: parameter.schema
        )
    }

    /// What installing would write: in a workspace the plan itself, else what the template brings.
    private func writes(of template: PluginTemplate, _ plugin: Plugin, _ values: JSONObject) -> [TemplatePreview.Write]
    {
        let choice = TemplateChoice(plugin: plugin, template: template, parameters: values)
        if let workspace = try? workspace(), let plan = try? plan([choice], as: nil, in: workspace), !plan.isNoOp {
            return plan.changes.map(TemplatePreview.Write.init)
        }
        let made = try? TemplateFiles(
            of: plugin,
            folder: template.folder,
            dialogs: template.dialogs,
            parameters: values,
            instance: nil
        )
        let files = (made?.files ?? []).map { TemplatePreview.Write(action: "create", path: $0.path, detail: "") }
        let variables = template.template.variables.map { record in
            TemplatePreview.Write(action: "set", path: "variables/\(record.kind.rawValue).json", detail: record.key)
        }
        let hosts = template.template.hosts.map {
            TemplatePreview.Write(action: "set", path: "patchbay.json", detail: "host \($0)")
        }
        return files + variables + hosts
    }

    /// What is said in the first of a template's samples, that in English where there is a choice.
    private static func sample(of template: PluginTemplate, _ plugin: Plugin) -> [TemplatePreview.Line] {
        let main = template.samples.first { $0.hasSuffix("/sample.json") } ?? template.samples.first
        guard let main, let bytes = try? plugin.files.read(main),
            let test = try? ConversationTest.read(bytes, file: main)
        else { return [] }
        return test.turns.prefix(40).flatMap { turn -> [TemplatePreview.Line] in
            var lines: [TemplatePreview.Line] = []
            if case .message(text: let text, attachments: _) = turn.event.kind {
                lines.append(.init(isUser: true, text: text))
            }
            return lines
                + turn.expect.map { expected in
                    switch expected {
                    case .text(let text): .init(isUser: false, text: text)
                    case .contains(let text): .init(isUser: false, text: "… \(text) …")
                    case .node(let node): .init(isUser: false, text: "(a message of \(node))")
                    case .message(let value):
                        .init(isUser: false, text: value["text"]?.string ?? JSONWriter(.compact).text(value))
                    case .any: .init(isUser: false, text: "…")
                    }
                }
        }
    }
}

extension TemplatePreview.Write {
    /// A line of a plan.
    package init(_ change: InstallPlan.Change) {
        action = change.action.rawValue
        path = change.path
        let value = change.new.map { $0.string ?? $0["value"].map { JSONWriter(.compact).text($0) } ?? "" } ?? ""
        let place = change.pointer?.tokens.last ?? ""
        detail = [place, value].filter { !$0.isEmpty }.joined(separator: " = ")
    }
}
