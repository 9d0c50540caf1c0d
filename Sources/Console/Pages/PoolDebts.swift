import PoolRollout

/// What runs owe the pool still, each with its run.
enum PoolDebts {
    static func read(_ console: Console) async -> [(run: RunDetails, debt: RunDetails.Debt)] {
        let rollouts = console.services.rollouts
        var all: [(run: RunDetails, debt: RunDetails.Debt)] = []
        var runs: [String: RunDetails] = [:]
        for debt in await rollouts.obligations() {
            if runs[debt.run] == nil { runs[debt.run] = try? await rollouts.details(debt.run) }
            if let run = runs[debt.run] { all.append((run, debt)) }
        }
        return all
    }
}
