import Dispatch
import Glibc
import PatchbayModel
import Synchronization

/// Finds the addresses of a host name.
package protocol AddressResolver: Sendable {
    /// All addresses, the preferred first.
    ///
    /// - Throws: ``Failure`` of kind `unreachable` for an unknown name, `timedOut` when the time is over.
    func addresses(of host: String, within limit: Duration) async throws -> [IPAddress]
}

/// The operating system's resolver, which blocks: called on queues of its own, once for all who ask for the same name at the same time.
package final class SystemAddressResolver: AddressResolver {
    private let waiting = Mutex<[String: [Waiter]]>([:])
    private let queues: [DispatchQueue]

    package init() {
        // A name server that hangs holds one thread of four, never the shared pool.
        queues = (0..<4).map { DispatchQueue(label: "patchbay.resolver.\($0)") }
    }

    package func addresses(of host: String, within limit: Duration) async throws -> [IPAddress] {
        let waiter = Waiter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.wait(with: continuation)
                join(waiter, host: host)
                DispatchQueue.global().asyncAfter(deadline: .now() + limit.secondsForDispatch) {
                    waiter.finish(.failure(Failure(.timedOut, "the address of \(host) was not found in time")))
                }
            }
        } onCancel: {
            waiter.finish(.failure(CancellationError()))
        }
    }

    private func join(_ waiter: Waiter, host: String) {
        let isFirst = waiting.withLock { waiting in
            waiting[host, default: []].append(waiter)
            return waiting[host]?.count == 1
        }
        guard isFirst else { return }
        queues[Int(UInt(bitPattern: host.hashValue) % UInt(queues.count))].async { [self] in
            let result = Result { try Self.lookUp(host) }
            let waiters = waiting.withLock { $0.removeValue(forKey: host) ?? [] }
            for waiter in waiters { waiter.finish(result) }
        }
    }

    private static func lookUp(_ host: String) throws -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard code == 0 else {
            let reason = unsafe String(cString: gai_strerror(code)).lowercased()
            throw Failure(.unreachable, "the host \(host) was not found: \(reason); check the name and the network")
        }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe address(of: entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw Failure(.unreachable, "the host \(host) has no address") }
        return addresses
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let socketAddress = unsafe entry.ai_addr else { return nil }
        switch unsafe entry.ai_family {
        case AF_INET:
            return unsafe socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                unsafe withUnsafeBytes(of: address.pointee.sin_addr) { unsafe IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            return unsafe socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                unsafe withUnsafeBytes(of: address.pointee.sin6_addr) { unsafe IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }

    /// Somebody who waits for an answer, and is answered once.
    private final class Waiter: Sendable {
        private enum State {
            case new
            case waiting(CheckedContinuation<[IPAddress], any Error>)
            case finished(Result<[IPAddress], any Error>?)
        }

        private let state = Mutex<State>(.new)

        func wait(with continuation: CheckedContinuation<[IPAddress], any Error>) {
            let early: Result<[IPAddress], any Error>? = state.withLock { state in
                if case .finished(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(with: early) }
        }

        func finish(_ result: Result<[IPAddress], any Error>) {
            let continuation: CheckedContinuation<[IPAddress], any Error>? = state.withLock { state in
                switch state {
                case .new:
                    state = .finished(result)
                    return nil
                case .waiting(let continuation):
                    state = .finished(nil)
                    return continuation
                case .finished: return nil
                }
            }
            continuation?.resume(with: result)
        }
    }
}

extension Duration {
    /// In seconds, for Dispatch.
    var secondsForDispatch: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
