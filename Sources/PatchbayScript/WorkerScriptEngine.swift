package import PatchbayDialog
package import PatchbayModel

/// Runs scripts in confined processes of their own (`docs/scripts.md`).
///
/// Processes are started with the first script, replaced when they die or were used enough, and ended by ``close()`` or
/// when nobody holds the engine any more.
package final class WorkerScriptEngine: ScriptEngine {
    private let pool: ScriptPool

    /// - Parameters:
    ///   - executable: The program that serves as worker when called with `script-worker`: `patchbay` itself.
    ///   - limits: What one call may use.
    ///   - allowWeakScripts: Whether scripts run where the kernel cannot confine them; every failure then says so.
    ///   - processes: How many scripts run at a time, at most.
    package init(
        executable: String,
        limits: ScriptLimits = ScriptLimits(),
        allowWeakScripts: Bool = false,
        processes: Int = 2
    ) {
        pool = ScriptPool(
            .init(executable: executable, limits: limits, allowWeakScripts: allowWeakScripts, lanes: max(processes, 1))
        )
    }

    deinit {
        pool.close()
    }

    /// Runs a script once, in a realm of its own.
    ///
    /// - Throws: ``Failure`` of kind `script` or `limit`, or `interrupted` after ``close()``; `CancellationError` when
    /// the task is
    ///   cancelled, which ends the script.
    @concurrent
    package func run(_ call: ScriptCall) async throws -> ScriptResult {
        let exchange = try ScriptExchange(call, limits: pool.settings.limits)
        return try exchange.result(of: await pool.answer(to: exchange.request, name: call.name))
    }

    /// Whether a script is well formed, without running it.
    ///
    /// - Parameters:
    ///   - name: What the diagnostic gives as file.
    ///   - source: A function body.
    /// - Returns: An error with its line; a warning when it could not be checked; nil when all is well.
    @concurrent
    package func check(name: String, source: String) async -> Diagnostic? {
        do {
            let request = try ScriptExchange.check(name: name, source: source, limits: pool.settings.limits)
            let answer = try await pool.answer(to: request, name: name)
            guard let place = answer.place else { return nil }
            return Diagnostic(
                .error,
                file: name,
                location: JSONLocation(ofLine: place.line, column: place.column, in: source),
                ScriptWords.oneLine(place.words)
            )
        } catch let failure as Failure {
            let isAboutScript = failure.kind == .limit
            return Diagnostic(
                isAboutScript ? .error : .warning,
                file: name,
                "the script was not checked: \(failure.message)"
            )
        } catch {
            return Diagnostic(.warning, file: name, "the script was not checked: \(error)")
        }
    }

    /// Takes no more scripts and returns when its processes are gone; a script that runs is waited for.
    package func close() async {
        pool.close()
        await pool.closed()
    }
}

extension JSONLocation {
    /// The place in a script; an unknown column is the line's start.
    fileprivate init(ofLine line: Int, column: Int, in source: String) {
        let bytes = Array(source.utf8)
        var offset = 0
        for _ in 1..<max(line, 1) {
            guard let end = bytes[offset...].firstIndex(of: 0x0A) else { break }
            offset = end + 1
        }
        self.init(offset: min(offset + max(column - 1, 0), bytes.count), in: bytes)
    }
}
