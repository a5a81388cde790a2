import Foundation
import Patchbay
import PatchbayDialog
import PatchbayModel
import PatchbayRecording
import PatchbaySandbox
import PatchbayTerminal
import PatchbayWorkspace

/// One chat: the loop between somebody's lines and the engine's turns.
final class Chat {
    /// How a chat ended.
    struct End {
        let state: Turn.State
        let turns: Int
    }

    private let session: Session
    private let console: Console
    private let command: ChatCommand
    private let host: ConversationHost
    private let recording: ChatRecording?
    private var watcher: DialogWatcher
    private var engine: DialogEngine
    private let conversation: String
    /// What a person may say first, where no dialog begins by itself.
    private let beginnings: [String]
    private var user: String
    private var last: Turn?
    private var turns = 0
    private var eventNumber = 0
    private let eventPrefix: String

    init(_ command: ChatCommand, in session: Session) throws {
        self.session = session
        self.command = command
        console = session.console
        let workspace = try session.workspace()
        if let dialog = command.dialog { _ = try workspace.dialog(DialogID(dialog)) }
        recording = try command.record.map {
            try ChatRecording(file: $0, command: command, in: session, workspace: workspace)
        }
        if let language = command.language, !workspace.settings.speaks(language) {
            let spoken = workspace.settings.languages.joined(separator: ", ")
            console.note("The assistant speaks \(spoken), not \(language); a text that lacks it comes in another.")
        }
        let script = try command.sandboxScript.map { try SandboxScriptFile.read($0) }
        host = try session.hub.host(
            for: workspace,
            isEphemeral: command.ephemeral,
            sandboxScript: script,
            recorder: recording?.recorder
        )
        engine = host.engine(of: try session.hub.assistant(of: workspace))
        watcher = DialogWatcher(workspace)
        let ids = session.hub.configuration.ids
        conversation = command.conversation ?? String(ids.newID().prefix(16))
        user = command.user ?? ChatCommand.usualUser
        eventPrefix = String(ids.newID().prefix(12))
        let isOpen = command.dialog == nil && command.input == nil && workspace.settings.defaultDialog == nil
        let language = command.language ?? workspace.settings.language
        // One that cannot be read is told of when it is talked to.
        beginnings =
            isOpen && Terminal.isInteractive
            ? try workspace.dialogIDs().compactMap { try? workspace.dialog($0).name.text(in: language) } : []
        workspace.release()
    }

    func close() async { await host.close() }

    /// Handles lines until there are no more.
    func run(_ input: ChatInput) async throws -> End {
        let known = try await takeUp()
        var editor: LineEditor?
        defer { editor?.end() }
        if case .terminal = input {
            editor = try LineEditor(prompt: "> ", painted: console.paint("> ", .bold))
            let beginning =
                known.map { "Conversation \(conversation) goes on; it is \($0.state)." }
                ?? "Conversation \(conversation)."
            console.note("\(beginning) /quit ends, /restart begins anew.")
            if known == nil, !beginnings.isEmpty {
                let shown = beginnings.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
                console.note("Say what starts a dialog: \(shown)\(beginnings.count > 8 ? ", …" : "").")
            }
        }
        if let dialog = command.dialog { try await send(.start(dialog: DialogID(dialog))) }
        if case .lines(let lines) = input { for line in lines { try await say(line) } }
        if let editor { try await talk(in: editor) }
        let isWaiting = last?.state == .waiting
        return End(state: isWaiting ? .waiting : .ended, turns: turns)
    }

    /// Writes what was recorded, also of a chat that failed.
    func finishRecording() throws { try recording?.finish(console) }

    /// Goes on with the conversation that was named, if it is known.
    private func takeUp() async throws -> StoredConversation? {
        guard command.conversation != nil, let known = try await host.store.load(conversation) else { return nil }
        guard command.user == nil || command.user == known.user else {
            throw CommandFailure(
                "conversation '\(conversation)' belongs to user '\(known.user)', not to '\(user)'; leave --user out or name another conversation",
                code: "forbidden"
            )
        }
        user = known.user
        return known
    }

    private func talk(in editor: LineEditor) async throws {
        while true {
            switch editor.read() {
            case .ended: return
            case .cancelled: console.note("/quit or Control-D ends the chat.")
            case .line(let line) where line.hasPrefix("//"): try await say(String(line.dropFirst()))
            case .line(let line) where line.hasPrefix("/") && !line.contains("\n"):
                if try await !obey(line) { return }
            case .line(let line):
                if line.trimmingCharacters(in: .whitespaces).isEmpty { continue }
                try await say(line)
            }
        }
    }

