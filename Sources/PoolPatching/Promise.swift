import Foundation
import PoolDatabase
import UpdatePackage
import XenAPI

/// What a package promises to bring to a host, kept beside it so that hosts can be verified after the file was cleaned.
struct PackagePromise: Hashable, Codable, Sendable {
    /// One RPM.
    struct Package: Hashable, Codable, Sendable {
        var name: String
        var epoch: Int
        var version: String
        var release: String
        var architecture: String
        /// Digests of its header, which holds the digests of its files.
        var headers: Set<String>

        var order: RPMVersion { RPMVersion(epoch: epoch, version: version, release: release) }
        /// Version and release, as hosts report them.
        var installedVersion: String { "\(version)-\(release)" }
        /// How a host's rpm is asked for exactly this package.
        var query: String { "\(name)-\(version)-\(release).\(architecture)" }
    }

    var packages: [Package]
    /// Uuids of the patches whose stamps it writes as well.
    var includes: [String]

    init(_ contents: PayloadContents) {
        packages = contents.rpms.map { rpm in
            Package(
                name: rpm.name,
                epoch: rpm.epoch,
                version: rpm.version,
                release: rpm.release,
                architecture: rpm.architecture,
                headers: rpm.headers
            )
        }
        includes = contents.includes.map { $0.lowercased() }
    }
}

extension PatchFiles {
    /// The promise of the build with that digest, where it is known.
    func promise(sha256: String) -> PackagePromise? {
        guard let data = FileManager.default.contents(atPath: promisePath(sha256)) else { return nil }
        return try? JSONDecoder().decode(PackagePromise.self, from: data)
    }

    /// Keeps a promise; where that fails it is read from the package again when it is needed.
    func keep(_ promise: PackagePromise, sha256: String) {
        guard let data = try? JSONEncoder().encode(promise) else { return }
        try? data.write(to: URL(filePath: promisePath(sha256)), options: .atomic)
    }

    func promisePath(_ sha256: String) -> String { directory + "/" + sha256 + ".promise.json" }
}

extension PatchService {
    /// The promise of the build of a patch that a host has; nil where its file is gone and was never looked into.
    func promise(of patch: Row, sha256: String) async -> PackagePromise? {
        if let known = files.promise(sha256: sha256) { return known }
        guard patch.map("other_config", "sha256") == sha256, files.exists(patch.string("filename")) else { return nil }
        let promise = try? await withProgram(of: patch) { program throws(APIError) in try await readPromise(program) }
        if let promise { files.keep(promise, sha256: sha256) }
        return promise
    }

    /// Looks into a verified program.
    func readPromise(_ program: String) async throws(APIError) -> PackagePromise {
        do throws(PackageError) {
            return PackagePromise(try await contents(ofPayload: program))
        } catch {
            throw APIError(error.code, error.parameters)
        }
    }
}
