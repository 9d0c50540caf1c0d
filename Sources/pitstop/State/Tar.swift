import Subprocess
import SystemPackage

/// The machine's own tar, for whole folders with everything that a file system knows of their files.
struct Tar {
    /// Writes folders into an archive, each under its own name.
    ///
    /// - Parameters:
    ///   - parts: names, and the folder in which each lies.
    func write(_ archive: String, _ parts: [(name: String, folder: String)]) async throws {
        let sources = parts.flatMap { ["-C", $0.folder, "./" + $0.name] }
        try await run(["--create", "--file", archive, "--format", "pax", "--numeric-owner", "--sparse"] + sources)
    }

    /// The names of an archive's members.
    func names(_ archive: String) async throws -> [String] {
        try await run(["--list", "--file", archive, "--quoting-style", "escape"])
            .split(separator: "\n").map(String.init)
    }

    /// Unpacks an archive into a folder that is empty.
    func unpack(_ archive: String, into folder: String) async throws {
        try await run([
            "--extract", "--file", archive, "--directory", folder, "--numeric-owner", "--preserve-permissions",
            "--no-overwrite-dir", "--delay-directory-restore",
        ])
    }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("tar"),
            arguments: Arguments(arguments),
            output: .string(limit: 256 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            let complaint = result.standardError.split(separator: "\n").first.map(String.init)
            throw OperatorError("tar could not do it: \(complaint ?? "\(result.terminationStatus)").")
        }
        return result.standardOutput
    }
}
