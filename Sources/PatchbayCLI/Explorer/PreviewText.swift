import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

/// The lines of a preview, broken to a width.
struct PreviewText {
    /// A line, or a row of a dialog's drawing.
    enum Line {
        case text(String, indent: Int, style: CellStyle)
        case graph(GraphPicture, row: Int)
    }

    private(set) var lines: [Line] = []
    private let width: Int

    init(width: Int) { self.width = max(10, width) }

    // MARK: - A template

    /// Everything about a template.
    init(_ preview: TemplatePreview, instances: [ExplorerContent.Instance], isInstalled: Bool, width: Int) {
        self.init(width: width)
        add(preview.title, style: .bold)
        add("\(preview.name) \(preview.version)", style: .faint)
        for instance in instances {
            add("Installed as \(instance.instance), version \(instance.version)", style: .green)
            if instance.conflicts > 0 {
                let words = "\(instance.conflicts) conflict\(instance.conflicts == 1 ? "" : "s")"
                add("\(words) of an upgrade: r resolves", style: .red)
            } else if let newer = instance.newer {
                add("Version \(newer) is here: u upgrades", style: .yellow)
            }
        }
        if !isInstalled { add("Its plugin is not installed: i installs it.", style: .yellow) }
        if !preview.summary.isEmpty {
            space()
            add(preview.summary)
        }
        if !preview.parameters.isEmpty {
            head("Parameters")
            let names = preview.parameters.map { DisplayWidth.columns(Console.line($0.title)) }.max() ?? 0
            let column = min(names, width * 2 / 5) + 2
            for parameter in preview.parameters {
                let value = parameter.defaultValue.map(InstallForm.text) ?? "required"
                let count = parameter.choices.map { "  ‹\($0.count)›" } ?? ""
                pair(parameter.title, value + count, column: column)
            }
        }
        head("Needs")
        for credential in preview.credentials {
            let fields = credential.fields.isEmpty ? "" : ": " + credential.fields.joined(separator: ", ")
            pair("Credential", credential.type + fields, column: 12)
        }
        for host in preview.hosts { pair("Host", host, column: 12) }
        for operation in preview.operations { pair("Calls", operation, column: 12) }
        head("Writes")
        for write in preview.writes { pair(write.action, Self.words(write), column: 10) }
        if preview.writes.isEmpty { add("nothing", indent: 2, style: .faint) }
        if !preview.sample.isEmpty {
            head("Sample conversation")
            for line in preview.sample { say(line) }
        }
        for dialog in preview.dialogs {
            head("Dialog \(dialog.id)")
            let picture = GraphPicture(dialog)
            for row in 0..<picture.canvas.rows { lines.append(.graph(picture, row: row)) }
        }
        for remark in preview.remarks {
            space()
            add(remark, style: .red)
        }
    }

    static func words(_ write: TemplatePreview.Write) -> String {
        write.path + (write.detail.isEmpty ? "" : "  \(write.detail)")
    }

    // MARK: - An integration

    /// What is known of an integration, and what to do next.
    init(_ entry: IntegrationEntry, in content: ExplorerContent, width: Int) {
        self.init(width: width)
        let plugin = content.shelf.plugin(entry.plugin)
        add(entry.name, style: .bold)
        add([entry.plugin.rawValue, plugin?.version ?? ""].joined(separator: " "), style: .faint)
        switch entry.region {
        case .failing: add("Failing", style: .red)
        case .configured: add("Configured", style: .green)
        case .available: add("Available: its plugin is installed, not enabled here", style: .yellow)
        case .offered: add("Not installed: i installs its plugin", style: .yellow)
        }
        if let remark = entry.remark { add(remark) }
        if let profile = entry.profile { add("Profile \(profile)") }
        if !entry.detail.isEmpty { add("Calls go to \(entry.detail)") }
        if let newer = plugin?.newer { add("Version \(newer) is in the catalogue: i installs it", style: .cyan) }
        if let plugin {
            if !plugin.summary.isEmpty {
                space()
                add(plugin.summary)
            }
            if !plugin.categories.isEmpty { add(plugin.categories, style: .faint) }
            head(plugin.templates.isEmpty ? "No templates" : "Templates: Enter lists them")
            for number in plugin.templates.prefix(200) {
                let template = content.shelf.template(number)
                let mark = content.instances(of: template.name).isEmpty ? " " : "✓"
                add("\(mark) \(template.title)", indent: 0)
            }
        }
    }

    /// What to do where nothing is there yet.
    static func welcome(width: Int, hasWorkspace: Bool) -> PreviewText {
        var text = PreviewText(width: width)
        text.add("Nothing is here yet", style: .bold)
        text.space()
        text.add("Plugins describe services. Each brings templates that become dialogs of your workspace.")
        text.head("Next")
        let steps = [
            ("patchbay init", "makes a workspace here"),
            ("patchbay plugin install PATH", "installs a plugin from a folder"),
            ("patchbay explore", "comes back here"),
        ]
        for (command, what) in steps.dropFirst(hasWorkspace ? 1 : 0) {
            text.add(command, indent: 2, style: .bold)
            text.add(what, indent: 4)
        }
        text.space()
        text.add("No catalogue of plugins was found; --plugins or PATCHBAY_PLUGINS names one.", style: .faint)
        return text
    }

    // MARK: - Lines

    mutating func space() { lines.append(.text("", indent: 0, style: [])) }

    mutating func head(_ text: String) {
        space()
        add(text, style: .cyan)
    }

    /// A text, broken where it is too wide; its own line breaks stay.
    mutating func add(_ text: String, indent: Int = 0, style: CellStyle = []) {
        for line in Self.wrapped(Console.visible(text), width: width - indent) {
            lines.append(.text(line, indent: indent, style: style))
        }
    }

    private mutating func pair(_ name: String, _ value: String, column: Int) {
        let name = GraphPicture.short(Console.line(name), column - 2)
        let space = String(repeating: " ", count: max(1, column - DisplayWidth.columns(name)))
        for (index, line) in Self.wrapped(Console.line(value), width: width - column - 2).enumerated() {
            let start = index == 0 ? name + space : String(repeating: " ", count: column)
            lines.append(.text(start + line, indent: 2, style: []))
        }
    }

    private mutating func say(_ line: TemplatePreview.Line) {
        let name = line.isUser ? "You  " : "Bot  "
        for (index, part) in Self.wrapped(Console.visible(line.text), width: width - 7).enumerated() {
            lines.append(.text((index == 0 ? name : "     ") + part, indent: 2, style: line.isUser ? .faint : []))
        }
    }

    /// Breaks a text between words, and within those that are too wide.
    static func wrapped(_ text: String, width: Int) -> [String] {
        let width = max(4, width)
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            var lines: [String] = []
            // What it is indented by stays in its first line.
            var line = String(paragraph.prefix { $0 == " " }.prefix(width / 2))
            var taken = line.count
            for word in paragraph.replacing("\t", with: " ").split(separator: " ") {
                let wide = DisplayWidth.columns(word)
                let isFirst = line.allSatisfy { $0 == " " }
                if !isFirst, taken + 1 + wide > width {
                    lines.append(line)
                    (line, taken) = ("", 0)
                } else if !isFirst {
                    line += " "
                    taken += 1
                }
                guard taken + wide > width else {
                    line += word
                    taken += wide
                    continue
                }
                for character in word {
                    let wide = DisplayWidth.columns(character)
                    if taken + wide > width {
                        lines.append(line)
                        (line, taken) = ("", 0)
                    }
                    line.append(character)
                    taken += wide
                }
            }
            return lines + [line]
        }
    }
}
