import Subprocess
import SystemPackage

/// Runs a program. Arguments are passed as they are; there is no shell.
///
/// Only the publisher's own gpg, which needs its agent, is run like this: on what strangers made, programs are run by
/// ``OutsideTool``.
struct Tool: Sendable {
    /// The program's name, found in `PATH`.
    var name: String
    /// How long it may run before it is stopped, with everything that it started.
    var timeLimit: Duration = .seconds(120)
    /// Bytes that are kept of each of its outputs; a program that says more is stopped.
    var outputLimit = 4 << 20
    /// Variables set for it, beside those of Pitstop itself.
    var environment: [String: String] = [:]
    /// Whether it sees Pitstop's own variables; without them it gets a search path.
    var inheritsEnvironment = true

    /// How it ended, and what it said.
    struct Outcome: Sendable {
        var status: TerminationStatus
        var output: [UInt8]
        var errors: [UInt8]

        /// The exit status, or nil where a signal ended the program.
        var exitStatus: Int32? {
            if case .exited(let status) = status { status } else { nil }
        }
        var text: String { String(decoding: output, as: UTF8.self) }
        /// The last line that it wrote about its troubles, or its status.
        var complaint: String {
            outputLines(errors).last ?? "\(status)"
        }
    }

    /// Runs the program with empty input and collects both of its outputs.
    func run(_ arguments: [String]) async throws(ToolError) -> Outcome {
        let limit = outputLimit
        return try await limited(arguments) { configuration in
            let result = try await Subprocess.run(
                configuration,
                output: .bytes(limit: limit),
                error: .bytes(limit: limit)
            )
            return Outcome(
                status: result.terminationStatus,
                output: result.standardOutput,
                errors: result.standardError
            )
        }
    }

    /// Runs the program on an open file, and collects both of its outputs.
    func run(_ arguments: [String], from input: FileDescriptor) async throws(ToolError) -> Outcome {
        let limit = outputLimit
        return try await limited(arguments) { configuration in
            let result = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .bytes(limit: limit),
                error: .bytes(limit: limit)
            )
            return Outcome(
                status: result.terminationStatus,
                output: result.standardOutput,
                errors: result.standardError
            )
        }
    }

    /// Runs the program and demands that it succeeds.
    func require(_ arguments: [String]) async throws(ToolError) -> Outcome {
        let outcome = try await run(arguments)
        guard outcome.exitStatus == 0 else { throw .failed(tool: name, reason: outcome.complaint) }
        return outcome
    }

    private func limited(
        _ arguments: [String],
        _ body: @escaping @Sendable (Configuration) async throws -> Outcome
    ) async throws(ToolError) -> Outcome {
        do {
            return try await race(body, configuration(arguments))
        } catch let error as ToolError {
            throw error
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw .missing(tool: name)
        } catch {
            throw .failed(tool: name, reason: describe(error))
        }
    }

    private func race(
        _ body: @escaping @Sendable (Configuration) async throws -> Outcome,
        _ configuration: Configuration
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await body(configuration) }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else { throw ToolError.timedOut(tool: name) }
            return outcome
        }
    }

    private static let bareEnvironment: [Environment.Key: String] = [
        "LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/tmp", "GNUPGHOME": "/tmp",
    ]

    private func configuration(_ arguments: [String]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        // Messages in English: what tools print is shown to operators, and never parsed in a translation.
        var variables: [Environment.Key: String?] = ["LC_ALL": "C"]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        return Configuration(
            executable: .name(name),
            arguments: Arguments(arguments),
            environment: inheritsEnvironment ? .inherit.updating(variables) : .custom(Self.bareEnvironment),
            platformOptions: options
        )
    }
}

/// Why a tool gave no answer.
enum ToolError: Error, Hashable, Sendable {
    case missing(tool: String)
    case timedOut(tool: String)
    case failed(tool: String, reason: String)
}
