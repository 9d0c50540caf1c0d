import Foundation
import Rollout
import RolloutSimulation

/// Random worlds by the thousand, on every core.
enum Soak {
    /// What came of some seeds.
    struct Tally: Sendable {
        var seeds = 0
        var steps = 0
        var simulatedSeconds: Int64 = 0
        var boundaries = 0
        var endings: [String: Int] = [:]
        /// A command line for each broken invariant.
        var failures: [String] = []
        var took = Duration.zero

        var text: String {
            let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
            let speed = Int(Double(simulatedSeconds) / max(seconds, 0.001))
            let kinds = endings.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            let head =
                "\(seeds) seeds, \(failures.count) broken invariants; \(steps) steps, \(boundaries) journal records, "
                + "\(simulatedSeconds / 86_400) simulated days in \(Int(seconds)) s (\(speed) times real time); "
                + "ended: \(kinds)"
            return ([head] + failures).joined(separator: "\n")
        }

        mutating func add(_ result: SimulationResult) {
            seeds += 1
            steps += result.steps
            simulatedSeconds += result.simulatedSeconds
            boundaries += result.boundaries
            endings[result.ending?.rawValue ?? "held", default: 0] += 1
            if let violation = result.violations.first {
                failures.append("\(violation): \(Simulation.command(seed: result.seed))")
            }
        }

        mutating func add(_ other: Tally) {
            seeds += other.seeds
            steps += other.steps
            simulatedSeconds += other.simulatedSeconds
            boundaries += other.boundaries
            endings.merge(other.endings, uniquingKeysWith: +)
            failures += other.failures
        }
    }

    /// Runs them all.
    static func run(seeds: Range<UInt64>) async -> Tally {
        let workers = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
        let start = ContinuousClock.now
        var tally = await withTaskGroup(of: Tally.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var tally = Tally()
                    for seed in seeds where seed % workers == worker {
                        let result = Simulation.run(seed: seed)
                        if let violation = result.violations.first {
                            print("\(violation): \(Simulation.command(seed: seed))")
                        }
                        tally.add(result)
                    }
                    return tally
                }
            }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
        tally.took = .now - start
        return tally
    }
}
