import Basics
import Foundation
import NIOCore

/// Files on their way to the server and back, each over a connection of its own.
struct Transfer {
    let endpoint: Endpoint
    let trace: Trace

    private static let chunkSize = 256 << 10
    private static let mostRedirects = 5

    /// Sends a file with `PUT`. As every `xe` has done it waits for the status line before it sends the body.
    ///
    /// - Returns: whether the server took it.
    func put(_ file: String, to url: String, progress: ProgressBar) async throws -> Bool {
        let handle = try FileHandle.given(file)
        defer { try? handle.close() }
        return try await follow(url) { location in
            trace.add("PUTting to path [\(location.path)]")
            return try await endpoint.at(location).connect { inbound, outbound -> Outcome in
                var arriving = Arriving(inbound)
                let size = try regularSize(handle)
                let length = size.map { "Content-length: \($0)\r\n" } ?? ""
                try await outbound.write(ByteBuffer(string: "PUT \(location.path) HTTP/1.0\r\n\(length)\r\n"))
                var buffer = ByteBuffer()
                let response = try await ResponseHead.read(&arriving, into: &buffer)
                if let outcome = Outcome(response) { return outcome }
                try await send(handle, size, outbound, progress)
                outbound.finish()
                // Closing while the server still writes would throw away what it has not read yet. What it says of the file it
                // says elsewhere, so that it does not matter how this connection ends.
                while (try? await arriving.next()) != nil {}
                return .done
            }
        }
    }

    /// Fetches a URL with `GET` into a new file that only its owner can read; an empty name means standard output.
    func get(_ url: String, into file: String) async throws -> Bool {
        try await follow(url) { location in
            let target = endpoint.at(location)
            trace.add("Opening connection to server '\(target.host)' path '\(location.path)'")
            return try await target.connect { inbound, outbound -> Outcome in
                var arriving = Arriving(inbound)
                try await outbound.write(ByteBuffer(string: "GET \(location.path) HTTP/1.0\r\n\r\n"))
                var buffer = ByteBuffer()
                let response = try await ResponseHead.read(&arriving, into: &buffer)
                trace.add("Got \(response.status)")
                if let outcome = Outcome(response) { return outcome }
                let sink = try Sink(file)
                defer { sink.close() }
                var received = 0
                var next: ByteBuffer? = buffer
                while let bytes = next {
                    try sink.write(bytes.readableBytesView)
                    received += bytes.readableBytes
                    if let length = response.length, received >= length { return .done }
                    next = try await arriving.next()
                }
                if let length = response.length, received < length { throw TransferBroken() }
                return .done
            }
        }
    }

    private enum Outcome: Sendable {
        case done
        case refused
        case redirect(String)

        /// Nil where the server goes on.
        init?(_ response: ResponseHead) {
            switch response.status {
            case 200: return nil
            case 302: self = response["location"].map(Outcome.redirect) ?? .refused
            default: self = .refused
            }
        }
    }

    /// Goes where the server points to, a few times at most.
    private func follow(_ url: String, _ body: (Location) async throws -> Outcome) async throws -> Bool {
        var location = try Location(url)
        for _ in 0...Self.mostRedirects {
            switch try await body(location) {
            case .done: return true
            case .refused: return false
            case .redirect(let next): location = try Location(next)
            }
        }
        return false
    }

    private func send(
        _ handle: FileHandle,
        _ size: UInt64?,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ progress: ProgressBar
    ) async throws {
        defer { progress.finish() }
        var sent: UInt64 = 0
        // A file that grows meanwhile is sent as long as it was announced.
        while sent < size ?? .max,
            let chunk = try handle.read(upToCount: min(Self.chunkSize, Int(clamping: (size ?? .max) - sent))),
            !chunk.isEmpty
        {
            try await outbound.write(ByteBuffer(bytes: chunk))
            sent += UInt64(chunk.count)
            if let size { progress.show(sent, of: size) }
        }
        // The server waits for the rest: only breaking off tells it that there is none.
        if let size, sent < size { throw Failure("Operation failed. Error: the file became shorter while it was sent") }
    }

    private func regularSize(_ handle: FileHandle) throws -> UInt64? {
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        try handle.seek(toOffset: 0)
        return UInt64(status.st_size)
    }
}

extension FileHandle {
    /// Opens a file that our command line names. Where there is none the vendor's own words say so.
    static func given(_ file: String) throws(Failure) -> FileHandle {
        do throws(GivenFile.Refusal) {
            return FileHandle(fileDescriptor: try GivenFile.open(file), closeOnDealloc: true)
        } catch {
            let what = error.isMissing ? " does not exist" : ": \(error.reason)"
            throw Failure("Operation failed. Error: file '\(file)'\(what)")
        }
    }
}

/// Where a fetched file goes.
private struct Sink {
    /// Nil for standard output.
    private let handle: FileHandle?

    /// - Parameter file: a file that does not exist yet; an empty name means standard output.
    init(_ file: String) throws {
        if file.isEmpty {
            handle = nil
            return
        }
        let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure("Operation failed. Error: file '\(file)': \(String(cString: strerror(errno)))")
        }
        handle = FileHandle(fileDescriptor: descriptor)
    }

    func write(_ bytes: ByteBufferView) throws {
        guard let handle else {
            // A program takes the bytes as they are; a terminal would do what they say.
            let isSeen = StandardStream.output.isTerminal
            if isSeen {
                Output.write(String(decoding: bytes, as: UTF8.self))
            } else {
                StandardStream.output.writeResult(bytes)
            }
            return
        }
        do { try handle.write(contentsOf: Data(bytes)) } catch {
            throw Failure("Operation failed. Error: the file can not be written: \(error.localizedDescription)")
        }
    }

    func close() { try? handle?.close() }
}
