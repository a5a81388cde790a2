import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

/// Where somebody is in the explorer, as a plain value: a key makes another one, and perhaps something to do.
struct ExplorerState: Sendable {
    /// One of the two lists.
    enum List: Sendable, Equatable {
        case integrations, templates
    }

    /// What lies over the lists.
    enum Cover: Sendable {
        case graph(dialog: Int)
        case form(InstallForm)
        case plan(InstallForm, [TemplatePreview.Write], isNew: Bool)
        case choice(InstanceChoice)
        case help
    }

    /// What was found out about the chosen template.
    enum Preview: Sendable {
        case known(TemplatePreview)
        case failed(name: String, String)

        var name: String {
            switch self {
            case .known(let preview): preview.name
            case .failed(let name, _): name
            }
        }
    }

    var content: ExplorerContent
    /// The user's folder, which is shown as `~`.
    var userFolder = ""
    var rows = 24
    var columns = 80
    private(set) var list = List.integrations
    private(set) var query = LineBuffer()
    private(set) var isSearching = false
    /// The plugin whose templates are listed; nil for all.
    private(set) var scope: PluginID?
    /// The numbers of the templates that are listed.
    private(set) var found: [Int]
    private(set) var entries: [IntegrationEntry]
    /// What is chosen in each list, and the first line that it shows.
    private(set) var chosenTemplate = 0
    private(set) var chosenEntry = 0
    /// The lines of the preview that are above its window.
    private(set) var previewTop = 0
    private(set) var graphPlace = (row: 0, column: 0)
    var cover: Cover?
    /// What is told once, in the line above the keys.
    var notice: Notice?
    var preview: Preview?

    /// A line that is told once.
    struct Notice: Sendable, Equatable {
        let text: String
        let isError: Bool
    }

    init(_ content: ExplorerContent) {
        self.content = content
        found = content.shelf.templates
        entries = IntegrationEntry.all(of: content)
        if let first = content.missing.first { notice = Notice(text: first, isError: true) }
    }

    /// Takes what is there now; what was chosen stays chosen.
    mutating func renew(_ content: ExplorerContent) {
        let template = templateName
        let entry = self.entry?.key
        self.content = content
        entries = IntegrationEntry.all(of: content)
        search()
        preview = nil
        if let template, let number = content.shelf.number(of: template) {
            chosenTemplate = found.firstIndex(of: number) ?? chosenTemplate
        }
        chosenTemplate = max(0, min(chosenTemplate, found.count - 1))
        chosenEntry = entries.firstIndex { $0.key == entry } ?? max(0, min(chosenEntry, entries.count - 1))
        if let first = content.missing.first, notice == nil { notice = Notice(text: first, isError: true) }
    }

    /// The workspace's folder as it is shown.
    var folder: String? {
        guard let folder = content.place?.folder else { return nil }
        guard userFolder.count > 1, folder == userFolder || folder.hasPrefix(userFolder + "/") else { return folder }
        return "~" + folder.dropFirst(userFolder.count)
    }

    // MARK: - What is chosen

    /// The integration that is chosen; nil in an empty list.
    var entry: IntegrationEntry? { entries.indices.contains(chosenEntry) ? entries[chosenEntry] : nil }

    /// The template that is chosen, as `plugin/template`; nil in an empty list.
    var templateName: String? {
        found.indices.contains(chosenTemplate) ? content.shelf.template(found[chosenTemplate]).name : nil
    }

    /// The template whose preview is shown or needed.
    var wantedPreview: String? { list == .templates ? templateName : nil }

    /// The plugin that is chosen, in either list.
    var plugin: PluginShelf.PluginItem? {
        switch list {
        case .integrations: entry.flatMap { content.shelf.plugin($0.plugin) }
        case .templates: found.indices.contains(chosenTemplate) ? content.shelf.plugin(of: found[chosenTemplate]) : nil
        }
    }

    /// The instances that the keys act on: of the chosen template, or of all templates of the chosen plugin.
    var instances: [ExplorerContent.Instance] {
        switch list {
        case .templates: templateName.map(content.instances(of:)) ?? []
        case .integrations:
            plugin.map { plugin in content.instances.filter { $0.template.hasPrefix("\(plugin.id)/") } } ?? []
        }
    }

    // MARK: - Changes that keys make

    mutating func show(_ list: List) {
        self.list = list
        previewTop = 0
    }

