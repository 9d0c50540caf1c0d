import Foundation
import NIOCore
import TestSupport
import XenAPI

@testable import xe

/// One server of two hosts for all tests that leave it as they found it.
final class SharedServer: Sendable {
    /// The server, started when the first test asks for it.
    static func get() async throws -> SharedServer { try await shared.value }

    private static let shared = Task { try await SharedServer() }

    let server: ServerProcess
    let key: SigningKey
    private let directory: TemporaryDirectory

    private init() async throws {
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        _ = try await TrustedKeys.add(key.publicKey, to: server)
    }

    /// Signs a program, and gives the file that name.
    func package(_ program: String, named name: String = UUID().uuidString) async throws -> String {
        try await key.sign(program, to: directory.file(name))
        return directory.file(name)
    }

    /// What is on its way in, or was left there.
    func incoming() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: server.state + "/updates/incoming")
    }
}

/// A connection on which a test sends what no well-behaved client sends.
enum RawClient {
    /// Sends `chunks` one after another, and then hangs up.
    ///
    /// - Returns: what the server said until it hung up itself, or until all was sent.
    static func send(_ chunks: [Data], to port: Int, readFirst: Bool = true) async throws -> String {
        let endpoint = try Endpoint(host: "127.0.0.1", port: port, useTLS: true, certificate: nil)
        return try await endpoint.connect { inbound, outbound in
            var said = ""
            var iterator = inbound.makeAsyncIterator()
            for (index, chunk) in chunks.enumerated() {
                try await outbound.write(.init(bytes: chunk))
                // The first chunk is the request's head, which is answered before the body is read.
                if index == 0, readFirst, let bytes = try await iterator.next() { said += String(buffer: bytes) }
            }
            return said
        }
    }

    /// The head of an upload, signed in by HTTP Basic.
    static func uploadHead(length: Int?) -> Data {
        let credentials = Data("root:\(ServerProcess.password)".utf8).base64EncodedString()
        let size = length.map { "Content-Length: \($0)\r\n" } ?? ""
        return Data("PUT /pool_patch_upload HTTP/1.0\r\nAuthorization: Basic \(credentials)\r\n\(size)\r\n".utf8)
    }
}
