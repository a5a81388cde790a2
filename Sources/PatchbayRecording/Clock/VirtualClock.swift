package import Foundation
import PatchbayModel
import Synchronization

/// A clock that stands still until somebody waits on it: a wait advances it at once.
package final class VirtualClock: HubClock {
    /// Milliseconds since 1970, and what of a millisecond waits have added up to.
    private let time: Mutex<(milliseconds: Int64, rest: Duration)>

    package init(_ start: Date) {
        time = Mutex((start.roundedMilliseconds, .zero))
    }

    package func now() -> Date { Date(milliseconds: time.withLock { $0.milliseconds }) }

    /// Advances the clock and returns at once.
    ///
    /// - Throws: `CancellationError`, as a real wait would.
    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        // Nobody waits longer than a century; what is longer would be beyond all calendars.
        let wait = min(duration, .seconds(3_155_760_000))
        time.withLock { time in
            let passed = time.rest + wait
            let milliseconds = passed.milliseconds
            let end = time.milliseconds + Int64(milliseconds)
            time = (min(end, 9_000_000_000_000_000), passed - .milliseconds(milliseconds))
        }
    }

    /// Puts the clock to a time, also to an earlier one.
    package func set(to date: Date) { time.withLock { $0 = (date.roundedMilliseconds, .zero) } }
}

/// The time of a turn: what a dialog takes for now does not depend on how long the turn's calls take.
final class TurnClock: HubClock {
    private let base: any HubClock
    private let turn: Mutex<Date?> = Mutex(nil)

    init(_ base: any HubClock) {
        self.base = base
    }

    func now() -> Date { turn.withLock { $0 } ?? base.now() }

    func sleep(for duration: Duration) async throws { try await base.sleep(for: duration) }

    /// Begins a turn, and says when that is: now, to the millisecond.
    func begin() -> Date {
        let now = Date(milliseconds: base.now().roundedMilliseconds)
        turn.withLock { $0 = now }
        return now
    }
}
