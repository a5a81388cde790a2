import ArgumentParser
import Patchbay
import PatchbayModel

/// The command line of Patchbay.
struct PatchbayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbay",
        abstract: "An integration hub for conversational apps: plugins in, dialogs out.",
        discussion: """
            A plugin describes a service as data. Its templates become dialog tasks, plain files in a workspace, that run, \
            are tested offline and are exported. Start with 'patchbay init', then 'patchbay plugin install openai'.
            """,
        version: HubVersion.current.description,
        subcommands: [
            InitCommand.self, ExploreCommand.self, PluginCommand.self, IntegrationCommand.self, TemplateCommand.self,
            DialogCommand.self,
            ChatCommand.self, ConversationCommand.self, TestCommand.self, WorkspaceCommand.self, SandboxCommand.self,
            DoctorCommand.self, ScriptWorkerCommand.self,
        ]
    )
}
