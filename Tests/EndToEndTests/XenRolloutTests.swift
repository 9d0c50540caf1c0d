import Foundation
import TestSupport
import Testing

/// `make test-xen`: minutes on an idle machine, and far more on a busy one, so it is no part of `make test`.
@Suite("Genuine Xen hosts", .enabled(if: XenBed.isPossible, Comment(rawValue: XenBed.obstacle ?? "")))
struct XenRolloutTests {
    private static let hosts = ["xen1", "xen2"]
    private static let guests = ["guest1", "guest2", "guest3", "guest4"]

    @Test("two hosts, four paravirtual guests: hotfix, live migrations, restarts of dom0, and no guest notices")
    func rollout() async throws {
        let bed = try await XenBed()
        do {
            try await install(on: bed)
            try await bed.remove()
        } catch {
            try? await bed.remove()
            throw error
        }
    }

    private func install(on bed: XenBed) async throws {
        let hotfix = try await ReplicaHotfix()
        let directory = try TemporaryDirectory()
        let check = try await Tools.run(Products.pitstop, ["pool", "check", bed.pool])
        #expect(check.code == 0, "\(check.output)\(check.error)")
        log(check.output)
        var boots: [String: String] = [:]
        for host in Self.hosts { boots[host] = try await bed.on(host, "cat /proc/sys/kernel/random/boot_id") }

        let real = try await RealServer(bed.pool, state: directory.file("state"))
        try await hotfix.trust(in: real.server)
        let patch = try await real.xe("patch-upload", "file-name=\(hotfix.package)")
        let areThere = try await TestBed.wait(upTo: .seconds(900)) {
            for host in Self.hosts where try await !real.isBack(try await real.host(host)) { return false }
            return true
        }
        #expect(areThere, "a host does not answer")
        let start = ContinuousClock().now
        let run = try await real.rollout("start", "--update", patch, "--fix-all", "--wait")
        log(run.output + run.error)
        log("The rollout took \(ContinuousClock().now - start).")
        #expect(run.code == 0)
        #expect(run.output.contains("All 2 hosts run the update."))
        let owed = try await real.rollout("obligations")
        #expect(owed.output == "Nothing is owed.\n")

        for host in Self.hosts {
            let boot = try await bed.on(host, "cat /proc/sys/kernel/random/boot_id")
            #expect(boot != boots[host])
            let package = try await bed.on(host, "rpm -q openssl")
            #expect(package == "openssl-0.9.8e-27.el5_10.3.i386")
            #expect(try await bed.on(host, "ls /var/patch/applied").contains(patch))
            log("\(host): boot \(boots[host] ?? "") → \(boot), \(package)")
        }
        for guest in Self.guests {
            let heartbeat = try await bed.heartbeat(of: guest)
            #expect(heartbeat.isUnbroken, "\(guest) booted \(heartbeat.boots) times")
            #expect(heartbeat.numbers.count > 10)
            let host = try await real.residence(of: guest)
            log(
                "\(guest) on \(host): \(heartbeat.numbers.count) beats, none missing: \(heartbeat.isUnbroken), "
                    + "boots: \(heartbeat.boots), longest gap \(heartbeat.longestGap) s of its clock"
            )
        }
        #expect(await real.server.terminate() == 0)
    }

    /// What a run of `make test-xen` shows.
    private func log(_ text: String) { print(text.trimmingCharacters(in: .newlines)) }
}

@Suite("A Xen guest's heartbeat")
struct XenHeartbeatTests {
    @Test("is read from the parts that its hosts have written down")
    func parts() {
        let second = "beat 2 at 3.50\r\nbeat 3 at 3.75\r\nbe"
        let heartbeat = XenHeartbeat("boot\r\nbeat 0 at 1.00\r\nbeat 1 at 1.25\r\n" + second)
        #expect(heartbeat.isUnbroken && heartbeat.boots == 1)
        #expect(heartbeat.longestGap == 2.25)
    }

    @Test(
        "is broken by a second boot, a missing beat and a clock that goes back",
        arguments: [
            "boot\nbeat 0 at 1.0\nboot\nbeat 1 at 1.5\n", "boot\nbeat 0 at 1.0\nbeat 2 at 1.5\n",
            "boot\nbeat 0 at 2.0\nbeat 1 at 1.5\n", "beat 0 at 1.0\n",
        ]
    )
    func broken(text: String) {
        #expect(!XenHeartbeat(text).isUnbroken)
    }
}
