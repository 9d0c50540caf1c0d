import Hosts
import Subprocess
import Synchronization
import SystemPackage

/// One process of this machine with its time and output bounded, and its process group killed when a bound is passed.
enum Supervised {
    /// Why the process is no more.
    enum Cause: Hashable, Sendable {
        /// It ended with this status (128 and the number of the signal that ended it).
        case ended(Int32)
        case timedOut
        case outputTooLong
        case cancelled
        case notStarted(String)
    }

    struct Outcome: Sendable {
        var cause: Cause
        var output: [UInt8]

        /// The output, with bytes that are no UTF-8 replaced.
        var text: String { String(decoding: output, as: UTF8.self) }

        /// The first line of output, for messages: what follows is mostly advice.
        var firstLine: String { text.split(separator: "\n").first.map(String.init) ?? "it said nothing" }
    }

    /// Output as it comes in, kept also when the process has to be killed.
    private final class Capture: Sendable {
        private let state = Mutex<(bytes: [UInt8], overflow: Bool)>(([], false))
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        /// Adds what fits, and says whether everything did.
        func append(_ new: some Collection<UInt8>) -> Bool {
            state.withLock { state in
                let room = limit - state.bytes.count
                state.bytes.append(contentsOf: new.prefix(room))
                if new.count > room { state.overflow = true }
                return !state.overflow
            }
        }

        var bytes: [UInt8] { state.withLock { $0.bytes } }
        var overflow: Bool { state.withLock { $0.overflow } }
    }

    /// Runs `program`, found in the standard folders, with an environment of only `PATH` and those given.
    static func run(
        _ program: String,
        _ arguments: [String],
        in folder: FilePath,
        environment: [String: String] = [:],
        limits: ProgramLimits
    ) async -> Outcome {
        let capture = Capture(limit: limits.outputBytes)
        var platform = PlatformOptions()
        // A session of its own, so that one signal reaches the program and what it has started so far.
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
        ]
        var variables: [Environment.Key: String] = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let configuration = Configuration(
            executable: .name(program),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            workingDirectory: folder,
            platformOptions: platform
        )

        // The time limit is around the whole run, not only the reading: a program may close its output and go on.
        let cause = await withTaskGroup(of: Cause.self) { group in
            group.addTask { await supervise(configuration, capture) }
            group.addTask {
                let slept: Void? = try? await ContinuousClock().sleep(for: limits.time)
                return slept == nil ? .cancelled : .timedOut
            }
            let first = await group.next() ?? .cancelled
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        return Outcome(cause: capture.overflow ? .outputTooLong : cause, output: capture.bytes)
    }

    private static func supervise(_ configuration: Configuration, _ capture: Capture) async -> Cause {
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                for try await buffer in execution.standardOutput {
                    let fits = buffer.withUnsafeBytes { capture.append($0) }
                    if !fits {
                        try? execution.send(signal: .kill, toProcessGroup: true)
                        return
                    }
                }
            }
            if Task.isCancelled { return .cancelled }
            switch result.terminationStatus {
            case .exited(let code): return .ended(code)
            case .signaled(let signal): return .ended(128 + signal)
            }
        } catch {
            return Task.isCancelled ? .cancelled : .notStarted("\(configuration.executable.description): \(error)")
        }
    }
}
