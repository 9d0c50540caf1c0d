import Planner
import PoolPlanning
import Rollout

extension EarlierTimes {
    /// So many of the newest runs count for each host and VM.
    private static let most = 5

    /// What earlier runs took on the pool, as the planner counts it.
    ///
    /// How much a migration sent is worked out from how long it took, at the rate that the planner gives a migration between
    /// these hosts: so that it expects the same time again. What only was slower because others moved at the same time counts
    /// as well; the median keeps a single one from deciding.
    ///
    /// - Parameters:
    ///   - runs: the newest first.
    ///   - pool: the pool as it is, for the rates.
    init(_ runs: [RunTimes], on pool: UpdateInstance) {
        self.init()
        let share = Dictionary(pool.hosts.map { ($0.id, $0.nicRate / max(1, $0.maxMigrations)) }) { first, _ in first }
        let parameters = pool.parameters
        func add(_ value: Int, to list: inout [Int]) { if list.count < Self.most { list.append(value) } }
        for run in runs {
            for (host, seconds) in run.apply { add(seconds, to: &apply[host, default: []]) }
            for (host, seconds) in run.restart { add(seconds, to: &reboot[host, default: []]) }
            for move in run.moves {
                guard let from = share[move.from], let to = share[move.to] else { continue }
                let sent =
                    max(0, move.seconds - parameters.migrationOverhead) * max(1, min(parameters.streamRate, from, to))
                // A VM that never came to an end of sending says nothing of the next time.
                add(min(400, max(100, sent * 100 / move.memory)), to: &dirtyPercent[move.vm, default: []])
            }
        }
    }
}
