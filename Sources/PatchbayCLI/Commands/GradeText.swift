import PatchbayRegistry

/// A plugin's grade in words.
enum GradeText {
    /// One line, and what else is missing for the next grade in lines of its own.
    static func text(_ grade: PluginGrade) -> String {
        guard let first = grade.next else { return "Grade: \(grade.name)" }
        let others = grade.missing.dropFirst().prefix(20).map { "  and \($0)" }
        let rest = grade.missing.count - 1 - others.count
        return
            (["Grade: \(grade.name); for the next one: \(first)"] + others + (rest > 0 ? ["  and \(rest) more"] : []))
            .joined(separator: "\n")
    }
}
