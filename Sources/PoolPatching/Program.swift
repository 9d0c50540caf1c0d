import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
import XenAPI

extension PatchService {
    /// Verifies a package file and writes its program to `program`.
    func unwrap(_ path: String, to program: String, _ digests: Digests?) async throws(PackageError) -> VerifiedPackage {
        let policy: TrustPolicy
        do throws(APIError) { policy = try await trust() } catch {
            throw PackageError(path, .toolFailed(name: "trust", reason: error.parameters.first ?? error.code))
        }
        return try await verify(file: path, policy: policy, payloadTo: program, digests: digests)
    }

    /// Verifies the file of a patch anew, and lends its program to `body`.
    ///
    /// - Throws: `CANNOT_FIND_PATCH` where the file is gone; `INVALID_PATCH` where it is no longer trusted, or not the file
    ///   that came in; `OUT_OF_SPACE` or `INTERNAL_ERROR` where this machine is at fault.
    func withProgram<Result>(
        of patch: Row,
        _ body: (String) async throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        let path = try file(of: patch)
        let digest = PackageOrigin(patch).digest?.description ?? ""
        let program = files.incomingPath(pool.makeUUID() + ".run")
        defer { files.removeIncoming(program) }
        do throws(PackageError) {
            let package = try await unwrap(path, to: program, nil)
            guard package.digests.sha256 == digest else {
                throw PackageError(path, .wrongDigest(expected: digest, found: package.digests.sha256))
            }
        } catch {
            throw refusal(error, toRun: patch, sha256: digest)
        }
        return try await body(program)
    }

    /// Why a kept package does not run. Its bytes were good once, so that what is wrong now is the trust in it, or the disk.
    private func refusal(_ error: PackageError, toRun patch: Row, sha256: String) -> APIError {
        guard error.problem.isAboutTrust else { return refusal(error, sha256: sha256) }
        return APIError(
            "INVALID_PATCH",
            [
                "Patch \(patch.nameLabel) is no longer trusted, and was not run: "
                    + words(error.problem, sha256: sha256)
            ]
        )
    }

    /// What an error of a package means for whoever sent or asked for it. Whatever speaks of the file says which it is by
    /// its digest, and how it can be trusted.
    func refusal(_ error: PackageError, sha256: String) -> APIError {
        // The tools that unwrap say of a full disk only that they could not write.
        let couldNotWrite = !error.isFaultOfTheFile || error.problem.isAboutUnwrapping
        if couldNotWrite, files.freeBytes() < Self.fullBelow || error.problem.sentence.contains(Self.fullWords) {
            return APIError("OUT_OF_SPACE", [files.directory])
        }
        guard error.isFaultOfTheFile else { return .internalError(error.problem.sentence) }
        return APIError("INVALID_PATCH", [words(error.problem, sha256: sha256)])
    }

    private func words(_ problem: PackageError.Problem, sha256: String) -> String {
        guard !sha256.isEmpty else { return problem.sentence }
        guard problem.canBeSettled else { return "\(problem.sentence) Its SHA-256 is \(sha256)." }
        return "\(problem.sentence) If you trust its publisher: pitstop trust add-key FILE; "
            + "if you trust this file alone: pitstop trust pin \(sha256)."
    }

    /// Bytes of free space below which a disk counts as full.
    private static let fullBelow: Int64 = 1 << 20
    private static let fullWords = "No space left on device"

    /// Runs a package program on a host.
    func run(
        _ program: String,
        _ argument: String,
        on host: Ref,
        _ limits: ProgramLimits
    ) async throws(APIError) -> ProgramResult {
        let driver = try pool.driver(host)
        do throws(HostError) {
            return try await driver.run(program: program, argument: argument, limits: limits)
        } catch {
            if case .diskFull(_, let path) = error { throw APIError("OUT_OF_SPACE", [path]) }
            throw error.asAPIError(host)
        }
    }
}

extension PackageError.Problem {
    /// Whether it is about whom to believe, and not about the bytes.
    fileprivate var isAboutTrust: Bool {
        switch self {
        case .unsigned, .unsignedScript, .unknownKey, .untrustedKey, .weakDigest, .keyExpired, .signatureExpired,
            .keyRevoked, .tooFewSigners, .severalSignatures:
            true
        default: false
        }
    }

    /// Whether trust that somebody gives mends it. Nobody is told to trust what its owner has revoked.
    fileprivate var canBeSettled: Bool {
        switch self {
        case .unknownKey, .untrustedKey, .weakDigest, .keyExpired, .signatureExpired, .tooFewSigners: true
        default: false
        }
    }

    /// Whether a tool could not write down what it unwrapped, as far as its words tell.
    fileprivate var isAboutUnwrapping: Bool {
        switch self {
        case .malformed, .truncated: true
        default: false
        }
    }
}
