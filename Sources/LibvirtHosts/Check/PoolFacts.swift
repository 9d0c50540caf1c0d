import Hosts

/// What all hosts of a pool say of themselves, asked at the same time.
public struct PoolFacts: Sendable {
    /// One host's facts.
    public struct Line: Encodable, Sendable {
        /// The host's name.
        public var host: String
        /// Why there are no others, nil where there are.
        public var problem: String?
        public var bootID = ""
        /// Bytes.
        public var memory: Int64 = 0
        public var cpus = 0
        public var cpu = ""
        public var features: [String] = []
        /// Bytes below `/var/patch`.
        public var free: Int64 = 0
        /// Seconds by which the host's clock is ahead of ours.
        public var clockOffset = 0.0
        /// In the words of `host.software_version`.
        public var software: [String: String] = [:]
        /// What it lacks for an update.
        public var obstacles: [String] = []
    }

    /// In the order of the file.
    public let lines: [Line]

    /// Asks the hosts of a pool.
    public init(_ pool: LibvirtPool) async {
        lines = await withTaskGroup(of: (Int, Line).self) { group in
            for (index, host) in pool.machines.enumerated() { group.addTask { (index, await Self.line(host)) } }
            var found: [(Int, Line)] = []
            for await line in group { found.append(line) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func line(_ host: LibvirtHost) async -> Line {
        var line = Line(host: host.name)
        do throws(HostError) {
            let found = try await host.remoteFacts()
            line.bootID = found.facts.bootID
            (line.memory, line.cpus, line.cpu) = (found.memory, found.cpuCount, found.cpuModel)
            (line.features, line.clockOffset) = (found.cpuFeatures, found.clockOffset)
            (line.free, line.obstacles) = (found.facts.freeBytes, found.facts.obstacles)
            line.software = found.facts.softwareVersion
        } catch {
            line.problem = error.description
        }
        return line
    }
}
