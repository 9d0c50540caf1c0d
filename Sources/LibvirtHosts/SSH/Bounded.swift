import Subprocess
import SystemPackage

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
        var output: String
        var error: String
        var isTimedOut = false
    }

    /// Bytes of output that are kept.
    static let outputBytes = 32 << 20

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
            var late = await group.next().flatMap { $0 } ?? Outcome(status: nil, output: "", error: "")
            late.isTimedOut = true
            return late
        }
    }

    private static func run(_ program: String, _ arguments: [String], _ input: Input) async -> Outcome {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
        ]
        let configuration = Configuration(
            executable: .name(program),
            arguments: Arguments(arguments),
            environment: .inherit.updating(["LC_ALL": "C"]),
            platformOptions: platform
        )
        do {
            switch input {
            case .text(let text):
                let result = try await Subprocess.run(
                    configuration,
                    input: .string(text),
                    output: .string(limit: outputBytes),
                    error: .string(limit: 1 << 20)
                )
                return outcome(result.terminationStatus, result.standardOutput, result.standardError)
            case .file(let path):
                let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
                let result = try await Subprocess.run(
                    configuration,
                    input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                    output: .string(limit: outputBytes),
                    error: .string(limit: 1 << 20)
                )
                return outcome(result.terminationStatus, result.standardOutput, result.standardError)
            }
        } catch {
            return Outcome(status: nil, output: "", error: "\(program) could not be run: \(error)")
        }
    }

    private static func outcome(_ status: TerminationStatus, _ output: String, _ error: String) -> Outcome {
        guard case .exited(let code) = status else { return Outcome(status: nil, output: output, error: error) }
        return Outcome(status: code, output: output, error: error)
    }
}
