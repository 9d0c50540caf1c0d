extension TrustPolicy {
    /// Decides, from what the OpenPGP tool said and the file's digests, whether the file is believed. Pure.
    ///
    /// - Parameters:
    ///   - status: what the tool reported.
    ///   - succeeded: whether it ended with status 0, which it does only if every signature is good.
    ///   - beginsUnsigned: the first packet is literal data, so no signature can follow it.
    ///   - isText: the message is a cleartext-signed one, whose signatures are over text.
    ///   - now: the time, in seconds since the epoch.
    func judge(
        _ status: GPGStatus,
        succeeded: Bool,
        digests: Digests,
        beginsUnsigned: Bool,
        isText: Bool,
        now: Int64
    ) -> Result<Trust, Verdict> {
        if let flaw = status.flaw(beginsUnsigned: beginsUnsigned) { return .failure(Verdict(flaw)) }
        if pinned.contains(digests.sha256) { return .success(.pinned) }
        let count = status.signatures.count
        if count > 1, requiredSigners == 1 { return .failure(Verdict(.severalSignatures(count: count))) }

        var signers: [String] = []
        var refusal: PackageError.Problem?
        for signature in status.signatures {
            if let problem = problem(of: signature, digests, isText: isText, now: now) {
                // A bad signature condemns the file; a stranger's merely does not count.
                if case .tampered = problem { return .failure(Verdict(problem)) }
                refusal = refusal ?? problem
            } else if !signers.contains(signature.primaryFingerprint) {
                signers.append(signature.primaryFingerprint)
            }
        }
        guard signers.count >= requiredSigners else {
            if requiredSigners == 1, let refusal { return .failure(Verdict(refusal)) }
            return .failure(Verdict(.tooFewSigners(found: signers.count, required: requiredSigners)))
        }
        // With one signer the tool's own verdict must agree; with several, strangers' signatures make it fail.
        if requiredSigners == 1, !succeeded {
            return .failure(Verdict(.malformed(reason: "gpgv reported a failure beside a good signature")))
        }
        return .success(.signed(by: signers))
    }

    /// Seconds by which the clocks of a signer and of this machine may differ.
    private static let clockTolerance: Int64 = 3_600

    private func problem(
        of signature: Signature,
        _ digests: Digests,
        isText: Bool,
        now: Int64
    ) -> PackageError.Problem? {
        switch signature.state {
        case .bad: return .tampered(keyID: signature.keyID)
        case .unknownKey: return .unknownKey(keyID: signature.keyID)
        case .keyExpired: return .keyExpired(keyID: signature.keyID)
        case .keyRevoked: return .keyRevoked(keyID: signature.keyID)
        case .expired: return .signatureExpired(keyID: signature.keyID)
        case .unchecked:
            if signature.digest.isWeak { return weak(signature, digests) }
            return .malformed(reason: "the signature by key \(signature.keyID) can not be checked")
        case .good: break
        }
        guard !signature.fingerprint.isEmpty else {
            return .malformed(reason: "the signature by key \(signature.keyID) names no fingerprint")
        }
        if let trusted = trustedFingerprints, !trusted.contains(where: signature.isBy) {
            return .untrustedKey(fingerprint: signature.primaryFingerprint)
        }
        if signature.isOfText != isText {
            return isText
                ? .malformed(reason: "the signature under its text is not one of text")
                : .textSignature(keyID: signature.keyID)
        }
        if signature.created > now, signature.created - now > Self.clockTolerance {
            return .signatureFromFuture(keyID: signature.keyID, created: signature.created)
        }
        if signature.digest.isWeak, !weakDigestsAllowed.contains(digests.sha256) { return weak(signature, digests) }
        return nil
    }

    private func weak(_ signature: Signature, _ digests: Digests) -> PackageError.Problem {
        .weakDigest(algorithm: signature.digest.description, sha256: digests.sha256)
    }
}

/// Wraps a problem so that it can be the failure of a `Result`.
struct Verdict: Error, Hashable {
    var problem: PackageError.Problem
    /// The file's digest, where it is known.
    var sha256: String?

    init(_ problem: PackageError.Problem, sha256: String? = nil) {
        self.problem = problem
        self.sha256 = sha256
    }
}

extension GPGStatus {
    /// What is wrong with the message as such, whoever signed it; no pin excuses these.
    func flaw(beginsUnsigned: Bool) -> PackageError.Problem? {
        if plaintexts > 1 || errors.contains(where: { $0.hasPrefix("proc_pkt.plaintext") }) { return .severalMessages }
        if signatures.isEmpty {
            if readProblem { return .truncated }
            if beginsUnsigned { return .unsigned }
            return plaintexts == 1 ? .truncated : .malformed(reason: "no signed text in it")
        }
        if plaintexts == 0 { return .malformed(reason: "a signature without its text") }
        if invalidPacket || lacksData {
            // Garbage behind a signature that could be read is foreign; garbage in its place is a cut.
            let readable = signatures.contains { [.good, .unknownKey].contains($0.state) }
            return readable ? .surroundingData : .truncated
        }
        if unwrappingFailed { return .malformed(reason: "its text can not be unwrapped") }
        if let error = errors.first { return .malformed(reason: error) }
        return nil
    }
}
