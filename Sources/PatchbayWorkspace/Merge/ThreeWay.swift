/// One thing in three versions: as the template wrote it, as it stands in the workspace, as the template writes it now.
struct ThreeWay<Value> {
    var base: Value
    var mine: Value
    var theirs: Value

    func map<Other>(_ transform: (Value) throws -> Other) rethrows -> ThreeWay<Other> {
        ThreeWay<Other>(base: try transform(base), mine: try transform(mine), theirs: try transform(theirs))
    }

    /// Whether something holds for each version.
    func allSatisfy(_ holds: (Value) -> Bool) -> Bool { holds(base) && holds(mine) && holds(theirs) }
}

extension ThreeWay where Value: Equatable {
    /// The outcome where at most one side changed; nil where both did, differently.
    ///
    /// What means the same is taken as mine has it, with its spelling and order of keys.
    var plain: Value? { mine == theirs || base == theirs ? mine : base == mine ? theirs : nil }
}
