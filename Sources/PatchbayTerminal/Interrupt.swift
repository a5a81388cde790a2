import Dispatch
import Glibc

/// Takes Control-C (SIGINT) for as long as it stands, so that it doesn't end the program.
package final class Interrupt {
    private let source: any DispatchSourceRead
    private let former: (@convention(c) (Int32) -> Void)?

    /// - Parameter act: What Control-C does, on a queue of the system.
    package init(_ act: @escaping @Sendable () -> Void) {
        let reading = InterruptPipe.ends[0]
        // What was pressed once more while the one before ended is not meant for this one.
        InterruptPipe.drain()
        source = DispatchSource.makeReadSource(fileDescriptor: reading, queue: .global())
        source.setEventHandler {
            var byte: UInt8 = 0
            if unsafe Glibc.read(reading, &byte, 1) == 1 { act() }
        }
        source.resume()
        // A dispatch source of the signal itself misses it where the main thread doesn't block it.
        former = signal(SIGINT) { _ in
            var byte: UInt8 = 1
            _ = unsafe Glibc.write(InterruptPipe.ends[1], &byte, 1)
        }
    }

    /// Gives Control-C the effect back that it had.
    package func end() {
        _ = signal(SIGINT, former)
        source.cancel()
    }
}

/// What the signal's handler, which may do little else, writes to.
enum InterruptPipe {
    /// The reading and the writing end.
    static let ends: [Int32] = {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return ends
    }()

    /// Takes out what nobody has read.
    static func drain() {
        var byte: UInt8 = 0
        while unsafe Glibc.read(ends[0], &byte, 1) == 1 {}
    }
}
