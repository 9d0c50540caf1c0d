import FoundationEssentials
import SystemPackage

/// What `bwrap --json-status-fd` wrote: a JSON object a line.
///
/// It tells a program that failed from a sandbox that could not be set up: only the former has an exit code.
struct BubblewrapReport: Hashable, Sendable {
    /// The PID, on this machine, of the inner world's init: when it is gone, everything in that world is.
    var childPID: Int32?
    /// The program's status, 128 and a signal's number where a signal ended it.
    var exitCode: Int32?

    private struct Line: Decodable {
        var childPID: Int32?
        var exitCode: Int32?

        enum CodingKeys: String, CodingKey {
            case childPID = "child-pid"
            case exitCode = "exit-code"
        }
    }

    /// Reads the report, of which nothing is there when the sandbox did not come that far.
    init(file: FilePath) {
        guard let bytes = try? FileSystem.read(file, limit: 65_536) else { return }
        for text in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)) else { continue }
            childPID = line.childPID ?? childPID
            exitCode = line.exitCode ?? exitCode
        }
    }
}
