import Foundation
import PatchbayModel

/// The one limit of a call, over all its tries and the waits between them.
struct Deadline {
    private let clock: any HubClock
    private let end: Date
    /// The whole time.
    let limit: Duration

    init(_ limit: Duration, clock: any HubClock) {
        self.clock = clock
        self.limit = limit
        end = clock.now().addingTimeInterval(limit.seconds)
    }

    /// What is left; zero when nothing is.
    var remaining: Duration {
        let milliseconds = (end.timeIntervalSince(clock.now()) * 1_000).rounded()
        guard milliseconds > 0 else { return .zero }
        // A wall clock that was set back must not make the call longer.
        return min(.milliseconds(Int(min(milliseconds, 1e12))), limit)
    }
}

extension Duration {
    /// The seconds with their fraction.
    var seconds: Double { Double(milliseconds) / 1_000 }
}
