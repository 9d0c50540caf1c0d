import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// How to reach a server.
struct Endpoint {
    let host: String
    let port: Int
    /// nil for plain TCP.
    private let tls: NIOSSLContext?

    /// - Parameter certificate: a PEM file with the only certificate (or authority) that the server may show; with nil any
    ///   certificate will do, which is what `xe` has always done.
    init(host: String, port: Int, useTLS: Bool, certificate: String?) throws {
        self.host = host
        self.port = port
        guard useTLS else {
            tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        if let certificate {
            configuration.trustRoots = .file(certificate)
            configuration.certificateVerification = .noHostnameVerification
        }
        do { tls = try NIOSSLContext(configuration: configuration) } catch {
            throw Failure("The certificate in XE_CA_FILE, \(certificate ?? ""), can not be used: name a PEM file.")
        }
    }

    private init(host: String, port: Int, tls: NIOSSLContext?) { (self.host, self.port, self.tls) = (host, port, tls) }

    /// Where a URL of this server leads. What the command line says of TLS and port holds there, too.
    func at(_ location: Location) -> Endpoint {
        guard let host = location.host else { return self }
        return Endpoint(host: host, port: location.port ?? port, tls: tls)
    }

    /// Connects, and hands bytes both ways to `body`; closes the connection when it returns.
    func connect<Result: Sendable>(
        _ body: (NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws ->
            Result
    ) async throws -> Result {
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(30))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: tls, serverHostname: nil)
                            )
                        }
                        return try NIOAsyncChannel(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true)
                        )
                    }
                }
        } catch {
            throw Failure(connecting: error)
        }
        var result: Result?
        do {
            try await channel.executeThenClose { inbound, outbound in result = try await body(inbound, outbound) }
        } catch {
            // How the connection is closed after all is done makes no difference.
            guard result != nil else { throw error }
        }
        guard let result else { throw TransferBroken() }
        return result
    }
}
