import Foundation
import TestSupport
import Testing
import XenAPI
import XenAPIClient

/// A pool that one process serves, and another one that drives it through its XenAPI, as it would a XenServer pool.
struct RemoteLab {
    let hotfix: ReplicaHotfix
    let directory: TemporaryDirectory
    private(set) var remote: ServerProcess
    private(set) var driver: ServerProcess
    private let remotePort: Int
    private let speed: Int
    private let hosts: Int
    var file: String { directory.file("pool.yaml") }

    init(hosts: Int = 3, hotfix: ReplicaHotfix? = nil, speed: Int = 1000) async throws {
        if let hotfix { self.hotfix = hotfix } else { self.hotfix = try await ReplicaHotfix() }
        directory = try TemporaryDirectory()
        (self.speed, self.hosts) = (speed, hosts)
        remote = try await ServerProcess(state: directory.file("remote"), hosts: hosts, speed: speed)
        remotePort = remote.port
        try Self.describe(remote, in: directory)
        driver = try await ServerProcess(state: directory.file("driver"), pool: "xenapi:\(directory.file("pool.yaml"))")
        for server in [remote, driver] { try await self.hotfix.trust(in: server) }
    }

    /// Writes the file that tells how to reach the pool.
    static func describe(
        _ remote: ServerProcess,
        in directory: TemporaryDirectory,
        password: String = ServerProcess.password,
        certificate: String? = nil
    ) throws {
        let secret = directory.file("credentials")
        try Data("root\n\(password)\n".utf8).write(to: URL(filePath: secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let text = """
            url: https://127.0.0.1:\(remote.port)/
            credentials: credentials
            certificate: '\(certificate ?? remote.state + "/tls/server.crt")'

            """
        try Data(text.utf8).write(to: URL(filePath: directory.file("pool.yaml")))
    }

    /// Ends the driver as a power cut would, and starts another.
    mutating func cutDriver() async throws {
        await driver.kill()
        driver = try await ServerProcess(state: directory.file("driver"), pool: "xenapi:\(file)")
    }

    /// Asks the driver to end, and starts another.
    mutating func endDriver() async throws {
        let code = await driver.terminate()
        #expect(code == 0, "\(driver.errorOutput)")
        driver = try await ServerProcess(state: directory.file("driver"), pool: "xenapi:\(file)")
    }

    /// Another client of the pool itself.
    func stranger() throws -> XenAPIClient {
        XenAPIClient(
            try Endpoint("https://127.0.0.1:\(remotePort)/"),
            as: Credentials(user: "root", password: ServerProcess.password),
            policy: TLSPolicy(authorities: try TLSPolicy.authorities(inFile: remote.state + "/tls/server.crt"))
        )
    }

    /// Ends the pool's own server as a power cut would, and starts it again where it was.
    mutating func cutRemote() async throws {
        await remote.kill()
        remote = try await ServerProcess(state: directory.file("remote"), hosts: hosts, port: remotePort, speed: speed)
    }

    /// Uploads the hotfix by the driver's door, and returns its uuid.
    func upload() async throws -> String {
        let upload = try await driver.xe("patch-upload", "file-name=\(hotfix.package)")
        #expect(upload.code == 0, "\(upload.error)")
        return upload.output.trimmingCharacters(in: .newlines)
    }

    /// `pitstop rollout …` against the driver.
    func rollout(_ words: String...) async throws -> Tools.Result { try await driver.rollout(words) }

    /// What the pool itself says.
    func value(_ command: String, _ words: String...) async throws -> [String] {
        try await remote.values(command, words)
    }

    func bootIDs() async throws -> [String: String] { try await remote.bootIDs() }
    func startTimes() async throws -> [String: String] { try await remote.startTimes() }

    /// Waits until the run shows one of some texts.
    func waitUntil(_ texts: String...) async throws {
        for _ in 0..<1200 {
            let page = try await rollout("show").output
            if texts.contains(where: page.contains) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("none of \(texts) within a minute: \(try await rollout("show").output)")
    }

    /// Checks at the pool itself that the hotfix is in effect everywhere, that no VM paid for it, and that nothing is left.
    func expectInstalled(_ uuid: String, bootsBefore: [String: String], vmsBefore: [String: String]) async throws {
        let boots = try await bootIDs()
        #expect(boots.count == hosts)
        for (host, boot) in boots { #expect(bootsBefore[host] != boot, "\(host) did not boot anew") }
        for number in 1...hosts {
            #expect(
                FileManager.default.fileExists(
                    atPath: "\(remote.state)/hosts/xs\(number)/var/patch/applied/\(uuid)"
                )
            )
        }
        #expect(try await startTimes() == vmsBefore)
        #expect(try await value("host-list", "enabled=true").count == hosts)
        #expect(try await !mark().contains("pitstop-run"))
    }

    func mark() async throws -> String {
        let pool = try await value("pool-list", "params=uuid").first ?? ""
        return try await remote.xe("pool-param-get", "uuid=\(pool)", "param-name=other-config").output
    }
}

/// Whole runs on a pool that another process serves, driven through its XenAPI alone.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RemoteRunTests {
    @Test("A run updates a pool that speaks XenAPI itself, in waves, and nothing is left behind there")
    func installs() async throws {
        let lab = try await RemoteLab()
        let uuid = try await lab.upload()
        #expect(try await lab.value("patch-list", "params=uuid") == [uuid])
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        let run = try await lab.rollout("start", "--update", uuid, "--wait")
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        try await lab.expectInstalled(uuid, bootsBefore: boots, vmsBefore: vms)
        let report = try await lab.rollout("report")
        #expect(report.output.contains("Ending    succeeded"))
        #expect(report.output.contains("downtime 0 s"))
        let verified = try await lab.rollout("verify-journal")
        #expect(verified.code == 0, "\(verified.error)")
        let again = try await lab.rollout("start", "--update", uuid, "--wait")
        #expect(again.code == 0 && again.output.contains("nothing was done"), "\(again.output)\(again.error)")
        #expect(await lab.driver.terminate() == 0)
        // Nothing of the pool's credentials is kept or told.
        #expect(!lab.driver.errorOutput.contains(ServerProcess.password))
    }

    @Test("A rolling restart of a pool that speaks XenAPI itself takes no update, and leaves nothing behind")
    func restartsOnly() async throws {
        let lab = try await RemoteLab()
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        let run = try await lab.rollout("start", "--restart-only", "--wait")
        #expect(run.code == 0 && run.output.contains("All 3 hosts have restarted."), "\(run.output)\n\(run.error)")
        for (host, boot) in try await lab.bootIDs() { #expect(boots[host] != boot, "\(host) did not boot anew") }
        #expect(try await lab.startTimes() == vms)
        #expect(try await lab.value("host-list", "enabled=true").count == 3)
        #expect(try await !lab.mark().contains("pitstop-run"))
        #expect(try await lab.rollout("report").output.contains("nothing is installed"))
    }

    @Test(
        "What another tool does there holds the run by name; it goes on when that is over, or by a word",
        arguments: [true, false]
    )
    func waitsForOthers(ends: Bool) async throws {
        let lab = try await RemoteLab()
        let boots = try await lab.bootIDs()
        let other = try lab.stranger()
        // As another client's evacuation looks: a task that is under way.
        let task = try await other.call("task.create", [.string("Async.host.evacuate"), .string("")])
        let run = try await lab.rollout("start", "--restart-only")
        #expect(run.code == 0, "\(run.error)")
        try await lab.waitUntil("'Async.host.evacuate'")
        #expect(try await lab.bootIDs() == boots)
        if ends {
            try await other.call("task.destroy", [task])
        } else {
            #expect(try await lab.rollout("resume").code == 0)
        }
        let end = try await lab.rollout("watch")
        #expect(end.code == 0, "\(end.output)\n\(end.error)")
        await other.close()
        for (host, boot) in try await lab.bootIDs() { #expect(boots[host] != boot, "\(host) did not boot anew") }
        #expect(try await lab.rollout("report").output.contains("'Async.host.evacuate', since 20"))
    }

    @Test("A driver that is asked to end leaves migrations to the pool, and the next goes on with the run")
    func driverEnds() async throws {
        var lab = try await RemoteLab(speed: 20)
        let vms = try await lab.startTimes()
        #expect(try await lab.rollout("start", "--restart-only").code == 0)
        try await lab.waitUntil("emptying")
        try await lab.endDriver()
        // Whoever looks in the pool finds none that was broken off.
        let other = try lab.stranger()
        let tasks = try await other.call("task.get_all_records").members ?? []
        #expect(!tasks.contains { $0.value["status"]?.text == "cancelled" }, "\(tasks)")
        await other.close()
        let end = try await lab.rollout("watch")
        #expect(end.code == 0, "\(end.output)\n\(end.error)")
        #expect(try await lab.startTimes() == vms)
        #expect(try await !lab.rollout("report").output.contains("TASK_CANCELLED"))
    }

    @Test("High availability and load balancing of the pool are off for the run, and on again after it")
    func paysBack() async throws {
        let lab = try await RemoteLab()
        let uuid = try await lab.upload()
        #expect(try await lab.remote.xe("pool-ha-enable").code == 0)
        let refused = try await lab.rollout("start", "--update", uuid)
        #expect(refused.code == 3 && refused.error.contains("High availability is on"), "\(refused.error)")
        let run = try await lab.rollout("start", "--update", uuid, "--fix-all", "--wait")
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        #expect(try await lab.value("pool-list", "params=ha-enabled") == ["true"])
        #expect(try await !lab.mark().contains("pitstop-ha"))
        #expect(try await lab.rollout("obligations", "--json").output == "[]\n")
    }

    @Test("A driver that was killed in the middle goes on where it was", arguments: ["applying", "restarting"])
    func driverDies(phase: String) async throws {
        var lab = try await RemoteLab(speed: 100)
        let uuid = try await lab.upload()
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        let run = try await lab.rollout("start", "--update", uuid)
        #expect(run.code == 0, "\(run.error)")
        try await lab.waitUntil(phase, "restarting", "returning", "(master)  done")
        #expect(try await lab.mark().contains("pitstop-run"))
        try await lab.cutDriver()
        let end = try await lab.rollout("watch")
        #expect(end.code == 0, "\(end.output)\n\(end.error)")
        try await lab.expectInstalled(uuid, bootsBefore: boots, vmsBefore: vms)
    }

    @Test("A pool whose own server was killed in the middle is waited for, and updated")
    func poolDies() async throws {
        var lab = try await RemoteLab(speed: 100)
        let uuid = try await lab.upload()
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        #expect(try await lab.rollout("start", "--update", uuid).code == 0)
        try await lab.waitUntil("applying", "restarting", "returning", "(master)  done")
        try await lab.cutRemote()
        let end = try await lab.rollout("watch")
        #expect(end.code == 0, "\(end.output)\n\(end.error)")
        try await lab.expectInstalled(uuid, bootsBefore: boots, vmsBefore: vms)
    }

    @Test("What the driver's door does not keep, the pool itself answers; its errors come back as they are")
    func passesOn() async throws {
        let lab = try await RemoteLab()
        let vm = try #require(
            try await lab.value("vm-list", "is-control-domain=false", "power-state=running", "params=uuid").first
        )
        #expect(try await lab.driver.xe("vm-param-set", "uuid=\(vm)", "name-label=renamed").code == 0)
        #expect(try await lab.value("vm-list", "name-label=renamed", "params=uuid") == [vm])
        let seen = try await lab.driver.xe("vm-list", "name-label=renamed", "params=uuid", "--minimal")
        #expect(seen.output == vm + "\n")
        let host = try #require(try await lab.value("host-list", "params=uuid").first)
        let refused = try await lab.driver.xe("host-reboot", "uuid=\(host)")
        let direct = try await lab.remote.xe("host-reboot", "uuid=\(host)")
        #expect(refused.code == 1 && refused.error == direct.error && !refused.error.isEmpty, "\(refused.error)")
        #expect(try await lab.driver.xe("host-disable", "uuid=\(host)").code == 0)
        #expect(try await lab.value("host-list", "enabled=false", "params=uuid") == [host])
        #expect(try await lab.driver.xe("host-evacuate", "uuid=\(host)").code == 0)
        #expect(
            try await lab.value("vm-list", "resident-on=\(host)", "is-control-domain=false", "params=uuid").isEmpty
        )
        #expect(try await lab.driver.xe("host-enable", "uuid=\(host)").code == 0)
    }

    @Test("A wrong password, a foreign certificate and another pool's state are refused in one sentence")
    func refusals() async throws {
        let directory = try TemporaryDirectory()
        let remote = try await ServerProcess(state: directory.file("remote"), hosts: 1)
        func start(_ state: String) async throws -> String {
            do {
                let driver = try await ServerProcess(
                    state: directory.file(state),
                    pool: "xenapi:\(directory.file("pool.yaml"))"
                )
                await driver.terminate()
                return ""
            } catch let refusal as ServerProcess.NotStarted {
                #expect(refusal.code == 1)
                return refusal.reason
            }
        }
        try RemoteLab.describe(remote, in: directory, password: "wrong")
        #expect(try await start("driver").contains("mend the credentials"))
        let foreign = String(repeating: "ab", count: 32)
        try RemoteLab.describe(remote, in: directory, certificate: foreign)
        let told = try await start("driver")
        #expect(told.lowercased().replacing(":", with: "").contains(foreign), "\(told)")
        // Both are told: what it shows, and what was expected.
        #expect(told.matches(of: /([0-9A-Fa-f]{2}:?){32}/).count == 2, "\(told)")
        try RemoteLab.describe(remote, in: directory)
        #expect(try await start("driver") == "")
        try Data("00000000-0000-0000-0000-000000000000\n".utf8)
            .write(to: URL(filePath: directory.file("driver/remote-pool")))
        #expect(try await start("driver").contains("belongs to another pool"))
        #expect(await remote.terminate() == 0)
    }
}
