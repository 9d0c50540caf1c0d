import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
import XenAPI

extension PatchService {
    /// Verifies a package file and writes its program to `program`.
    ///
    /// - Throws: `INVALID_PATCH` where the file can not be trusted.
    func unwrap(_ path: String, to program: String, _ digests: Digests?) async throws(APIError) -> VerifiedPackage {
        let policy = try await trust()
        do throws(PackageError) {
            return try await verify(file: path, policy: policy, payloadTo: program, digests: digests)
        } catch {
            // A signature that does not fit is told without parameters, as XenServer does; a zip deserves a word of advice.
            if case .deliveryZip = error.problem { throw APIError("INVALID_PATCH", [error.problem.sentence]) }
            throw APIError(error.code, error.parameters)
        }
    }

    /// Verifies the file of a patch anew, and lends its program to `body`.
    ///
    /// - Throws: `CANNOT_FIND_PATCH` where the file is gone; `INTERNAL_ERROR` where it is no longer trusted.
    func withProgram<Result>(
        of patch: Row,
        _ body: (String) async throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        let path = patch.string("filename")
        guard files.exists(path) else { throw APIError("CANNOT_FIND_PATCH") }
        let program = files.incomingPath(pool.makeUUID() + ".run")
        defer { files.remove(program) }
        do throws(APIError) {
            _ = try await unwrap(path, to: program, nil)
        } catch {
            throw .internalError(
                "Patch \(patch.nameLabel) is no longer trusted, and was not run: "
                    + "see the keys and digests that `pitstop trust list` shows."
            )
        }
        return try await body(program)
    }

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
