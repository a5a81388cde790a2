import PatchbayModel

/// How often a call is tried and how its waits grow: an operation's rule, or what is usual.
struct TryPolicy {
    let attempts: Int
    let isExponential: Bool
    let wait: Duration
    let cap: Duration

    /// The policy of a call; `most` is the most tries that the operator allows, nil means any number.
    init(_ rule: RetryRule?, most: Int? = nil) {
        attempts = min(rule?.attempts ?? 3, most ?? .max)
        isExponential = rule?.isExponential ?? true
        wait = rule?.wait ?? .milliseconds(500)
        cap = rule?.cap ?? .seconds(8)
    }
}

/// How long to wait before the next try.
struct Backoff {
    let rule: TryPolicy
    let random: any RandomSource

    /// The wait after a number of failed tries: what the service asked for and up to a tenth more; else, growing, any
    /// time up to
    /// `wait` times two to the tries, at most `cap` ("full jitter"), or constantly `wait`.
    func wait(after tries: Int, asked: Duration?) -> Duration {
        if let asked { return asked + .milliseconds(chance(upTo: asked.milliseconds / 10)) }
        guard rule.isExponential else { return min(rule.wait, rule.cap) }
        let factor = 1 << min(max(tries - 1, 0), 20)
        let (longest, overflow) = rule.wait.milliseconds.multipliedReportingOverflow(by: factor)
        let cap = rule.cap.milliseconds
        return .milliseconds(chance(upTo: overflow ? cap : min(longest, cap)))
    }

    /// A number from 0 to the most, both included.
    private func chance(upTo most: Int) -> Int {
        guard most > 0 else { return 0 }
        return Int(random.next() % UInt64(most + 1))
    }
}
