import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import PatchbayModel
import Synchronization

/// Finds out why a certificate was refused, because the handshake's own error does not say.
///
/// It shakes hands a second time, looks at the certificate, refuses it and sends nothing.
struct CertificateProbe {
    let host: String
    let address: IPAddress
    let port: Int

    /// The failure to report; nil when nothing was found out in time.
    func explanation(within limit: Duration) async -> Failure? {
        let seen = Seen()
        guard limit > .zero, let context = try? NIOSSLContext(configuration: .makeClientConfiguration()) else {
            return nil
        }
        let name = IPAddress(host) == nil && !host.hasPrefix("[") ? host : nil
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(limit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: name) { chain, promise in
                        seen.note(chain.first)
                        promise.succeed(NIOSSLVerificationResult.failed)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        guard let channel = try? await bootstrap.connect(host: address.description, port: port).get() else {
            return nil
        }
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        // The refused handshake closes the channel; how it closes does not matter.
        try? await channel.closeFuture.get()
        timer.cancel()
        guard let certificate = seen.certificate else { return nil }
        return Failure(.unreachable, "no TLS connection to \(host): \(reason(for: certificate)), nothing was sent")
    }

    private func reason(for certificate: NIOSSLCertificate) -> String {
        let now = Date.now.timeIntervalSince1970
        if Double(certificate.notValidAfter) < now {
            return "its certificate expired on \(day(certificate.notValidAfter))"
        }
        if Double(certificate.notValidBefore) > now {
            return "its certificate is valid only from \(day(certificate.notValidBefore)); check this machine's clock"
        }
        if let bytes = try? certificate.toDERBytes(), CertificateNames(bytes).map({ $0.issuer == $0.subject }) == true {
            return "its certificate is self-signed; name it in 'caFile' of settings.json if you trust it"
        }
        return
            "its certificate is signed by an unknown authority; name that in 'caFile' of settings.json if you trust it"
    }

    private func day(_ seconds: time_t) -> String {
        String(Date(timeIntervalSince1970: Double(seconds)).ISO8601Format().prefix(10))
    }

    private final class Seen: Sendable {
        private let noted = Mutex<NIOSSLCertificate?>(nil)

        var certificate: NIOSSLCertificate? { noted.withLock { $0 } }

        func note(_ certificate: NIOSSLCertificate?) { noted.withLock { $0 = certificate } }
    }
}

/// The encoded issuer and subject of an X.509 certificate (RFC 5280 §4.1).
struct CertificateNames {
    let issuer: ArraySlice<UInt8>
    let subject: ArraySlice<UInt8>

    init?(_ der: [UInt8]) {
        // Certificate { tbsCertificate { [0] version?, serial, signature, issuer, validity, subject, … } … }
        guard let certificate = Self.element(der[...]), let body = Self.element(certificate.content) else { return nil }
        var rest = body.content
        var elements: [ArraySlice<UInt8>] = []
        while elements.count < 6, let element = Self.element(rest) {
            elements.append(element.whole)
            rest = rest[element.whole.endIndex...]
        }
        let offset = elements.first?.first == 0xA0 ? 1 : 0
        guard elements.count >= offset + 5 else { return nil }
        issuer = elements[offset + 2]
        subject = elements[offset + 4]
    }

    /// The first element of definite length.
    private static func element(_ bytes: ArraySlice<UInt8>) -> (whole: ArraySlice<UInt8>, content: ArraySlice<UInt8>)? {
        guard bytes.count >= 2 else { return nil }
        var start = bytes.startIndex + 2
        var length = Int(bytes[bytes.startIndex + 1])
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...3).contains(count), bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard bytes.endIndex - start >= length else { return nil }
        return (bytes[bytes.startIndex..<(start + length)], bytes[start..<(start + length)])
    }
}
