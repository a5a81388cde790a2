import PatchbayModel

/// How much a call may take, where it says nothing or too much itself (`docs/limits.md`).
package struct CallLimits: Sendable, Equatable {
    /// The time of a call whose node and operation name none.
    package var usualTime = Duration.seconds(20)
    /// The longest time of a call.
    package var longestTime = Duration.seconds(60)
    /// The longest time of a model's call.
    package var longestModelTime = Duration.seconds(600)
    /// The largest body of a request.
    package var requestBytes = 10 << 20
    /// The largest answer, after decompression; nil means the operation's, else 10 MiB.
    package var answerBytes: Int?
    /// The most tries of a call; nil means the operation's, else 3.
    package var attempts: Int?

    /// The limits of the documentation.
    package static let standard = CallLimits()

    package init() {}

    /// The time of a call: what was asked for, at most what is allowed.
    func time(_ asked: Duration?, isModel: Bool) -> Duration {
        min(asked ?? usualTime, isModel ? longestModelTime : longestTime)
    }

    /// The request with its limits set.
    ///
    /// - Throws: ``Failure`` of kind `tooLarge` when its body is larger than allowed.
    func applied(to request: HTTPRequest) throws(Failure) -> HTTPRequest {
        if let size = request.body?.count, size > requestBytes {
            throw Failure(
                .tooLarge,
                "the request has \(size) bytes, more than the \(requestBytes) that are allowed; send less or raise 'maxRequestSize'"
            )
        }
        var request = request
        if let answerBytes { request.maxAnswerBytes = min(request.maxAnswerBytes, answerBytes) }
        return request
    }
}
