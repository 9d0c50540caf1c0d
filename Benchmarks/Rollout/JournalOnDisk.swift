import Foundation
import Rollout

/// How long a record of the journal takes to reach the disk, beside a peer that writes the same bytes to the same disk.
enum JournalOnDisk {
    /// Seconds of single writes.
    struct Times {
        var median: Double
        var percentile99: Double

        init(_ times: [Double]) {
            let sorted = times.sorted()
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            percentile99 = sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
        }

        var cells: String { [median, percentile99].map(Self.milliseconds).joined(separator: " | ") }

        private static func milliseconds(_ seconds: Double) -> String {
            let hundredths = Int((seconds * 100_000).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
        }
    }

    /// Writes `count` usual records, in turns with the peer, so that both meet the disk in the same states.
    static func measure(count: Int) throws -> (ours: Times, peer: Times, bytes: Int) {
        // Beside the build, because a temporary folder may lie in memory.
        let folder = FileManager.default.currentDirectoryPath + "/.build/rollout-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var journal = Journal(digest: Journal.sha256)
        let file = try JournalFile.create(folder + "/run.journal")
        var (ours, peer): ([Double], [Double]) = ([], [])
        let turns = 4
        for turn in 0..<turns {
            for number in 0..<count / turns {
                let input = Input.result(
                    OperationID(run: "run", number: turn * count + number),
                    .done,
                    at: Moment(wall: 1_325_462_400 + Int64(number), steady: Int64(number))
                )
                let start = ContinuousClock.now
                try file.append(try journal.append(.input(input)))
                ours.append(Measurements.seconds(.now - start))
            }
            peer += try python(lines: folder + "/run.journal", to: folder + "/peer-\(turn)", count: count / turns)
        }
        let size = try FileManager.default.attributesOfItem(atPath: folder + "/run.journal")[.size] as? Int
        return (Times(ours), Times(peer), (size ?? 0) / max(1, ours.count))
    }

    /// The last lines of a file, written again by Python: seconds of each write with its fsync.
    private static func python(lines: String, to path: String, count: Int) throws -> [Double] {
        let script = """
            import os, sys, time
            lines = open(sys.argv[1], 'rb').read().splitlines(True)[-int(sys.argv[3]):]
            to = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for line in lines:
                start = time.perf_counter()
                os.write(to, line)
                os.fsync(to)
                print(time.perf_counter() - start)
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, lines, path, String(count)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PeerFailed(status: process.terminationStatus) }
        return String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { Double($0) }
    }

    struct PeerFailed: Error, CustomStringConvertible {
        var status: Int32
        var description: String { "python3, the peer, ended with status \(status): install it, and measure again." }
    }
}
