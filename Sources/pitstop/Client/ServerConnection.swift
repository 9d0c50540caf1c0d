import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// The way to a server: one HTTP exchange over TLS for each call.
struct ServerConnection: Sendable {
    /// Which certificate the server may show.
    enum Trust: Sendable {
        /// One that this machine's authorities vouch for, in the server's name.
        case system
        /// Only the one in a file, or one that it has signed.
        case file(String)
        /// Any.
        case anyone
    }

    private let host: String
    private let port: Int
    /// Nil without TLS.
    private let tls: NIOSSLContext?
    /// Answers longer than this are not read.
    private static let largestAnswer = 256 << 20

    init(address: String, trust: Trust) throws {
        guard let url = URL(string: address), let host = url.host(), url.scheme == "https" || url.scheme == "http"
        else {
            throw OperatorError("\(address) is no address of a server: write https://ADDRESS:PORT/.")
        }
        self.host = host
        port = url.port ?? (url.scheme == "https" ? 443 : 80)
        guard url.scheme == "https" else {
            tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch trust {
        case .system: break
        case .file(let path):
            configuration.trustRoots = .file(path)
            configuration.certificateVerification = .noHostnameVerification
        case .anyone: configuration.certificateVerification = .none
        }
        do { tls = try NIOSSLContext(configuration: configuration) } catch {
            throw OperatorError("The certificate file can not be used: \(error).")
        }
    }

    /// Posts a body, and returns that of the answer.
    func post(_ path: String, _ body: [UInt8]) async throws -> [UInt8] {
        try Self.body(of: try await exchange(path, body))
    }

    private func exchange(_ path: String, _ body: [UInt8]) async throws -> [UInt8] {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        do {
            return try await connect().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: Array(head.utf8) + body))
                var answer: [UInt8] = []
                for try await part in inbound {
                    answer += part.readableBytesView
                    guard answer.count <= Self.largestAnswer else {
                        throw OperatorError("The answer of \(host) is too long.")
                    }
                    if Self.isWhole(answer) { break }
                }
                return answer
            }
        } catch let error as OperatorError {
            throw error
        } catch {
            throw OperatorError(
                "There is no connection to \(host):\(port): \(error). Where the server made its own certificate, name "
                    + "that with --certificate (tls/server.crt in its state folder)."
            )
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(30))
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // An address is no server name.
                        let name = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } ? nil : host
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name)
                        )
                    }
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static let separator = Array("\r\n\r\n".utf8)

    /// Where the body begins, and how long it is said to be.
    private static func layout(_ answer: [UInt8]) -> (status: String, start: Int, length: Int?)? {
        guard let end = answer.firstRange(of: separator) else { return nil }
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let length = field?.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
        return (lines.first.map(String.init) ?? "", end.upperBound, length)
    }

    private static func isWhole(_ answer: [UInt8]) -> Bool {
        guard let (_, start, length) = layout(answer), let length else { return false }
        return answer.count >= start + length
    }

    private static func body(of answer: [UInt8]) throws -> [UInt8] {
        guard let (status, start, length) = layout(answer) else {
            throw OperatorError("The server's answer ends too early.")
        }
        guard status.split(separator: " ").dropFirst().first == "200" else {
            throw OperatorError("The server refuses calls: \(status).")
        }
        let body = Array(answer[start...])
        guard length.map({ $0 == body.count }) ?? true else {
            throw OperatorError("The server's answer ends too early.")
        }
        return body
    }
}
