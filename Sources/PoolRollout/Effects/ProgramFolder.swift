import Rollout
import Subprocess
import SystemPackage

/// Programs of the operator's, in a folder of the server's state directory.
///
/// They are named without a path: whoever may begin a run must not be able to run anything else on the server. They get no
/// shell, no input and an environment of their own, and are ended with all that they have started when their time is over.
struct ProgramFolder: Sendable {
    let path: String
    /// Of what a program prints, this many characters are kept for the operator.
    private static let kept = 4096
    /// A program that prints more bytes than this is ended.
    private static let most = 1 << 20

    /// What came of a program.
    enum Answer: Sendable {
        /// It ended with status 0, and printed this.
        case well(String)
        /// It ended otherwise, or did not run; the sentence says why, with what it printed.
        case bad(String)
    }

    /// Whether a name stays inside the folder.
    static func isBareName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix(".") && !name.contains { $0 == "/" || $0 == "\0" }
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - environment: what it is told, beside `PATH` and `LANG`.
    ///   - seconds: how long it may take.
    func run(_ name: String, _ arguments: [String], environment: [String: String] = [:], within seconds: Int64) async
        -> Answer
    {
        guard Self.isBareName(name) else {
            return .bad("A program is named without a path, and lies in \(path).")
        }
        return await Self.within(seconds) { await start(name, arguments, environment) }
    }

    /// The answer of `body`, or that there was none in time.
    static func within(_ seconds: Int64, _ body: @escaping @Sendable () async -> Answer) async -> Answer {
        let limit = max(1, seconds)
        return await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await body() }
            group.addTask {
                do { try await Task.sleep(for: .seconds(limit)) } catch { return nil }
                return .bad("There was no answer within \(limit) s.")
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .bad("It could not be asked.")
        }
    }

    private func start(_ name: String, _ arguments: [String], _ environment: [String: String]) async -> Answer {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
        ]
        var variables: [Environment.Key: String] = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
        do {
            let result = try await Subprocess.run(
                .path(FilePath("\(path)/\(name)")),
                arguments: Arguments(arguments),
                environment: .custom(variables),
                platformOptions: platform,
                input: .none,
                output: .string(limit: Self.most),
                error: .combinedWithOutput
            )
            let said = Self.shortened(result.standardOutput)
            let ending: String
            switch result.terminationStatus {
            case .exited(0): return .well(said)
            case .exited(let status): ending = "status \(status)"
            case .signaled(let signal): ending = "signal \(signal)"
            }
            return .bad("\(name) said no (\(ending))\(said.isEmpty ? "" : ": \(said)").")
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .bad("\(name) printed more than \(Self.most >> 10) KiB and was ended.")
        } catch {
            return .bad("\(path)/\(name) could not be run: \(error).")
        }
    }

    private static func shortened(_ text: String) -> String {
        let trimmed = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        return trimmed.count <= kept ? trimmed : trimmed.prefix(kept) + "…"
    }
}
