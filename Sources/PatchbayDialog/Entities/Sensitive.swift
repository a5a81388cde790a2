import PatchbayModel

/// How a value is shown where it must not be: in transcripts, traces and the history of prompts.
struct Sensitive: Sendable, Equatable {
    private enum Form: Sendable, Equatable {
        case redact
        case replace(String)
        case mask(String)
    }

    private let form: Form

    /// Takes `{as: "redact" | "replace" | "mask", with}`; anything else redacts.
    init(_ rule: JSONValue) {
        let with = rule["with"]?.string
        switch rule["as"]?.string {
        case "replace", "replacement": form = .replace(with ?? "[hidden]")
        case "mask": form = .mask(with.flatMap(\.first).map(String.init) ?? "#")
        default: form = .redact
        }
    }

    /// What is shown in a text's place; a mask is as long as the text, up to 64 characters.
    func hiding(_ text: String) -> String {
        switch form {
        case .redact: "[redacted]"
        case .replace(let words): words
        case .mask(let mark): String(repeating: mark, count: min(text.count, 64))
        }
    }
}
