import PatchbayModel
import Synchronization

/// Header fields in order; names compare without case (RFC 9110 §5.1).
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field line.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, $1) }
    }

    /// The first value of a name.
    ///
    /// Setting replaces all lines of that name; setting nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { Self.areSame($0.name, name) }?.value }
        set {
            fields.removeAll { Self.areSame($0.name, name) }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    /// Whether two texts differ at most in the case of ASCII letters, the only ones that a name has.
    private static func areSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { one, other in
            one == other || one ^ other == 0x20 && (0x61...0x7A).contains(one | 0x20)
        }
    }

    /// Adds a line and keeps those of the same name.
    package mutating func append(_ name: String, _ value: String) { fields.append(Field(name, value)) }
}

/// What a call may reach: exactly what the operator agreed to, never what a manifest or a redirect wishes.
package struct Reach: Sendable, Equatable {
    /// Origins that may be called, each `scheme://host:port` in lower case with the port written out.
    package let origins: Set<String>
    /// Private addresses that may be called, each `host:port`.
    package let allowedPrivate: Set<String>

    package init(origins: Set<String>, allowedPrivate: Set<String> = []) {
        self.origins = origins
        self.allowedPrivate = allowedPrivate
    }
}

/// One request on its way out.
package struct HTTPRequest: Sendable, Equatable {
    package var method: String
    /// Absolute, every part already percent-encoded.
    package var url: String
    /// The URL as it would be without a base URL of this machine's own, where there is one: what recordings name.
    package var sharedURL: String?
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    package var reach: Reach
    /// The longest time until the whole answer has been read, from now.
    package var timeout: Duration
    /// The longest answer, after decompression.
    package var maxAnswerBytes: Int
    /// `<plugin>/<operation>` or `custom`: what the sandbox and tapes go by; never sent.
    package var operation: String
    /// `<dialog>/<node>` of the node that calls, empty for others: what tapes and recordings go by; never sent.
    package var node: String

    package init(
        method: String,
        url: String,
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8]? = nil,
        reach: Reach,
        timeout: Duration = .seconds(20),
        maxAnswerBytes: Int = 10 << 20,
        operation: String = "custom",
        node: String = ""
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.reach = reach
        self.timeout = timeout
        self.maxAnswerBytes = maxAnswerBytes
        self.operation = operation
        self.node = node
    }
}

/// The head of an answer, and its body as it arrives.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: HTTPBody

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: HTTPBody = HTTPBody([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A body as a sequence of chunks; pulled, so that a slow reader slows the sender.
///
/// Iterate it once.
///
/// Iterating throws a ``Failure`` of kind `timedOut`, `cutOff`, `tooLarge` or `unreachable`.
package struct HTTPBody: Sendable, AsyncSequence {
    package typealias Element = [UInt8]

    private let next: @Sendable () async throws -> [UInt8]?

    /// A body made by a closure that returns nil at the end.
    package init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.next = next
    }

    /// A body that is wholly there.
    package init(_ bytes: [UInt8]) {
        let rest = Rest(bytes)
        next = { rest.take() }
    }

    private final class Rest: Sendable {
        private let bytes: Mutex<[UInt8]?>

        init(_ bytes: [UInt8]) {
            self.bytes = Mutex(bytes.isEmpty ? nil : bytes)
        }

        func take() -> [UInt8]? {
            bytes.withLock { bytes in
                defer { bytes = nil }
                return bytes
            }
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pull: @Sendable () async throws -> [UInt8]?

        package mutating func next() async throws -> [UInt8]? { try await pull() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: next) }

    /// The whole body.
    package func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self { bytes += chunk }
        return bytes
    }
}

/// Sends one request and answers with the head as soon as it is there.
///
/// At most three redirects of GET and HEAD are followed, within one origin; retries are the connector's.
package protocol HTTPTransport: Sendable {
    /// - Throws: ``Failure`` of kind `blocked`, `unreachable`, `timedOut`, `cutOff`, `malformed`, `tooLarge` or
    ///   `notFound`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
