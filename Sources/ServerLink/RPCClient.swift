package import NIOCore
package import XenAPI

/// Calls messages of XenAPI on a server, by JSON-RPC, each on a connection of its own.
package struct RPCClient: Sendable {
    private let endpoint: Endpoint
    /// An answer beyond this is not taken, in bytes.
    private static let largestAnswer = 256 << 20

    /// A client of one server.
    package init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// Calls a message.
    ///
    /// - Parameter arguments: the session first, where the message needs one.
    /// - Throws: `APIError` that the server answers with; ``Failure`` where it can not be reached or understood.
    package func call(_ method: String, _ arguments: [Value]) async throws -> Value {
        let answer = try JSON.read(try await exchange(Self.body(method, arguments)))
        if let error = answer["error"], let code = error["message"]?.text {
            throw APIError(code, (error["data"]?.elements ?? []).compactMap(\.text))
        }
        guard let result = answer["result"] else { throw Failure("The server's answer is no answer to a call.") }
        return result
    }

    private static func body(_ method: String, _ arguments: [Value]) -> [UInt8] {
        JSON.encode(
            .map([
                .init("jsonrpc", .string("2.0")), .init("method", .string(method)), .init("params", .set(arguments)),
                .init("id", .string("1")),
            ])
        )
    }

    private func exchange(_ body: [UInt8]) async throws -> [UInt8] {
        try await endpoint.connect { inbound, outbound in
            var request = ByteBuffer(
                string: "POST /jsonrpc HTTP/1.1\r\nHost: \(endpoint.host)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
            )
            request.writeBytes(body)
            try await outbound.write(request)
            var iterator = inbound.makeAsyncIterator()
            var buffer = ByteBuffer()
            let head = try await ResponseHead.read(&iterator, into: &buffer)
            guard head.status == 200, let length = head["content-length"].flatMap({ Int($0) }),
                length <= Self.largestAnswer
            else { throw Failure("The server answers with status \(head.status): is it a Pitstop server?") }
            while buffer.readableBytes < length {
                guard var more = try await iterator.next() else { throw Failure("Lost connection to the server.") }
                buffer.writeBuffer(&more)
            }
            return Array(buffer.readableBytesView.prefix(length))
        }
    }
}
