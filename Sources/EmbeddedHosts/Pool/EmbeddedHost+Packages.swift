import Hosts
import SystemPackage

/// The host's packages, as the rpm in its own tree knows them.
extension EmbeddedHost {
    func installedPackages() async throws(HostError) -> [InstalledPackage] {
        try checkUp()
        return try await queryPackages()
    }

    /// The packages, whether or not the host is up.
    func queryPackages() async throws(HostError) -> [InstalledPackage] {
        let result = try await ask(PackageList.command, PackageList.limits)
        guard result.ending == .exited(0) else {
            throw .failed(host: name, reason: "its RPM database can not be read: \(result.firstLine)")
        }
        return PackageList.parse(result.output)
    }

    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        try checkUp()
        if let name = packages.first(where: { !RPMVerification.isPackage($0) }) {
            throw .failed(host: self.name, reason: "\(name.debugDescription) is no name of a package")
        }
        guard !packages.isEmpty else { return [] }
        let result = try await ask(
            ["/bin/sh", "-c", RPMVerification.script, "verify"] + packages,
            PackageList.verificationLimits
        )
        guard result.ending == .exited(0), let checks = RPMVerification.parse(result.output, packages: packages) else {
            throw .failed(host: name, reason: "its packages can not be verified: \(result.output.prefix(2_000))")
        }
        return try await withoutWithdrawnBits(checks)
    }

    /// Leaves out that files lack the set-user-id and set-group-id bits with which they were packed: this machine has taken
    /// them (see ``HostTree/withdrawPrivileges(in:)``).
    private func withoutWithdrawnBits(_ checks: [PackageCheck]) async throws(HostError) -> [PackageCheck] {
        let doubtful = checks.filter { $0.findings.contains { $0.modeOnlyPath != nil } }.map(\.package)
        if doubtful.isEmpty { return checks }
        let result = try await ask(PackageList.modes + doubtful, PackageList.limits)
        let packed = Set(result.output.split(separator: "\n").compactMap(PackageList.privilegedPath))
        return checks.map { check in
            var check = check
            check.findings.removeAll { $0.modeOnlyPath.map(packed.contains) ?? false }
            return check
        }
    }

    private func ask(_ command: [String], _ limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        try await turnstile.pass { () async throws(HostError) in
            try await sandbox.run(command, in: world, limits: limits)
        }
    }
}

extension PackageFinding {
    /// The path of a file of which only the mode differs.
    fileprivate var modeOnlyPath: String? {
        if case .changed(let path, "M", _) = self { return path }
        return nil
    }
}
