import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import PatchbayModel

/// What went wrong below, in the hub's words.
struct TransportTrouble {
    /// What the caller gets.
    let failure: Failure
    /// Whether the connection was never there, so that nothing was sent and another address may be tried.
    var isBeforeConnecting = false
    /// Whether the certificate was refused, and its own words are worth a look.
    var isCertificate = false

    private init(failed failure: Failure) {
        self.failure = failure
    }

    /// Translates an error of the client; nil for one that is passed on as it is.
    ///
    /// - Parameters:
    ///   - error: What the client threw.
    ///   - url: Where the call went.
    ///   - hasHead: Whether the head of the answer had arrived.
    ///   - timeout: The call's, for the words.
    init?(_ error: any Error, at url: OutboundURL, hasHead: Bool, timeout: Duration) {
        let host = url.host
        switch error {
        case is Failure, is CancellationError: return nil
        case let error as HTTPClientError: self.init(error, at: url, hasHead: hasHead, timeout: timeout)
        case let error as HTTPParserError: self.init(error, host: host)
        case let error as NIOHTTPDecompression.DecompressionError where error == .limit:
            self.init(
                failed: Failure(.tooLarge, "the answer from \(host) grows beyond its limit when it is decompressed")
            )
        case let error as NIOHTTPDecompression.ExtraDecompressionError where error == .truncatedData:
            self.init(failed: Self.cutOff(host, hasHead: hasHead))
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(failed: Failure(.malformed, "the compressed answer from \(host) is damaged"))
        case let error as NIOSSLError where error == .uncleanShutdown:
            self.init(failed: Self.cutOff(host, hasHead: hasHead))
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self.init(
                failed: Failure(
                    .unreachable,
                    "the certificate of \(host) is for another host name; check the address, nothing was sent"
                )
            )
        case let error as NIOSSLError: self.init(tls: "\(error)", host: host, hasHead: hasHead)
        case let error as BoringSSLError: self.init(tls: "\(error)", host: host, hasHead: hasHead)
        case let error as NIOConnectionError:
            let cause = error.connectionErrors.first?.error as? IOError
            self.init(unconnected: cause, at: url)
        case let error as IOError: self.init(error, at: url, hasHead: hasHead)
        case let error as ChannelError where Self.isConnectTimeout(error): self.init(unconnected: nil, at: url)
        case is ChannelError: self.init(failed: Self.cutOff(host, hasHead: hasHead))
        default:
            // The type alone: an error's own words may hold the URL.
            self.init(failed: Failure(.unreachable, "the call to \(host) failed (\(type(of: error)))"))
        }
    }

    private init(_ error: HTTPClientError, at url: OutboundURL, hasHead: Bool, timeout: Duration) {
        let host = url.host
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(failed: Self.timedOut(host, hasHead: hasHead, timeout: timeout))
        case .connectTimeout, .getConnectionFromPoolTimeout: self.init(unconnected: nil, at: url)
        case .tlsHandshakeTimeout:
            self.init(
                failed: Failure(
                    .unreachable,
                    "\(host) did not finish the TLS handshake in time; check that port \(url.port) speaks TLS"
                )
            )
        case .remoteConnectionClosed, .uncleanShutdown, .requestStreamCancelled:
            self.init(failed: Self.cutOff(host, hasHead: hasHead))
        case .invalidProxyResponse, .proxyAuthenticationRequired, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            self.init(
                failed: Failure(
                    .unreachable,
                    "the proxy did not open a connection to \(host); check 'proxy' in settings.json"
                )
            )
        case .alreadyShutdown, .cancelled:
            self.init(failed: Failure(.unreachable, "the call to \(host) ended because the hub stops"))
        default: self.init(failed: Failure(.malformed, "the exchange with \(host) broke the rules of HTTP"))
        }
    }

    private init(_ error: HTTPParserError, host: String) {
        switch error {
        case .invalidEOFState, .closedConnection: self.init(failed: Self.cutOff(host, hasHead: true))
        case .headerOverflow:
            self.init(
                failed: Failure(.tooLarge, "the header of the answer from \(host) is longer than 16 KiB or 100 fields")
            )
        default: self.init(failed: Failure(.malformed, "the answer from \(host) breaks the rules of HTTP (RFC 9112)"))
        }
    }

    private init(_ error: IOError, at url: OutboundURL, hasHead: Bool) {
        switch error.errnoCode {
        case ECONNRESET, EPIPE, ENOTCONN, ECONNABORTED: self.init(failed: Self.cutOff(url.host, hasHead: hasHead))
        default: self.init(unconnected: error, at: url)
        }
    }

    private init(unconnected error: IOError?, at url: OutboundURL) {
        let reason: String =
            switch error?.errnoCode {
            case ECONNREFUSED: "the connection was refused; check that the service runs"
            case ENETUNREACH, EHOSTUNREACH: "there is no way there; check the network"
            case .some(let code): unsafe String(cString: strerror(code)).lowercased()
            case nil: "no connection in time; check the address and the network"
            }
        self.init(failed: Failure(.unreachable, "\(url.hostAndPort): \(reason)"))
        isBeforeConnecting = true
    }

    private init(tls words: String, host: String, hasHead: Bool) {
        guard !hasHead else {
            self.init(failed: Self.cutOff(host, hasHead: true))
            return
        }
        // The library's errors have no cases for these; the reasons' names are part of its protocol tables.
        let isCertificate = words.contains("CERTIFICATE_VERIFY_FAILED")
        let reason =
            if isCertificate {
                "its certificate is not trusted"
            } else if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST"].contains(where: words.contains) {
                "it does not speak TLS; check scheme and port"
            } else if ["UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION"].contains(where: words.contains) {
                "it speaks only versions before TLS 1.2"
            } else {
                "the handshake failed"
            }
        self.init(failed: Failure(.unreachable, "no TLS connection to \(host): \(reason), nothing was sent"))
        self.isCertificate = isCertificate
    }

    static func timedOut(_ host: String, hasHead: Bool, timeout: Duration) -> Failure {
        let seconds = (timeout.secondsForDispatch * 10).rounded() / 10
        return Failure(
            .timedOut,
            "\(hasHead ? "the answer from \(host) was not complete" : "no answer from \(host)") within \(seconds) seconds; raise 'timeout' or check the service"
        )
    }

    private static func cutOff(_ host: String, hasHead: Bool) -> Failure {
        Failure(
            .cutOff,
            hasHead ? "the answer from \(host) was cut off" : "\(host) closed the connection without an answer"
        )
    }

    private static func isConnectTimeout(_ error: ChannelError) -> Bool {
        if case .connectTimeout = error { true } else { false }
    }
}
