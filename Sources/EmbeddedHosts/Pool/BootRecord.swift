import FoundationEssentials
import SystemPackage

/// What a host remembers of its boots, in a file beside its tree that no program of the host can reach.
struct BootRecord: Codable, Hashable, Sendable {
    /// Whether the host is up.
    enum Phase: Codable, Hashable, Sendable {
        case up
        /// It is on its way down and up again since that moment, in seconds since the epoch.
        case restarting(since: Double)
        /// It was switched off, and stays so until it is switched on.
        case off
    }

    /// Whose tree this is, by the host's uuid; nil in records of old.
    var host: String?
    var phase: Phase
    var bootID: String
    /// Seconds since the epoch.
    var bootTime: Int64
    /// Seconds since the epoch.
    var agentStartTime: Int64
    /// The versions that this boot put in effect.
    var softwareVersion: [String: String]

    /// The record in a file, or nil if there is none that can be read.
    static func read(_ file: FilePath) -> BootRecord? {
        guard let bytes = try? FileSystem.read(file, limit: 1 << 20) else { return nil }
        return try? JSONDecoder().decode(BootRecord.self, from: Data(bytes))
    }

    /// Writes the record, on the disk when this returns.
    func write(_ file: FilePath) throws(Errno) {
        guard let bytes = try? JSONEncoder().encode(self) else { throw .invalidArgument }
        try FileSystem.replace(file, with: Array(bytes))
    }
}
