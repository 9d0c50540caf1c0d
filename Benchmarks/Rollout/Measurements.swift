import Foundation
import Rollout
import RolloutSimulation

/// What the rollout promises in figures.
enum Measurements {
    /// Prints the page.
    static func write() throws {
        print("# The rollout\n")
        print("| what | measured | target |\n|---|---|---|")
        let appends = try appendSeconds(count: 2000)
        print("| journal append with fsync, median | \(milliseconds(appends[appends.count / 2])) | < 5 ms |")
        print("| journal append with fsync, 99th percentile | \(milliseconds(appends[appends.count * 99 / 100])) | |")
        let bare = try bareWriteSeconds(count: 2000)
        print("| peer: write and fsync of the same bytes, nothing else | \(milliseconds(bare[bare.count / 2])) | |")
        let (simulated, real) = simulate(seeds: 200)
        print("| simulated time over real time, one core, 200 seeds | \(Int(Double(simulated) / real)) | >= 10000 |")
        for hosts in [16, 64] {
            let start = ContinuousClock.now
            let result = World(Scenario(hosts: hosts)).run()
            let took = seconds(.now - start)
            let text = "\(Int(took * 1000)) ms for \(result.simulatedSeconds) s"
            print("| a whole run on \(hosts) hosts, planned and simulated | \(text), \(result.boundaries) records | |")
        }
    }

    /// Seconds of each append of a usual record to a journal on disk, sorted.
    private static func appendSeconds(count: Int) throws -> [Double] {
        try withFolder { folder in
            var journal = Journal(digest: Journal.sha256)
            var file = try JournalFile.create(folder + "/run.journal")
            var times: [Double] = []
            for number in 0..<count {
                let input = Input.result(
                    OperationID(run: "run", number: number),
                    .done,
                    at: Moment(wall: 1_325_462_400 + Int64(number), steady: Int64(number))
                )
                let start = ContinuousClock.now
                try file.append(try journal.append(.input(input)))
                times.append(seconds(.now - start))
            }
            return times.sorted()
        }
    }

    private static func bareWriteSeconds(count: Int) throws -> [Double] {
        try withFolder { folder in
            let path = folder + "/bare"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            let line = Data(repeating: 0x61, count: 200)
            var times: [Double] = []
            for _ in 0..<count {
                let start = ContinuousClock.now
                try handle.write(contentsOf: line)
                try handle.synchronize()
                times.append(seconds(.now - start))
            }
            return times.sorted()
        }
    }

    private static func simulate(seeds: UInt64) -> (simulated: Int64, real: Double) {
        let start = ContinuousClock.now
        var simulated: Int64 = 0
        for seed in 1...seeds { simulated += Simulation.run(seed: seed).simulatedSeconds }
        return (simulated, seconds(.now - start))
    }

    private static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rollout-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100_000).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
    }
}