    /// Sends what the user said.
    private func say(_ text: String) async throws {
        if command.global.json { emit(role: "user", text: text, node: nil) }
        try await send(.message(text: text))
    }

    /// Commands of the chat; false ends it.
    private func obey(_ line: String) async throws -> Bool {
        switch line.trimmingCharacters(in: .whitespaces) {
        case "/quit", "/exit": return false
        case "/restart":
            console.note("A new session of conversation \(conversation).")
            try await send(.start(dialog: command.dialog.map { DialogID($0) }))
        case "/context":
            console.say(
                JSONWriter(.indented).text(session.hub.redactor.redact(.object(last?.context ?? [:])))
                    .trimmingCharacters(in: .newlines)
            )
        case "/why":
            for entry in last?.trace ?? [] {
                let then = entry.then.map { " → \($0)" } ?? ""
                let detail = entry.detail.isEmpty ? "" : " " + JSONWriter().text(.object(entry.detail))
                let place = entry.node.isEmpty ? "" : entry.node + " "
                console.say(
                    session.hub.redactor.redact("  \(place)\(entry.action)\(then)\(Table.short(detail, to: 200))")
                )
            }
        default:
            let known = ["/quit", "/restart", "/context", "/why"]
            let remedy = NearName.remedy(for: line, among: known) ?? ""
            console.note("unknown command '\(line)'; \(remedy)\nA message that begins with / is written with two.")
        }
        return true
    }

    /// Takes up dialogs that were edited; those that can't run leave the ones before in place.
    private func takeUpEdits() {
        do {
            guard let workspace = try watcher.changed(session) else { return }
            defer { workspace.release() }
            engine = host.engine(of: try session.hub.assistant(of: workspace))
            tell("The dialogs were edited; the new ones run from this turn on.")
        } catch {
            let failure = CommandFailure(error)
            let words = failure.diagnostics.map(\.description) + [failure.diagnostics.isEmpty ? failure.message : ""]
            tell(words.filter { !$0.isEmpty }.joined(separator: "\n"))
            tell("The edited dialogs can't run; the ones before stay until they are mended.")
        }
    }

    private func send(_ kind: ConversationEvent.Kind) async throws {
        takeUpEdits()
        eventNumber += 1
        let event = ConversationEvent(
            id: "\(eventPrefix)-\(eventNumber)",
            conversation: conversation,
            user: user,
            kind: kind,
            language: command.language,
            timeZone: command.timeZone,
            seed: recording?.recorder.seed ?? command.seed
        )
        recording?.recorder.begin(event)
        do {
            let turn = try await respond(to: event)
            recording?.recorder.end(turn)
            turns += 1
            last = turn
        } catch is CancellationError {
            console.note("Stopped. What this message did so far is kept; the next one goes on from there.")
        }
    }

    /// Lets the engine answer; in a terminal Control-C stops the turn instead of the program.
    private func respond(to event: ConversationEvent) async throws -> Turn {
        let isTyped = Terminal.isInteractive && command.input == nil
        let printer = ChatPrinter(
            console: console,
            redactor: session.hub.redactor,
            showsParts: isTyped && Terminal.showsOutput && !command.global.json
        )
        defer { printer.endPart() }
        let engine = engine
        guard isTyped else { return try await engine.respond(to: event) { printer.show($0) } }
        let turn = Task { try await engine.respond(to: event) { printer.show($0) } }
        let interrupt = Interrupt { turn.cancel() }
        defer { interrupt.end() }
        return try await turn.value
    }

    /// Something that neither the user nor the assistant said.
    private func tell(_ text: String) {
        if command.global.json { emit(role: "system", text: text, node: nil) }
        console.note(text)
    }

    private func emit(role: String, text: String, node: String?) {
        ChatPrinter(console: console, redactor: session.hub.redactor).emit(role: role, text: text, node: node)
    }
}

/// Notices that the workspace's dialogs were edited.
struct DialogWatcher {
    private var stamp: [String]

    init(_ workspace: Workspace) {
        stamp = Self.stamp(workspace)
    }

    /// The workspace as it is now, when something changed since the last look; else nil.
    mutating func changed(_ session: Session) throws -> Workspace? {
        let workspace = try session.hub.requiredWorkspace()
        let now = Self.stamp(workspace)
        guard now != stamp else {
            workspace.release()
            return nil
        }
        stamp = now
        return workspace
    }

    private static func stamp(_ workspace: Workspace) -> [String] {
        (try? workspace.stamps()) ?? []  // what can't be read now is looked at again at the next turn
    }
}
