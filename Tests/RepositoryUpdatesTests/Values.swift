import UpdatePackage

@testable import RepositoryUpdates

/// Values for rules about values.
enum Values {
    static func package(_ name: String, _ version: String, digit: Character = "a") -> OfferedPackage {
        OfferedPackage(
            name: name,
            version: version,
            release: "1",
            architecture: "noarch",
            repository: "updates",
            size: 1_000,
            sha256: String(repeating: digit, count: 64)
        )
    }

    static func repository(_ id: String, metadata: String = "", time: Int64 = 0) -> Repository {
        Repository(
            id: id,
            sources: ["https://mirror.invalid/\(id)"],
            checksPackages: true,
            checksMetadata: true,
            metadata: metadata,
            time: time
        )
    }

    static func installed(_ name: String, _ version: String) -> PackageOnHost {
        PackageOnHost(
            name: name,
            order: .rpm(RPMVersion(epoch: 0, version: version, release: "1")),
            architecture: "noarch"
        )
    }

    static func asked(
        _ hosts: String...,
        release: String = "9",
        repositories: [Repository] = [repository("updates")],
        held: [String] = [],
        installed: [PackageOnHost] = [installed("tool", "1")],
        offers packages: [OfferedPackage] = [package("tool", "2")]
    ) -> AskedHosts {
        AskedHosts(
            hosts: hosts,
            product: "Distribution",
            release: release,
            facts: .init(architecture: "x86_64", repositories: repositories, held: held, installed: installed),
            offer: .init(repositories: repositories, packages: packages, advisories: [])
        )
    }

    static func hostClass(_ packages: [OfferedPackage], repositories: [Repository] = [repository("updates")])
        -> HostClass
    {
        HostClass(
            product: "Distribution",
            release: "9",
            architecture: "x86_64",
            repositories: repositories,
            hosts: ["a", "b"],
            packages: packages
        )
    }

    static func snapshot(_ classes: HostClass..., taken: Int64 = 1_796_000_000) throws -> UpdateSnapshot {
        UpdateSnapshot(taken: taken, request: try UpdateRequest(), classes: classes)
    }
}
