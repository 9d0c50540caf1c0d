import Foundation
import NIOCore
import XenAPI

/// One command: sends it to the server and does what the server says, until the server says that it is over.
struct Session {
    let options: Options
    let endpoint: Endpoint
    let certificate: String?

    private static let version = CLIVersion.v0_2
    /// During a transfer the server hears from us this often.
    private static let heartbeat = Duration.seconds(300)

    /// Runs the command.
    ///
    /// - Returns: the exit code that the server gives.
    func run() async throws -> Int32 {
        try await endpoint.connect { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            try await outbound.write(request)
            var decoder = CLIFrameDecoder()
            let serverVersion = try await greet(&iterator, &decoder)
            try await outbound.write(ByteBuffer(bytes: CLIGreeting.encode(Self.version)))
            while true {
                while let message = try decoder.next() {
                    if case .exit(let code) = message { return code }
                    try await perform(message, outbound, serverVersion)
                }
                guard let bytes = try await iterator.next() else { throw Failure("Lost connection to the server.") }
                decoder.append(bytes.readableBytesView)
            }
        }
    }

    private var request: ByteBuffer {
        let body = CLIRequest.body(words: options.allWords)
        var buffer = ByteBuffer(
            string: "POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/\(Self.version.major).\(Self.version.minor)\r\n"
                + "content-length: \(body.count)\r\n\r\n"
        )
        buffer.writeBytes(body)
        return buffer
    }

    private func greet(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ decoder: inout CLIFrameDecoder
    ) async throws -> CLIVersion {
        while true {
            let bytes: ByteBuffer?
            do {
                bytes = try await inbound.next()
            } catch {
                throw Failure(connecting: error)
            }
            guard let bytes else { throw Failure("Lost connection to the server.") }
            decoder.append(bytes.readableBytesView)
            switch try decoder.greeting() {
            case nil: continue
            case .http?: throw Failure("Server internal error.")
            case .hello(let version)?:
                guard version.major == Self.version.major else {
                    throw Failure(
                        "Protocol version mismatch: the server speaks \(version.major).\(version.minor), "
                            + "this client \(Self.version.major).\(Self.version.minor)"
                    )
                }
                return version
            }
        }
    }

    private func perform(
        _ message: CLIMessage,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ server: CLIVersion
    ) async throws {
        switch message {
        case .print(let text): output(text + "\n")
        case .printStderr(let text): report(server.stderrTextCarriesLineEnd ? text : text + "\n")
        case .error(let code, let parameters):
            report("Error code: \(code)\nError parameters: \(parameters.joined(separator: ", "))\n")
        case .debug(let text): if options.debug { report(text + "\n") }
        case .prompt: try await answerPrompt(outbound)
        case .load(let file): try await load(file, outbound)
        case .httpPut(let file, let url):
            try await answer(outbound, server) {
                try allow(file)
                return try await Transfer(endpoint: endpoint, certificate: certificate)
                    .put(file, to: url, progress: ProgressBar())
            }
        case .httpGet(let file, let url):
            try await answer(outbound, server) {
                if !file.isEmpty { try allow(file) }
                return try await Transfer(endpoint: endpoint, certificate: certificate).get(url, into: file)
            }
        case .httpConnect: try await outbound.write(ByteBuffer(bytes: CLIMessage.failed.encoded))
        case .exit, .ok, .failed, .wait, .chunk, .end:
            throw Failure("The server sent a message that only clients send.")
        }
    }

    /// Does what the server asked for, telling it now and then that we are alive, and says how it went.
    private func answer(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ server: CLIVersion,
        _ work: () async throws -> Bool
    ) async throws {
        let succeeded: Bool
        let heart = Task {
            while server.allowsWait, !Task.isCancelled {
                try await Task.sleep(for: Self.heartbeat)
                try await outbound.write(ByteBuffer(bytes: CLIMessage.wait.encoded))
            }
        }
        do {
            succeeded = try await work()
        } catch let failure as Failure {
            report(failure.message + "\n")
            succeeded = false
        } catch {
            // The server knows more than a broken connection tells us, and says it in its own words.
            succeeded = false
        }
        heart.cancel()
        try await outbound.write(ByteBuffer(bytes: (succeeded ? CLIMessage.ok : .failed).encoded))
    }

    /// A server may only touch files that stand on our own command line.
    private func allow(_ file: String) throws {
        let normalised = URL(filePath: file).standardizedFileURL.path
        let named = (options.words + options.extraWords).contains { word in
            guard let equals = word.firstIndex(of: "=") else { return false }
            let value = String(word[word.index(after: equals)...])
            return value == file || URL(filePath: value).standardizedFileURL.path == normalised
        }
        guard named else {
            throw Failure("The server asked for the file '\(file)', which this command does not name. Refused.")
        }
    }

    /// Sends a file's bytes over the connection itself; `Failed` where there is no such file.
    private func load(_ file: String, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        let handle: FileHandle
        do {
            try allow(file)
            guard let opened = FileHandle(forReadingAtPath: file) else {
                throw Failure("Operation failed. Error: file '\(file)' does not exist")
            }
            handle = opened
        } catch let failure as Failure {
            report(failure.message + "\n")
            return try await outbound.write(ByteBuffer(bytes: CLIMessage.failed.encoded))
        }
        defer { try? handle.close() }
        try await outbound.write(ByteBuffer(bytes: CLIMessage.ok.encoded))
        while let chunk = try handle.read(upToCount: 64 << 10), !chunk.isEmpty {
            try await outbound.write(ByteBuffer(bytes: CLIMessage.chunk(length: chunk.count).encoded + chunk))
        }
        try await outbound.write(ByteBuffer(bytes: CLIMessage.end.encoded))
    }

    private func answerPrompt(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        let line = Array((readLine() ?? "").utf8)
        try await outbound.write(
            ByteBuffer(bytes: CLIMessage.chunk(length: line.count).encoded + line + CLIMessage.end.encoded)
        )
    }

    private func output(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    private func report(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
