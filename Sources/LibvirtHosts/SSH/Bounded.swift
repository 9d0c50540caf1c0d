import Subprocess
import SystemPackage
import UpdatePackage

/// One process of this machine, with its time and its output bounded.
enum Bounded {
    /// What the process reads.
    enum Input: Sendable {
        case text(String)
        /// A file of this machine.
        case file(String)
    }

    /// How it ended.
    struct Outcome: Sendable {
        /// The exit status; nil where it was killed, or could not be started.
        var status: Int32?
        /// What it printed, byte by byte: not all that hosts hold is text.
        var bytes: [UInt8] = []
        var error: String
        var isTimedOut = false

        /// What it printed, with bytes that are no UTF-8 replaced.
        var output: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Bytes of output that are kept.
    static let outputBytes = 32 << 20
    /// Bytes that are kept of what it says of its troubles.
    static let errorBytes = 1 << 20

    /// Runs a program, found in the standard folders, and kills it with all that it has started when its time is over.
    static func run(_ program: String, _ arguments: [String], input: Input, within limit: Duration) async -> Outcome {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await run(program, arguments, input) }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            var late = await group.next().flatMap { $0 } ?? Outcome(status: nil, error: "")
            late.isTimedOut = true
            return late
        }
    }

    private static func run(_ program: String, _ arguments: [String], _ input: Input) async -> Outcome {
        do {
            let files = try (input: open(input), output: ScratchFile.make(), error: ScratchFile.make())
            defer { for file in [files.input, files.output, files.error] { try? file.close() } }
            // Files, because a connection that stays open in the background would hold the end of a pipe for itself. The
            // kernel stops whoever writes more into them than is kept.
            let result = try await Subprocess.run(
                configuration("prlimit", ["--fsize=\(outputBytes)", "--", program] + arguments),
                input: .fileDescriptor(files.input, closeAfterSpawningProcess: false),
                output: .fileDescriptor(files.output, closeAfterSpawningProcess: false),
                error: .fileDescriptor(files.error, closeAfterSpawningProcess: false)
            )
            let (output, error) = try (
                ScratchFile.bytes(of: files.output, upTo: outputBytes),
                String(decoding: ScratchFile.bytes(of: files.error, upTo: errorBytes), as: UTF8.self)
            )
            guard case .exited(let code) = result.terminationStatus else {
                return Outcome(status: nil, bytes: output, error: error)
            }
            return Outcome(status: code, bytes: output, error: error)
        } catch {
            return Outcome(status: nil, error: "\(program) could not be run: \(error)")
        }
    }

    private static func configuration(_ program: String, _ arguments: [String]) -> Configuration {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
        ]
        return Configuration(
            executable: .name(program),
            arguments: Arguments(arguments),
            environment: .inherit.updating(["LC_ALL": "C"]),
            platformOptions: platform
        )
    }

    private static func open(_ input: Input) throws -> FileDescriptor {
        switch input {
        case .file(let path): try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        case .text(let text): try ScratchFile.make(with: text)
        }
    }
}
