import Foundation
import TestSupport
import Testing

/// Restarting the hosts of a pool without an update; typed as `pitstop rollout …`.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RestartOnlyRunTests {
    @Test("Each host boots anew, the VMs go on, and the evidence speaks of restarts")
    func restarts() async throws {
        let pool = try await RunPool(hosts: 3)
        let (boots, vms) = (try await pool.server.bootIDs(), try await pool.server.startTimes())
        let plan = try await Tools.run(Products.pitstop, ["plan", "--restart-only"] + pool.server.reach)
        #expect(plan.output.contains("Wave 1") && plan.output.contains("Restarts take"), "\(plan.output)\(plan.error)")
        let run = try await pool.rollout("start", "--restart-only", "--wait")
        #expect(run.code == 0 && run.output.contains("All 3 hosts have restarted."), "\(run.output)\(run.error)")
        let after = try await pool.server.bootIDs()
        #expect(after.count == 3)
        for (host, boot) in after { #expect(boots[host] != boot, "\(host) did not boot anew") }
        #expect(try await pool.server.startTimes() == vms)
        #expect(try await pool.server.values("host-list", ["enabled=true"]).count == 3)
        let report = try await pool.rollout("report").output
        #expect(report.contains("Restart   each host once, and nothing is installed"), "\(report)")
        #expect(!report.contains("update"), "\(report)")
        #expect(try await pool.rollout("verify-journal").code == 0)
        #expect(try await pool.rollout("list").output.contains("Rolling restart  succeeded"))
    }

    @Test("It takes no update, and a run without one says what to name")
    func misuse() async throws {
        for (words, sentence) in [
            (["--restart-only", "--update", "x"], "--restart-only installs nothing"),
            ([], "or restart the hosts with --restart-only"),
        ] {
            let told = try await Tools.run(Products.pitstop, ["rollout", "start"] + words)
            #expect(told.code == 2 && told.error.contains(sentence), "\(told.error)")
        }
    }
}
