/// Why a call failed: the closed list of `docs/formats.md`, which conditions may test.
package enum FailureKind: String, Sendable, CaseIterable {
    // What a service says; a manifest's error rules map to these.
    case authorization, forbidden, notFound, invalid, conflict, quota, rateLimited, refused, tooLong, server
    // What the hub itself finds.
    case timedOut, unreachable, cutOff, malformed, tooLarge, blocked, limit, script, unbound, interrupted

    /// The kinds that a manifest's rule may name.
    package static let ofServices: [FailureKind] = [
        .authorization, .forbidden, .notFound, .invalid, .conflict, .quota, .rateLimited, .refused, .tooLong, .server,
    ]
}

/// A failed call, as data: what `context.<node>.error` and `lastServiceFailure` hold.
package struct Failure: Error, Equatable, Sendable {
    package let kind: FailureKind
    /// The service's status code, when there was an answer.
    package let status: Int?
    /// What happened and how to mend it; already redacted.
    package let message: String
    /// How often the call was tried; 0 when it never left.
    package let attempts: Int

    package init(_ kind: FailureKind, status: Int? = nil, _ message: String, attempts: Int = 0) {
        self.kind = kind
        self.status = status
        self.message = message
        self.attempts = attempts
    }

    /// The same failure after a number of tries.
    package func after(attempts: Int) -> Failure { Failure(kind, status: status, message, attempts: attempts) }

    /// `{kind, status?, message, attempts}`.
    package var json: JSONValue {
        var object: JSONObject = ["kind": .string(kind.rawValue)]
        object["status"] = status.map { .number(JSONNumber($0)) }
        object["message"] = .string(message)
        object["attempts"] = .number(JSONNumber(attempts))
        return .object(object)
    }
}

extension Failure: CustomStringConvertible {
    package var description: String { "\(kind.rawValue): \(message)" }
}
