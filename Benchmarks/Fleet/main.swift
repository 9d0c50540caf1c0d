import Fleet
import FleetSimulation
import Foundation

/// `fleet-bench [POOLS] [SEEDS]`: random fleets to their ends; how many broke an invariant, and what a run costs by its pools.
let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let seeds = arguments.count > 1 ? arguments[1] : 100
let sizes = arguments.first.map { [$0] } ?? [10, 100, 1000]
var broken = 0
print("| pools | seeds | broken | kills | runs begun | records a pool | ms a run | µs a pool |")
print("|---|---|---|---|---|---|---|---|")
for pools in sizes {
    let start = ContinuousClock.now
    let results = await withTaskGroup(of: FleetResult.self) { group in
        for seed in 1...max(1, seeds) { group.addTask { FleetSimulation.run(seed: UInt64(seed), pools: pools) } }
        var results: [FleetResult] = []
        while let result = await group.next() { results.append(result) }
        return results
    }
    let time = (ContinuousClock.now - start) / Double(max(1, seeds))
    let milliseconds = Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1000
    for violation in results.flatMap(\.violations).prefix(10) { print(violation) }
    broken += results.count { !$0.violations.isEmpty }
    let records = results.reduce(0) { $0 + $1.records }
    print(
        "| \(pools) | \(seeds) | \(results.count { !$0.violations.isEmpty }) | \(results.reduce(0) { $0 + $1.kills }) "
            + "| \(results.reduce(0) { $0 + $1.begun }) | \(records / max(1, pools * seeds)) "
            + "| \(String(format: "%.1f", milliseconds)) | \(String(format: "%.0f", milliseconds * 1000 / Double(pools))) |"
    )
}
exit(broken == 0 ? 0 : 1)
