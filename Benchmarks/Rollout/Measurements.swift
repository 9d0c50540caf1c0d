import Foundation
import Rollout
import RolloutSimulation

/// What the rollout promises in figures.
enum Measurements {
    /// Prints the page.
    static func write() throws {
        print("# The rollout\n")
        print("| what | median | 99th percentile | target |\n|---|---|---|---|")
        let disk = try JournalOnDisk.measure(count: 2000)
        print("| journal append with its fsync, \(disk.bytes) bytes on average | \(disk.ours.cells) | median < 5 ms |")
        print("| peer: the same bytes by Python's `os.write` and `os.fsync` | \(disk.peer.cells) | |")

        print("\n| random worlds, one core, \(seeds) seeds | measured | target |\n|---|---|---|")
        let start = ContinuousClock.now
        var simulated: Int64 = 0
        for seed in 1...seeds { simulated += Simulation.run(seed: seed).simulatedSeconds }
        let took = seconds(.now - start)
        print("| simulated time over real time | \(Int(Double(simulated) / took)) | >= 10000 |")
        print("| seeds a second | \(Int(Double(seeds) / took)) | |")

        print(
            "\nMixed state in a world in which everything takes what the plan expects. With a gate between the waves no wave"
        )
        print("begins before the one before is back.\n")
        print("| pool | planned | run | run with a gate |\n|---|---|---|---|")
        for row in PlannedAndRun.rows() { print(row.text) }
    }

    private static let seeds: UInt64 = 500

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
