import Crypto
import Foundation
import GenerationProfiles
import ScriptedServer
import TestSupport
import Testing

/// A pool as another generation has it, and a process that drives it through its XenAPI.
struct GenerationLab: Sendable {
    /// The pool behind the profile: what it says has really happened.
    let remote: ServerProcess
    let driver: ServerProcess
    let directory: TemporaryDirectory
    /// The YAML file that tells how to reach the pool.
    let file: String

    /// Makes a pool with a profile in front, and starts what drives it.
    static func use<Profile: GenerationProfile>(
        hosts: Int = 3,
        _ hotfix: ReplicaHotfix,
        _ profile: Profile,
        _ body: @Sendable (GenerationLab) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let remote = try await ServerProcess(state: directory.file("remote"), hosts: hosts)
        try await hotfix.trust(in: remote)
        try await withGeneration(profile, before: remote) { _, server in
            let file = try describe(server, in: directory)
            let driver = try await ServerProcess(state: directory.file("driver"), pool: "xenapi:\(file)")
            try await body(GenerationLab(remote: remote, driver: driver, directory: directory, file: file))
            await driver.terminate()
        }
        await remote.terminate()
    }

    private static func describe(_ server: ScriptedServer, in directory: TemporaryDirectory) throws -> String {
        let secret = try directory.write("root\n\(ServerProcess.password)\n", to: "credentials")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let digest = SHA256.hash(data: Data(server.identity?.certificate ?? []))
            .map { String(format: "%02x", $0) }.joined()
        return try directory.write(
            "url: \(server.url)\ncredentials: credentials\ncertificate: '\(digest)'\n",
            to: "pool.yaml"
        )
    }

    /// The same with another process that drives the pool, after the first one was ended as by a power cut.
    func cuttingDriver() async throws -> GenerationLab {
        await driver.kill()
        let next = try await ServerProcess(state: driver.state, pool: "xenapi:\(file)")
        return GenerationLab(remote: remote, driver: next, directory: directory, file: file)
    }

    /// `pitstop pool check` of the pool.
    func check() async throws -> Tools.Result { try await Tools.run(Products.pitstop, ["pool", "check", file]) }

    /// `pitstop rollout …` against the driver. A run that is held would be waited for for ever: it is shown instead.
    func rollout(_ words: String...) async throws -> Tools.Result {
        let result = try await Tools.run("timeout", ["600", Products.pitstop, "rollout"] + words + driver.reach)
        if result.code == 124 { Issue.record("\(try await driver.rollout(["show"]).output)") }
        return result
    }

    /// Begins a run, and waits until its page has some of the words.
    ///
    /// A phase that passes can be over between two looks on a machine that is busy: name with it what comes after it.
    func begin(_ update: String, until words: String...) async throws {
        let run = try await rollout("start", "--update", update)
        #expect(run.code == 0, "\(run.error)")
        var page = ""
        for _ in 0..<1200 {
            page = try await rollout("show").output
            if words.contains(where: page.contains) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("'\(words)' is not there in time: \(page)")
    }

    /// The uuid of what the pool's repositories offer, once the driver has asked.
    func offer() async throws -> String {
        for _ in 0..<600 {
            let offers = try await driver.values("patch-list", ["params=uuid"])
            if let offer = offers.first { return offer }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("nothing is offered: \(driver.errorOutput)")
        return ""
    }

    /// The pool before and after a run, as it says itself.
    struct Looks: Sendable, Equatable {
        var boots: [String: String]
        var starts: [String: String]
    }

    func look() async throws -> Looks {
        Looks(boots: try await remote.bootIDs(), starts: try await remote.startTimes())
    }

    /// Installs an update on a pool whose high availability is on: a run says so first, then switches it off, and on again.
    func expectUpdate(_ uuid: String) async throws {
        #expect(try await remote.xe("pool-ha-enable").code == 0)
        let refused = try await rollout("start", "--update", uuid, "--wait")
        #expect(refused.code == 3 && refused.error.contains("High availability is on"), "\(refused.error)")
        let before = try await look()
        let run = try await rollout("start", "--update", uuid, "--fix-all", "--wait")
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        try await expectUpdated(since: before)
        #expect(try await remote.values("pool-list", ["params=ha-enabled"]) == ["true"])
        let again = try await rollout("start", "--update", uuid, "--fix-all", "--wait")
        #expect(again.code == 0 && again.output.contains("nothing was done"), "\(again.output)\(again.error)")
    }

    /// Checks at the pool behind that every host has the packages and has restarted for them, that no VM was stopped, and
    /// that everything that the run borrowed is back.
    func expectUpdated(since before: Looks) async throws {
        let after = try await look()
        for (host, boot) in after.boots { #expect(before.boots[host] != boot, "\(host) did not boot anew") }
        #expect(after.starts == before.starts)
        #expect(!after.starts.isEmpty)
        let hosts = try await remote.values("host-list", ["enabled=true", "params=name-label"])
        #expect(hosts.count == after.boots.count)
        for host in hosts { #expect(try await version(on: host) == "4.1.2-6.0.2.363.23467") }
        #expect(try await !mark().contains("pitstop-"))
        #expect(try await rollout("obligations", "--json").output == "[]\n")
    }

    /// What a host's own database says of its hypervisor.
    func version(on host: String) async throws -> String {
        let base = "\(remote.state)/hosts/\(host)/var/lib/rpm"
        let format = "%{VERSION}-%{RELEASE}"
        return try await Tools.run("rpm", ["--dbpath", base, "-q", "--qf", format, "xen-hypervisor"]).output
    }

    func mark() async throws -> String {
        let pool = try await remote.values("pool-list", ["params=uuid"]).first ?? ""
        return try await remote.xe("pool-param-get", "uuid=\(pool)", "param-name=other-config").output
    }
}
