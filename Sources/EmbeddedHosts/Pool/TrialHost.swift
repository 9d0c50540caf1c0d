public import Hosts
import SystemPackage

/// A host made for one trial of a package program, and thrown away after it.
///
/// It is a host of the embedded baseline that says it is the product version and build that it was asked to be. What runs
/// on it reaches nothing of this machine.
public enum TrialHost {
    /// Makes a host below a folder, lends it to `body`, and removes it.
    ///
    /// - Parameters:
    ///   - folder: absolute path of an empty folder of the caller's, for the host's tree.
    ///   - productVersion: what its inventory gives as `PRODUCT_VERSION`: printable, without quotes.
    ///   - build: the same for `BUILD_NUMBER`; nil leaves the baseline's.
    ///   - stamps: patches that count as applied, by uuid.
    /// - Throws: ``HostError/sandboxUnavailable(host:reason:)`` where programs can not be kept in their tree here, and
    ///   what `body` throws.
    public static func use<Result: Sendable>(
        in folder: String,
        productVersion: String,
        build: String?,
        stamps: [String],
        _ body: (any Host) async throws(HostError) -> Result
    ) async throws(HostError) -> Result {
        for value in [productVersion, build ?? ""]
        where !value.utf8.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != 0x27 }) {
            throw .failed(host: "trial", reason: "\(value.debugDescription) can not stand in an inventory")
        }
        let identity = EmbeddedPool.HostIdentity(uuid: "00000000-0000-4000-8000-000000000000", name: "trial")
        let pool = try await EmbeddedPool.open(state: folder, hosts: [identity])
        guard let host = pool.host(identity.uuid) else { throw .failed(host: "trial", reason: "it was not made") }
        let result: Swift.Result<Result, HostError>
        do throws(HostError) {
            try writeInventory(productVersion, build, tree: FilePath(folder).appending("hosts/trial"))
            for uuid in stamps { try await host.writeStamp(uuid: uuid, contents: "") }
            result = .success(try await body(host))
        } catch {
            result = .failure(error)
        }
        await pool.shutdown()
        return try result.get()
    }

    /// Removes what trials have left in a folder that were killed, a day ago or earlier.
    ///
    /// - Parameters:
    ///   - folder: absolute path of a folder for temporary files.
    ///   - prefix: how the names of trials' folders begin.
    public static func removeLeftovers(in folder: String, prefix: String) {
        FileSystem.removeLeftovers(in: FilePath(folder), prefix: prefix, olderThan: 86_400)
    }

    private static func writeInventory(_ version: String, _ build: String?, tree: FilePath) throws(HostError) {
        let text = """
            PRODUCT_BRAND='XenServer'
            PRODUCT_VERSION='\(version)'
            BUILD_NUMBER='\(build ?? SoftwareVersion.buildNumber)'

            """
        do throws(Errno) {
            let folder = try TreeFolder(["etc"], in: tree)
            try folder.replaceFile("xensource-inventory", mode: 0o644) { _ = try $0.writeAll(text.utf8) }
        } catch {
            throw HostError(error, host: "trial", path: tree.string)
        }
    }
}
