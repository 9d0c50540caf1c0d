@testable import Fleet
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

/// Pools that do what is asked of them at once, and count how often.
private final class Pools: FleetPerformer {
    struct State {
        var runs: [String: String] = [:]
        var begins: [String: Int] = [:]
        /// Pools whose first answer to begin never comes.
        var silent: Set<String> = []
        var isSlow = false
    }

    let state: Mutex<State>

    init(silent: Set<String> = [], isSlow: Bool = false) { state = Mutex(State(silent: silent, isSlow: isSlow)) }

    func perform(_ effect: FleetEffect, for spec: FleetSpec) async -> FleetOutcome? {
        let (outcome, hangs) = state.withLock { state in (Self.answer(effect, &state), Self.hangs(effect, &state)) }
        if hangs {
            try? await Task.sleep(for: .seconds(600))
            return nil
        }
        return outcome
    }

    private static func hangs(_ effect: FleetEffect, _ state: inout State) -> Bool {
        if case .begin(let pool) = effect { state.silent.remove(pool) != nil } else { false }
    }

    private static func answer(_ effect: FleetEffect, _ state: inout State) -> FleetOutcome {
        switch effect {
        case .prepare: return .prepared(.ready)
        case .begin(let pool):
            if state.runs[pool] == nil {
                state.runs[pool] = "run-\(pool)"
                state.begins[pool, default: 0] += 1
            }
            return .begun(.run("run-\(pool)"))
        case .settle(let pool): return .begun(state.runs[pool].map { .run($0) } ?? .none)
        case .watch:
            if state.isSlow { return .seen(.going(failedHosts: 0, holds: [])) }
            return .seen(.ended(RunEnd(ending: "succeeded", doneHosts: 3, head: "h", text: "t")))
        case .check: return .checked(.well)
        }
    }
}

@Suite("Who carries a fleet run out")
struct KeeperTests {
    private let folder: TemporaryDirectory
    private let runs: FleetRuns
    private let spec = FleetSpec(
        run: "20261130T000000-1",
        startedBy: "root",
        update: FleetUpdate(id: "u", label: "U"),
        rings: [FleetSpec.Ring(name: "a", pools: ["p", "q", "r"])],
        atOnce: 3
    )
    private let pace: FleetPace

    init() throws {
        folder = try TemporaryDirectory()
        runs = FleetRuns(try DirectoryStorage(folder.file("state")))
        var pace = FleetPace()
        (pace.tick, pace.watch, pace.retry) = (.milliseconds(5), .milliseconds(5), .milliseconds(5))
        self.pace = pace
    }

    private func keeper(_ spec: FleetSpec?, _ pools: Pools) async throws -> FleetKeeper {
        try await FleetKeeper(spec, in: runs, holder: "test", performer: pools, pace: pace) {
            Int64(Date().timeIntervalSince1970)
        }
    }

    @Test("brings it to its end, and the journal tells the same")
    func whole() async throws {
        let pools = Pools()
        let keeper = try await keeper(spec, pools)
        try await keeper.carryOut()
        #expect(await keeper.machine.stage == .ended(.succeeded))
        let (machine, head) = try await runs.read()
        #expect(await machine == keeper.machine)
        #expect(await head == keeper.head)
        #expect(FleetReport(machine, head: head).pools.allSatisfy { $0.evidenceHead == "h" })
    }

    @Test("killed between the wish to begin and its answer, it is gone on with, and no pool is begun twice")
    func killed() async throws {
        let pools = Pools(silent: ["q"])
        do {
            let keeper = try await keeper(spec, pools)
            let task = Task { try await keeper.carryOut() }
            while pools.state.withLock({ $0.begins.count }) < 3 { try await Task.sleep(for: .milliseconds(2)) }
            task.cancel()
            _ = try? await task.value
            #expect(await keeper.machine.pool("q")?.isActive == true)
            await keeper.letGo()
        }
        let next = try await keeper(nil, pools)
        try await next.carryOut()
        #expect(await next.machine.stage == .ended(.succeeded))
        #expect(pools.state.withLock { $0.begins } == ["p": 1, "q": 1, "r": 1])
    }

    @Test("is one process only, and no second run begins before the first has ended")
    func one() async throws {
        let first = try await keeper(spec, Pools())
        await #expect(throws: FleetError.busy(holder: "test")) { try await keeper(nil, Pools()) }
        await first.letGo()
        var other = spec
        other.run = "20261130T000001-2"
        await #expect(throws: FleetError.unfinished(run: spec.run, title: "U")) { try await keeper(other, Pools()) }
    }

    @Test("hears what another process says")
    func words() async throws {
        let pools = Pools(isSlow: true)
        let keeper = try await keeper(spec, pools)
        let task = Task { try await keeper.carryOut() }
        while pools.state.withLock({ $0.begins.count }) < 3 { try await Task.sleep(for: .milliseconds(2)) }
        try await runs.say(.pause, to: spec.run, by: "ann")
        try await runs.say(.cancel, to: spec.run, by: "bob")
        while await keeper.machine.wordsHeard < 2 { try await Task.sleep(for: .milliseconds(2)) }
        pools.state.withLock { $0.isSlow = false }
        try await task.value
        #expect(await keeper.machine.stage == .ended(.cancelled))
        #expect(await keeper.machine.events.contains { $0.text.contains("bob cancels it") })
    }

    @Test("does not go on from a journal that was changed")
    func changed() async throws {
        do {
            let keeper = try await keeper(spec, Pools())
            try await keeper.carryOut()
        }
        let path = folder.file("state/runs/\(spec.run).fleet")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("run-q", with: "run-x").write(toFile: path, atomically: false, encoding: .utf8)
        await #expect(throws: FleetError.self) { try await runs.read() }
    }
}
