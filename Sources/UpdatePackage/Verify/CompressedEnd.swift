import CArchive
import SystemPackage

/// Finds out where the compressed data of an OpenPGP message ends, by unpacking it to nowhere.
///
/// Such a message usually has no length: whatever follows the compressed stream belongs to the packet by its framing, and
/// to nothing by its meaning.
struct CompressedEnd {
    /// Bytes unpacked at a time.
    private static let batch = 1 << 18

    /// What was found.
    enum Finding: Hashable, Sendable {
        /// The stream fills the packet.
        case exact
        /// There are bytes behind the stream.
        case trailing
        /// The stream ends too late, is damaged, grows beyond the limit, or is compressed in a way that is not known here:
        /// what else is wrong with it is for others to say.
        case undecided
    }

    /// Follows the stream through the parts of a packet's body.
    ///
    /// - Parameter limit: bytes of unpacked data after which it is given up.
    static func find(in file: FileDescriptor, body: [Range<Int64>], limit: Int64) throws -> Finding {
        guard let start = body.first, !start.isEmpty else { return .undecided }
        let algorithm = try file.bytes(at: start.lowerBound, count: 1).first
        // RFC 4880 §9.3: 1 is raw deflate, 2 is zlib's form of it.
        let window: Int32
        switch algorithm {
        case 1: window = -MAX_WBITS
        case 2: window = MAX_WBITS
        default: return .undecided
        }
        var stream = z_stream()
        guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return .undecided
        }
        defer { inflateEnd(&stream) }
        var sink = [UInt8](repeating: 0, count: batch)
        var rest: [Range<Int64>] = [(start.lowerBound + 1)..<start.upperBound] + body.dropFirst()
        while let part = rest.first {
            try Task.checkCancellation()
            let count = min(Int64(batch), Int64(part.count))
            rest[0] = (part.lowerBound + count)..<part.upperBound
            if rest[0].isEmpty { rest.removeFirst() }
            var input = try file.bytes(at: part.lowerBound, count: Int(count))
            guard input.count == Int(count) else { return .undecided }
            let state = inflateAll(&stream, &input, &sink)
            if state == Z_STREAM_END { return stream.avail_in == 0 && rest.isEmpty ? .exact : .trailing }
            guard state == Z_OK || state == Z_BUF_ERROR, Int64(stream.total_out) <= limit else { return .undecided }
        }
        return .undecided
    }

    /// Unpacks until the input is used up, or the stream ends.
    private static func inflateAll(_ stream: inout z_stream, _ input: inout [UInt8], _ sink: inout [UInt8]) -> Int32 {
        input.withUnsafeMutableBufferPointer { input in
            sink.withUnsafeMutableBufferPointer { sink in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                defer { stream.next_in = nil }
                var state = Z_OK
                repeat {
                    stream.next_out = sink.baseAddress
                    stream.avail_out = UInt32(sink.count)
                    state = inflate(&stream, Z_NO_FLUSH)
                } while state == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)
                return state
            }
        }
    }
}
