package import PatchbayModel

/// A script to run once, in a realm of its own.
package struct ScriptCall: Sendable {
    /// What errors call it, for example `dialogs/extract-skills/extractSkillsScript.js`.
    package let name: String
    /// A function body.
    package let source: String
    /// Read and written: the dialog's context.
    package let context: JSONObject
    /// Read and written: the session scopes.
    package let session: JSONObject
    /// Read only, by global name: `env`, `content`, `settings`, and for pre- and post-processors `request` and `response`.
    package let globals: JSONObject
    /// What `Date` says: milliseconds since 1970.
    package let milliseconds: Int64
    /// What `Math.random` starts from.
    package let seed: UInt64

    package init(
        name: String,
        source: String,
        context: JSONObject,
        session: JSONObject = JSONObject(),
        globals: JSONObject = JSONObject(),
        milliseconds: Int64,
        seed: UInt64
    ) {
        self.name = name
        self.source = source
        self.context = context
        self.session = session
        self.globals = globals
        self.milliseconds = milliseconds
        self.seed = seed
    }
}

/// What a script left behind.
package struct ScriptResult: Sendable, Equatable {
    package let context: JSONObject
    package let session: JSONObject
    /// What each `print()` said, in order.
    package let printed: [String]

    package init(context: JSONObject, session: JSONObject = JSONObject(), printed: [String] = []) {
        self.context = context
        self.session = session
        self.printed = printed
    }
}

/// Runs scripts that nobody trusts.
package protocol ScriptEngine: Sendable {
    /// - Throws: ``Failure`` of kind `script` (with name, line and column) or `limit` (time, memory, output).
    func run(_ call: ScriptCall) async throws -> ScriptResult
}
