/// Signs packages with gpg: its agent, smart cards and pinentry work as everywhere else.
public struct Signer: Hashable, Sendable {
    /// The keys that sign, as gpg takes them; none means gpg's default key. Several make a package for k-of-n policies.
    public var keys: [String]
    /// gpg's home directory; nil leaves it to gpg.
    public var home: String?

    /// Creates a signer.
    public init(keys: [String] = [], home: String? = nil) {
        self.keys = keys
        self.home = home
    }

    /// Makes a key without passphrase (Ed25519, never expires) in `home`, for demonstrations and tests.
    ///
    /// - Returns: a signer with that key.
    public static func makeUnprotectedKey(home: String, userID: String) async throws(PackageError) -> Signer {
        let signer = Signer(keys: [userID], home: home)
        _ = try await signer.gpg(["--passphrase", "", "--quick-generate-key", userID, "ed25519", "sign", "never"])
        return signer
    }

    /// Writes the public keys to `path`, in the form that ``Keyring`` reads.
    public func exportKeys(to path: String) async throws(PackageError) {
        let exported = try await gpg(["--export"] + keys)
        guard !exported.output.isEmpty else {
            throw PackageError(
                path,
                .toolFailed(name: "gpg", reason: "there is no key \(keys.joined(separator: ", "))")
            )
        }
        do { try writeFile(path, exported.output) } catch {
            throw PackageError(path, .cannotWrite(path: path, reason: describe(error)))
        }
    }

    /// Stops the agent that gpg started for ``home``. Only for homes made by ``makeUnprotectedKey(home:userID:)``.
    public func stopAgent() async {
        guard let home else { return }
        _ = try? await Tool(name: "gpgconf", environment: ["GNUPGHOME": home]).run(["--kill", "all"])
    }

    /// Signs `payload` into one binary message at `output`, so that the same input gives the same bytes.
    ///
    /// - Parameter date: the time to claim; the keys' own creation time is claimed where that is later, because a
    ///   signature older than its key is not valid.
    func sign(_ payload: String, to output: String, name: String, date: Int64) async throws(PackageError) {
        let time = max(date, try await newestKeyTime())
        var arguments = ["--faked-system-time", isoDate(time, extended: false) + "!", "--yes"]
        for key in keys { arguments += ["--local-user", key] }
        // The RPMs inside are compressed already; an uncompressed message is verified at the speed of the hash.
        arguments += [
            "--digest-algo", "SHA256", "--compress-algo", "uncompressed", "--set-filename", name,
            "--output", output, "--sign", payload,
        ]
        _ = try await gpg(arguments)
    }

    /// When the newest of the signing keys (or their subkeys) was made.
    private func newestKeyTime() async throws(PackageError) -> Int64 {
        let listing = try await gpg(["--with-colons", "--fixed-list-mode", "--list-secret-keys"] + keys)
        var newest: Int64 = 0
        for line in outputLines(listing.output) {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 5, fields[0] == "sec" || fields[0] == "ssb" else { continue }
            newest = max(newest, Int64(fields[5]) ?? 0)
        }
        return newest
    }

    private func gpg(_ arguments: [String]) async throws(PackageError) -> Tool.Outcome {
        let start = ["--no-options", "--batch", "--no-tty", "--quiet"]
        let environment = home.map { ["GNUPGHOME": $0] } ?? [:]
        // A person may have to enter a PIN.
        let tool = Tool(name: "gpg", timeLimit: .seconds(900), environment: environment)
        do { return try await tool.require(start + arguments) } catch {
            throw PackageError("signing", PackageError.Problem(error))
        }
    }
}
