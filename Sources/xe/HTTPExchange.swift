import NIOCore

/// The head of an HTTP response, read from a connection that goes on with the body.
struct ResponseHead {
    let status: Int
    private let fields: [(name: String, value: String)]

    /// Headers beyond this are not a server's.
    private static let limit = 64 << 10

    /// The value of a header field.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// Reads status line and header fields; what has already arrived of the body stays in `buffer`.
    static func read(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        into buffer: inout ByteBuffer
    ) async throws -> ResponseHead {
        while true {
            if let head = parse(&buffer) { return head }
            guard buffer.readableBytes < limit, var more = try await inbound.next() else {
                throw Failure("Lost connection to the server.")
            }
            buffer.writeBuffer(&more)
        }
    }

    private static func parse(_ buffer: inout ByteBuffer) -> ResponseHead? {
        let bytes = buffer.readableBytesView
        let end = Array("\r\n\r\n".utf8)
        var index = bytes.startIndex
        while index + end.count <= bytes.endIndex, !bytes[index..<(index + end.count)].elementsEqual(end) { index += 1 }
        guard index + end.count <= bytes.endIndex else { return nil }
        let lines = String(decoding: bytes[bytes.startIndex..<index], as: UTF8.self).split(separator: "\r\n")
        buffer.moveReaderIndex(forwardBy: index - bytes.startIndex + end.count)
        let words = lines.first?.split(separator: " ") ?? []
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].drop { $0 == " " }.description)
        }
        return ResponseHead(status: words.count > 1 ? Int(words[1]) ?? 0 : 0, fields: fields)
    }
}
