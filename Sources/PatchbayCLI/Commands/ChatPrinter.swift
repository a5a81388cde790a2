import PatchbayDialog
import PatchbayModel
import Synchronization

/// Shows what comes out of a turn.
final class ChatPrinter: Sendable {
    private let console: Console
    private let redactor: Redactor
    private let showsParts: Bool
    private let parts = Mutex(Parts())

    /// What was shown of a model's texts before they came as messages.
    private struct Parts {
        /// The node whose text is arriving; nil when none is.
        var node: String?
        var text = ""
        /// The texts that were shown to their ends and have not come as messages, in order.
        var shown: [String] = []
    }

    /// - Parameters:
    ///   - console: Where it goes.
    ///   - redactor: Takes secrets out.
    ///   - showsParts: Whether a model's text is shown as it arrives.
    init(console: Console, redactor: Redactor, showsParts: Bool = false) {
        self.console = console
        self.redactor = redactor
        self.showsParts = showsParts
    }

    /// Shows a message, or a part of one; the rest of a turn is not for the user.
    func show(_ event: TurnEvent) {
        switch event {
        case .messagePart(let node, let text): if showsParts { part(text, of: node) }
        case .message(let message):
            endPart()
            if console.wantsJSON {
                emit(role: "assistant", text: message.text, node: message.node)
            } else if !wasShown(message.text) {
                console.say(redactor.redact(message.text))
            }
        case .trace, .awaiting, .ended: break
        }
    }

    /// Ends the line of a text that arrived in parts.
    func endPart() {
        parts.withLock { parts in
            guard parts.node != nil else { return }
            console.say()
            parts.shown.append(parts.text)
            (parts.node, parts.text) = (nil, "")
        }
    }

    private func part(_ text: String, of node: String) {
        if parts.withLock({ $0.node }) != node { endPart() }
        parts.withLock { parts in
            parts.node = node
            parts.text += text
            console.show(part: redactor.redact(text))
        }
    }

    /// Whether a message is the next of the texts that stand there already.
    private func wasShown(_ text: String) -> Bool {
        parts.withLock { parts in
            guard parts.shown.first == text else {
                parts.shown = []
                return false
            }
            parts.shown.removeFirst()
            return true
        }
    }

    /// Prints a JSON line; the node goes by its own name, without the dialog's.
    func emit(role: String, text: String, node: String?) {
        let name = node?.split(separator: "/").last.map { JSONValue.string(String($0)) }
        console.emit(["role": .string(role), "text": .string(redactor.redact(text)), "node": name ?? .null])
    }
}
