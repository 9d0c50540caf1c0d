import Foundation
import NIOCore
import XenAPI

/// One command: sends it to the server and does what the server says, until the server says that it is over.
struct Session {
    let options: Options
    let endpoint: Endpoint
    let trace: Trace

    private static let version = CLIVersion.v0_2
    /// During a transfer the server hears from us this often.
    private static let heartbeat = Duration.seconds(300)

    /// Runs the command.
    ///
    /// - Returns: the exit code that the server gives.
    func run() async throws -> Int32 {
        let request = try request()
        return try await endpoint.connect { inbound, outbound in
            var arriving = Arriving(inbound)
            try await outbound.write(request)
            var decoder = CLIFrameDecoder()
            let serverVersion = try await greet(&arriving, &decoder)
            try await outbound.write(ByteBuffer(bytes: CLIGreeting.encode(Self.version)))
            while true {
                while let message = try decoder.next() {
                    trace.add("Read: \(message.traced)")
                    if case .exit(let code) = message { return code }
                    try await perform(message, outbound, serverVersion)
                }
                guard let bytes = try await arriving.next() else { throw Failure.connectionLost }
                decoder.append(bytes.readableBytesView)
            }
        }
    }

    private func request() throws(Failure) -> ByteBuffer {
        let body: [UInt8]
        do throws(CLISyntaxError) {
            body = try CLIRequest.body(words: options.allWords)
        } catch {
            throw Failure("Syntax error: \(error.message)")
        }
        var buffer = ByteBuffer(
            string: "POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/\(Self.version.major).\(Self.version.minor)\r\n"
                + "content-length: \(body.count)\r\n\r\n"
        )
        buffer.writeBytes(body)
        return buffer
    }

    private func greet(_ arriving: inout Arriving, _ decoder: inout CLIFrameDecoder) async throws -> CLIVersion {
        while true {
            let bytes: ByteBuffer?
            do {
                bytes = try await arriving.next()
            } catch {
                throw Failure(connecting: error)
            }
            guard let bytes else { throw Failure.connectionLost }
            decoder.append(bytes.readableBytesView)
            switch try decoder.greeting() {
            case nil: continue
            case .http?: throw Failure("Server internal error.")
            case .hello(let version)?:
                trace.add(
                    "Server has protocol version \(version.major).\(version.minor). "
                        + "Client has \(Self.version.major).\(Self.version.minor)"
                )
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
        case .print(let text): Output.write(text + "\n")
        case .printStderr(let text): Output.report(server.stderrTextCarriesLineEnd ? text : text + "\n")
        case .error(let code, let parameters):
            Output.report("Error code: \(code)\nError parameters: \(parameters.joined(separator: ", "))\n")
        case .debug(let text): trace.add("debug from server: \(text)")
        case .prompt: try await answerPrompt(outbound)
        case .load(let file): try await load(file, outbound)
        case .httpPut(let file, let url):
            try await answer(outbound, server) {
                try allow(file)
                return try await Transfer(endpoint: endpoint, trace: trace).put(file, to: url, progress: ProgressBar())
            }
        case .httpGet(let file, let url):
            try await answer(outbound, server) {
                if !file.isEmpty { try allow(file) }
                return try await Transfer(endpoint: endpoint, trace: trace).get(url, into: file)
            }
        case .httpConnect: try await outbound.write(ByteBuffer(bytes: CLIMessage.failed.encoded))
        case .exit, .ok, .failed, .wait, .chunk, .end:
            throw Failure("The server sent a message that only clients send.")
        }
    }

    /// Does what the server asked for, telling it now and then that we are alive, and says how it went.
    ///
    /// - Throws: ``Failure`` where it is on our side that it can not be done: the command is over, and the server is told.
    private func answer(
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ server: CLIVersion,
        _ work: () async throws -> Bool
    ) async throws {
        let heart = Task {
            while server.allowsWait, !Task.isCancelled {
                try await Task.sleep(for: Self.heartbeat)
                try await outbound.write(ByteBuffer(bytes: CLIMessage.wait.encoded))
            }
        }
        defer { heart.cancel() }
        let succeeded: Bool
        do {
            succeeded = try await work()
        } catch let failure as Failure {
            try? await outbound.write(ByteBuffer(bytes: CLIMessage.failed.encoded))
            throw failure
        } catch {
            // The server knows more than a broken connection tells us, and says it in its own words.
            trace.add("The transfer failed: \(error)")
            succeeded = false
        }
        try await outbound.write(ByteBuffer(bytes: (succeeded ? CLIMessage.ok : .failed).encoded))
    }

    /// A server may only touch the files that our own command line names as files.
    private func allow(_ file: String) throws {
        guard options.names(file: file) else {
            throw Failure("The server asked for the file '\(file)', which this command does not name. Refused.")
        }
    }

    /// Sends a file's bytes over the connection itself; `Failed` where there is no such file.
    private func load(_ file: String, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        let handle: FileHandle
        do {
            try allow(file)
            handle = try FileHandle.given(file)
        } catch {
            try? await outbound.write(ByteBuffer(bytes: CLIMessage.failed.encoded))
            throw error
        }
        defer { try? handle.close() }
        try await outbound.write(ByteBuffer(bytes: CLIMessage.ok.encoded))
        while let chunk = try handle.read(upToCount: 64 << 10), !chunk.isEmpty {
            try await outbound.write(ByteBuffer(bytes: CLIMessage.chunk(length: chunk.count).encoded + chunk))
        }
        try await outbound.write(ByteBuffer(bytes: CLIMessage.end.encoded))
    }

    /// Where nobody answers any more, the command is over: an empty answer might be one.
    private func answerPrompt(_ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        guard let answer = readLine() else { throw Failure.connectionLost }
        let line = Array(answer.utf8)
        try await outbound.write(
            ByteBuffer(bytes: CLIMessage.chunk(length: line.count).encoded + line + CLIMessage.end.encoded)
        )
    }
}
