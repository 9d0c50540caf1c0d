import NIOCore
import PoolDatabase
import PoolOperations
import XenAPI

/// One `xe` at the other end of a connection: greets it, runs its command, and tells it how that ended.
struct CLIConversation {
    let api: API
    let channel: any CLIConnection

    /// Runs the command of a request body.
    func run(_ body: [UInt8]) async throws {
        let version = try await channel.greet()
        let code: Int32
        do {
            try await execute(body)
            code = 0
        } catch let failure as CLIFailure {
            try await report(failure, version)
            code = 1
        } catch let error as APIError {
            try await report(.api(error), version)
            code = 1
        }
        try await channel.send(.exit(code))
    }

    private func execute(_ body: [UInt8]) async throws {
        let request: CLIRequest
        do throws(CLISyntaxError) {
            request = try CLIRequest(body: body)
        } catch {
            throw CLIFailure.usage("Syntax error: \(error.message)")
        }
        guard let command = CommandTable.shared[request.command] else {
            if let reason = OtherCommands.reason(for: request.command) { throw CLIFailure.message(reason) }
            throw CLIFailure.usage("Unknown command: \(request.command)")
        }
        for parameter in command.required where request[parameter] == nil {
            throw CLIFailure.usage("Required parameter not found: \(parameter)")
        }
        try await withSession(request) { session in
            let isMinimal = request["minimal"] == "true"
            let printer = Printer(isMinimal: isMinimal) { [channel] in try await channel.send(.print($0)) }
            var run = CommandRun(
                api: api,
                session: session,
                command: command,
                request: request,
                client: channel,
                printer: printer
            )
            try await command.run(&run)
            try await run.printer.flush()
        }
    }

    /// Signs in for one command and out after it, or uses the session that the request names.
    private func withSession(_ request: CLIRequest, _ body: (Session) async throws -> Void) async throws {
        if let ref = request.session {
            return try await body(try api.sessions.use(ref))
        }
        guard let name = request["username"], !name.isEmpty, let password = request["password"] else {
            throw CLIFailure.usage("Username/password must be specified")
        }
        let session = try await api.login(name, password: password)
        do {
            try await body(session)
        } catch {
            await api.sessions.end(session.ref)
            throw error
        }
        await api.sessions.end(session.ref)
    }

    private func report(_ failure: CLIFailure, _ version: CLIVersion) async throws {
        for line in failure.lines(in: api.pool.database.snapshot) {
            try await channel.send(.printStderr(version.stderrTextCarriesLineEnd ? line + "\n" : line))
        }
    }
}

/// A client that is greeted before it is served.
protocol CLIConnection: CLIClient {
    /// Exchanges hellos.
    ///
    /// - Returns: what the client speaks.
    func greet() async throws -> CLIVersion
}

/// The byte side of a conversation: frames out, frames in.
final class CLIChannel: CLIConnection {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let source: ByteSource
    private var decoder = CLIFrameDecoder()

    /// The answer to a prompt is a line; more than this is not.
    private static let longestAnswer = 64 << 10

    init(outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, source: ByteSource) {
        self.outbound = outbound
        self.source = source
    }

    /// Exchanges hellos: the server speaks first, since the client has sent its words already.
    func greet() async throws -> CLIVersion {
        try await outbound.write(ByteBuffer(bytes: CLIGreeting.encode(.v0_2)))
        while true {
            if case .hello(let version)? = try decoder.greeting() { return version }
            try await fill()
        }
    }

    func send(_ message: CLIMessage) async throws {
        try await outbound.write(ByteBuffer(bytes: message.encoded))
    }

    func response() async throws -> Bool {
        while true {
            switch try await next() {
            case .ok: return true
            case .failed: return false
            case .wait: continue
            default: throw CLIFailure.message("The client answered out of turn.")
            }
        }
    }

    func prompt() async throws -> String {
        try await send(.prompt)
        var line: [UInt8] = []
        while true {
            switch try await next() {
            case .chunk:
                while decoder.blobBytesLeft > 0 {
                    let bytes = decoder.takeBlob()
                    guard line.count + bytes.count <= Self.longestAnswer else {
                        throw CLIFailure.message("The answer is too long.")
                    }
                    line += bytes
                    if bytes.isEmpty { try await fill() }
                }
            case .end: return String(decoding: line, as: UTF8.self)
            default: throw CLIFailure.message("The client answered out of turn.")
            }
        }
    }

    private func next() async throws -> CLIMessage {
        while true {
            if let message = try decoder.next() { return message }
            try await fill()
        }
    }

    private func fill() async throws {
        guard let bytes = try await source.next() else { throw ClientGone() }
        decoder.append(bytes.readableBytesView)
    }
}

/// The client has closed its connection; there is nobody left to tell.
struct ClientGone: Error {}