    mutating func startSearch() {
        show(.templates)
        isSearching = true
    }

    mutating func endSearch(keeping: Bool) {
        isSearching = false
        guard !keeping else { return }
        query = LineBuffer()
        search()
    }

    mutating func edit(with key: Key) {
        let before = query.text
        _ = query.handle(key)
        if query.text != before { search() }
    }

    mutating func narrow(to plugin: PluginID?) {
        scope = plugin
        query = LineBuffer()
        show(.templates)
        search()
    }

    private mutating func search() {
        found = content.shelf.search(query.text, of: scope)
        chosenTemplate = 0
        previewTop = 0
    }

    /// Chooses another line.
    mutating func move(by count: Int) {
        previewTop = 0
        switch list {
        case .integrations: chosenEntry = max(0, min(entries.count - 1, chosenEntry + count))
        case .templates: chosenTemplate = max(0, min(found.count - 1, chosenTemplate + count))
        }
    }

    mutating func scrollPreview(by count: Int) { previewTop = max(0, previewTop + count) }

    /// The view says how far it could be scrolled.
    mutating func bound(previewTop most: Int) { previewTop = max(0, min(previewTop, most)) }

    mutating func scrollGraph(rows: Int, columns: Int, within picture: Canvas) {
        let most = (max(0, picture.rows - (self.rows - 4)), max(0, picture.columns - (self.columns - 2)))
        graphPlace.row = max(0, min(most.0, graphPlace.row + rows))
        graphPlace.column = max(0, min(most.1, graphPlace.column + columns))
    }

    mutating func openGraph(_ dialog: Int) {
        cover = .graph(dialog: dialog)
        graphPlace = (0, 0)
    }
}

/// A line of the list of integrations.
struct IntegrationEntry: Sendable, Equatable {
    /// The part of the list it stands in.
    enum Region: String, Sendable, CaseIterable {
        case failing, configured, available
        /// In a catalogue, and not in the home.
        case offered

        var title: String {
            switch self {
            case .failing: "Failing"
            case .configured: "Configured"
            case .available: "Available"
            case .offered: "Not installed"
            }
        }
    }

    let region: Region
    let plugin: PluginID
    let name: String
    let profile: ProfileID?
    /// Why it fails or can't be used.
    let remark: String?
    /// Where its calls go, for one that is configured.
    let detail: String
    /// What enabling it again has to say once more, for it is not remembered.
    var renewal: [String] = []

    /// What tells it from the others, whatever region it is in.
    var key: String { "\(plugin)/\(profile?.rawValue ?? "")" }

    /// All of them, by region.
    static func all(of content: ExplorerContent) -> [IntegrationEntry] {
        let known = Region.allCases.flatMap { region -> [IntegrationEntry] in
            guard let state = IntegrationRow.State(rawValue: region.rawValue) else { return [] }
            return content.integrations(in: state).map { row in
                IntegrationEntry(
                    region: region,
                    plugin: row.id,
                    name: row.name.text(in: "en"),
                    profile: row.profile,
                    remark: row.remark,
                    detail: row.binding.map { $0.provider == .sandbox ? "sandbox" : $0.origin } ?? "",
                    renewal: row.binding.map { binding in
                        (binding.baseURL.isEmpty ? [] : ["--base-url", binding.baseURL])
                            + binding.allow.flatMap { ["--allow", $0] }
                    } ?? []
                )
            }
        }
        return known
            + content.offered.map {
                IntegrationEntry(
                    region: .offered,
                    plugin: $0.id,
                    name: $0.name,
                    profile: nil,
                    remark: nil,
                    detail: ""
                )
            }
    }
}

/// Several instances to choose one from, and what for.
struct InstanceChoice: Sendable {
    /// What is done with the chosen one.
    enum Purpose: Sendable {
        case chat, goTo, upgrade, resolve
    }

    let purpose: Purpose
    /// A name that people read, and the action that it stands for.
    let options: [(name: String, action: ExplorerAction)]
    var chosen = 0
}

/// What a key asks the program to do.
enum ExplorerAction: Sendable, Equatable {
    case none
    case quit
    /// Leaves the screen and runs a command of this program.
    case run([String])
    /// Leaves the screen and opens a file of the workspace.
    case edit(String)
    /// Opens the form of a template.
    case openForm
    /// Plans what the form says.
    case plan
    /// Applies the plan that is shown.
    case apply
}
