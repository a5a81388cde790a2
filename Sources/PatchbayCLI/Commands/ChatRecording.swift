import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRecording
import PatchbayWorkspace

/// Where `chat --record` writes its conversation to.
struct ChatRecording: Sendable {
    let recorder: ConversationRecorder
    private let file: NamedFile
    private let workspace: Workspace
    private let asksSensitive: Bool

    init(file: String, command: ChatCommand, in session: Session, workspace: Workspace) throws {
        guard command.conversation == nil else {
            throw CommandFailure(usage: "--record takes a conversation from its beginning; leave --conversation out")
        }
        self.workspace = workspace
        self.file = try NamedFile(file, makesFolder: true)
        if try self.file.root.exists(self.file.name), try !session.confirm("'\(file)' is there already. Replace it?") {
            throw CommandFailure("'\(file)' stays as it is; name another file to record to", code: "declined")
        }
        asksSensitive = try workspace.dialogIDs().contains { try Self.asksSensitive(workspace.dialog($0)) }
        let configuration = session.hub.configuration
        recorder = ConversationRecorder(
            language: command.language ?? workspace.settings.language,
            timeZone: command.timeZone ?? workspace.settings.timeZone,
            user: command.user == ChatCommand.usualUser ? nil : command.user,
            seed: command.seed ?? configuration.random.next() >> 12,
            clock: configuration.clock,
            redactor: session.hub.redactor
        )
    }

    /// Writes the test; nothing when nothing was said.
    func finish(_ console: Console) throws {
        guard let test = recorder.test else { return }
        try workspace.write(Array(test.text.utf8), to: file)
        let count = test.turns.count
        console.note("Recorded \(count) turn\(count == 1 ? "" : "s") in \(file.place).")
        if asksSensitive {
            console.note(
                "Answers to sensitive questions stand in it as they were given; look through it before you share it."
            )
        }
    }

    private static func asksSensitive(_ dialog: Dialog) -> Bool {
        dialog.nodes.contains { node in
            if case .entity(let entity) = node.body { entity.sensitive != nil } else { false }
        }
    }
}
