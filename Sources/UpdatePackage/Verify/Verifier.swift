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
///   - now: the time, in seconds since the epoch: signatures of the future are refused.
/// - Returns: the package, with its payload written (mode 0600).
/// - Throws: ``PackageError``; its ``PackageError/code`` is `INVALID_PATCH` where the file is at fault.
public func verify(
    file: String,
    policy: TrustPolicy,
    payloadTo payload: String,
    digests: Digests? = nil,
    limits: VerificationLimits = VerificationLimits(),
    now: Int64 = clockSeconds()
) async throws(PackageError) -> VerifiedPackage {
    let found = try await examine(
        file: file,
        policy: policy,
        payloadTo: payload,
        digests: digests,
        limits: limits,
        now: now
    )
    switch found.trust {
    case .success(let trust):
        return VerifiedPackage(
            file: file,
            digests: found.digests,
            kind: found.kind,
            trust: trust,
            signatures: found.signatures,
            payload: payload,
            payloadSize: found.payloadSize,
            framing: found.framing
        )
    case .failure(let verdict):
        try? removeFile(payload)
        throw PackageError(file, verdict.problem, sha256: found.digests.sha256)
    }
}

/// A signed file opened, whether or not it is believed. Its payload must not be run.
struct Examination: Sendable {
    var digests: Digests
    var kind: PackageFile.Kind
    var signatures: [Signature]
    var payloadSize: Int64
    var trust: Result<Trust, Verdict>
    var framing: Framing
}

/// Unwraps a signed file and says whether it is believed; for ``verify(file:policy:payloadTo:digests:limits:now:)`` and for
/// looking into files that are not.
func examine(
    file: String,
    policy: TrustPolicy,
    payloadTo payload: String,
    digests: Digests? = nil,
    limits: VerificationLimits = VerificationLimits(),
    now: Int64 = clockSeconds()
) async throws(PackageError) -> Examination {
    do {
        return try await Verification(file: file, policy: policy, payload: payload, limits: limits, now: now)
            .run(digests)
    } catch let error as PackageError {
        throw error
    } catch let error as Verdict {
        throw PackageError(file, error.problem, sha256: error.sha256 ?? digests?.sha256)
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
    var now: Int64

    func run(_ known: Digests?) async throws -> Examination {
        let input = try FileDescriptor.reading(file)
        defer { try? input.close() }
        let head = try input.head(PackageFile.sniffLength)
        let kind = try accepted(head)
        let size = try input.seek(offset: 0, from: .end)
        try input.seek(offset: 0, from: .start)

        // gpgv creates its output with the modes of the umask, so it writes into a folder that only we can enter.
        let room = try makeRoom()
        defer { removeTree(room) }
        let unwrapped = room + "/payload"
        async let hashing = digests(known, input)
        async let framing = framing(of: input, kind, size: size)
        let (status, succeeded) = try await unwrap(from: input, into: room, size: size)
        let digests = try await hashing
        let outside = try await framing
        let trust = judge(status, succeeded: succeeded, digests, outside, kind, head)
        if status.plaintexts == 0 {
            // Nothing was written; the verdict says why.
            if case .failure(let verdict) = trust { throw Verdict(verdict.problem, sha256: digests.sha256) }
            throw Verdict(.malformed(reason: "no signed text in it"), sha256: digests.sha256)
        }
        try handOver(unwrapped)
        return Examination(
            digests: digests,
            kind: kind,
            signatures: status.signatures,
            payloadSize: fileSize(payload) ?? 0,
            trust: trust,
            framing: outside
        )
    }

    /// Lets only signed messages through; everything else gets the error that helps most.
    private func accepted(_ head: [UInt8]) throws(Verdict) -> PackageFile.Kind {
        switch PackageFile.sniff(head) {
        case .signedBinary: return .signedBinary
        case .signedCleartext: return .signedCleartext
        case .empty: throw Verdict(.empty)
        case .zip: throw Verdict(.deliveryZip(packages: DeliveryZip.packages(in: file)))
        case .iso: throw Verdict(.updateISO)
        case .script: throw Verdict(.unsignedScript)
        case .other: throw Verdict(MessageFraming.problem(ofOther: head))
        }
    }

    /// What gpgv said, the policy, and the outside of the message together.
    private func judge(
        _ status: GPGStatus,
        succeeded: Bool,
        _ digests: Digests,
        _ outside: Framing,
        _ kind: PackageFile.Kind,
        _ head: [UInt8]
    ) -> Result<Trust, Verdict> {
        let trust = policy.judge(
            status,
            succeeded: succeeded,
            digests: digests,
            beginsUnsigned: MessageFraming.beginsUnsigned(head),
            isText: kind == .signedCleartext,
            now: now
        )
        return outside.settle(trust, isText: kind == .signedCleartext)
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

    private func framing(of input: FileDescriptor, _ kind: PackageFile.Kind, size: Int64) async throws -> Framing {
        let limit = limits.payloadLimit(forFileOf: size) + 1 << 20
        return try kind == .signedCleartext
            ? Framing.ofCleartext(input) : Framing.ofPackets(input, size: size, unpacked: limit)
    }

    /// Runs gpgv under a limit on the size of what it writes: the kernel stops a bomb while it goes off.
    private func unwrap(from input: FileDescriptor, into folder: String, size: Int64) async throws -> (GPGStatus, Bool)
    {
        let limit = limits.payloadLimit(forFileOf: size)
        let keyring = try await UsableKeyring(policy.keyring)
        defer { keyring.discard() }
        let tool = OutsideTool(
            name: "gpgv",
            inputs: keyring.inputs,
            output: folder,
            fileSize: limit,
            timeLimit: limits.time
        )
        let outcome = try await tool.run(
            ["--status-fd", "2", "--keyring", keyring.name, "--output", "/out/payload", "-"],
            from: input
        )
        switch outcome.status {
        case .exited(let status):
            let written = fileSize(folder + "/payload") ?? 0
            if status != 0, written >= limit { throw Verdict(.payloadTooLarge(limit: limit)) }
            let text = String(decoding: outcome.errors, as: UTF8.self)
            if text.contains("No space left on device") {
                throw Verdict(.cannotWrite(path: payload, reason: Errno.noSpace.description))
            }
            return (GPGStatus(outcome.errors), status == 0)
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
