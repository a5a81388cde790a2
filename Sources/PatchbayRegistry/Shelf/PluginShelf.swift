package import PatchbayModel

/// Everything that can be installed: the plugins at hand with their templates, to be listed and searched.
package struct PluginShelf: Sendable {
    /// A plugin; its texts are those that people read, in English where there is a choice.
    package struct PluginItem: Sendable {
        package let id: PluginID
        package let version: String
        package let name: String
        package let summary: String
        package let categories: String
        /// Whether it is in the home.
        package let isInstalled: Bool
        /// A higher version that a catalogue has; nil where there is none.
        package let newer: String?
        /// Its folder: in the home, or of a catalogue.
        package let place: String
        /// Its templates, as numbers of the shelf.
        package let templates: Range<Int>
    }

    /// A template as a list shows it.
    package struct TemplateItem: Sendable {
        package let plugin: PluginID
        package let id: TemplateID
        package let title: String
        package let summary: String
        package let categories: String

        /// Its full name, `plugin/template`.
        package var name: String { "\(plugin)/\(id)" }
    }

    /// The plugins, by id.
    package let plugins: [PluginItem]
    /// The numbers of all templates, by plugin.
    package let templates: [Int]
    private let text: ShelfText
    private let owners: [Int32]

    init(_ text: ShelfText, plugins: [PluginItem]) {
        self.text = text
        self.plugins = plugins
        templates = plugins.flatMap(\.templates)
        var owners = [Int32](repeating: -1, count: text.templates.count)
        for (index, plugin) in plugins.enumerated() {
            for template in plugin.templates { owners[template] = Int32(index) }
        }
        self.owners = owners
    }

    /// A template by its number.
    package func template(_ number: Int) -> TemplateItem {
        let fields = text.fields(text.templates[number])
        func field(_ place: Int) -> String { place < fields.count ? fields[place] : "" }
        return TemplateItem(
            plugin: plugin(of: number).id,
            id: TemplateID(field(0)),
            title: field(2),
            summary: field(3),
            categories: field(4)
        )
    }

    /// The plugin of a template.
    package func plugin(of number: Int) -> PluginItem { plugins[Int(owners[number])] }

    /// The plugin of an id; nil where there is none.
    package func plugin(_ id: PluginID) -> PluginItem? { plugins.first { $0.id == id } }

    /// The number of a template; nil where there is none.
    package func number(of template: String) -> Int? {
        guard let slash = template.firstIndex(of: "/"),
            let plugin = plugin(PluginID(String(template[..<slash])))
        else { return nil }
        let id = Array(template[template.index(after: slash)...].utf8)
        return plugin.templates.first { text.field(1, of: text.templates[$0]).elementsEqual(id) }
    }

    /// The templates in which every word occurs, in title, id, summary, categories or the plugin's name, without
    /// regard to case; those with all words in their title first.
    ///
    /// - Parameters:
    ///   - query: Words, between spaces; without one all templates are found.
    ///   - plugin: The plugin whose templates are looked through; nil for all.
    /// - Returns: The templates' numbers.
    package func search(_ query: String, of plugin: PluginID? = nil) -> [Int] {
        let words = ShelfText.folded(query).split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
        let scope = plugin.map { id in self.plugin(id)?.templates ?? 0..<0 }
        guard !words.isEmpty else { return scope.map(Array.init) ?? templates }
        // For each template how many words were found, and how many of them in its title.
        var found = [(words: UInt8, titles: UInt8)](repeating: (0, 0), count: text.texts.count)
        for (count, word) in words.prefix(100).enumerated() {
            eachHit(of: word) { template, isInTitle in
                // A word more only counts where those before were found.
                guard found[template].words == UInt8(count) else { return }
                found[template].words += 1
                if isInTitle { found[template].titles += 1 }
            }
        }
        let wanted = UInt8(min(words.count, 100))
        let hits = (scope.map(Array.init) ?? templates).filter { found[$0].words == wanted }
        return hits.filter { found[$0].titles == wanted } + hits.filter { found[$0].titles != wanted }
    }

    /// Finds a word in one pass through all texts, once in each.
    private func eachHit(of word: [UInt8], _ take: (_ template: Int, _ isInTitle: Bool) -> Void) {
        guard let first = word.first, let end = text.texts.last?.upperBound, let start = text.texts.first?.lowerBound
        else { return }
        unsafe text.bytes.withUnsafeBufferPointer { bytes in
            unsafe word.withUnsafeBufferPointer { word in
                var template = 0
                var line = text.texts[0]
                var place = start
                // Whether the separator behind the title has been passed in this line.
                var isInTitle = true
                while place < end {
                    let byte = unsafe bytes[place]
                    if byte == first, place + word.count <= line.upperBound {
                        var length = 1
                        while unsafe length < word.count && bytes[place + length] == word[length] { length += 1 }
                        if length == word.count {
                            take(template, isInTitle)
                            place = line.upperBound
                            continue
                        }
                    } else if byte == ShelfText.separator {
                        isInTitle = false
                    } else if byte == 0x0A {
                        template += 1
                        guard template < text.texts.count else { return }
                        line = text.texts[template]
                        isInTitle = true
                    }
                    place += 1
                }
            }
        }
    }
}
