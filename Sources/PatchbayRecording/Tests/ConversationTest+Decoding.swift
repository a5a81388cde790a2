import PatchbayConnector
import PatchbayDialog
package import PatchbayModel

extension ConversationTest {
    /// How long a test may be: recorded calls are longer than what people write.
    package static let maxBytes = 64 << 20

    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - bytes: The file's text.
    ///   - file: The file as the user would name it, for the diagnostics.
    /// - Returns: The test.
    /// - Throws: ``DiagnosticError`` with all that is wrong, each with line and column.
    package static func read(_ bytes: [UInt8], file: String) throws(DiagnosticError) -> ConversationTest {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader(maxDepth: 160, maxBytes: maxBytes).read(bytes)
        } catch {
            throw DiagnosticError(
                error.problems.map {
                    Diagnostic(file: file, location: JSONLocation(offset: $0.offset, in: bytes), $0.message)
                }
            )
        }
        var found = FileCheck.diagnostics(of: value, as: .test)
        if !found.hasErrors {
            do throws(DiagnosticError) {
                return try ConversationTest(value)
            } catch {
                found += error.diagnostics
            }
        }
        throw DiagnosticError(found.map { $0.located(in: bytes, file: file) })
    }

    /// Decodes a checked file's value.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        guard let start = TestTime(try fields.string("startTime")) else {
            throw fields.wrong("startTime", "expected a time in UTC such as 2026-01-31T12:00:00Z")
        }
        guard let seed = fields["seed"]?.number.flatMap({ UInt64($0.text) ?? $0.int.flatMap { UInt64(exactly: $0) } })
        else {
            throw fields.wrong("seed", "expected a whole number from 0 to 18446744073709551615")
        }
        self.init(
            name: fields.optionalString("name"),
            description: fields["description"],
            template: fields.optionalString("template"),
            parameters: fields.optionalObject("parameters"),
            dialog: fields.optionalID("dialog"),
            user: fields.optionalString("user"),
            channel: fields.optionalString("channel"),
            language: fields.optionalString("language") ?? "en",
            timeZone: fields.optionalString("timeZone") ?? "UTC",
            startTime: start,
            seed: seed,
            turns: try fields.list("turns") { fields throws(DiagnosticError) in try Turn(fields, start: start) },
            free: fields.freeKeys
        )
    }
}

extension ConversationTest.Turn {
    init(_ fields: Fields, start: TestTime) throws(DiagnosticError) {
        var at: TestTime?
        if let text = fields.optionalString("at") {
            guard let time = TestTime(text, since: start.date) else {
                throw fields.wrong("at", "expected a duration since the start, or a time in UTC")
            }
            at = time
        }
        guard let event = try fields.nested("event", ConversationTest.Event.init) else {
            throw fields.wrong("event", "'event' is missing")
        }
        self.init(
            at: at,
            event: event,
            calls: fields["calls"] == nil ? nil : try fields.list("calls", ConversationTest.Call.init),
            expect: try fields.list("expect", ConversationTest.Expectation.init),
            variables: fields.optionalObject("variables"),
            ended: fields["ended"]?.bool,
            free: fields.freeKeys
        )
    }
}

extension ConversationTest.Event {
    init(_ fields: Fields) throws(DiagnosticError) {
        let kind: ConversationEvent.Kind
        switch try fields.string("kind") {
        case "message":
            kind = .message(text: try fields.string("text"), attachments: fields["attachments"]?.array ?? [])
        case "agentMessage": kind = .agentMessage(text: try fields.string("text"))
        case "callback": kind = .callback(body: fields["body"] ?? .null)
        case "timer": kind = .timer
        // Which profile it was is not written down: no node waits for a credential by name.
        case "credential": kind = .credential(profile: "")
        case "start": kind = .start(dialog: fields.optionalID("dialog"))
        case "close": kind = .close
        default:
            throw fields.wrong(
                "kind",
                "unknown kind of event",
                remedy: "use one of message, callback, timer, credential, agentMessage, start, close"
            )
        }
        self.init(
            id: fields.optionalString("id"),
            kind: kind,
            language: fields.optionalString("language"),
            node: fields.optionalString("node")
        )
    }
}

extension ConversationTest.Expectation {
    init(_ fields: Fields) throws(DiagnosticError) {
        if let text = fields.optionalString("text") {
            self = .text(text)
        } else if let text = fields.optionalString("contains") {
            self = .contains(text)
        } else if let node = fields.optionalString("node") {
            self = .node(node)
        } else if let message = fields["message"] {
            self = .message(message)
        } else if fields.bool("any") {
            self = .any
        } else {
            throw fields.wrong(
                "text",
                "nothing is expected here",
                remedy: "give one of text, contains, node, message, any"
            )
        }
    }
}

extension ConversationTest.Call {
    init(_ fields: Fields) throws(DiagnosticError) {
        let breaks = try fields.nested("x-breaks") { fields throws(DiagnosticError) in
            Failure(try fields.choice("kind"), fields.optionalString("message") ?? "the answer broke off")
        }
        self.init(node: try fields.string("node"), exchange: try Exchange(fields), breaks: breaks)
    }
}

extension Fields {
    /// The keys that belong to nobody.
    fileprivate var freeKeys: JSONObject {
        JSONObject(unique: object.members.filter { $0.key.hasPrefix("x-") || $0.key == "$schema" })
    }
}
