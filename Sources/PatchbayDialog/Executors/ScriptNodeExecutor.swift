import PatchbayModel

/// Runs an author's script.
enum ScriptNodeExecutor {
    static func perform(
        _ script: CompiledScript,
        sets: Set<String>,
        _ node: CompiledNode,
        _ run: inout TurnRun,
        _ engine: DialogEngine
    ) async -> NodeOutcome {
        let before = run.context
        switch await self.run(script, node, &run, engine) {
        case .failure(let failure): return .failed(failure)
        case .success(let printed):
            let after = run.context
            let beyond = after.keys.filter { key in
                key != "entities" && key != node.id && !sets.contains(key) && before[key] != after[key]
            }
            if !beyond.isEmpty {
                run.note(
                    TraceEntry(
                        node: node.place,
                        action: "wroteMore",
                        detail: ["keys": .array(beyond.map(JSONValue.string))]
                    )
                )
            }
            if !printed.isEmpty {
                run.note(
                    TraceEntry(
                        node: node.place,
                        action: "printed",
                        detail: ["text": .string(String(printed.prefix(2_000)))]
                    )
                )
            }
            return .done
        }
    }

    /// Says what a message's script prints.
    static func say(_ script: CompiledScript, _ node: CompiledNode, _ run: inout TurnRun, _ engine: DialogEngine)
        async
    {
        let context = run.context
        let result = await self.run(script, node, &run, engine)
        // A message reads; what its script writes is not kept.
        run.context = context
        switch result {
        case .success(let printed): run.say(printed, node: node.place)
        case .failure(let failure):
            // A message that cannot be said has failed; a question stays a question, and its node waits.
            if node.kind == .message, run.parked?.node === node {
                run.parked?.outcome = .failed(failure)
                return
            }
            run.head.lastServiceFailure = failure.json
            run.note(TraceEntry(node: node.place, action: "failed", detail: ["error": failure.json]))
        }
    }

    /// Runs a script on the running dialog's context and keeps what it wrote.
    ///
    /// A pre- or post-processor reads `globals` beside `env`, `content` and `settings`.
    ///
    /// - Returns: What it printed, line by line.
    static func run(
        _ script: CompiledScript,
        _ node: CompiledNode,
        _ run: inout TurnRun,
        _ engine: DialogEngine,
        globals: JSONObject = JSONObject()
    ) async -> Result<String, Failure> {
        guard let source = script.source else {
            return .failure(Failure(.script, "node '\(node.place)': the file \(script.name) is missing"))
        }
        guard let scope = run.scope else { return .failure(Failure(.script, "node '\(node.place)': no dialog runs")) }
        var context = scope.context
        context["lastServiceFailure"] = run.head.lastServiceFailure
        var visible = globals
        for name in ["env", "content", "settings"] { visible[name] = scope.lookup(name) }
        let call = ScriptCall(
            name: script.name,
            source: source,
            context: context,
            session: TurnScope.session(of: run.head),
            globals: visible,
            milliseconds: run.now.milliseconds,
            seed: run.head.random.next()
        )
        do {
            let result = try await engine.scripts.run(call)
            var written = result.context
            // These belong to the conversation, not to the dialog.
            written["lastServiceFailure"] = nil
            written["session"] = nil
            var session = result.session
            session["profile"] = nil
            if let words = ContextSize.excess(of: written, limits: run.limits)
                ?? ContextSize.excess(of: session, limits: run.limits)
            {
                return .failure(Failure(.limit, "node '\(node.place)': \(words)"))
            }
            run.context = written
            if !session.isEmpty { run.head.session.object = session }
            return .success(result.printed.joined(separator: "\n"))
        } catch let failure as Failure {
            return .failure(failure)
        } catch is CancellationError {
            return .failure(Failure(.interrupted, "node '\(node.place)': nobody waited for the script any more"))
        } catch {
            return .failure(Failure(.script, "node '\(node.place)': \(error)"))
        }
    }
}
