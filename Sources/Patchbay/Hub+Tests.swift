import PatchbayAccess
import PatchbayConnector
package import PatchbayDialog
import PatchbayLanguage
import PatchbayModel
package import PatchbayRecording
import PatchbayRegistry
import PatchbaySandbox
package import PatchbayWorkspace

/// A conversation test and what it runs on.
package struct TestCase: Sendable {
    /// Its file as the user would name it, or `<plugin>/<template>/<file>` for a sample.
    package let name: String
    package let test: ConversationTest
    let setup: TestSetup
}

/// The assistant that a test talks to, and the plugins that it calls.
struct TestSetup: Sendable {
    let assistant: Assistant
    let access: BoundCredentialSource.Setup
    let bindings: [Binding]
    let nodeTapes: NodeTapes
}

extension Hub {
    /// A test of a workspace's own dialogs, or of the template that it names.
    package func testCase(file: String, bytes: [UInt8], in workspace: Workspace) throws -> TestCase {
        let test = try ConversationTest.read(bytes, file: file)
        if let template = test.template { return try sample(test, named: file, of: try TemplateReference(template)) }
        return TestCase(
            name: file,
            test: test,
            setup: TestSetup(
                assistant: try assistant(of: workspace),
                access: try accessSetup(of: workspace, plugins: runnablePlugins(of: workspace)),
                bindings: try bindings(of: workspace)?.all() ?? [],
                nodeTapes: NodeTapes(workspace)
            )
        )
    }

    /// The sample conversations of a template, each with the parameters that it names.
    package func samples(of reference: TemplateReference) throws -> [TestCase] {
        let (plugin, template) = try self.template(reference)
        return try template.samples.map { path in
            let name = "\(plugin.id)/\(template.template.id)/\(path.split(separator: "/").last ?? "")"
            return try sample(
                ConversationTest.read(try plugin.files.read(path), file: name),
                named: name,
                of: reference
            )
        }
    }

    /// A test on a template as if it were installed in an empty workspace.
    func sample(_ test: ConversationTest, named name: String, of reference: TemplateReference) throws
        -> TestCase
    {
        let (plugin, template) = try self.template(reference)
        try admit(plugin)
        let assistant = try assistant(of: plugin, template: template, parameters: test.parameters)
        let plugins = try plugins(neededBy: template.template).merging([plugin.id: plugin]) { _, own in own }
        let access = BoundCredentialSource.Setup(
            plugins: plugins,
            defaultProfiles: [:],
            profiles: [:],
            declaredHosts: []
        )
        let tapes = NodeTapes(template, of: plugin)
        return TestCase(
            name: name,
            test: test,
            setup: TestSetup(assistant: assistant, access: access, bindings: [], nodeTapes: tapes)
        )
    }

    private func plugins(neededBy template: Template) throws -> [PluginID: Plugin] {
        let needed = template.requires.map(\.plugin)
        let plugins = try pluginsAtHand(try workspace()).filter { needed.contains($0.id) }
        return Dictionary(plugins.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A template as an assistant of its own, as if it were installed in an empty workspace.
    private func assistant(of plugin: Plugin, template: PluginTemplate, parameters: JSONObject) throws -> Assistant {
        let values = try ParameterValues(of: template.template, manifest: plugin.manifest).complete(parameters)
        let made = try TemplateFiles(
            of: plugin,
            folder: template.folder,
            dialogs: template.dialogs,
            parameters: values,
            instance: nil
        )
        let dialogs = try template.dialogs.map { id in
            var scripts: [String: String] = [:]
            let folder = "dialogs/\(id)/"
            for file in made.files where file.path.hasPrefix(folder) && file.path.hasSuffix(".js") {
                scripts[String(file.path.dropFirst(folder.count))] = String(decoding: file.bytes, as: UTF8.self)
            }
            guard let file = made.files.first(where: { $0.path == folder + "dialog.json" }) else {
                throw RegistryError.missingFile("\(template.folder)/\(folder)dialog.json")
            }
            return DialogSource(
                dialog: try Dialog(try JSONReader().read(file.bytes)),
                hash: hasher.contentHash(file.bytes),
                scripts: scripts
            )
        }
        func variables(_ kind: VariableRecord.Kind) -> JSONObject {
            JSONObject(
                template.template.variables.filter { $0.kind == kind }.compactMap { record in
                    record.value(with: values, language: template.template.language).map { (record.key, $0) }
                }
            )
        }
        return try AssistantDefinition(
            id: template.template.id.rawValue,
            language: template.template.language,
            dialogs: dialogs,
            env: variables(.env),
            content: variables(.content)
        ).compile()
    }

    /// Replays a test without network.
    package func run(_ test: TestCase, scripts: any ScriptEngine) async -> TestOutcome {
        await runner(of: test, scripts: scripts).run(test.test, named: test.name)
    }

    /// Records a test anew: calls of turns that have recorded ones are answered by the sandbox.
    package func update(_ test: TestCase, scripts: any ScriptEngine) async throws -> TestUpdate {
        try await runner(of: test, scripts: scripts).update(test.test)
    }

    private func runner(of test: TestCase, scripts: any ScriptEngine) -> ConversationTestRunner {
        let plugins = Array(test.setup.access.plugins.values)
        let credentials = SandboxCredentialSource(setup: test.setup.access, bindings: test.setup.bindings)
        let tapes = test.setup.nodeTapes
        let redactor = redactor
        return ConversationTestRunner(
            assistant: test.setup.assistant,
            scripts: scripts,
            redactor: redactor,
            sandbox: { clock in
                SandboxTransport(plugins: plugins, clock: clock, nodeTapes: { try tapes.exchanges(of: $0) })
            },
            makeCaller: { transport, clock, random in
                OperationAdapter(
                    ServiceClient(
                        plugins: plugins,
                        credentials: credentials,
                        real: transport,
                        sandbox: transport,
                        clock: clock,
                        random: random,
                        redactor: redactor,
                        version: HubVersion.current.description
                    )
                )
            }
        )
    }
}
