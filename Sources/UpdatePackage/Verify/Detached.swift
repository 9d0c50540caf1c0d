/// Detached signatures, as 7.x images and catalogues have them.
enum Detached {
    /// Checks `signature` over the file `data` with the policy's keyring.
    ///
    /// - Throws: a ``Verdict`` where there is no signature file.
    static func check(signature: String, of data: String, policy: TrustPolicy) async throws -> GPGStatus {
        guard (try? readFile(signature, limit: 1 << 20)) ?? nil != nil else { throw Verdict(.unsigned) }
        let keyring = try await UsableKeyring(policy.keyring)
        defer { keyring.discard() }
        let outcome = try await Tool(name: "gpgv").run(
            ["--status-fd", "2", "--keyring", keyring.path, "--", signature, data])
        return GPGStatus(String(decoding: outcome.errors, as: UTF8.self))
    }
}

extension TrustPolicy {
    /// ``judge(_:succeeded:digests:beginsUnsigned:)`` for a detached signature, which has no text of its own.
    func judgeDetached(_ status: GPGStatus, digests: Digests) -> Result<Trust, Verdict> {
        var status = status
        status.plaintexts = 1
        return judge(status, succeeded: true, digests: digests, beginsUnsigned: status.signatures.isEmpty)
    }
}
