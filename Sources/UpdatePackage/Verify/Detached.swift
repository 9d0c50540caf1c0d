/// Detached signatures, as 7.x images and catalogues have them.
enum Detached {
    /// Checks `signature` over the file `data` with the policy's keyring.
    ///
    /// - Throws: a ``Verdict`` where there is no signature file.
    static func check(signature: String, of data: String, policy: TrustPolicy) async throws -> GPGStatus {
        guard (try? readFile(signature, limit: 1 << 20)) ?? nil != nil else { throw Verdict(.unsigned) }
        let keyring = try await UsableKeyring(policy.keyring)
        defer { keyring.discard() }
        let inputs = keyring.inputs.merging(["signature": signature, "data": data]) { $1 }
        let outcome = try await OutsideTool(name: "gpgv", inputs: inputs)
            .run(["--status-fd", "2", "--keyring", keyring.name, "--", "/in/signature", "/in/data"])
        return GPGStatus(outcome.errors)
    }
}

extension TrustPolicy {
    /// ``judge(_:succeeded:digests:beginsUnsigned:isText:now:)`` for a detached signature, which has no text of its own.
    func judgeDetached(_ status: GPGStatus, digests: Digests, now: Int64) -> Result<Trust, Verdict> {
        var status = status
        status.plaintexts = 1
        return judge(
            status,
            succeeded: true,
            digests: digests,
            beginsUnsigned: status.signatures.isEmpty,
            isText: false,
            now: now
        )
    }
}
