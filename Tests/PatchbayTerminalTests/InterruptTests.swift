import Glibc
import Synchronization
import Testing

@testable import PatchbayTerminal

@Suite("Control-C")
struct InterruptTests {
    private final class Count: Sendable {
        let value = Mutex(0)
    }

    @Test func `pressed once more than was needed does not stop what comes next`() {
        var byte: UInt8 = 1
        let written = unsafe write(InterruptPipe.ends[1], &byte, 1)
        let count = Count()
        let interrupt = Interrupt { count.value.withLock { $0 += 1 } }
        defer { interrupt.end() }
        let left = unsafe read(InterruptPipe.ends[0], &byte, 1)
        #expect(written == 1)
        #expect(left == -1)
        #expect(count.value.withLock { $0 } == 0)
    }
}
