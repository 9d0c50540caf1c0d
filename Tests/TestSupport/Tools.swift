import Foundation
import Subprocess
import SystemPackage

/// Which real tools this machine has. Tests that need one that is missing say so and are skipped.
public enum Tools {
    /// Whether all that an embedded pool needs is here: rpm, rpmbuild, gpg, gpgv, and a sandbox.
    public static let embeddedPool: Bool =
        ["rpm", "rpmbuild", "gpg", "gpgv", "bwrap"].allSatisfy(isInstalled) && canUnshare

    /// Whether there is a program of that name.
    public static func isInstalled(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// What to say when ``embeddedPool`` is false.
    public static let embeddedPoolReason: String =
        "needs rpm, rpmbuild, gpg, gpgv, bwrap and user namespaces (apt-get install rpm gnupg gpgv bubblewrap)"

    private static let canUnshare: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--user", "--map-root-user", "--mount", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// How a program ended, and what it printed.
    public struct Result: Sendable {
        /// The exit code; -1 where a signal ended it.
        public let code: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let error: String
    }

    /// Runs a program, named by its path or looked up, to its end.
    public static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String? = nil
    ) async throws -> Result {
        let values = environment.map { (Environment.Key(rawValue: $0.key), Optional($0.value)) }
        let overrides = Dictionary(uniqueKeysWithValues: values.compactMap { key, value in key.map { ($0, value) } })
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(arguments),
            environment: .inherit.updating(overrides),
            workingDirectory: directory.map { .init($0) },
            output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20)
        )
        var code: Int32 = -1
        if case .exited(let status) = result.terminationStatus { code = status }
        return Result(code: code, output: result.standardOutput, error: result.standardError)
    }
}
