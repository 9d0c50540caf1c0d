import Rollout
import RolloutSimulation
import Testing

@Suite("What a run took")
struct RunTimesTests {
    @Test(
        "Each host's apply and restart, and each move, are read off the journal",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func measured(seed: UInt64) throws {
        let journal = World(Scenario(hosts: 4, seed: seed)).run().journal
        let contents = try Journal.read(journal, digest: Journal.sha256)
        let times = RunTimes(contents)
        let report = RunReport(try Controller(replaying: contents).machine, journalHead: "")
        let updated = report.hosts.filter(\.isUpdated)
        try #require(!updated.isEmpty)
        for host in updated {
            let (begun, ended) = (try #require(host.begun), try #require(host.ended))
            let (apply, restart) = (try #require(times.apply[host.host]), try #require(times.restart[host.host]))
            #expect(apply >= 0 && restart > 0)
            #expect(Int64(apply + restart) <= ended - begun, "\(host.name)")
        }
        #expect(times.moves.count == report.vms.reduce(0) { $0 + $1.moves })
        #expect(times.moves.allSatisfy { $0.seconds > 0 && $0.memory > 0 })
    }

    @Test("What was under way while no controller lived is not counted")
    func interrupted() throws {
        let whole = try Journal.read(World(Scenario(hosts: 2)).run().journal, digest: Journal.sha256)
        let applying = try #require(
            whole.records.firstIndex { $0.intent?.effects.contains { $0.contains(" apply ") } ?? false }
        )
        var cut = whole
        cut.records = Array(whole.records[...applying])
        let before = RunTimes(cut)
        #expect(before.apply.isEmpty)
        let moment = try #require(whole.records[...applying].compactMap(\.input).last?.moment)
        let answer = try #require(
            whole.records[applying...].compactMap(\.input).first { input in
                if case .result(_, .done, _) = input { true } else { false }
            }
        )
        cut.records += [.input(.restarted(at: Moment(wall: moment.wall + 5000, steady: 0))), .input(answer)]
        #expect(RunTimes(cut).apply.isEmpty)
        cut.records = Array(whole.records[...applying]) + [.input(answer)]
        #expect(RunTimes(cut).apply.count == 1)
    }
}
