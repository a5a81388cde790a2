import Foundation

/// What of a turn has been given out.
struct TurnOutput {
    let sink: DialogEngine.Sink
    var emitted = 0
    var traced = 0

    /// Gives out what a save has covered.
    mutating func emit(_ run: TurnRun) async {
        for entry in run.trace.dropFirst(traced) { await sink(.trace(entry)) }
        for message in run.messages.dropFirst(emitted) { await sink(.message(message)) }
        traced = run.trace.count
        emitted = run.messages.count
    }
}

extension Date {
    /// Milliseconds since 1970, bounded so that no clock can trap.
    var milliseconds: Int64 {
        let value = (timeIntervalSince1970 * 1_000).rounded()
        return Int64(exactly: min(max(value, -9e15), 9e15)) ?? 0
    }
}
