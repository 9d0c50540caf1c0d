import PoolDatabase
import PoolRollout
import Rollout

/// The run that is under way, and what it has in hand: what it does to a host is no fault of the host.
struct RunNow: Sendable {
    /// Nil where none is under way.
    let run: RunDetails?
    private let hosts: [String: RunDetails.Host]

    init(_ run: RunDetails?) {
        self.run = run?.finished == nil ? run : nil
        hosts = Dictionary((self.run?.hosts ?? []).map { ($0.uuid, $0) }) { $1 }
    }

    static func read(_ console: Console) async -> RunNow {
        let rollouts = console.services.rollouts
        var id = await rollouts.activeRun
        // One whose journal can not be used is in the way until it is given up.
        if id == nil, await rollouts.isBlocked { id = await rollouts.runs.first }
        guard let id else { return RunNow(nil) }
        return RunNow(try? await rollouts.details(id))
    }

    /// What the run says of a host that it has not brought to its end; nil for every other host.
    func host(_ row: Row) -> RunDetails.Host? {
        guard let host = hosts[row.uuid], !host.phase.isSettled else { return nil }
        return host
    }

    /// Whether the run looks after a host, so that others are to keep away from it.
    func holds(_ row: Row) -> Bool { host(row).map { $0.phase != .awaitingOperator } ?? false }

    /// Why the run begins nothing new until somebody says a word; empty where it goes on by itself.
    var holds: [String] {
        guard let run else { return [] }
        return run.state == .unreadable ? [run.sentence] : run.waitsFor
    }
}
