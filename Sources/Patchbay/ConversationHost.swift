package import PatchbayDialog
import PatchbayModel
import PatchbayScript

/// Everything that conversations of one workspace run on, kept together so that it is closed together.
package final class ConversationHost: Sendable {
    package let store: any ConversationStore
    private let caller: any OperationCaller
    private let scripts: WorkerScriptEngine
    private let transports: Transports
    private let clock: any HubClock
    private let random: any RandomSource
    private let limits: DialogLimits

    init(
        store: any ConversationStore,
        caller: any OperationCaller,
        scripts: WorkerScriptEngine,
        transports: Transports,
        clock: any HubClock,
        random: any RandomSource,
        limits: DialogLimits
    ) {
        self.store = store
        self.caller = caller
        self.scripts = scripts
        self.transports = transports
        self.clock = clock
        self.random = random
        self.limits = limits
    }

    /// The engine of an assistant; dialogs that were edited meanwhile are another assistant over the same host.
    package func engine(of assistant: Assistant) -> DialogEngine {
        DialogEngine(
            assistant: assistant,
            store: store,
            caller: caller,
            scripts: scripts,
            clock: clock,
            random: random,
            limits: limits
        )
    }

    /// Ends the script workers and closes connections.
    package func close() async {
        await transports.close()
        await scripts.close()
    }
}
