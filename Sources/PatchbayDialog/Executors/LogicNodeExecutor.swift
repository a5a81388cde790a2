import PatchbayLanguage

/// Sets and empties variables, row by row: a later row sees what an earlier one wrote.
enum LogicNodeExecutor {
    static func enter(_ rows: [CompiledAssignment], _ run: inout TurnRun) -> NodeOutcome {
        for row in rows {
            guard let scope = run.scope else { break }
            run.set(row.value?.resolve(in: scope), at: row.to)
        }
        return .done
    }
}
