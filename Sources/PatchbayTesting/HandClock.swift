package import Foundation
import PatchbayModel
import Synchronization

/// Time that moves only by hand, and at once where somebody waits.
package final class HandClock: HubClock {
    private let state: Mutex<(now: Date, slept: [Duration])>

    /// - Parameter seconds: Since 1970; by default 2026-03-02 at 9, a Monday.
    package init(_ seconds: Double = 1_772_442_000) {
        state = Mutex((Date(timeIntervalSince1970: seconds), []))
    }

    /// Every wait so far.
    package var slept: [Duration] { state.withLock { $0.slept } }

    package func now() -> Date { state.withLock { $0.now } }

    package func sleep(for duration: Duration) async throws {
        state.withLock { $0.slept.append(duration) }
        advance(by: duration)
    }

    package func advance(by duration: Duration) {
        state.withLock { $0.now += Double(duration.milliseconds) / 1_000 }
    }
}
