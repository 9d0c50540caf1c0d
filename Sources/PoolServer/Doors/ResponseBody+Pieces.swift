import Hummingbird
import NIOCore

extension ResponseBody {
    /// Bytes are sent in pieces of this size, each when the one before is on its way.
    private static let piece = 256 << 10

    /// A body that is known whole. A large one is encrypted and sent piece by piece, not held another time as a whole.
    ///
    /// - Parameter onSent: called when all of it is on its way.
    static func known(_ bytes: [UInt8], onSent: @escaping @Sendable () async -> Void = {}) -> ResponseBody {
        ResponseBody(contentLength: bytes.count) { writer in
            var rest = bytes[...]
            while !rest.isEmpty {
                try await writer.write(ByteBuffer(bytes: rest.prefix(piece)))
                rest = rest.dropFirst(piece)
            }
            try await writer.finish(nil)
            await onSent()
        }
    }
}
