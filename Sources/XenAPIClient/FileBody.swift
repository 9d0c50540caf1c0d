import Basics
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// A file as the body of a request, read piece by piece away from the threads that others need.
struct FileBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let file: OpenFile
    let chunk: Int
    /// Waited for before the first byte.
    let goAhead: GoAhead
    let onProgress: @Sendable (Int64) -> Void

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        let body: FileBody
        private var offset: Int64 = 0

        init(body: FileBody) { self.body = body }

        mutating func next() async throws -> ByteBuffer? {
            if offset == 0 { await body.goAhead.wait() }
            guard offset < body.file.size else { return nil }
            let piece = try await body.file.read(at: offset, upTo: body.chunk)
            guard piece.readableBytes > 0 else { throw FileShrank() }
            offset += Int64(piece.readableBytes)
            body.onProgress(offset)
            return piece
        }
    }
}

/// The file ended before the length that it had at the beginning.
struct FileShrank: Error {}

/// A file that is open for reading; closed when nobody holds it.
final class OpenFile: Sendable {
    /// Its length when it was opened, in bytes.
    let size: Int64
    private let descriptor: SystemPackage.FileDescriptor

    /// - Throws: why that is not possible.
    init(path: String) async throws(FileError) {
        do {
            (descriptor, size) = try await NIOThreadPool.singleton.runIfActive {
                let descriptor = SystemPackage.FileDescriptor(rawValue: try GivenFile.open(path))
                return (descriptor, try descriptor.seek(offset: 0, from: .end))
            }
        } catch let refusal as GivenFile.Refusal {
            throw FileError(text: "\(refusal) Name a file that can be read.")
        } catch {
            throw FileError(text: "\(path) can not be read (\(error)): check the path and its permissions.")
        }
    }

    deinit { try? descriptor.close() }

    func read(at offset: Int64, upTo count: Int) async throws -> ByteBuffer {
        let count = Int(min(Int64(count), size - offset))
        return try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            _ = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                try descriptor.read(fromAbsoluteOffset: offset, into: .init(rebasing: target[..<count]))
            }
            return buffer
        }
    }
}

/// A file that can not be sent; the text is for the operator.
struct FileError: Error {
    let text: String
}

/// Lets the bytes of a body go when the server is ready for them.
struct GoAhead: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func give() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}

/// Whether all bytes have been handed over.
final class Sent: Sendable {
    private let flag = Mutex(false)

    func mark() { flag.withLock { $0 = true } }

    var isMarked: Bool { flag.withLock { $0 } }
}
