/// What a script may use; every number has its reason in `docs/scripts.md`.
package struct ScriptLimits: Sendable, Equatable {
    /// CPU time in the engine, after which the script alone is ended.
    package var engineTime: Duration
    /// Wall time from sending the script to having its answer, after which its process is ended.
    package var wallTime: Duration
    /// Wall time for a process to get ready.
    package var startTime: Duration
    /// How much memory a process may take beyond what the engine itself needs, in bytes.
    package var memoryBytes: Int
    /// All that `print` is given in one call, in UTF-16 units.
    package var outputLength: Int
    /// `context` and `session` as JSON after the call, each, in UTF-16 units.
    package var resultLength: Int
    /// A script's text, in bytes.
    package var sourceBytes: Int
    /// Context, session and globals as JSON before the call, in bytes.
    package var inputBytes: Int
    /// How deep the result may nest.
    package var depth: Int

    package init(
        engineTime: Duration = .seconds(1),
        wallTime: Duration = .seconds(3),
        startTime: Duration = .seconds(10),
        memoryBytes: Int = 128 << 20,
        outputLength: Int = 1 << 20,
        resultLength: Int = 4 << 20,
        sourceBytes: Int = 500 << 10,
        inputBytes: Int = 8 << 20,
        depth: Int = 64
    ) {
        self.engineTime = engineTime
        self.wallTime = wallTime
        self.startTime = startTime
        self.memoryBytes = memoryBytes
        self.outputLength = outputLength
        self.resultLength = resultLength
        self.sourceBytes = sourceBytes
        self.inputBytes = inputBytes
        self.depth = depth
    }

    /// The longest answer a worker may give: in UTF-8 a unit takes up to three bytes, and `print` may be escaped.
    var answerBytes: Int { resultLength * 6 + outputLength * 6 + 4096 }

    var setup: ScriptSetup {
        ScriptSetup(time: UInt32(clamping: Int(engineTime / .milliseconds(1))), memory: UInt64(clamping: memoryBytes))
    }
}

extension Duration {
    /// For messages: `1.0 seconds`.
    var inSeconds: String { "\((self / .milliseconds(1)).rounded() / 1000) seconds" }
}
