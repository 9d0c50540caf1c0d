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

extension PackagePromise {
    /// What a host with these packages lacks of it, each with what the host has instead. Later versions are no lack.
    func lacking(in installed: [InstalledPackage]) -> [String] {
        let known = Dictionary(grouping: installed) { Key($0.name, $0.architecture, isDeb: $0.format == .deb) }
        return packages.compactMap { package in
            let found = known[Key(package.name, package.architecture, isDeb: package.isDeb)] ?? []
            let isThere = found.contains { $0.version == package.installedVersion || package.isOlder(than: $0.version) }
            if isThere { return nil }
            let instead =
                found.isEmpty ? "no version of it is installed" : "\(found.map(\.version).joined(separator: " ")) is"
            return "\(package.name) \(package.fullVersion) (\(instead))"
        }
    }

    /// By what a package that is promised and one that is installed are the same.
    struct Key: Hashable {
        var text: String

        init(_ name: String, _ architecture: String, isDeb: Bool) {
            text = isDeb ? "\(name):\(architecture)" : "\(name).\(architecture)"
        }
    }
}

extension PatchFiles {
    /// The promise of the build with that digest, where it is known.
    func knownPromise(_ digest: PackageDigest) -> PackagePromise? {
        guard let data = FileManager.default.contents(atPath: promise(digest)) else { return nil }
        return try? JSONDecoder().decode(PackagePromise.self, from: data)
    }

    /// Keeps a promise; where that fails it is read from the package again when it is needed.
    func keep(_ promise: PackagePromise, _ digest: PackageDigest) {
        guard let data = try? JSONEncoder().encode(promise) else { return }
        try? data.write(to: URL(filePath: self.promise(digest)), options: .atomic)
    }
}

extension PatchService {
    /// The promise of the build of a patch that a host has; nil where its file is gone and was never looked into.
    func promise(of patch: Row, _ digest: PackageDigest?) async -> PackagePromise? {
        guard let digest else { return nil }
        if let known = files.knownPromise(digest) { return known }
        guard PackageOrigin(patch).digest == digest else { return nil }
        return try? await withProgram(of: patch) { program throws(APIError) in
            try await promise(in: program, digest)
        }
    }

    /// The promise of a verified program with that digest, kept from now on. It is read before the program ever runs, so
    /// that nothing which runs can have a say in it.
    func promise(in program: String, _ digest: PackageDigest) async throws(APIError) -> PackagePromise {
        if let known = files.knownPromise(digest) { return known }
        do throws(PackageError) {
            let promise = PackagePromise(try await contents(ofPayload: program))
            files.keep(promise, digest)
            return promise
        } catch {
            throw refusal(error, sha256: digest.description)
        }
    }
}
