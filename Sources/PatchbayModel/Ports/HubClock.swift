package import Foundation

/// Where time comes from, so that a recorded conversation replays byte for byte.
package protocol HubClock: Sendable {
    /// The wall clock.
    func now() -> Date
    /// Waits; in a replay the waiting is virtual and returns at once.
    func sleep(for duration: Duration) async throws
}

/// The machine's own clock.
package struct SystemHubClock: HubClock {
    package init() {}

    package func now() -> Date { Date() }

    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
