import CArchive

/// A compressed stream whose contents are looked at in passing, and kept nowhere.
protocol CompressedStream: AnyObject {
    /// Bytes unpacked so far.
    var unpacked: Int64 { get }
    /// Unpacks until the input is used up, the stream ends, or more than `limit` bytes have come out of it.
    ///
    /// - Parameter body: is shown what comes out, in pieces that are valid for the call only.
    func unpack(_ input: inout [UInt8], limit: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> StreamState
}

extension CompressedStream {
    /// ``unpack(_:limit:_:)`` where only the end matters.
    func skip(_ input: inout [UInt8], limit: Int64) -> StreamState { unpack(&input, limit: limit) { _ in } }
}

/// How far a compressed stream has come.
enum StreamState: Hashable, Sendable {
    case goesOn
    /// It has ended, and so many of the last bytes given are not its own.
    case ended(unused: Int)
    case damaged
}

/// Bytes unpacked at a time.
private let sinkSize = 1 << 18

/// zlib's deflate, with its own header or without.
final class DeflateStream: CompressedStream {
    private var stream = z_stream()
    private var sink = [UInt8](repeating: 0, count: sinkSize)
    var unpacked: Int64 { Int64(stream.total_out) }

    init?(isRaw: Bool) {
        let window = isRaw ? -MAX_WBITS : MAX_WBITS
        guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
    }

    deinit { inflateEnd(&stream) }

    func unpack(_ input: inout [UInt8], limit: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> StreamState {
        input.withUnsafeMutableBufferPointer { input in
            sink.withUnsafeMutableBufferPointer { sink in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                defer { stream.next_in = nil }
                repeat {
                    stream.next_out = sink.baseAddress
                    stream.avail_out = UInt32(sink.count)
                    let result = inflate(&stream, Z_NO_FLUSH)
                    body(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(sink).dropLast(Int(stream.avail_out))))
                    switch result {
                    case Z_OK: break
                    // No progress is possible: it wants more input.
                    case Z_BUF_ERROR: return .goesOn
                    case Z_STREAM_END: return .ended(unused: Int(stream.avail_in))
                    default: return .damaged
                    }
                } while (stream.avail_in > 0 || stream.avail_out == 0) && unpacked <= limit
                return .goesOn
            }
        }
    }
}

/// bzip2, as `gpg --compress-algo bzip2` writes it.
final class BzipStream: CompressedStream {
    private var stream = bz_stream()
    private var sink = [CChar](repeating: 0, count: sinkSize)
    var unpacked: Int64 { Int64(stream.total_out_hi32) << 32 | Int64(stream.total_out_lo32) }

    init?() {
        guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { return nil }
    }

    deinit { BZ2_bzDecompressEnd(&stream) }

    func unpack(_ input: inout [UInt8], limit: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> StreamState {
        input.withUnsafeMutableBytes { input in
            sink.withUnsafeMutableBufferPointer { sink in
                stream.next_in = input.assumingMemoryBound(to: CChar.self).baseAddress
                stream.avail_in = UInt32(input.count)
                defer { stream.next_in = nil }
                repeat {
                    stream.next_out = sink.baseAddress
                    stream.avail_out = UInt32(sink.count)
                    let result = BZ2_bzDecompress(&stream)
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(sink).dropLast(Int(stream.avail_out)))
                        .withMemoryRebound(to: UInt8.self, body)
                    switch result {
                    case BZ_OK: break
                    case BZ_STREAM_END: return .ended(unused: Int(stream.avail_in))
                    default: return .damaged
                    }
                } while (stream.avail_in > 0 || stream.avail_out == 0) && unpacked <= limit
                return .goesOn
            }
        }
    }
}
