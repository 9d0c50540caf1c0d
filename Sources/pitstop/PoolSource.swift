import ArgumentParser

/// Where a pool and its hosts come from.
enum PoolSource: ExpressibleByArgument, CustomStringConvertible {
    /// Embedded hosts: so many; nil for as many as there are, or ``usualHosts`` in a new pool.
    case embedded(hosts: Int?)
    /// A `state.db` or what `pool-dump-database` wrote.
    case dump(path: String)
    /// Real hosts, as a `pool.yaml` describes them.
    case libvirt(path: String)
    /// A pool that speaks XenAPI itself, as a file tells how to reach it.
    case xenapi(path: String)

    /// The hosts of a new embedded pool.
    static let usualHosts = 3
    /// More hosts than this are no demonstration any more.
    private static let mostHosts = 256

    init?(argument: String) {
        let words = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count) {
        case ("embedded", 1): self = .embedded(hosts: nil)
        case ("embedded", 2):
            guard let hosts = Int(words[1]), (1...Self.mostHosts).contains(hosts) else { return nil }
            self = .embedded(hosts: hosts)
        case ("dump", 2):
            guard !words[1].isEmpty else { return nil }
            self = .dump(path: words[1])
        case ("libvirt", 2):
            guard !words[1].isEmpty else { return nil }
            self = .libvirt(path: words[1])
        case ("xenapi", 2):
            guard !words[1].isEmpty else { return nil }
            self = .xenapi(path: words[1])
        default: return nil
        }
    }

    var description: String {
        switch self {
        case .embedded(let hosts): hosts.map { "embedded:\($0)" } ?? "embedded"
        case .dump(let path): "dump:\(path)"
        case .libvirt(let path): "libvirt:\(path)"
        case .xenapi(let path): "xenapi:\(path)"
        }
    }

    var defaultValueDescription: String { description }
}
