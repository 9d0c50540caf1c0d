import Foundation
import TestSupport
import Testing

/// A pool on a started server, and runs on it by the command line.
struct RolloutLab {
    let hotfix: ReplicaHotfix
    let directory: TemporaryDirectory
    let hosts: Int
    private(set) var server: ServerProcess
    private(set) var uuid = ""

    init(hosts: Int, hotfix: ReplicaHotfix? = nil, speed: String = "1000") async throws {
        if let hotfix { self.hotfix = hotfix } else { self.hotfix = try await ReplicaHotfix() }
        directory = try TemporaryDirectory()
        self.hosts = hosts
        arguments = ["--speed", speed]
        server = try await ServerProcess(state: directory.file("state"), hosts: hosts, arguments: arguments)
        try await self.hotfix.trust(in: server)
        let upload = try await server.xe("patch-upload", "file-name=\(self.hotfix.package)")
        uuid = upload.output.trimmingCharacters(in: .newlines)
    }

    private let arguments: [String]

    /// Ends the server as a power cut would, and starts another.
    mutating func powerCut() async throws {
        await server.kill()
        server = try await ServerProcess(state: directory.file("state"), hosts: hosts, arguments: arguments)
    }

    /// `pitstop rollout …` against the server.
    func rollout(_ words: String...) async throws -> Tools.Result {
        try await server.rollout(words)
    }

    func value(_ command: String, _ words: String...) async throws -> [String] {
        try await server.values(command, words)
    }

    /// Whether a run goes on, as its lock on disk says.
    var isActive: Bool {
        !((try? String(contentsOfFile: server.state + "/runs/active", encoding: .utf8)) ?? "").isEmpty
    }

    func bootIDs() async throws -> [String: String] { try await server.bootIDs() }
    func startTimes() async throws -> [String: String] { try await server.startTimes() }

    /// What one host's own RPM database, read by the machine's rpm, says of a package.
    func package(_ name: String, on host: String) async throws -> String {
        let tree = "\(server.state)/hosts/\(host)"
        let place = geteuid() == 0 ? ["--root", tree] : ["--dbpath", tree + "/var/lib/rpm"]
        return try await Tools.run("rpm", place + ["-q", name]).output.trimmingCharacters(in: .newlines)
    }

    /// Checks from outside that the hotfix is in effect everywhere, and that no VM paid for it.
    func expectInstalled(bootsBefore: [String: String], vmsBefore: [String: String]) async throws {
        let boots = try await bootIDs()
        #expect(boots.count == hosts)
        for (host, boot) in boots { #expect(bootsBefore[host] != boot, "\(host) did not boot anew") }
        for number in 1...hosts {
            let name = "xs\(number)"
            #expect(try await package("openssl", on: name) == "openssl-0.9.8e-27.el5_10.3.i386")
            #expect(
                try await package("xen-hypervisor", on: name) == "xen-hypervisor-4.1.2-6.0.2.363.23467.i686"
            )
            #expect(FileManager.default.fileExists(atPath: "\(server.state)/hosts/\(name)/var/patch/applied/\(uuid)"))
        }
        #expect(try await startTimes() == vmsBefore)
        #expect(try await value("host-list", "enabled=true").count == hosts)
    }

    /// Follows the newest run to its end.
    func waitForTheEnd() async throws -> Tools.Result { try await rollout("watch") }
}

/// Runs by `pitstop rollout` on real packages, with real server processes.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RolloutTests {
    @Test("A run installs the hotfix in waves, and its journal and report say so", arguments: [3, 16])
    func installs(hosts: Int) async throws {
        let lab = try await RolloutLab(hosts: hosts)
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        let run = try await lab.rollout("start", "--update", "XS602ECC031", "--wait")
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        try await lab.expectInstalled(bootsBefore: boots, vmsBefore: vms)

        let report = try await lab.rollout("report")
        #expect(report.output.contains("Ending    succeeded"))
        #expect(report.output.contains("downtime 0 s"))
        #expect(!report.output.contains("open:"))
        let verified = try await lab.rollout("verify-journal")
        #expect(verified.code == 0, "\(verified.error)")
        #expect(try await lab.rollout("obligations").output == "Nothing is owed.\n")

        let again = try await lab.rollout("start", "--update", lab.uuid, "--wait")
        #expect(again.code == 0)
        #expect(again.output.contains("nothing was done"))
        #expect(await lab.server.terminate() == 0)
    }

    @Test("A precheck that fails refuses with 3; fix-all mends it, and what was switched off is switched on again")
    func fixesAndPays() async throws {
        let lab = try await RolloutLab(hosts: 3)
        #expect(try await lab.server.xe("pool-ha-enable").code == 0)
        let refused = try await lab.rollout("start", "--update", lab.uuid)
        #expect(refused.code == 3)
        #expect(refused.error.contains("High availability is on"))
        #expect(try await lab.rollout("list").output == "")

        let run = try await lab.rollout("start", "--update", lab.uuid, "--fix-all", "--wait")
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        #expect(try await lab.value("pool-list", "params=ha-enabled") == ["true"])
        #expect(try await lab.rollout("obligations", "--json").output == "[]\n")
        #expect(await lab.server.terminate() == 0)
    }

    @Test("While one run goes on a second is refused; a cancelled run leaves whole hosts and owes nothing")
    func secondAndCancel() async throws {
        let lab = try await RolloutLab(hosts: 3, speed: "100")
        let vms = try await lab.startTimes()
        let run = try await lab.rollout("start", "--update", lab.uuid)
        #expect(run.code == 0, "\(run.error)")
        let second = try await lab.rollout("start", "--update", lab.uuid)
        #expect(second.code == 1)
        #expect(second.error.contains("is active on this pool"))

        let cancelled = try await lab.rollout("cancel")
        #expect(cancelled.code == 0, "\(cancelled.error)")
        // What it leaves is said, whichever host it met on its way.
        let leavesSome = cancelled.output.contains("The pool will stay in mixed state")
        #expect(leavesSome || cancelled.output.contains("No host will run the update."), "\(cancelled.output)")
        let end = try await lab.waitForTheEnd()
        #expect(end.code == 1)
        #expect(end.output.contains("Cancelled"))
        #expect(try await lab.startTimes() == vms)
        #expect(try await lab.value("host-list", "enabled=true").count == 3)
        #expect(try await lab.rollout("obligations").output == "Nothing is owed.\n")
        #expect(await lab.server.terminate() == 0)
    }
}
