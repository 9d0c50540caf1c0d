import Foundation
import Hosts
import PoolDatabase
import UpdatePackage
import XenAPI

/// What a package promises to bring to a host, kept beside it so that hosts can be verified after the file was cleaned.
struct PackagePromise: Hashable, Codable, Sendable {
    /// One RPM or Debian package.
    struct Package: Hashable, Codable, Sendable {
        var name: String
        var epoch: Int
        var version: String
        var release: String
        var architecture: String
        /// Digests of its header, which holds the digests of its files; of a Debian package, of its list of them.
        var headers: Set<String>
        /// Nil for an RPM, as in promises that were kept before there were others.
        var format: PackageFormat?

        /// Its version for people: of an RPM with version and release, of either with an epoch that is not 0.
        var fullVersion: String { isDeb ? debVersion.description : rpmVersion.description }
        /// Its version, as hosts report it.
        var installedVersion: String { isDeb ? debVersion.description : "\(version)-\(release)" }
        /// How a host's rpm or dpkg is asked for exactly this package.
        var query: String { isDeb ? "\(name):\(architecture)" : "\(name)-\(version)-\(release).\(architecture)" }

        var isDeb: Bool { format == .deb }
        private var rpmVersion: RPMVersion { RPMVersion(epoch: epoch, version: version, release: release) }
        private var debVersion: DebVersion { DebVersion(epoch: epoch, upstream: version, revision: release) }

        /// Whether it is older than another of its kind.
        func isOlder(than other: Package) -> Bool {
            isDeb ? debVersion < other.debVersion : rpmVersion < other.rpmVersion
        }

        /// Whether it is older than a version that a host reports.
        func isOlder(than installed: String) -> Bool {
            if isDeb { return DebVersion(installed).map { debVersion < $0 } ?? false }
            // Hosts report no epoch: it is taken to be the same.
            return rpmVersion < RPMVersion(installed: installed, epoch: epoch)
        }
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
        packages += contents.debs.map { deb in
            Package(
                name: deb.name,
                epoch: deb.version.epoch,
                version: deb.version.upstream,
                release: deb.version.revision,
                architecture: deb.architecture,
                headers: deb.headers,
                format: .deb
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
