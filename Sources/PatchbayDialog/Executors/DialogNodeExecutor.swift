import PatchbayLanguage
import PatchbayModel

/// Calls another dialog, or gives way to it.
enum DialogNodeExecutor {
    static func enter(_ call: DialogCall, _ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        guard run.assistant.dialogs[call.dialog] != nil else {
            let near =
                NearName.remedy(for: call.dialog, among: run.assistant.dialogs.keys.sorted()).map { "; " + $0 } ?? ""
            return .failed(Failure(.notFound, "node '\(node.place)': there is no dialog '\(call.dialog)'" + near))
        }
        guard let scope = run.scope else { return .done }
        var context = JSONObject()
        for row in call.before {
            let value = row.value?.resolve(in: scope)
            if row.to.isSession { run.set(value, at: row.to) } else { context.set(value, at: row.to.tokens) }
        }
        if call.mode == .replace {
            // The end of the caller is the beginning of the called: whoever called the caller waits for the called.
            let kept = run.head.frames
            run.drop()
            guard run.start(call.dialog, context: context) else {
                run.head.frames = kept
                return tooMany(node, &run)
            }
            return .entered
        }
        guard run.start(call.dialog, context: context) else { return tooMany(node, &run) }
        return .entered
    }

    /// The called dialog has ended.
    static func returned(_ child: JSONObject, _ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        guard case .dialog(let call) = node.body else { return .done }
        for row in call.after {
            guard var scope = run.scope else { break }
            scope.child = child
            run.set(row.value?.resolve(in: scope), at: row.to)
        }
        return .done
    }

    private static func tooMany(_ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        run.stop(
            node.place,
            "more than \(run.limits.dialogs) dialogs were entered without input of the user; put a question into the loop"
        )
        return .entered
    }
}
