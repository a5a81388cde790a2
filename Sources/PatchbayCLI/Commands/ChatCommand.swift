import ArgumentParser
import Foundation
import Patchbay
import PatchbayConnector
import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayTerminal

/// `patchbay chat`: talks to the workspace's assistant.
struct ChatCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk to the workspace's assistant.",
        discussion: """
            In a terminal a line is edited with the usual keys, earlier lines come back with the arrow keys, and a pasted text is \
            one message. /restart begins anew, /context shows what the dialog knows, /why the path it took, /quit ends; a message \
            that begins with / is written with two. Control-C stops a turn that takes too long. From a file or a pipe every line is a \
            message, also one that begins with /.
            """
    )

    @Option(help: ArgumentHelp("Enter this dialog first.", valueName: "id"), completion: .dialogs) var dialog: String?
    @Option(help: ArgumentHelp("Who is talking; by default 'user', or whose conversation goes on.", valueName: "id"))
    var user: String?
    @Option(help: ArgumentHelp("The conversation to go on with; by default a new one.", valueName: "id"))
    var conversation: String?
    @Option(
        help: ArgumentHelp(
            "Take the messages from a file, one a line; a line that is a JSON string is unescaped.",
            valueName: "file"
        ),
        completion: .file()
    )
    var input: String?
    @Option(help: ArgumentHelp("The user's language, such as de-AT.", valueName: "tag")) var language: String?
    @Option(help: ArgumentHelp("The user's time zone, such as Europe/Vienna.", valueName: "zone")) var timeZone: String?
    @Option(help: "A whole number that chance starts from.") var seed: UInt64?
    @Flag(help: "Save nothing.") var ephemeral = false
    @Option(
        help: ArgumentHelp("Write the conversation as a test with all its calls, secrets redacted.", valueName: "file")
    )
    var record: String?
    @Option(
        name: .customLong("sandbox-script"),
        help: ArgumentHelp("Replies and faults for the sandbox.", valueName: "file")
    )
    var sandboxScript: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    static let usualUser = "user"

    func validate() throws {
        if let user, user.isEmpty || user.utf8.count > 128 { throw ValidationError("a user's id has 1 to 128 bytes") }
        if let language, !TextKind.language.matches(language) {
            throw ValidationError("'\(language)' is no language; \(TextKind.language.hint)")
        }
        if let timeZone, TimeZone(identifier: timeZone) == nil {
            throw ValidationError("'\(timeZone)' is no time zone; write it as Europe/Vienna")
        }
        if let conversation, conversation.isEmpty || conversation.utf8.count > 128 {
            throw ValidationError("a conversation's id has 1 to 128 bytes")
        }
    }

    func run(in session: Session) async throws -> CommandOutcome {
        let lines = try ChatInput(file: input)
        let chat = try Chat(self, in: session)
        do {
            let state = try await chat.run(lines)
            await chat.close()
            try chat.finishRecording()
            session.console.endChat(state)
        } catch {
            await chat.close()
            try chat.finishRecording()
            throw error
        }
        return CommandOutcome()
    }
}

extension Console {
    /// The last of a chat's JSON lines.
    fileprivate func endChat(_ end: Chat.End) {
        guard wantsJSON else { return }
        emit(["end": ["state": .string(end.state.rawValue), "turns": .number(JSONNumber(end.turns))]])
    }
}

/// Where a chat's messages come from.
enum ChatInput {
    case terminal
    case lines([String])

    /// Messages of a file, or of standard input when nobody types there.
    init(file: String?) throws {
        let data: Data
        if let file, file != "-" {
            data = Data(try NamedFile(file).read(maxBytes: 16 << 20))
        } else if file == "-" || !Terminal.isInteractive {
            do {
                data = try FileHandle.standardInput.readToEnd() ?? Data()
            } catch {
                throw CommandFailure("can't read standard input; name a file with --input", code: "invalid")
            }
        } else {
            self = .terminal
            return
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure("the messages are not UTF-8", code: "invalid")
        }
        // By code point: CR LF is one character, and so is a quotation mark with an accent on it.
        let hasMark = text.unicodeScalars.first == "\u{FEFF}"
        var lines = text.unicodeScalars.dropFirst(hasMark ? 1 : 0).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map { line in
            String(line.last == "\r" ? line.dropLast() : line)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        self = .lines(lines.map(Self.unescaped))
    }

    /// A line that is a JSON string means the string.
    private static func unescaped(_ line: String) -> String {
        guard line.utf8.count >= 2, line.utf8.first == 0x22, line.utf8.last == 0x22 else { return line }
        // A line that only looks like one stays as it is.
        return (try? JSONReader(maxBytes: 16 << 20).read(line))?.string ?? line
    }
}
