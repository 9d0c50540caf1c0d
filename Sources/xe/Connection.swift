import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// How to reach the server.
struct Endpoint {
    let host: String
    let port: Int
    /// nil for plain TCP.
    let tls: NIOSSLContext?

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
        tls = try NIOSSLContext(configuration: configuration)
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
        return try await channel.executeThenClose(body)
    }
}

/// Why a command did not come to its end; the message is for the user.
struct Failure: Error {
    let message: String

    init(_ message: String) { self.message = message }

    init(connecting error: any Error) {
        if "\(error)".contains("refused") {
            self.init("Error: Connection refused (calling connect )")
        } else {
            self.init("Unable to contact server. Please check server and port settings.")
        }
    }
}
