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
    private var conversation: String
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
        recording = try command.record.map { try ChatRecording(file: $0, command: command, in: session, workspace: workspace) }
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
        eventPrefix = String(ids.newID().prefix(12))
        workspace.release()
    }

    func close() async { await host.close() }

    /// Handles lines until there are no more.
    func run(_ input: ChatInput) async throws -> End {
        if let dialog = command.dialog { try await send(.start(dialog: DialogID(dialog))) }
        switch input {
        case .lines(let lines):
            for line in lines {
                if command.global.json { emit(role: "user", text: line, node: nil) }
                try await send(.message(text: line))
            }
        case .terminal:
            console.note("Conversation \(conversation). /quit ends, /restart begins anew.")
            try await talk()
        }
        try recording?.finish(console)
        let isWaiting = last?.state == .waiting
        return End(state: isWaiting ? .waiting : .ended, turns: turns)
    }

    private func talk() async throws {
        var editor = LineEditor(prompt: console.paint("> ", .bold))
        while true {
            switch try editor.read() {
            case .ended: return
            case .cancelled: continue
            case .line(let line) where line.hasPrefix("/"):
                if try await !obey(line) { return }
            case .line(let line):
                if line.trimmingCharacters(in: .whitespaces).isEmpty { continue }
                try await send(.message(text: line))
            }
        }
    }

    /// Commands of the chat; false ends it.
    private func obey(_ line: String) async throws -> Bool {
        switch line.trimmingCharacters(in: .whitespaces) {
        case "/quit", "/exit": return false
        case "/restart":
            conversation = String(session.hub.configuration.ids.newID().prefix(16))
            last = nil
            console.note("Began conversation \(conversation).")
            if let dialog = command.dialog { try await send(.start(dialog: DialogID(dialog))) }
        case "/context":
            console.say(JSONWriter(.indented).text(session.hub.redactor.redact(.object(last?.context ?? [:]))).trimmingCharacters(in: .newlines))
        case "/why":
            for entry in last?.trace ?? [] {
                let then = entry.then.map { " → \($0)" } ?? ""
                let detail = entry.detail.isEmpty ? "" : " " + JSONWriter().text(.object(entry.detail))
                console.say(session.hub.redactor.redact("  \(entry.node) \(entry.action)\(then)\(Table.short(detail, to: 200))"))
            }
        case "//": break
        default:
            let known = ["/quit", "/restart", "/context", "/why"]
            console.note("unknown command '\(line)'; " + (NearName.remedy(for: line, among: known) ?? ""))
        }
        return true
    }

    private func send(_ kind: ConversationEvent.Kind) async throws {
        if let workspace = try watcher.changed(session) {
            engine = host.engine(of: try session.hub.assistant(of: workspace))
            console.note("The dialogs were edited; the new ones run from this turn on.")
            workspace.release()
        }
        eventNumber += 1
        let event = ConversationEvent(
            id: "\(eventPrefix)-\(eventNumber)",
            conversation: conversation,
            user: command.user,
            kind: kind,
            language: command.language,
            timeZone: command.timeZone,
            seed: recording?.recorder.seed ?? command.seed
        )
        recording?.recorder.begin(event)
        let turn = try await engine.respond(to: event)
        recording?.recorder.end(turn)
        turns += 1
        last = turn
        for message in turn.messages { show(message) }
    }

    private func show(_ message: SaidMessage) {
        let text = session.hub.redactor.redact(message.text)
        if command.global.json {
            emit(role: "assistant", text: text, node: message.node)
        } else {
            console.say(text)
        }
    }

    private func emit(role: String, text: String, node: String?) {
        var line: JSONObject = ["role": .string(role), "text": .string(text)]
        line["node"] = node.map { .string($0.split(separator: "/").last.map(String.init) ?? "") } ?? .null
        console.emit(.object(line))
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

    private static func stamp(_ workspace: Workspace) -> [String] { (try? workspace.stamps()) ?? [] }  // unreadable now: looked at again next turn
}
