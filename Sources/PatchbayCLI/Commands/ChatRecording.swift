import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRecording
import PatchbayWorkspace

/// Where `chat --record` writes its conversation to.
struct ChatRecording: Sendable {
    let recorder: ConversationRecorder
    private let root: Root
    private let file: RelativePath
    private let asksSensitive: Bool

    init(file: String, command: ChatCommand, in session: Session, workspace: Workspace) throws {
        guard command.conversation == nil else {
            throw CommandFailure(usage: "--record takes a conversation from its beginning; leave --conversation out")
        }
        let folder = (file as NSString).deletingLastPathComponent
        root = folder.isEmpty ? try Root(opening: ".") : try Root(creating: folder, mode: 0o755)
        self.file = try RelativePath((file as NSString).lastPathComponent)
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
        try root.write(Array(test.text.utf8), to: file)
        let count = test.turns.count
        console.note("Recorded \(count) turn\(count == 1 ? "" : "s") in \(root.place(file)).")
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
