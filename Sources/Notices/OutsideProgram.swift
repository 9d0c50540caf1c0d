import Basics
import Subprocess
import SystemPackage
import UpdatePackage

/// A program that is told something on its standard input: no shell, an environment of its own, ended with all that it started when
/// its time is over or it has said too much.
struct OutsideProgram: Sendable {
    /// What it is called in sentences.
    let name: String
    let path: String
    var arguments: [String] = []
    /// How long it may take.
    var patience = Duration.seconds(60)
    private static let largestOutput = 64 << 10

    /// Runs it to its end.
    ///
    /// - Throws: ``Undelivered`` where it did not end with 0 in time, with the last that it said.
    func tell(_ input: String) async throws(Undelivered) {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(10))
        ]
        let configuration = Configuration(
            executable: .path(FilePath(path)),
            arguments: Arguments(arguments),
            environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]),
            platformOptions: platform
        )
        let file: FileDescriptor
        // Who does not read all of a file breaks no pipe.
        do { file = try ScratchFile.make(with: input) } catch {
            throw Undelivered("There is no room in /tmp for what is to be told.")
        }
        let problem = await within(patience) { [name] in
            do {
                let result = try await Subprocess.run(
                    configuration,
                    input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                    output: .discarded,
                    error: .string(limit: Self.largestOutput)
                )
                guard result.terminationStatus != .exited(0) else { return nil }
                let said = result.standardError.split(separator: "\n").last.map { ": \($0)" } ?? ""
                return "\(name) ended with \(result.terminationStatus)\(said.escaped(for: .line))."
            } catch {
                return "\(name) could not be run: see that it is there, and may be run by this server's user."
            }
        }
        if let problem { throw Undelivered(problem) }
    }

    private func within(_ limit: Duration, _ body: @escaping @Sendable () async -> String?) async -> String? {
        await withTaskGroup(of: String??.self) { [name] group in
            group.addTask { await body() }
            group.addTask {
                do { try await ContinuousClock().sleep(for: limit) } catch { return .none }
                return "\(name) did not end within \(limit.components.seconds) s."
            }
            defer { group.cancelAll() }
            return await group.next().flatMap { $0 } ?? nil
        }
    }
}
