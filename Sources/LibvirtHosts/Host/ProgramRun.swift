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
    private var host: String { connection.machine.name }
    private var seconds: Int { max(1, Int(limits.time.components.seconds)) }
    /// Time for one wait on the host, and how long it may be out of reach meanwhile.
    private static let turn = 10
    private static let patience = Duration.seconds(90)

    init(connection: SSHConnection, program: String, argument: String, limits: ProgramLimits) throws(HostError) {
        guard let word = RemoteWord(argument), let digest = try? Self.digest(program),
            let operation = RemoteWord("\(digest)-\(argument)")
        else {
            throw .failed(host: connection.machine.name, reason: "the program \(program) can not be read")
        }
        (self.connection, self.program, self.limits) = (connection, program, limits)
        (self.argument, self.operation) = (word, operation)
    }

    /// Runs it to its end, or waits for the end of a run that an earlier coordinator has begun.
    ///
    /// Only `apply` is taken up again: what the others said may not be true any more.
    func result() async throws(HostError) -> ProgramResult {
        let found = try await script(ProgramScripts.look)
        if found.hasPrefix("none") || argument.description != "apply" { try await begin() }
        let result = try await outcome()
        // The outcome is known now; where this does not get through, the next boot clears it.
        _ = try? await connection.run(ProgramScripts.forget, [operation])
        return result
    }

    private func begin() async throws(HostError) {
        _ = try await script(ProgramScripts.forget)
        guard let place = RemoteWord("\(ProgramScripts.programs)/\(operation)") else { return }
        try await connection.copy(program, to: place, within: .seconds(1_800))
        let arguments = [operation, argument, RemoteWord(seconds), RemoteWord(limits.outputBytes)]
        let reply = try await connection.run(ProgramScripts.start, arguments)
        guard reply.status == 0 else {
            let reason = reply.error.isEmpty ? "status \(reply.status)" : reply.error.firstLine
            throw .failed(host: host, reason: "the program could not be started (\(reason))")
        }
    }

    /// Waits by turns, so that a connection that breaks costs one turn and not the outcome.
    private func outcome() async throws(HostError) -> ProgramResult {
        let clock = ContinuousClock()
        var deadline = clock.now + limits.time + .seconds(60)
        var lastSeen = clock.now
        while clock.now < deadline {
            let reply: String
            do throws(HostError) {
                reply = try await script(ProgramScripts.wait, [RemoteWord(Self.turn)])
                lastSeen = clock.now
            } catch {
                guard case .unreachable = error, clock.now - lastSeen < Self.patience, !Task.isCancelled else {
                    throw error
                }
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            if reply.hasPrefix("running") {
                if Task.isCancelled { break }
                continue
            }
            if reply.hasPrefix("none") {
                throw .unreachable(host: host, reason: "it was restarted, or the program killed, while it ran")
            }
            deadline = clock.now
            return try parse(reply)
        }
        _ = try? await connection.run(ProgramScripts.forget, [operation])
        return ProgramResult(ending: .timedOut, output: "")
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

    private func script(_ script: String, _ more: [RemoteWord] = []) async throws(HostError) -> String {
        let reply = try await connection.run(script, [operation] + more)
        guard reply.status == 0 else {
            throw .failed(host: host, reason: "a command failed with status \(reply.status): \(reply.error.firstLine)")
        }
        return reply.output
    }

    /// The first half of the program's SHA-256: enough to tell it from any other.
    ///
    /// - Throws: what keeps it from being read to its end: half a program must not name an operation.
    static func digest(_ path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
        return hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
