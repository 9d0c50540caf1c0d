import Glibc
import Subprocess
import SystemPackage

/// Establishes where a package comes from, and unwraps it. Nothing of the package is run.
///
/// - Parameters:
///   - file: the signed file.
///   - policy: whom and what to believe.
///   - payload: where the unwrapped program goes; a file there is replaced. On failure nothing is left there.
///   - digests: those of the file if they were computed while it arrived, so that it is not read for them again.
///   - limits: bounds on size and time.
/// - Returns: the package, with its payload written (mode 0600).
/// - Throws: ``PackageError``; its ``PackageError/code`` is `INVALID_PATCH` where the file is at fault.
public func verify(
    file: String,
    policy: TrustPolicy,
    payloadTo payload: String,
    digests: Digests? = nil,
    limits: VerificationLimits = VerificationLimits()
) async throws(PackageError) -> VerifiedPackage {
    let found = try await examine(file: file, policy: policy, payloadTo: payload, digests: digests, limits: limits)
    switch found.trust {
    case .success(let trust):
        return VerifiedPackage(
            file: file,
            digests: found.digests,
            kind: found.kind,
            trust: trust,
            signatures: found.signatures,
            payload: payload,
            payloadSize: found.payloadSize
        )
    case .failure(let verdict):
        try? removeFile(payload)
        throw PackageError(file, verdict.problem)
    }
}

/// A signed file opened, whether or not it is believed. Its payload must not be run.
struct Examination: Sendable {
    var digests: Digests
    var kind: PackageFile.Kind
    var signatures: [Signature]
    var payloadSize: Int64
    var trust: Result<Trust, Verdict>
}

/// Unwraps a signed file and says whether it is believed; for ``verify(file:policy:payloadTo:digests:limits:)`` and for
/// looking into files that are not.
func examine(
    file: String,
    policy: TrustPolicy,
    payloadTo payload: String,
    digests: Digests? = nil,
    limits: VerificationLimits = VerificationLimits()
) async throws(PackageError) -> Examination {
    do {
        return try await Verification(file: file, policy: policy, payload: payload, limits: limits).run(digests)
    } catch let error as PackageError {
        throw error
    } catch let error as Verdict {
        throw PackageError(file, error.problem)
    } catch let error as ToolError {
        throw PackageError(file, PackageError.Problem(error))
    } catch {
        throw PackageError(file, .unreadable(reason: describe(error)))
    }
}

private struct Verification: Sendable {
    var file: String
    var policy: TrustPolicy
    var payload: String
    var limits: VerificationLimits

    func run(_ known: Digests?) async throws -> Examination {
        let input = try FileDescriptor.open(FilePath(file), .readOnly)
        defer { try? input.close() }
        let head = try input.head(PackageFile.sniffLength)
        let kind = try accepted(PackageFile.sniff(head))
        let size = try input.seek(offset: 0, from: .end)
        try input.seek(offset: 0, from: .start)
        if kind == .signedCleartext {
            let tail = try input.bytes(
                at: max(0, size - Int64(MessageFraming.tailLength)),
                count: MessageFraming.tailLength
            )
            if let problem = MessageFraming.problem(ofCleartextTail: tail) { throw Verdict(problem) }
        }

        // gpgv creates its output with the modes of the umask, so it writes into a folder that only we can enter.
        let room = try makeRoom()
        defer { removeTree(room) }
        let unwrapped = room + "/payload"
        async let hashing = digests(known, input)
        async let framing = framing(of: input, kind, size: size)
        let (status, succeeded) = try await unwrap(from: input, to: unwrapped, size: size)
        let digests = try await hashing
        var trust = policy.judge(
            status,
            succeeded: succeeded,
            digests: digests,
            beginsUnsigned: MessageFraming.beginsUnsigned(head)
        )
        // gpgv's own complaints say more; what it lets pass is refused here, of pinned files too.
        if case .success = trust, let problem = try await framing { trust = .failure(Verdict(problem)) }
        if status.plaintexts == 0 {
            // Nothing was written; the verdict says why.
            _ = try trust.get()
        }
        try handOver(unwrapped)
        return Examination(
            digests: digests,
            kind: kind,
            signatures: status.signatures,
            payloadSize: fileSize(payload) ?? 0,
            trust: trust
        )
    }

