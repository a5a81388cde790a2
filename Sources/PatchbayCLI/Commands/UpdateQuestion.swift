import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry

/// What `plugin install` and `plugin update` take where a version breaks something.
struct UpdateChoice: ParsableArguments {
    @Flag(help: "Take a version that breaks something here, though its number does not say so.") var allowBreaking =
        false
}

/// What another version of a plugin means here: in words, as data, and whether it is refused.
struct UpdateQuestion {
    private let update: PluginUpdate?
    private let id: PluginID

    /// - Parameters:
    ///   - update: Nil where nothing is updated.
    ///   - id: The plugin.
    init(_ update: PluginUpdate?, of id: PluginID) {
        self.update = update
        self.id = id
    }

    /// Whether there is nothing to compare with.
    var isUnknown: Bool { update == nil }

    /// Whether somebody has to agree, whatever the version may do.
    var isBreaking: Bool { update?.judgement.verdict == .breaking }

    /// The judgement and its reasons; nil where nothing is updated.
    var text: String? {
        guard let update else { return nil }
        let all = update.judgement.reasons
        let told = all.filter { $0.verdict != .compatible } + all.filter { $0.verdict == .compatible }.prefix(8)
        var lines = told.map { reason in
            "  \(reason.verdict.rawValue): \(Console.line(reason.words)) (plugin.json \(reason.place))"
                + Self.shown(reason.usedBy.filter { $0 != "this workspace" })
        }
        if told.count < all.count { lines.append("  and \(all.count - told.count) more that are compatible") }
        let verdict = update.judgement.verdict
        let words =
            verdict == .uncertain
            ? "may or may not fit this workspace (uncertain)" : "is \(verdict.rawValue) for this workspace"
        return (["\(id) \(update.to) \(words)" + (lines.isEmpty ? "." : ":")] + lines).joined(separator: "\n")
    }

    private static func shown(_ users: [String]) -> String {
        guard !users.isEmpty else { return "" }
        let shown = users.prefix(3).map(Console.line).joined(separator: ", ")
        return "; \(shown)" + (users.count > 3 ? " and \(users.count - 3) more" : "")
    }

    /// Why the version is not taken; nil when it is.
    func refusal(_ choice: UpdateChoice) -> String? {
        guard let update, update.hidesBreaking, !choice.allowBreaking else { return nil }
        return
            "\(id) \(update.to) breaks something here, and its number does not say so: after \(update.from) that would be "
            + "\(update.from.nextBreaking); ask its publisher, or say --allow-breaking to take it all the same"
    }

    /// The command's end where the version is not taken.
    func refused(_ refusal: String, in session: Session) -> CommandOutcome {
        let failure = CommandFailure(refusal, code: "invalid")
        if !session.console.wantsJSON {
            session.console.show(failure)
        } else {
            session.console.say("error: " + refusal)
        }
        var json = adding(to: ["applied": false, "id": .string(id.rawValue)])
        json["error"] = failure.json["error"]
        return CommandOutcome(json: .object(json), exitCode: 1)
    }

    /// An answer with `judgement` and `reasons`.
    func adding(to json: JSONObject) -> JSONObject {
        var json = json
        json["judgement"] = update.map { .string($0.judgement.verdict.rawValue) } ?? .null
        json["reasons"] = .array(
            update?.judgement.reasons.map { reason in
                [
                    "judgement": .string(reason.verdict.rawValue), "place": .string(reason.place.description),
                    "what": .string(reason.words), "usedBy": .array(reason.usedBy.map(JSONValue.string)),
                ]
            } ?? []
        )
        return json
    }

}
