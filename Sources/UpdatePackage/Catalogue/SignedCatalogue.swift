/// What a server remembers of the catalogue that it used last, so that it never goes back.
public struct CatalogueMemory: Hashable, Sendable, Codable {
    /// The release number.
    public var release: Int
    /// The SHA-256 of the signed file.
    public var sha256: String
    /// Fingerprints of the keys that signed it.
    public var signers: [String]

    /// Remembers a release.
    public init(release: Int, sha256: String, signers: [String]) {
        self.release = release
        self.sha256 = sha256
        self.signers = signers
    }

    /// Whether the memory still counts: once none of its signers is trusted, a thief of their keys can not have pushed
    /// the release number so high that genuine catalogues are refused for ever.
    func counts(under policy: TrustPolicy) -> Bool {
        guard let trusted = policy.trustedFingerprints, !signers.isEmpty else { return true }
        return signers.contains { trusted.contains($0) }
    }
}

/// A catalogue whose origin and freshness are established.
public struct SignedCatalogue: Hashable, Sendable {
    /// The document.
    public var document: CatalogueDocument
    /// Why it is believed.
    public var trust: Trust
    /// What to remember from now on.
    public var memory: CatalogueMemory

    /// Opens a signed catalogue.
    ///
    /// - Parameters:
    ///   - last: what was remembered from the catalogue before; nil for the first.
    ///   - now: the time, in seconds since the epoch.
    /// - Throws: ``CatalogueError`` where it is not signed by whom the policy trusts, has expired, or is older than `last`.
    public static func open(
        file: String,
        policy: TrustPolicy,
        last: CatalogueMemory?,
        now: Int64
    ) async throws(CatalogueError) -> SignedCatalogue {
        let (json, package) = try await unwrap(file, policy)
        let document = try CatalogueDocument(json: json)
        let catalogue = SignedCatalogue(
            document: document,
            trust: package.trust,
            memory: CatalogueMemory(
                release: document.release,
                sha256: package.digests.sha256,
                signers: package.trust.signers
            )
        )
        let counted = last.flatMap { $0.counts(under: policy) ? $0 : nil }
        try catalogue.checkFreshness(file: file, last: counted, now: now)
        return catalogue
    }

    private func checkFreshness(file: String, last: CatalogueMemory?, now: Int64) throws(CatalogueError) {
        if let expires = secondsSinceEpoch(document.expires), expires <= now {
            throw CatalogueError(
                reason: "\(file) expired on \(document.expires); fetch the publisher's newest catalogue."
            )
        }
        guard let last else { return }
        if document.release < last.release {
            throw CatalogueError(
                reason:
                    "\(file) is release \(document.release), but release \(last.release) was used before; fetch the newest one."
            )
        }
        if document.release == last.release, memory.sha256 != last.sha256 {
            throw CatalogueError(
                reason:
                    "\(file) is release \(document.release) with other contents than the one used before; ask its publisher which is genuine."
            )
        }
    }

    private static func unwrap(_ file: String, _ policy: TrustPolicy) async throws(CatalogueError) -> (
        [UInt8], VerifiedPackage
    ) {
        do {
            let folder = try makeTemporaryDirectory()
            defer { removeTree(folder) }
            let limits = VerificationLimits(payloadBytes: 64 << 20, freeBytes: 16 << 20, time: .seconds(120))
            let package = try await verify(file: file, policy: policy, payloadTo: folder + "/catalogue", limits: limits)
            guard let bytes = try readFile(package.payload, limit: 64 << 20) else {
                throw CatalogueError(reason: "\(file) is larger than 64 MiB.")
            }
            return (bytes, package)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(reason: describe(error))
        }
    }
}

extension Signer {
    /// Signs a catalogue into one OpenPGP message at `output`.
    public func sign(_ document: CatalogueDocument, to output: String) async throws(PackageError) {
        let plain = output + ".plain"
        defer { try? removeFile(plain) }
        do {
            try writeFile(plain, try document.json())
            try removeFile(output)
        } catch {
            throw PackageError(output, .cannotWrite(path: output, reason: describe(error)))
        }
        try await sign(plain, to: output, name: "catalogue", date: secondsSinceEpoch(document.issued) ?? 0)
    }
}
