import FoundationEssentials

/// What packages hold, each looked into once: what was found is kept in a folder under the SHA-256 of the file.
///
/// Whom a server believes changes; what a package holds does not. So whether it is trusted is judged anew, from the
/// signatures that were found, whenever it is asked for.
public actor PackageRecords {
    private let folder: String
    /// Looks that are under way, so that nobody begins the same.
    private var looks: [String: Task<Result<Inspection, PackageError>, Never>] = [:]

    /// A record as it is kept; one of another format is made anew.
    private struct Record: Codable {
        var format = Record.current
        var inspection: Inspection

        static let current = 1

        init(_ inspection: Inspection) { self.inspection = inspection }
    }

    /// Opens the records of a folder, which exists.
    public init(folder: String) { self.folder = folder }

    /// What is known of a build, with the trust that it has now; nil where nobody looked into it yet. Nothing is unpacked
    /// or run, so that it is also for those who may only look.
    ///
    /// - Parameter now: the time, in seconds since the epoch.
    public nonisolated func known(
        _ sha256: String,
        policy: TrustPolicy,
        now: Int64 = clockSeconds()
    ) -> Inspection? {
        guard let path = path(of: sha256), let bytes = try? readFile(path, limit: 64 << 20),
            let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)), record.format == Record.current,
            record.inspection.digests.sha256 == sha256
        else { return nil }
        var inspection = record.inspection
        inspection.distrust = policy.distrust(of: inspection, now: now)
        return inspection
    }

    /// What is known of a build, looked into now where nobody has yet: verified, unwrapped and read, but not run.
    ///
    /// - Parameters:
    ///   - file: where it is.
    ///   - sha256: its digest, by which it is kept.
    /// - Throws: ``PackageError``; the file is not the one of that digest, or can not be read.
    public func inspection(
        of file: String,
        sha256: String,
        policy: TrustPolicy
    ) async throws(PackageError) -> Inspection {
        if let known = known(sha256, policy: policy), !policy.knowsMore(than: known) { return known }
        let look = looks[sha256] ?? Task { await Self.look(at: file, sha256, policy) }
        looks[sha256] = look
        let found = await look.value
        if looks[sha256] == look {
            looks[sha256] = nil
            if case .success(let inspection) = found { keep(inspection) }
        }
        return try found.get()
    }

    /// Keeps what is in a package that was verified just now, whose payload still lies where it was written.
    ///
    /// - Parameter payloadSHA256: the digest of its payload, where somebody has taken it.
    public func keep(_ package: VerifiedPackage, payloadSHA256: String? = nil) async {
        guard known(package.digests.sha256, policy: TrustPolicy()) == nil else { return }
        var inspection = Inspection(file: package.file, kind: package.kind, digests: package.digests)
        inspection.signatures = package.signatures
        inspection.payloadSize = package.payloadSize
        inspection.framing = package.framing
        inspection.payloadSHA256 = payloadSHA256
        // Where this fails somebody will look into it later, and be told why.
        guard let folder = try? makeTemporaryDirectory() else { return }
        defer { removeTree(folder) }
        let inspector = Inspector(policy: TrustPolicy(), limits: ArchiveLimits(), folder: folder, digesting: false)
        guard (try? inspector.readPayload(package.payload, &inspection)) != nil else { return }
        keep(inspection)
    }

    /// Forgets a build whose file is gone for good.
    public nonisolated func forget(_ sha256: String) {
        if let path = path(of: sha256) { try? removeFile(path) }
    }

    private nonisolated func keep(_ inspection: Inspection) {
        guard let path = path(of: inspection.digests.sha256) else { return }
        guard let bytes = try? JSONEncoder().encode(Record(inspection)) else { return }
        try? writeFile(path, Array(bytes), mode: 0o600)
    }

    /// Where a build's record lies; nil for what is no digest, which must not choose a path.
    private nonisolated func path(of sha256: String) -> String? {
        let isDigest =
            sha256.utf8.count == 64
            && sha256.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            }
        return isDigest ? "\(folder)/\(sha256).contents.json" : nil
    }

    private static func look(at file: String, _ sha256: String, _ policy: TrustPolicy) async
        -> Result<Inspection, PackageError>
    {
        do throws(PackageError) {
            let found = try await inspect(file: file, policy: policy, digesting: false)
            guard found.digests.sha256 == sha256 else {
                throw PackageError(file, .wrongDigest(expected: sha256, found: found.digests.sha256))
            }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }
}

extension TrustPolicy {
    /// Why a file is not believed now, by the signatures that were found on it once; nil where it is.
    func distrust(of inspection: Inspection, now: Int64) -> PackageError.Problem? {
        var status = GPGStatus([])
        status.plaintexts = 1
        status.signatures = inspection.signatures
        let isText = inspection.kind == .signedCleartext
        let trust = judge(
            status,
            succeeded: true,
            digests: inspection.digests,
            beginsUnsigned: false,
            isText: isText,
            now: now
        )
        guard case .failure(let verdict) = inspection.framing.settle(trust, isText: isText) else { return nil }
        return verdict.problem
    }

    /// Whether a signature was of an unknown key then, and the key is known now: then it has to be checked.
    func knowsMore(than inspection: Inspection) -> Bool {
        guard let trustedFingerprints else { return false }
        return inspection.signatures.contains { signature in
            signature.state == .unknownKey && trustedFingerprints.contains { $0.hasSuffix(signature.keyID) }
        }
    }
}
