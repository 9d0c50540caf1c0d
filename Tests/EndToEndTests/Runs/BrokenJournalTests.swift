import Foundation
import Glibc
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

    @Test("What a run owed when its journal was last as written is still told, until it is given up")
    func debts() async throws {
        let pool = try await RunPool(hosts: 2)
        let update = try await pool.update(.waits, restarting: "restartHost")
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        let journal = URL(filePath: "\(pool.server.state)/runs/\(run.id).journal")
        try await pool.powerCut {
            let file = try FileHandle(forWritingTo: journal)
            try file.seekToEnd()
            try file.write(contentsOf: Data("0000 {}\n".utf8))
            try file.close()
        }
        let owed = try await pool.rollout("obligations").output
        #expect(owed.contains("host xs1 enabled: the run can not be carried on: give it back by hand."), "\(owed)")
        let cancelled = try await pool.rollout("cancel", run.id)
        #expect(cancelled.output.contains("look at host xs1 enabled."), "\(cancelled.output)")
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
        #expect(await pool.server.terminate() == 0)
    }

    @Test("A server that ended between a journal's first line and its run has begun nothing, and nothing is in the way")
    func neverBegun() async throws {
        let pool = try await RunPool(hosts: 2)
        let run = try await pool.start(try await pool.update(refusal: "no", refuses: ["xs1"]), "--hold")
        try await run.waitUntil("A precheck failed")
        let journal = URL(filePath: "\(pool.server.state)/runs/\(run.id).journal")
        try await pool.powerCut {
            let lines = try Data(contentsOf: journal).split(separator: UInt8(ascii: "\n"))
            try (lines.first.map { Data($0) } ?? Data() + [UInt8(ascii: "\n")]).write(to: journal)
        }
        #expect(try await !pool.rollout("list").output.contains(run.id))
        #expect(try await pool.start(try await pool.update()).end().code == 0)
        #expect(await pool.server.terminate() == 0)
    }
}

/// A run on a disk that is full for a while.
@Suite(.enabled(if: Tools.embeddedPool && geteuid() == 0, "Only root can give a server a small disk."))
struct FullDiskTests {
    @Test("A run whose journal finds no room stops, says so, and is carried on to its end once there is room")
    func full() async throws {
        let pool = try await RunPool(hosts: 2)
        let runs = "\(pool.server.state)/runs"
        try await pool.powerCut {}
        await pool.server.kill()
        #expect(
            try await Tools.run("/bin/mount", ["-t", "tmpfs", "-o", "size=4m,mode=0700", "pitstop-test", runs]).code
                == 0
        )
        do {
            try await whileMounted(pool, runs)
        } catch {
            Issue.record(error)
        }
        _ = await pool.server.terminate()
        #expect(try await Tools.run("/bin/umount", [runs]).code == 0)
    }

    private func whileMounted(_ pool: RunPool, _ runs: String) async throws {
        try await pool.powerCut {}
        let run = try await pool.start(try await pool.update(restarting: "restartHost"), "--barrier")
        try await run.waitUntil("then proceed.")
        let filler = runs + "/filler"
        _ = FileManager.default.createFile(atPath: filler, contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: filler))
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try file.close()
        var refused = try await pool.rollout("proceed", run.id)
        for _ in 0..<50 where refused.code == 0 { refused = try await pool.rollout("resume", run.id) }
        #expect(refused.error.contains("see that there is room on the disk"), "\(refused.error)")
        #expect(try await run.page().contains("The journal can not be written"))

        try FileManager.default.removeItem(atPath: filler)
        try await run.say("resume")
        if try await run.page().contains("then proceed.") { try await run.say("proceed") }
        #expect(try await run.end().code == 0)
    }
}
