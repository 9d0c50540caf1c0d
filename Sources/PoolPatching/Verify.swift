import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

extension PatchService {
    /// `host.verify_packages`: compares a host's packages, file by file, with what the patches applied to it promised.
    ///
    /// The promise is the signed package's: the header of each installed RPM must be that of the RPM in the package, and
    /// its files those of its header, by the host's own rpm. For Debian packages the list of checksums is what the header is
    /// for RPMs. Of several patches that bring one package the latest version
    /// counts.
    ///
    /// - Throws: `HOST_OFFLINE`, `OTHER_OPERATION_IN_PROGRESS` while a package runs there.
    public func verifyPackages(on host: Ref) async throws(APIError) -> HostVerification {
        let row = try database.snapshot.require("host", host)
        try assertLive(host)
        let driver = try pool.driver(host)
        return try await exclusively(host, "verify") { () throws(APIError) in
            let (promises, unknown) = await promises(to: host)
            do throws(HostError) {
                var verdicts = try await compare(promises, with: driver)
                verdicts += unknown.map(\.unknown)
                return HostVerification(uuid: row.uuid, name: row.nameLabel, packages: verdicts)
            } catch {
                throw error.asAPIError(host)
            }
        }
    }

    /// A package that a patch promised.
    private struct Promised {
        var package: PackagePromise.Package
        var patch: Row
    }

    /// What was promised to a host, by name and architecture; and the patches of which nothing is known.
    private func promises(to host: Ref) async -> (promises: [Promised], unknown: [Row]) {
        let snapshot = database.snapshot
        var latest: [PackagePromise.Key: Promised] = [:]
        var without: [Row] = []
        var included: Set<String> = []
        for applied in snapshot.pointing(at: host, "host", "patches").compactMap({ snapshot.row("host_patch", $0) }) {
            guard let patch = snapshot.row("pool_patch", applied.ref("pool_patch")) else { continue }
            let digest = PackageDigest(applied.string(PackageOrigin.digestField)) ?? PackageOrigin(patch).digest
            guard let promise = await promise(of: patch, digest) else {
                without.append(patch)
                continue
            }
            included.formUnion(promise.includes)
            for package in promise.packages {
                let key = PackagePromise.Key(package.name, package.architecture, isDeb: package.isDeb)
                if let other = latest[key], package.isOlder(than: other.package) { continue }
                latest[key] = Promised(package: package, patch: patch)
            }
        }
        let promises = latest.values.sorted { $0.package.query < $1.package.query }
        return (promises, without.filter { !included.contains($0.uuid.lowercased()) })
    }

    private func compare(_ promises: [Promised], with driver: any Host) async throws(HostError) -> [PackageVerdict] {
        let installed = Dictionary(grouping: try await driver.installedPackages()) {
            PackagePromise.Key($0.name, $0.architecture, isDeb: $0.format == .deb)
        }
        func versions(_ promised: Promised) -> [InstalledPackage] {
            let package = promised.package
            return installed[PackagePromise.Key(package.name, package.architecture, isDeb: package.isDeb)] ?? []
        }
        let exact = promises.filter { promised in
            versions(promised).contains { $0.version == promised.package.installedVersion }
        }
        let rpms = exact.filter { !$0.package.isDeb }.map(\.package.query)
        let debs = exact.filter(\.package.isDeb).map(\.package.query)
        var checks: [String: PackageCheck] = [:]
        for check in try await driver.verifyPackages(rpms) { checks[check.package] = check }
        if !debs.isEmpty { for check in try await driver.verifyDebs(debs) { checks[check.package] = check } }
        return promises.map { promised in
            let found = versions(promised)
            var verdict = promised.patch.unknown
            verdict.package = promised.package.name
            verdict.promised = "\(promised.package.fullVersion).\(promised.package.architecture)"
            verdict.installed = found.map { "\($0.version).\($0.architecture)" }
            if let check = checks[promised.package.query], check.isInstalled {
                verdict.findings = check.findings
                verdict.state = Self.state(of: check, promised.package)
            } else {
                verdict.state = Self.state(of: found, promised.package)
            }
            return verdict
        }
    }

    private static func state(of check: PackageCheck, _ promised: PackagePromise.Package) -> PackageVerdict.State {
        // Rpms of different ages know different digests; those that both know have to agree.
        let kinds = Set(promised.headers.map { $0.prefix { $0 != ":" } })
        let comparable = check.headers.filter { kinds.contains($0.prefix { $0 != ":" }) }
        guard comparable.isSubset(of: promised.headers) else { return .otherBuild }
        return check.findings.contains(where: \.isDrift) ? .drifted : .asPromised
    }

    private static func state(of found: [InstalledPackage], _ promised: PackagePromise.Package) -> PackageVerdict.State
    {
        guard !found.isEmpty else { return .missing }
        return found.contains { promised.isOlder(than: $0.version) } ? .newer : .older
    }
}

extension Row {
    /// The verdict on a patch of which nothing is known.
    fileprivate var unknown: PackageVerdict {
        PackageVerdict(
            package: "",
            promised: "",
            installed: [],
            patch: uuid,
            patchLabel: nameLabel,
            state: .unknown,
            findings: []
        )
    }
}
