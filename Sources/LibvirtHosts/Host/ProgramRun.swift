import Basics
import Crypto
import Foundation
import Hosts

/// One run of a package program on a host: begun once, found again by whoever asks for the same.
struct ProgramRun: Sendable {
    let connection: SSHConnection
    let program: String
    let argument: RemoteWord
    let limits: ProgramLimits
    /// Names the operation: the program's digest and its argument. So a coordinator that comes back finds its own.
    private let operation: RemoteWord
    /// Bytes.
    private let size: Int64
    private var isApply: Bool { argument.description == "apply" }
    private var host: String { connection.machine.name }
    private var seconds: Int { max(1, Int(limits.time.components.seconds)) }
    /// Time for one wait on the host, and how long it may be out of reach meanwhile.
    private static let turn = 10
    private static let patience = Duration.seconds(90)

    init(connection: SSHConnection, program: String, argument: String, limits: ProgramLimits) throws(HostError) {
        guard let word = RemoteWord(argument), let (digest, size) = try? Self.digest(program),
            let operation = RemoteWord("\(digest)-\(argument)")
        else {
            throw .failed(host: connection.machine.name, reason: "the program \(program) can not be read")
        }
        (self.connection, self.program, self.limits) = (connection, program, limits)
        (self.argument, self.operation, self.size) = (word, operation, size)
    }

    /// Runs it to its end, or waits for the end of a run that an earlier coordinator has begun.
    func result() async throws(HostError) -> ProgramResult {
        let clock = ContinuousClock()
        let deadline = clock.now + limits.time + .seconds(60)
        var lastSeen = clock.now
        var reply = try await begin()
        // What others than an apply say, the host forgets as soon as it has told it.
        var isForgotten = !isApply && reply?.hasPrefix("ended") == true
        while reply == nil || reply?.hasPrefix("running") == true, clock.now < deadline, !Task.isCancelled {
            // By turns, so that a connection that breaks costs one turn and not the outcome.
            do throws(HostError) {
                reply = try await wait()
                isForgotten = false
                lastSeen = clock.now
            } catch {
                guard case .unreachable = error, clock.now - lastSeen < Self.patience, !Task.isCancelled else {
                    throw error
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
        if let reply, reply.hasPrefix("none") {
            throw .unreachable(host: host, reason: "it was restarted, or the program killed, while it ran")
        }
        let ended = reply.flatMap { $0.hasPrefix("running") ? nil : $0 }
        let result = try ended.map(parse) ?? ProgramResult(ending: .timedOut, output: "")
        // The outcome is known now; where this does not get through, the next boot clears it.
        if !isForgotten { _ = try? await connection.run(ProgramScripts.forget, [operation]) }
        return result
    }

    /// Sends the program, has it begun, and waits for one turn; nil where the connection broke after it had begun.
    private func begin() async throws(HostError) -> String? {
        let words = [
            operation, argument, RemoteWord(seconds), RemoteWord(limits.outputBytes), RemoteWord(size),
            RemoteWord(Self.turn),
        ]
        let time = Duration.seconds(1_800 + Self.turn)
        let reply = try await connection.run(ProgramScripts.begin, words, reading: program, within: time)
        guard let reply else { return nil }
        if reply.status == 0 { return String(reply.output.dropFirst("begun\n".count)) }
        if reply.isOutOfSpace {
            throw .diskFull(host: host, path: ProgramScripts.programs)
        }
        if reply.status == 22 { throw .unreachable(host: host, reason: "the program did not arrive whole") }
        let reason = reply.error.isEmpty ? "status \(reply.status)" : reply.error.firstLine
        throw .failed(host: host, reason: "the program could not be started (\(reason))")
    }

    private func wait() async throws(HostError) -> String {
        let reply = try await connection.run(ProgramScripts.wait, [operation, RemoteWord(Self.turn)])
        guard reply.status == 0 else {
            throw .failed(host: host, reason: reply.complaint)
        }
        return reply.output
    }

    /// Reads `ended STATUS all|more`, a line feed, and the output.
    func parse(_ reply: String) throws(HostError) -> ProgramResult {
        let parts = reply.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: " ")
        guard words.count == 3, words[0] == "ended", let code = Int32(words[1]) else {
            throw .failed(host: host, reason: "it says of a program what makes no sense: \(parts[0])")
        }
        let output = parts.count == 2 ? String(parts[1]) : ""
        if words[2] == "more" { return ProgramResult(ending: .outputTooLong, output: output) }
        // timeout(1) says 124 for a program that it stopped, 137 for one that it had to kill.
        if code == 124 || code == 137 { return ProgramResult(ending: .timedOut, output: output) }
        return ProgramResult(ending: code > 128 ? .signalled(code - 128) : .exited(code), output: output)
    }

    /// The first half of the program's SHA-256, enough to tell it from any other, and its size in bytes.
    ///
    /// - Throws: what keeps it from being read to its end: half a program must not name an operation.
    static func digest(_ path: String) throws -> (digest: String, size: Int64) {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var (hash, size) = (SHA256(), Int64(0))
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
            hash.update(data: chunk)
            size += Int64(chunk.count)
        }
        let digest = hash.finalize().prefix(16).hex
        return (digest, size)
    }
}
