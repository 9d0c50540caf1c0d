import NIOCore

extension ResponseHead {
    /// Reads the head of a response; what has already arrived of the body stays in `buffer`.
    static func read(_ arriving: inout Arriving, into buffer: inout ByteBuffer) async throws -> ResponseHead {
        var seen = 0
        while true {
            if let (head, length) = parse(buffer.readableBytesView, seen: seen) {
                buffer.moveReaderIndex(forwardBy: length)
                return head
            }
            seen = buffer.readableBytes
            guard seen < limit, var more = try await arriving.next() else { throw TransferBroken() }
            buffer.writeBuffer(&more)
        }
    }
}

/// A transfer came to no end. The server knows more of the reason than we do, and says it.
struct TransferBroken: Error {}
