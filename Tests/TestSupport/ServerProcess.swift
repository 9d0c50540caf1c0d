import Foundation

/// `pitstop serve` as a process of its own.
public final class ServerProcess: Sendable {
    /// The port that it serves at.
    public let port: Int
    /// Its state directory.
    public let state: String
    /// Root's password.
    public static let password = "correct horse"

    private let running: Running

    /// Foundation's process may be signalled and waited for from any thread, but does not say so to the compiler.
    private struct Running: @unchecked Sendable {
        let process: Process
        let errors: String
    }

    /// It did not start; `reason` is what it said.
    public struct NotStarted: Error {
        /// Standard error.
        public let reason: String
        /// The exit code.
        public let code: Int32
    }

    /// Starts a server and waits until it takes calls.
    ///
    /// - Parameters:
    ///   - state: its state directory.
    ///   - hosts: how many hosts its pool has.
    ///   - pool: what `--pool` names; nil for an embedded pool of that many hosts.
    ///   - port: where it listens; 0 takes any port that is free.
    ///   - speed: seconds of modelled time in one real second.
    ///   - launcher: a program and arguments that start it, such as `unshare …`.
    public init(
        state: String,
        hosts: Int = 3,
        pool: String? = nil,
        port: Int = 0,
        speed: Int = 1000,
        arguments: [String] = [],
        launcher: [String] = []
    ) async throws {
        self.state = state
        let passwordFile = state + ".password"
        try Data((Self.password + "\n").utf8).write(to: URL(filePath: passwordFile))
        let errors = state + ".stderr"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        let command =
            launcher + [
                Products.pitstop, "serve", "--state", state, "--listen", "127.0.0.1:\(port)", "--pool",
                pool ?? "embedded:\(hosts)", "--password-file", passwordFile, "--speed", "\(speed)",
            ] + arguments
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        Leftovers.add(process: process.processIdentifier)
        running = Running(process: process, errors: errors)
        guard let line = await Self.firstLine(output.fileHandleForReading),
            let url = URL(string: String(line.dropFirst("ready ".count))), let port = url.port
        else {
            process.waitUntilExit()
            throw NotStarted(
                reason: (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "",
                code: process.terminationStatus
            )
        }
        self.port = port
    }

    /// The process id.
    public var processID: Int32 { running.process.processIdentifier }

    /// What it has said on standard error.
    public var errorOutput: String { (try? String(contentsOfFile: running.errors, encoding: .utf8)) ?? "" }

    /// Asks it to end, and returns its exit code.
    @discardableResult
    public func terminate() async -> Int32 {
        running.process.terminate()
        return await exitCode()
    }

    /// Ends it as a power cut would.
    public func kill() async {
        Glibc.kill(processID, SIGKILL)
        _ = await exitCode()
    }

    private func exitCode() async -> Int32 {
        while running.process.isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        Leftovers.remove(process: processID)
        return running.process.terminationStatus
    }

    deinit {
        if running.process.isRunning { Glibc.kill(processID, SIGKILL) }
    }

    private static func firstLine(_ handle: FileHandle) async -> String? {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                var text = Data()
                while !text.contains(10), case let data = handle.availableData, !data.isEmpty { text.append(data) }
                let line = text.split(separator: 10).first.map { String(decoding: $0, as: UTF8.self) }
                continuation.resume(returning: line)
            }
            thread.start()
        }
    }

    /// Runs `xe` against this server.
    public func xe(_ words: String..., password: String = ServerProcess.password) async throws -> Tools.Result {
        try await xe(words, password: password)
    }

    /// Runs `xe` against this server.
    public func xe(_ words: [String], password: String = ServerProcess.password) async throws -> Tools.Result {
        let home = FileManager.default.temporaryDirectory.path
        return try await Tools.run(
            Products.xe,
            words + ["-s", "127.0.0.1", "-p", String(port), "-u", "root", "-pw", password],
            environment: ["HOME": home, "XE_EXTRA_ARGS": ""]
        )
    }

    /// How a command of `pitstop` finds this server, and may sign in.
    public var reach: [String] {
        [
            "--server", "https://127.0.0.1:\(port)/", "--password-file", state + ".password",
            "--certificate", state + "/tls/server.crt",
        ]
    }

    /// Runs `pitstop rollout …` against this server.
    public func rollout(_ words: [String]) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["rollout"] + words + reach)
    }
}

/// The programs that were built along with the tests.
public enum Products {
    /// Where they are.
    public static let directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
    /// The server.
    public static var pitstop: String { directory + "/pitstop" }
    /// The client.
    public static var xe: String { directory + "/xe" }
}
