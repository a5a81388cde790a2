package import PatchbayModel

/// What another version of a plugin means for a workspace, by rule.
package struct UpdateJudgement: Sendable, Equatable {
    /// How much a difference matters; the gravest of all reasons is the judgement.
    package enum Verdict: String, Sendable, Comparable, CaseIterable {
        /// Nothing here has to change.
        case compatible
        /// No rule can tell.
        case uncertain
        /// Something that worked here works no longer.
        case breaking

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .compatible: 0
            case .uncertain: 1
            case .breaking: 2
            }
        }
    }

    /// One difference.
    package struct Reason: Sendable, Equatable {
        package let verdict: Verdict
        /// The place in `plugin.json`.
        package let place: JSONPointer
        package let words: String
        /// What of the workspace it concerns, such as `dialogs/order/dialog.json: node 'findService'`.
        package let usedBy: [String]
    }

    /// The gravest first.
    package let reasons: [Reason]

    package init(_ reasons: [Reason]) {
        self.reasons = Verdict.allCases.reversed().flatMap { verdict in reasons.filter { $0.verdict == verdict } }
    }

    package var verdict: Verdict { reasons.map(\.verdict).max() ?? .compatible }
}

extension Version {
    /// Whether the step to a higher version says that something may break (Semantic Versioning 2.0.0, items 4, 8 and 9).
    ///
    /// The first number that is not zero has to rise: `1.4.2` to `2.0.0`, `0.3.1` to `0.4.0`. Item 4 leaves versions below
    /// 1.0.0 open; the specification's FAQ has their second number rise with each release, so that a step of the third one
    /// promises what it does elsewhere. What comes from a pre-release has promised nothing yet.
    package func announcesBreaking(to next: Version) -> Bool {
        if major != next.major { return true }
        if !preRelease.isEmpty { return true }
        return major == 0 && minor != next.minor
    }

    /// The lowest version above this one that may break something.
    package var nextBreaking: Version { major == 0 ? Version(0, minor + 1, 0) : Version(major + 1, 0, 0) }
}
