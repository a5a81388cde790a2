import PatchbayModel
import Synchronization

/// Remembers the addresses of names for a short time, as a stub resolver does.
///
/// What is remembered is what was found, never that it was allowed: each call decides again on the addresses it will connect to.
final class AddressBook: Sendable {
    private struct Entry {
        let addresses: [IPAddress]
        let until: ContinuousClock.Instant
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let resolver: any AddressResolver
    private let lifetime: Duration
    private let capacity = 1024

    init(resolver: any AddressResolver, lifetime: Duration) {
        self.resolver = resolver
        self.lifetime = lifetime
    }

    func addresses(of url: OutboundURL, until deadline: ContinuousClock.Instant) async throws -> [IPAddress] {
        if let address = url.address { return [address] }
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[url.host] }), entry.until > now { return entry.addresses }
        let found = try await resolver.addresses(of: url.host, within: max(now.duration(to: deadline), .zero))
        guard !found.isEmpty else { throw Failure(.unreachable, "the host \(url.host) has no address") }
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            entries[url.host] = Entry(addresses: found, until: now + lifetime)
        }
        return found
    }

    /// Forgets a name whose addresses did not answer.
    func forget(_ url: OutboundURL) { entries.withLock { _ = $0.removeValue(forKey: url.host) } }
}
