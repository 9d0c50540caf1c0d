import NIOCore
import NIOPosix
import NIOSSL

/// Looks at the certificate that a server shows, and says nothing to it.
public enum CertificateProbe {
    /// The SHA-256 of the certificate that a server shows.
    ///
    /// The handshake is broken off as soon as the certificate is there: nothing secret is sent.
    ///
    /// - Parameter isLegacy: whether TLS 1.0 is spoken, too.
    /// - Throws: ``XenAPIError/transport(_:)`` where there is no connection, or no certificate.
    public static func digest(
        of endpoint: Endpoint,
        isLegacy: Bool = false,
        within limit: Duration = .seconds(15)
    ) async throws(XenAPIError) -> CertificateDigest {
        let policy = TLSPolicy(takesAnything: true, isLegacy: isLegacy)
        do {
            return try await read(endpoint, policy, within: limit)
        } catch {
            throw await XenAPIError.of(error, at: endpoint, policy, within: limit)
        }
    }

    static func read(_ endpoint: Endpoint, _ policy: TLSPolicy, within limit: Duration) async throws
        -> CertificateDigest
    {
        var configuration = policy.configuration
        configuration.certificateVerification = .fullVerification
        let tls = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let shown = loop.makePromise(of: NIOSSLCertificate?.self)
        let limit = TimeAmount.nanoseconds(limit.nanoseconds)
        let timer = loop.scheduleTask(in: limit) { shown.fail(DeadlineExceeded()) }
        defer { timer.cancel() }
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop).connectTimeout(limit)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let isName = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) == nil
                        try channel.pipeline.syncOperations.addHandlers(
                            NIOSSLClientHandler(
                                context: tls,
                                serverHostname: isName ? endpoint.host : nil,
                                customVerificationCallback: { chain, verdict in
                                    shown.succeed(chain.first)
                                    verdict.succeed(.failed)
                                }
                            ),
                            EndOfHandshake(shown)
                        )
                    }
                }
                .connect(host: endpoint.host, port: endpoint.port).get()
        } catch {
            shown.fail(error)
            throw error
        }
        defer { channel.close(promise: nil) }
        guard let certificate = try await shown.futureResult.get() else { throw PinMismatch(shown: nil) }
        return CertificateDigest(of: try certificate.toDERBytes())
    }
}

/// Says why a handshake ended before a certificate was shown.
private final class EndOfHandshake: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let shown: EventLoopPromise<NIOSSLCertificate?>

    init(_ shown: EventLoopPromise<NIOSSLCertificate?>) { self.shown = shown }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shown.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        shown.fail(NIOSSLError.uncleanShutdown)
        context.fireChannelInactive()
    }
}
