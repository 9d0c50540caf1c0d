import Foundation
import Logging
import Rollout
import RolloutSimulation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Notices

/// Each notice reaches each receiver, whatever ends the server when.
struct OutboxTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.file("notices.json") }

    init() throws { directory = try TemporaryDirectory() }

    /// A run at moments from its beginning to its end.
    private static func snapshots(_ journal: [UInt8], at moments: Int = 8) throws -> [RunSnapshot] {
        let contents = try Journal.read(journal, digest: Journal.sha256)
        let count = contents.records.count
        return try (1...moments).compactMap { moment in
            var part = contents
            part.records.removeLast(count - min(count, max(2, count * moment / moments)))
            let machine = try Controller(replaying: part).machine
            return machine.spec == nil ? nil : RunSnapshot(machine: machine, journalHead: "")
        }
    }

    /// One in which nothing goes wrong.
    private static let plain = World(Scenario(hosts: 2)).run().journal

    /// A receiver that keeps what it gets, and fails as often as was said before each.
    private final class Recorder: Sendable {
        private let state = Mutex<(got: [Notice], failures: Int)>(([], 0))
        let failures: Int

        init(failures: Int = 0) { self.failures = failures }

        var got: [Notice] { state.withLock { $0.got } }
        var receiver: Receiver { Receiver(name: "pool", way: .pool { try self.take($0) }) }

        private func take(_ notice: Notice) throws {
            try state.withLock { state in
                guard state.failures >= failures else {
                    state.failures += 1
                    throw Undelivered("Not now.")
                }
                state.failures = 0
                state.got.append(notice)
            }
        }
    }

    private func service(
        _ receivers: [Receiver],
        limits: NoticeService.Limits = .init(),
        ended: [(String, RunSnapshot)] = []
    ) throws -> NoticeService {
        NoticeService(
            receivers,
            outbox: try Outbox(path: path, now: 0),
            runs: RunJournals(ended: { ended.map { ($0.0, 1) } }) { run in ended.first { $0.0 == run }?.1 },
            pool: { "Pool" },
            now: { 1_000 },
            clock: HastyClock(),
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Serves until `isEnough` says so.
    private func serve(_ service: NoticeService, until isEnough: @Sendable () async -> Bool) async throws {
        let task = Task { try await service.run() }
        while !(await isEnough()) { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        _ = await task.result
    }

    @Test("A run is told of from its beginning to its end, each thing once, whenever the server dies between")
    func crashes() async throws {
        let snapshots = try Self.snapshots(Self.plain)
        let recorder = Recorder()
        for (index, snapshot) in snapshots.enumerated() {
            // Each time another server.
            let service = try service([recorder.receiver])
            await service.note(snapshot)
            guard index.isMultiple(of: 3) || index == snapshots.count - 1 else { continue }
            try await serve(service) { await (try? Outbox(path: path, now: 0).letters.waiting.isEmpty) ?? false }
        }
        let events = recorder.got.map(\.event)
        #expect(events.first == .runBegun && events.last == .runEnded, "\(events)")
        #expect(Set(recorder.got.map(\.id)).count == recorder.got.count)
        #expect(recorder.got.allSatisfy { $0.run == snapshots[0].machine.spec?.run && $0.pool == "Pool" })
    }

    @Test("A run that ended while nobody wrote it down is told of by the next server, and once")
    func missed() async throws {
        let last = try #require(try Self.snapshots(Self.plain, at: 1).last)
        let run = try #require(last.machine.spec?.run)
        let recorder = Recorder()
        for _ in 0..<2 {
            try await serve(try service([recorder.receiver], ended: [(run, last)])) {
                recorder.got.contains { $0.event == .runEnded }
            }
        }
        #expect(recorder.got.map(\.event) == [.runBegun, .runEnded])
    }

    @Test("A receiver that fails is tried again, and delays no other")
    func failing() async throws {
        let last = try #require(try Self.snapshots(Self.plain, at: 1).last)
        let (failing, well) = (Recorder(failures: 3), Recorder())
        let other = Receiver(name: "other", way: well.receiver.way)
        let service = try service([failing.receiver, other], limits: .init(first: 0, longest: 0, attempts: 9))
        await service.note(last)
        try await serve(service) { failing.got.count == 2 && well.got.count == 2 }
        #expect(try await Outbox(path: path, now: 0).letters.waiting.isEmpty)
    }

    @Test("One that never takes anything is given up, and that is kept to be seen")
    func givenUp() async throws {
        let last = try #require(try Self.snapshots(Self.plain, at: 1).last)
        let service = try service([Recorder(failures: .max).receiver], limits: .init(first: 0, longest: 0, attempts: 3))
        await service.note(last)
        try await serve(service) { await (try? Outbox(path: path, now: 0).letters.givenUp.count) == 2 }
        let given = try await Outbox(path: path, now: 0).letters.givenUp
        #expect(given.map(\.attempts) == [3, 3] && given[0].problem?.contains("Not now.") == true)
    }

    @Test("The pauses between attempts grow to an hour, and end after two days")
    func pauses() {
        let limits = NoticeService.Limits()
        let pauses = (1...100).compactMap { limits.wait(afterAttempts: $0) }
        #expect(pauses.prefix(4) == [10, 20, 40, 80] && pauses.max() == 3600)
        let hours = pauses.reduce(0, +) / 3600
        #expect((44...52).contains(hours), "\(hours)")
    }

    @Test("A host that fails, a run that holds and what stays owed are told of, with what to do")
    func troubles() throws {
        var kinds: Set<Notice.Event> = []
        let seeds: Range<UInt64> = 0..<24
        for seed in seeds {
            let journal = Simulation.run(seed: seed).journal
            guard let snapshots = try? Self.snapshots(journal, at: 3) else { continue }
            for snapshot in snapshots {
                let notices = RunNotices.all(of: snapshot, pool: "Pool")
                #expect(Set(notices.map(\.id)).count == notices.count, "ids name one thing each, in seed \(seed)")
                kinds.formUnion(notices.map(\.event))
                #expect(notices.allSatisfy { !$0.text.isEmpty && $0.at > 0 })
            }
        }
        #expect(kinds.isSuperset(of: [.runBegun, .runHeld, .hostFailed, .runEnded, .runFailed]), "\(kinds)")
    }

    @Test("An outbox that is damaged is put aside and told of, and another one begins")
    func damaged() async throws {
        try directory.write("{", to: "notices.json")
        let aside = Mutex("")
        let outbox = try Outbox(path: path, now: 0) { name in aside.withLock { $0 = name } }
        #expect(try String(contentsOfFile: aside.withLock { $0 }, encoding: .utf8) == "{")
        #expect(await outbox.letters.waiting.isEmpty)
    }

    @Test("What is so is told once, by every server together, and again where it has changed")
    func standing() async throws {
        let recorder = Recorder()
        func look(_ standing: Standing) async throws {
            let service = try service([recorder.receiver])
            await service.note(standing)
            try await serve(service) { await (try? Outbox(path: path, now: 0).letters.waiting.isEmpty) ?? false }
        }
        let days: Int64 = 86_400
        let old = Standing(certificateEnds: 1_000 + 20 * days, lastBackup: 900, missing: [])
        for _ in 0..<2 { try await look(old) }
        #expect(recorder.got.map(\.event) == [.certificateEnding])
        // Nearer its end it is told once more; a renewed one is no news.
        try await look(Standing(certificateEnds: 1_000 + 6 * days, lastBackup: nil, missing: []))
        try await look(Standing(certificateEnds: 1_000 + 90 * days, lastBackup: nil, missing: []))
        #expect(recorder.got.map(\.id) == ["certificate/\(1_000 + 20 * days)/30", "certificate/\(1_000 + 6 * days)/7"])
    }

    @Test("An update that hosts lack is told two weeks after it was published, with their names and what to type")
    func missing() {
        let update = Standing.Missing(uuid: "u-1", label: "XS602ECC031", since: 1_000, hosts: ["xs1", "xs3"])
        let standing = Standing(certificateEnds: nil, lastBackup: 1_000, missing: [update])
        #expect(standing.notices(pool: "P", now: 1_000 + 14 * 86_400).isEmpty)
        let notices = standing.notices(pool: "P", now: 1_001 + 14 * 86_400)
        #expect(notices.map(\.event) == [.updateMissing])
        #expect(notices[0].text.contains("missing on xs1, xs3: pitstop rollout start --update u-1."))
        #expect(standing.notices(pool: "P", now: 1_001 + 30 * 86_400).map(\.event) == [.backupOld, .updateMissing])
    }
}

/// A clock for which all time is over.
private struct HastyClock: Clock {
    typealias Instant = ContinuousClock.Instant

    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        await Task.yield()
    }
}
