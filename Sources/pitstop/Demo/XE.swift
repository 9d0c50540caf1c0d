import Foundation
import Subprocess
import SystemPackage

/// The `xe` client, run as an operator runs it.
struct XE: Sendable {
    let program: String
    let server: DemoServer
    let passwordFile: String

    private static let outputLimit = 4 << 20

    /// Runs a command.
    ///
    /// - Parameter shown: whether the command line is printed first, without the password.
    /// - Returns: what it printed, without the last line end.
    /// - Throws: ``OperatorError`` with what it said on standard error.
    @discardableResult
    func run(_ command: String, _ words: String..., shown: Bool = false) async throws -> String {
        if shown {
            let line = ([command] + server.arguments + ["-pw …"] + words).joined(separator: " ")
            StandardOutput.write("   $ xe \(line)")
        }
        return try await run([command] + server.arguments + ["-pwf", passwordFile] + words)
    }

    /// The values of one field of all objects of a class, or of those that match.
    func values(_ command: String, _ field: String, _ filters: String...) async throws -> [String] {
        let line = try await run(
            [command] + server.arguments + ["-pwf", passwordFile, "--minimal", "params=\(field)"] + filters
        )
        return line.split(separator: ",").map(String.init)
    }

    private func run(_ words: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(words),
            output: .string(limit: Self.outputLimit),
            error: .string(limit: Self.outputLimit)
        )
        guard case .exited(0) = result.terminationStatus else {
            let reason = result.standardError.trimmingCharacters(in: .newlines)
            throw OperatorError("xe \(words[0]) failed: \(reason)")
        }
        return result.standardOutput.trimmingCharacters(in: .newlines)
    }
}
