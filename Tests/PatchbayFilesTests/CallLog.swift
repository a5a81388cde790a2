import Synchronization

@testable import PatchbayFiles

/// Writes down every system call.
final class CallLog: Sendable {
    private let calls = Mutex<[SystemCalls.Call]>([])

    var all: [SystemCalls.Call] { calls.withLock { $0 } }

    func note(_ call: SystemCalls.Call) -> Int32 {
        calls.withLock { $0.append(call) }
        return 0
    }
}
