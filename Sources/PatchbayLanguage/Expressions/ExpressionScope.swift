package import Foundation
package import PatchbayModel

/// What an expression can see: values, the time, and nothing of the host.
package protocol ExpressionScope {
    /// The value of a root name such as `context` or `env`; nil when there is none.
    ///
    /// A name that no root has is looked for in `context` by the expression itself.
    func lookup(_ name: String) -> JSONValue?

    /// The time for `now()`.
    var now: Date { get }

    /// The conversation's language, for example `de-AT`.
    var language: String { get }

    /// The conversation's time zone, in which `format` shows times.
    var timeZone: TimeZone { get }

    /// The title of a list value in the conversation's language; nil when the place has no titles.
    ///
    /// The path is given by its steps, for example `["context", "entities", "priority"]`; it is empty when the argument
    /// of `title` is no path. The value is the one that stands there.
    func title(of value: JSONValue, at path: [String]) -> String?
}

/// A scope of given values, for tests, settings and places without a conversation.
package struct ValueScope: ExpressionScope {
    /// The root names with their values.
    package var roots: JSONObject
    package var now: Date
    package var language: String
    package var timeZone: TimeZone

    package init(
        _ roots: JSONObject = JSONObject(),
        now: Date = Date(timeIntervalSince1970: 0),
        language: String = "en",
        timeZone: TimeZone = .gmt
    ) {
        self.roots = roots
        self.now = now
        self.language = language
        self.timeZone = timeZone
    }

    package func lookup(_ name: String) -> JSONValue? { roots[name] }

    package func title(of value: JSONValue, at path: [String]) -> String? { nil }
}
