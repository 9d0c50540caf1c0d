import Foundation
import TestSupport
import Testing

/// Whoever follows a run hears of its end, also where the server was away meanwhile.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct FollowingTests {
    @Test func `a killed server that comes back is followed to the run's end`() async throws {
        let pool = try await RunPool(hosts: 2)
        let update = try await pool.update(.waits, restarting: "restartHost")
        async let started = pool.rollout(
            "start",
            "--update",
            update.label,
            "--fix-all",
            "--wait",
            "--wait-limit",
            "300"
        )
        while try await pool.rollout("list").output.contains(update.label) == false { await Task.yield() }
        try await pool.powerCut(samePort: true)
        try pool.letGo(update, on: "xs1", "xs2")
        let run = try await started
        #expect(run.code == 0, "\(run.output)\(run.error)")
        #expect(run.error.contains("waiting for it"), "\(run.error)")
        #expect(run.error.contains("The server is back."), "\(run.error)")
    }

    @Test func `a server that does not come back in time ends the following with a code of its own`() async throws {
        let pool = try await RunPool(hosts: 1)
        let update = try await pool.update(.waits)
        async let started = pool.rollout("start", "--update", update.label, "--wait", "--wait-limit", "1")
        while try await pool.rollout("list").output.contains(update.label) == false { await Task.yield() }
        await pool.server.kill()
        let run = try await started
        #expect(run.code == 4, "\(run.output)\(run.error)")
        #expect(run.error.contains("the run goes on by itself"), "\(run.error)")
    }

    @Test func `a server with another certificate is told by both digests`() async throws {
        let pool = try await RunPool(hosts: 1)
        let wrong = String(repeating: "AB", count: 32)
        let result = try await Tools.run(
            Products.pitstop,
            [
                "rollout", "list", "--server", "https://127.0.0.1:\(pool.server.port)/", "--certificate", wrong,
                "--password-file",
            ]
                + [pool.server.state + ".password"]
        )
        #expect(result.code == 1)
        #expect(result.error.contains("Expected: SHA-256 AB:AB:"), "\(result.error)")
        #expect(result.error.contains("Shown: SHA-256 "), "\(result.error)")
    }
}