    /// Lets only signed messages through; everything else gets the error that helps most.
    private func accepted(_ kind: PackageFile.Kind) throws(Verdict) -> PackageFile.Kind {
        switch kind {
        case .signedBinary, .signedCleartext: return kind
        case .empty: throw Verdict(.empty)
        case .zip: throw Verdict(.deliveryZip(packages: DeliveryZip.packages(in: file)))
        case .iso: throw Verdict(.updateISO)
        case .script: throw Verdict(.unsignedScript)
        case .other: throw Verdict(.notAPackage)
        }
    }

    /// A folder beside the payload's place, so that it can be renamed there.
    private func makeRoom() throws(Verdict) -> String {
        do {
            try removeFile(payload)
            return try makeTemporaryDirectory(named: payload)
        } catch {
            throw Verdict(.cannotWrite(path: payload, reason: describe(error)))
        }
    }

    /// Moves the payload to its place; a file there, or a link, is replaced and never followed.
    private func handOver(_ unwrapped: String) throws(Verdict) {
        guard chmod(unwrapped, 0o600) == 0, rename(unwrapped, payload) == 0 else {
            throw Verdict(.cannotWrite(path: payload, reason: describe(Errno(rawValue: errno))))
        }
    }

    private func digests(_ known: Digests?, _ input: FileDescriptor) async throws -> Digests {
        if let known { return known }
        return try await Digests.of(input)
    }

    /// What is wrong with the outside of a binary message, followed to the end of the file; nil where nothing is.
    private func framing(
        of input: FileDescriptor,
        _ kind: PackageFile.Kind,
        size: Int64
    ) async throws -> PackageError.Problem? {
        guard kind == .signedBinary else { return nil }
        switch try PacketWalk(size: size, read: { try input.bytes(at: $0, count: $1) }).shape {
        case .plain: return nil
        case .foreign: return .surroundingData
        case .compressed(let body):
            let limit = limits.payloadLimit(forFileOf: size) + 1 << 20
            switch try CompressedEnd.find(in: input, body: body, limit: limit) {
            case .exact, .undecided: return nil
            case .trailing: return .surroundingData
            case .unknownAlgorithm: return .malformed(reason: "it is compressed in a way that is not known here")
            }
        }
    }

    /// Runs gpgv under a limit on the size of what it writes: the kernel stops a bomb while it goes off.
    private func unwrap(from input: FileDescriptor, to output: String, size: Int64) async throws -> (GPGStatus, Bool) {
        let limit = limits.payloadLimit(forFileOf: size)
        let keyring = try await UsableKeyring(policy.keyring)
        defer { keyring.discard() }
        let tool = Tool(name: "prlimit", timeLimit: limits.time)
        let outcome = try await tool.run(
            [
                "--core=0", "--fsize=\(limit)", "--", "gpgv", "--status-fd", "2", "--keyring", keyring.path,
                "--output", output, "-",
            ],
            from: input
        )
        switch outcome.status {
        case .exited(127): throw Verdict(.toolMissing(name: "gpgv"))
        case .exited(let status):
            if status != 0, (fileSize(output) ?? 0) >= limit { throw Verdict(.payloadTooLarge(limit: limit)) }
            let text = String(decoding: outcome.errors, as: UTF8.self)
            if text.contains("No space left on device") {
                throw Verdict(.cannotWrite(path: payload, reason: Errno.noSpace.description))
            }
            return (GPGStatus(text), status == 0)
        case .signaled(let signal):
            if signal == Signal.fileSizeExceeded { throw Verdict(.payloadTooLarge(limit: limit)) }
            throw Verdict(.toolFailed(name: "gpgv", reason: "signal \(signal)"))
        }
    }
}

extension Signal {
    /// SIGXFSZ on Linux: a process wrote beyond its RLIMIT_FSIZE.
    fileprivate static let fileSizeExceeded: Int32 = 25
}

extension Digests {
    /// Verifies a signed file whose payload is not wanted, and gives the file's digests.
    public static func verifying(file: String, policy: TrustPolicy) async throws(PackageError) -> Digests {
        let folder: String
        do { folder = try makeTemporaryDirectory() } catch {
            throw PackageError(file, .cannotWrite(path: "a temporary folder", reason: describe(error)))
        }
        defer { removeTree(folder) }
        return try await verify(file: file, policy: policy, payloadTo: folder + "/payload").digests
    }
}
