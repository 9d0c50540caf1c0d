import Foundation

/// The files of a demonstration.
struct DemoStage: Sendable {
    /// Where a demonstration is unless another place is asked for.
    static let defaultDirectory = ".pitstop/demo"

    /// The absolute path of the directory that holds them all.
    let directory: String
    /// The client, which stands beside this program.
    let xe: String
    /// This program.
    let pitstop: String

    var state: String { directory + "/state" }
    var rpms: String { directory + "/rpms" }
    var sources: String { directory + "/sources" }
    var gnupg: String { directory + "/gnupg" }
    var publicKey: String { directory + "/signing-key.gpg" }
    /// For the server: the password alone.
    var passwordFile: String { directory + "/password" }
    /// For `xe -pwf`: the user, then the password.
    var clientPasswordFile: String { directory + "/credentials" }

    init(directory: String) throws {
        self.directory = URL(filePath: directory).standardizedFileURL.path
        guard let executable = Bundle.main.executablePath else {
            throw OperatorError("This program does not know where it lies: start it by its path.")
        }
        pitstop = executable
        xe = URL(filePath: executable).deletingLastPathComponent().appending(path: "xe").path
        guard FileManager.default.isExecutableFile(atPath: xe) else {
            throw OperatorError("The client \(xe) is missing: build it with 'swift build --product xe'.")
        }
        try FileManager.default.createDirectory(
            atPath: self.directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Makes a password for this demonstration, and the files that carry it.
    func makePassword() throws -> String {
        let password = UUID().uuidString.lowercased().filter { $0 != "-" }
        try write(password + "\n", to: passwordFile)
        try write("root\n\(password)\n", to: clientPasswordFile)
        return password
    }

    /// Forgets the pool of an earlier demonstration: each begins with hosts that lack the hotfix.
    func resetState() throws {
        if FileManager.default.fileExists(atPath: state) { try FileManager.default.removeItem(atPath: state) }
        _ = try StateDirectory(state)
    }

    private func write(_ text: String, to path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw OperatorError("The file \(path) can not be written.") }
    }
}
