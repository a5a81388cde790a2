/// Says something.
enum MessageNodeExecutor {
    static func enter(_ messages: [CompiledAlternative], _ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        _ = run.say(oneOf: messages, attempt: 1, node: node)
        return .done
    }
}
