import SystemPackage

/// A keyring in the form that gpgv reads: an armored file is converted into a temporary binary one.
struct UsableKeyring: Sendable {
    /// The file to hand to gpgv. Without a keyring it is an empty one, with which every signature stays unknown.
    let path: String
    private let temporary: String?

    init(_ keyring: Keyring?) async throws {
        guard let keyring else {
            path = "/dev/null"
            temporary = nil
            return
        }
        // gpgv takes a name without a slash from its home directory, not from here.
        let absolute = keyring.path.contains("/") ? keyring.path : "./" + keyring.path
        let head = try? readHead(absolute)
        guard let head else {
            throw Verdict(.toolFailed(name: "gpgv", reason: "the keyring \(keyring.path) can not be read"))
        }
        guard head.starts(with: Array("-----BEGIN PGP".utf8)) else {
            path = absolute
            temporary = nil
            return
        }
        let directory = try makeTemporaryDirectory()
        do {
            let binary = directory + "/keyring.gpg"
            _ = try await Tool(name: "gpg").require(
                ["--homedir", directory, "--no-options", "--batch", "--output", binary, "--dearmor", absolute])
            path = binary
            temporary = directory
        } catch {
            removeTree(directory)
            throw error
        }
    }

    /// Removes what was made.
    func discard() { if let temporary { removeTree(temporary) } }
}

private func readHead(_ path: String) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
    return try descriptor.closeAfter { try descriptor.head(32) }
}
