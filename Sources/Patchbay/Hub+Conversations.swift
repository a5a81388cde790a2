import PatchbayAccess
import PatchbayConnector
package import PatchbayDialog
import PatchbayFiles
import PatchbayModel
package import PatchbayRecording
package import PatchbaySandbox
package import PatchbayScript
import PatchbaySQLite
package import PatchbayWorkspace

extension Hub {
    /// What the conversations of a workspace run on.
    ///
    /// - Parameters:
    ///   - workspace: Whose plugins, bindings and tapes are used.
    ///   - isEphemeral: Whether nothing is kept beyond the process.
    ///   - sandboxScript: What the sandbox answers before anything else.
    ///   - recorder: Writes the conversation down; it then gives the clock and chance, too.
    /// - Returns: The host, to be closed when the last conversation is over.
    /// - Throws: What is wrong with the home's settings, the vault or the database.
    package func host(
        for workspace: Workspace,
        isEphemeral: Bool,
        sandboxScript: SandboxScript? = nil,
        recorder: ConversationRecorder? = nil
    ) throws -> ConversationHost {
        let pinned = try runnablePlugins(of: workspace)
        let plugins = Array(pinned.values)
        let settings = try settings()
        let transports = try transports(plugins: plugins, sandboxScript: sandboxScript, nodeTapes: NodeTapes(workspace))
        let client = ServiceClient(
            plugins: plugins,
            credentials: try credentialSource(of: workspace, plugins: pinned),
            real: recorder?.recording(transports.real) ?? transports.real,
            sandbox: recorder?.recording(transports.sandbox) ?? transports.sandbox,
            clock: configuration.clock,
            random: recorder?.random ?? configuration.random,
            redactor: redactor,
            version: HubVersion.current.description,
            limits: settings.callLimits
        )
        return ConversationHost(
            store: isEphemeral ? MemoryConversationStore() : try conversationStore(of: workspace),
            caller: OperationAdapter(client, redactor: redactor),
            scripts: try scriptEngine(),
            transports: transports,
            clock: recorder?.clock ?? configuration.clock,
            random: configuration.random,
            limits: settings.dialogLimits
        )
    }

    /// The saved conversations: `conversations.sqlite` in the workspace's folder of the home, mode 0600.
    package func conversationStore(of workspace: Workspace) throws -> any ConversationStore {
        let bindings = try makeBindings(of: workspace)
        let home = try home()
        let folder = try RelativePath("workspaces/\(bindings.workspace)")
        return try SQLiteConversationStore(path: home.root.path + "/" + folder.text + "/conversations.sqlite")
    }

    /// Runs scripts in worker processes of this program.
    package func scriptEngine() throws -> WorkerScriptEngine {
        let executable = configuration.executable ?? ShareLayout.program() ?? CommandLine.arguments[0]
        let settings = try settings()
        return WorkerScriptEngine(
            executable: executable,
            limits: settings.scriptLimits,
            allowWeakScripts: settings.allowsWeakScripts
        )
    }
}
