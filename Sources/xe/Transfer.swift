import Foundation
import NIOCore
import NIOPosix

/// Files on their way to the server and back, each over a connection of its own.
struct Transfer {
    let endpoint: Endpoint
    let certificate: String?

    private static let chunkSize = 256 << 10
    private static let largestRedirect = 5

    /// Sends a file with `PUT`. As every `xe` has done it waits for the status line before it sends the body.
    ///
    /// - Returns: whether the server took it.
    func put(_ file: String, to url: String, progress: ProgressBar) async throws -> Bool {
        let handle = try open(file)
        defer { try? handle.close() }
        var location = Location(url, default: endpoint)
        for _ in 0...Self.largestRedirect {
            let target = try location.endpoint(certificate)
            let outcome = try await target.connect { inbound, outbound -> Outcome in
                var iterator = inbound.makeAsyncIterator()
                var head = "PUT \(location.path) HTTP/1.0\r\n"
                let size = try regularSize(handle)
                if let size { head += "Content-length: \(size)\r\n" }
                try await outbound.write(ByteBuffer(string: head + "\r\n"))
                var buffer = ByteBuffer()
                let response = try await ResponseHead.read(&iterator, into: &buffer)
                if response.status == 302, let next = response["location"] { return .redirect(next) }
                guard response.status == 200 else { return .refused }
                try await send(handle, size, outbound, progress)
                outbound.finish()
                // Closing while the server still writes would throw away what it has not read yet.
                while try await iterator.next() != nil {}
                return .done
            }
            switch outcome {
            case .done: return true
            case .refused: return false
            case .redirect(let next): location = Location(next, default: endpoint)
            }
        }
        return false
    }

    /// Fetches a URL with `GET` into a new file that only its owner can read; an empty name means standard output.
    func get(_ url: String, into file: String) async throws -> Bool {
        let location = Location(url, default: endpoint)
        return try await location.endpoint(certificate).connect { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            try await outbound.write(ByteBuffer(string: "GET \(location.path) HTTP/1.0\r\n\r\n"))
            var buffer = ByteBuffer()
            guard try await ResponseHead.read(&iterator, into: &buffer).status == 200 else { return false }
            let handle = try create(file)
            defer { if !file.isEmpty { try? handle.close() } }
            try handle.write(contentsOf: Data(buffer.readableBytesView))
            while let next = try await iterator.next() {
                try handle.write(contentsOf: Data(next.readableBytesView))
            }
            return true
        }
    }

    private enum Outcome: Sendable {
        case done
        case refused
        case redirect(String)
    }

    private func send(
        _ handle: FileHandle,
        _ size: UInt64?,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ progress: ProgressBar
    ) async throws {
        var sent: UInt64 = 0
        while let chunk = try handle.read(upToCount: Self.chunkSize), !chunk.isEmpty {
            try await outbound.write(ByteBuffer(bytes: chunk))
            sent += UInt64(chunk.count)
            if let size { progress.show(sent, of: size) }
        }
        progress.finish()
    }

    private func open(_ file: String) throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: file), !isDirectory(file) else {
            throw Failure("Operation failed. Error: file '\(file)' does not exist")
        }
        return handle
    }

    private func isDirectory(_ file: String) -> Bool {
        var status = stat()
        return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func regularSize(_ handle: FileHandle) throws -> UInt64? {
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        try handle.seek(toOffset: 0)
        return UInt64(status.st_size)
    }

    private func create(_ file: String) throws -> FileHandle {
        if file.isEmpty { return .standardOutput }
        let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure("Operation failed. Error: file '\(file)': \(String(cString: strerror(errno)))")
        }
        return FileHandle(fileDescriptor: descriptor)
    }
}

/// Where a URL of the server leads: to another host, or to a path on the one that we talk to.
struct Location {
    let host: String?
    let path: String
    private let fallback: Endpoint

    init(_ url: String, default endpoint: Endpoint) {
        fallback = endpoint
        if url.hasPrefix("https://") {
            let rest = url.dropFirst("https://".count)
            host = String(rest.prefix { $0 != "/" })
            path = String(rest.drop { $0 != "/" })
        } else {
            host = nil
            path = url
        }
    }

    func endpoint(_ certificate: String?) throws -> Endpoint {
        guard let host else { return fallback }
        return try Endpoint(host: host, port: 443, useTLS: true, certificate: certificate)
    }
}
