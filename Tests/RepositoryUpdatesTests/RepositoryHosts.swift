import EmbeddedHosts
import Foundation
import Hosts
import TestSupport
import Testing

@testable import RepositoryUpdates

/// Three embedded hosts with real RPM databases and a repository, which they ask with their own dnf.
final class RepositoryHosts: Sendable {
    let repository: TestRepository
    let pool: EmbeddedPool
    let directory: TemporaryDirectory
    static let names = ["h1", "h2", "h3"]

    /// - Parameter packages: what is installed on every host beside the baseline.
    init(installed packages: [TestRepository.Package] = [.init("tool", "1"), .init("other", "1")]) async throws {
        repository = try await TestRepository()
        directory = try TemporaryDirectory()
        let identities = Self.names.enumerated().map { index, name in
            EmbeddedPool.HostIdentity(uuid: "00000000-0000-4000-8000-00000000000\(index)", name: name)
        }
        let state = directory.file("state")
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let baseline = try await Self.baseline.value.file("state/embedded")
        let copied = try await Tools.run("cp", ["-a", baseline, state])
        try #require(copied.code == 0, "\(copied.error)")
        pool = try await EmbeddedPool.open(state: state, hosts: identities)
        if !packages.isEmpty { for name in Self.names { try await install(packages, on: name) } }
    }

    /// What hosts are made from, built once for all tests.
    private static let baseline = Task {
        let directory = try TemporaryDirectory()
        let pool = try await EmbeddedPool.open(
            state: directory.file("state"),
            hosts: [.init(uuid: "00000000-0000-4000-8000-000000000009", name: "first")]
        )
        await pool.shutdown()
        try FileManager.default.removeItem(atPath: directory.file("state/embedded/hosts"))
        return directory
    }

    /// The hosts, as a snapshot's taker knows them.
    var hosts: [NamedHost] { zip(Self.names, pool.hosts).map { NamedHost(name: $0, host: $1) } }

    /// A host's tree on this machine.
    func tree(_ name: String) -> String { directory.file("state/hosts/\(name)") }

    /// Puts packages onto a host, and nothing else.
    func install(_ packages: [TestRepository.Package], on name: String) async throws {
        let folder = tree(name) + "/srv/local"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await TestRepository.build(packages, into: folder)
        try await run("rpm -U --nosignature /srv/local/*.rpm", on: name)
    }

    /// Has hosts look at the repository as it is now, and know its key.
    func offer(to names: [String] = RepositoryHosts.names, settings: [String: String] = [:]) async throws {
        for name in names {
            try repository.offer(toTree: tree(name), settings: settings)
            try await run("rpm --import /srv/updates/KEY", on: name)
        }
    }

    /// Runs a shell script on a host, which has to succeed.
    @discardableResult
    func run(_ script: String, on name: String) async throws -> String {
        let program = try directory.write("#!/bin/sh\n\(script)\n", to: UUID().uuidString)
        let host = try #require(hosts.first { $0.name == name }).host
        let limits = ProgramLimits(time: .seconds(120), outputBytes: 1 << 20)
        let result = try await host.run(program: program, argument: "apply", limits: limits)
        try #require(result.ending == .exited(0), "\(result.output)")
        return result.output
    }

    /// Where a test's snapshot goes.
    var folder: SnapshotFolder { SnapshotFolder(path: directory.file("snapshot")) }

    /// Takes a snapshot.
    func snapshot(_ request: UpdateRequest? = nil, policy: SnapshotTaker.Policy = .init()) async throws
        -> UpdateSnapshot
    {
        try await SnapshotTaker(
            hosts: hosts,
            request: try request ?? UpdateRequest(),
            policy: policy,
            now: Int64(Date().timeIntervalSince1970)
        ).take(into: folder)
    }

    /// Takes a snapshot that is to be refused, and returns the reason.
    func refusal(policy: SnapshotTaker.Policy = .init()) async throws -> String {
        do {
            let snapshot = try await snapshot(policy: policy)
            Issue.record("a snapshot was taken: \(snapshot)")
            return ""
        } catch let error as RepositoryError {
            return error.description
        }
    }

    /// Ends what runs.
    func stop() async {
        await pool.shutdown()
        await repository.stop()
    }
}

/// An updateinfo.xml with one security advisory about one package.
func updateinfo(_ id: String, cve: String, package: String, version: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <updates><update from="security@pitstop.invalid" status="final" type="security" version="1">
    <id>\(id)</id><title>\(package) security update</title><issued date="2026-11-20 10:00:00"/>
    <severity>Important</severity><description>It closes a hole &amp; nothing else.</description>
    <references><reference href="https://cve.invalid/\(cve)" id="\(cve)" type="cve" title="\(cve)"/></references>
    <pkglist><collection><name>updates</name>
    <package name="\(package)" version="\(version)" release="1" epoch="0" arch="noarch"
     src="\(package)-\(version)-1.src.rpm"><filename>\(package)-\(version)-1.noarch.rpm</filename></package>
    </collection></pkglist></update></updates>
    """
}
