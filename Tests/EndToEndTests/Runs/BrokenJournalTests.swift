import Foundation
import TestSupport
import Testing

/// What an operator does about a run that can not be carried on.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct BrokenJournalTests {
    @Test("A run whose journal was edited is refused and kept; given up by its operator, it makes room for another")
    func givenUp() async throws {
        let pool = try await RunPool(hosts: 2)
        let run = try await pool.start(try await pool.update(restarting: "restartHost"), "--barrier")
        try await run.waitUntil("then proceed.")
        let journal = URL(filePath: "\(pool.server.state)/runs/\(run.id).journal")
        let edited = Data(try String(contentsOf: journal, encoding: .utf8).replacing("xs2", with: "xs9").utf8)
        try await pool.powerCut { try edited.write(to: journal) }

        let next = try await pool.update(restarting: "restartHost")
        #expect(try await pool.rollout("show", run.id).output.contains("the file was changed."))
        let busy = try await pool.rollout("start", "--update", next.label)
        #expect(busy.code != 0)
        #expect(busy.error.contains(run.id), "\(busy.error)")
        let resumed = try await pool.rollout("resume", run.id)
        #expect(resumed.code != 0)
        #expect(
            resumed.error.contains("then cancel the run, which gives it up, and begin another."),
            "\(resumed.error)"
        )

        let cancelled = try await pool.rollout("cancel", run.id)
        #expect(cancelled.code == 0, "\(cancelled.error)")
        #expect(cancelled.output.contains("Its journal is kept."))
        #expect(try Data(contentsOf: journal) == edited)
        let again = try await pool.rollout("cancel", run.id)
        #expect(again.code != 0)
        #expect(try await pool.start(next).end().code == 0)
        #expect(await pool.server.terminate() == 0)
    }
}
