import PatchbayModel

/// Asks for yes or no.
enum ConfirmationNodeExecutor {
    static func enter(_ confirmation: CompiledConfirmation, _ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        run.tries = 1
        if !run.say(oneOf: confirmation.prompts, attempt: 1, node: node) {
            run.say(StandardTexts.say(StandardTexts.confirm, in: run.head.language), node: node.place)
        }
        return .waits(.confirmation)
    }

    static func take(
        _ input: TurnRun.Input,
        _ confirmation: CompiledConfirmation,
        _ node: CompiledNode,
        _ run: inout TurnRun
    ) -> NodeOutcome {
        let language = run.head.language
        let answer = AnswerWords.answer(
            input.text,
            yes: confirmation.yes.all(first: language),
            no: confirmation.no.all(first: language)
        )
        if let answer { return .answered(answer) }
        return Retry.ask(
            again: confirmation.errorPrompts,
            else: confirmation.prompts,
            retries: confirmation.retries,
            givingUp: confirmation.onRetriesExceeded,
            standard: StandardTexts.say(StandardTexts.confirm, in: language),
            waiting: .confirmation,
            node,
            &run
        )
    }
}
