import SystemPackage

/// A keyring in the form that gpgv reads: an armored file is converted into a temporary binary one.
struct UsableKeyring: Sendable {
    /// What gpgv is told to read, run by ``OutsideTool``.
    let name: String
    /// The file behind that name. Without a keyring there is none: every signature stays unknown.
    let inputs: [String: String]
    private let temporary: String?

    init(_ keyring: Keyring?) async throws {
        guard let keyring else {
            (name, inputs, temporary) = ("/dev/null", [:], nil)
            return
        }
        name = "/in/keyring"
        guard let head = try? readHead(keyring.path, 32) else {
            throw Verdict(.toolFailed(name: "gpgv", reason: "the keyring \(keyring.path) can not be read"))
        }
        guard head.starts(with: Array("-----BEGIN PGP".utf8)) else {
            (inputs, temporary) = (["keyring": keyring.path], nil)
            return
        }
        let directory = try makeTemporaryDirectory()
        do {
            let converted = try await OutsideTool(name: "gpg", inputs: ["armored": keyring.path], output: directory)
                .require(["--homedir", "/out", "--no-options", "--batch", "--output", "-", "--dearmor", "/in/armored"])
            try writeFile(directory + "/keyring.gpg", converted.output, mode: 0o600)
            inputs = ["keyring": directory + "/keyring.gpg"]
            temporary = directory
        } catch {
            removeTree(directory)
            throw error
        }
    }

    /// Removes what was made.
    func discard() { if let temporary { removeTree(temporary) } }
}
