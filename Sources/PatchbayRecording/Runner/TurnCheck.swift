import PatchbayDialog
import PatchbayLanguage
import PatchbayModel

/// Compares what a turn did with what a test expects of it.
struct TurnCheck {
    let turn: ConversationTest.Turn
    /// Counts from 1.
    let number: Int
    let redaction: Redaction

    /// All that differs: messages in order, then variables, then the end.
    func differences(_ played: PlayedTurn) -> [TestDifference] {
        messages(played.messages) + variables(played.values) + ending(played)
    }

    /// What is wrong with the turn's calls.
    func differences(_ mismatches: [CallMismatch]) -> [TestDifference] {
        mismatches.map { mismatch in
            TestDifference(
                turn: number,
                what: "call \(mismatch.number)" + (mismatch.node.isEmpty ? "" : " of \(mismatch.node)"),
                expected: mismatch.expected.map(Self.firstLine) ?? "no further call",
                found: mismatch.found.map(Self.firstLine) ?? "no such call",
                diff: mismatch.difference
            )
        }
    }

    // MARK: - Messages

    private func messages(_ said: [SaidMessage]) -> [TestDifference] {
        (0..<max(said.count, turn.expect.count)).compactMap { index in
            let what = "message \(index + 1)"
            guard index < turn.expect.count else {
                return TestDifference(
                    turn: number,
                    what: what,
                    expected: "no further message",
                    found: words(said[index])
                )
            }
            let expectation = turn.expect[index]
            guard index < said.count else {
                return TestDifference(turn: number, what: what, expected: expectation.words, found: "no message")
            }
            guard !expectation.fits(said[index], redaction) else { return nil }
            return TestDifference(
                turn: number,
                what: what,
                expected: expectation.words,
                found: words(said[index]),
                diff: difference(expectation, said[index])
            )
        }
    }

    private func words(_ message: SaidMessage) -> String {
        let text = Shown.text(redaction.text(message.text))
        return message.node.isEmpty ? text : text + " from " + message.node
    }

    private func difference(_ expectation: ConversationTest.Expectation, _ message: SaidMessage) -> String {
        switch expectation {
        case .text(let text): LineDiff.text(from: text, to: redaction.text(message.text))
        case .message(let expected):
            LineDiff.text(
                from: JSONWriter(.indented).text(expected),
                to: message.template.map { JSONWriter(.indented).text(redaction.value($0)) }
                    ?? redaction.text(message.text)
            )
        case .contains, .node, .any: ""
        }
    }

    // MARK: - Variables and the end

    private func variables(_ values: TurnValues) -> [TestDifference] {
        turn.variables.members.compactMap { member in
            let found = values[member.key].map(redaction.value)
            guard found != member.value else { return nil }
            let lines = JSONWriter(.indented)
            return TestDifference(
                turn: number,
                what: "variable \(member.key)",
                expected: Shown.value(member.value),
                found: found.map(Shown.value) ?? "nothing",
                diff: found.map { LineDiff.text(from: lines.text(member.value), to: lines.text($0)) } ?? ""
            )
        }
    }

    private func ending(_ played: PlayedTurn) -> [TestDifference] {
        guard let ended = turn.ended, ended != played.hasEnded else { return [] }
        func words(_ ended: Bool) -> String { ended ? "no dialog runs" : "a dialog waits" }
        let place = played.node.map { " at \($0)" } ?? ""
        return [
            TestDifference(turn: number, what: "ended", expected: words(ended), found: words(played.hasEnded) + place)
        ]
    }

    private static func firstLine(_ text: String) -> String {
        String(decoding: text.utf8.prefix { $0 != 0x0A }.prefix(400), as: UTF8.self)
    }
}

extension ConversationTest.Expectation {
    /// Whether a message is what is expected; texts are compared byte by byte.
    func fits(_ message: SaidMessage, _ redaction: Redaction) -> Bool {
        switch self {
        case .text(let text): redaction.text(message.text).utf8.elementsEqual(text.utf8)
        case .contains(let text): redaction.text(message.text).contains(text)
        case .node(let node): message.node == node
        case .message(let expected): message.template.map(redaction.value) == expected
        case .any: true
        }
    }

    var words: String {
        switch self {
        case .text(let text): Shown.text(text)
        case .contains(let text): "a text that contains " + Shown.text(text)
        case .node(let node): "a message of " + node
        case .message(let message): Shown.value(message)
        case .any: "any message"
        }
    }

    /// What a recording expects of a message.
    init(_ message: SaidMessage, _ redaction: Redaction) {
        self = message.template.map { .message(redaction.value($0)) } ?? .text(redaction.text(message.text))
    }
}

/// The values that a turn leaves, by context path.
struct TurnValues {
    private let scope: ValueScope

    /// Takes the context of a turn; a head adds the session and the last failure.
    init(_ turn: Turn, head: ConversationHead?) {
        var context = turn.isRepeated ? head?.frames.last?.context ?? JSONObject() : turn.context
        if let failure = head?.lastServiceFailure { context["lastServiceFailure"] = failure }
        var session = JSONObject()
        if let scopes = head?.session {
            session["assistantUser"] = .object(scopes.assistantUser)
            session["user"] = .object(scopes.user)
            session["assistant"] = .object(scopes.assistant)
            session["account"] = .object(scopes.account)
        }
        context["session"] = .object(session)
        scope = ValueScope(["context": .object(context), "session": .object(session)])
    }

    /// The value at a path such as `total`, `entities.subject`, `session.user.name`; nil when nothing is there.
    subscript(path: String) -> JSONValue? { (try? Expression(path))?.evaluate(in: scope) }
}

/// Values for people, on one line.
enum Shown {
    static func text(_ text: String) -> String { value(.string(text)) }

    static func value(_ value: JSONValue) -> String {
        let text = LineDiff.visible(JSONWriter().text(value))
        let most = 400
        guard text.unicodeScalars.count > most else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most))) + "…"
    }
}
