import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayRegistry

@Suite("The project's own plugins")
struct ProjectPluginTests {
    private let loader = PluginLoader(hasher: MixingHasher())

    @Test(arguments: Project.plugins)
    func `load with nothing to say about them`(id: String) throws {
        let files = try PluginCatalogue.files(in: "\(Project.root)/Plugins/\(id)")
        let loaded = try loader.load(files, name: id)
        #expect(loaded.diagnostics.map(\.description) == [])
        #expect(try loaded.checked().id.rawValue == id)
        #expect(loaded.templates.map(\.template.id) == loaded.plugin?.manifest.templates)
    }

    @Test(arguments: Project.plugins)
    func `have a grade of at least silver`(id: String) throws {
        let loaded = try loader.load(PluginCatalogue.files(in: "\(Project.root)/Plugins/\(id)"), name: id)
        let plugin = try loaded.checked()
        let grade = PluginGrade.of(plugin, templates: loaded.templates, diagnostics: loaded.diagnostics)
        #expect(["silver", "gold"].contains(grade.name), "\(grade)")
    }

    @Test(arguments: Project.templates)
    func `bring templates with dialogs and samples`(name: String) throws {
        let parts = name.split(separator: "/").map(String.init)
        let files = try PluginCatalogue.files(in: "\(Project.root)/Plugins/\(parts[0])")
        let template = try PluginTemplate(TemplateID(parts[1]), in: files)
        #expect(template.template.id.rawValue == parts[1])
        #expect(!template.dialogs.isEmpty)
        #expect(!template.samples.isEmpty)
        #expect(template.template.defaults.count == template.template.parameters.count)
    }

    @Test func `are all found by the catalogue of the source tree`() throws {
        let catalogue = PluginCatalogue(folders: [.init(plugins: Project.root + "/Plugins")])
        let (plugins, diagnostics) = try catalogue.list()
        #expect(plugins.map(\.id.rawValue) == Project.plugins)
        #expect(diagnostics == [])
    }
}
