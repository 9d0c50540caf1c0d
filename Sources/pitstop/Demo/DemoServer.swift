import Foundation

/// `pitstop serve` as a process of its own, as an operator would start it.
final class DemoServer: Sendable {
    /// Where it serves.
    let url: String
    private let process: Running

    /// Foundation's process is safe to signal and to wait for from any thread, but does not say so to the compiler.
    private struct Running: @unchecked Sendable {
        let process: Process
    }

    /// What `xe` needs to find it.
    var arguments: [String] {
        let address = URL(string: url)
        return ["-s", address?.host() ?? "127.0.0.1", "-p", String(address?.port ?? 443), "-u", "root"]
    }

    private init(url: String, process: Process) {
        self.url = url
        self.process = Running(process: process)
    }

    static func start(_ stage: DemoStage, listen: String, hosts: Int) async throws -> DemoServer {
        let process = Process()
        process.executableURL = URL(filePath: stage.pitstop)
        process.arguments = [
            "serve", "--state", stage.state, "--listen", listen, "--pool", "embedded:\(hosts)", "--password-file",
            stage.passwordFile, "--log-level", "error",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // The one line that a server prints; the pipe closes early where it could not start.
        for try await line in output.fileHandleForReading.lines where line.hasPrefix("ready ") {
            return DemoServer(url: String(line.dropFirst("ready ".count)), process: process)
        }
        process.waitUntilExit()
        throw OperatorError("The server did not start; its reason stands above.")
    }

    func stop() async {
        process.process.terminate()
        await waitUntilItEnds()
    }

    func waitUntilItEnds() async {
        while process.process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
    }
}

extension FileHandle {
    /// The lines of a pipe as they arrive.
    fileprivate var lines: AsyncStream<String> {
        AsyncStream { continuation in
            let thread = Thread { [self] in
                var rest = Data()
                while case let data = availableData, !data.isEmpty {
                    rest.append(data)
                    while let end = rest.firstIndex(of: 10) {
                        continuation.yield(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                        rest = rest[rest.index(after: end)...]
                    }
                }
                continuation.finish()
            }
            thread.start()
        }
    }
}
