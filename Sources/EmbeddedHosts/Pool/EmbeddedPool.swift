import Hosts
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A pool without hardware: each host is a directory tree below the pool's state, as `hosts/HOSTNAME`.
///
/// Packages, programs and their sandbox are real; restarts and migrations are modelled. All of it outlives the process.
public struct EmbeddedPool: HostPool {
    /// Which host a tree is.
    public struct HostIdentity: Hashable, Sendable {
        /// The host's uuid in the pool.
        public var uuid: String
        /// Its hostname, as ``HostName`` wants it.
        public var name: String

        /// Creates an identity.
        public init(uuid: String, name: String) {
            self.uuid = uuid
            self.name = name
        }
    }

    /// The hosts, in the order in which they were named: master first.
    public let hosts: [any Host]
    /// Where the pool's VMs run.
    public let hypervisor: any Hypervisor
    /// How programs are kept in their host's tree.
    public let sandboxKind: Sandbox.Kind
    /// Why hosts were set aside when the pool was opened, a sentence for each; none as a rule.
    public var setAside: [String] { hosts.compactMap { ($0 as? HostSetAside)?.refusal.description } }
    private let embedded: [EmbeddedHost]

    /// Opens the pool's hosts, and makes the trees of those that have none.
    ///
    /// A host whose name can not be one, or is another's as well, is set aside: it answers nothing but why. A host that was restarting when an earlier process ended goes on with it. One process at a time may have a pool open.
    ///
    /// - Parameters:
    ///   - state: absolute path of the folder of the pool's state; made if missing.
    ///   - identities: which hosts, master first.
    ///   - timing: how fast modelled time passes, and by which clock.
    ///   - sandbox: the only kind of sandbox to use; nil for what the environment variable `PITSTOP_SANDBOX` says, or else
    ///     the best one that works here.
    ///   - faults: what is to go wrong.
    /// - Throws: ``HostError/sandboxUnavailable(host:reason:)`` with what has to be installed,
    ///   ``HostError/diskFull(host:path:)``, or ``HostError/failed(host:reason:)``.
    public static func open(
        state: String,
        hosts identities: [HostIdentity],
        timing: Timing = Timing(),
        sandbox wanted: Sandbox.Kind? = nil,
        faults: Faults = .none
    ) async throws(HostError) -> EmbeddedPool {
        guard Set(identities.map(\.uuid)).count == identities.count else {
            throw .failed(host: "localhost", reason: "two hosts of the pool have the same uuid")
        }
        let root = FilePath(state)
        guard root.isAbsolute else { throw .failed(host: "localhost", reason: "\(state) is no absolute path") }
        do throws(Errno) { try FileSystem.makeFolders(root) } catch {
            throw HostError(error, host: "localhost", path: state)
        }
        let named = try kindFromEnvironment()
        let sandbox = try await Sandbox.detect(root: root, wanted: wanted ?? named)
        let problems = problems(identities)
        let folders = TreeFolders(root: root)
        try await Baseline(sandbox: sandbox).makeHosts(identities.filter { problems[$0.uuid] == nil }, folders)
        var hosts: [any Host] = []
        for identity in identities {
            if let problem = problems[identity.uuid] {
                hosts.append(HostSetAside(uuid: identity.uuid, name: identity.name, reason: problem))
                continue
            }
            hosts.append(
                try await EmbeddedHost(
                    uuid: identity.uuid,
                    name: identity.name,
                    folder: folders.folder(of: identity),
                    sandbox: sandbox,
                    timing: timing,
                    comesBack: !faults.hostsThatStayDown.contains(identity.uuid)
                )
            )
        }
        return EmbeddedPool(hosts: hosts, timing: timing, faults: faults, sandboxKind: sandbox.kind)
    }

    private init(hosts: [any Host], timing: Timing, faults: Faults, sandboxKind: Sandbox.Kind) {
        self.hosts = hosts
        self.sandboxKind = sandboxKind
        embedded = hosts.compactMap { $0 as? EmbeddedHost }
        let byUUID = Dictionary(embedded.map { ($0.uuid, $0) }, uniquingKeysWith: { first, _ in first })
        hypervisor = EmbeddedHypervisor(hosts: byUUID, timing: timing, faults: faults)
    }

    /// Ends what runs in the pool's hosts and returns when nothing does. Restarts under way go on when it is opened again.
    public func shutdown() async {
        for host in embedded { await host.close() }
    }

    /// The kind of sandbox that ``Sandbox/kindVariable`` names, nil where it is not set.
    static func kindFromEnvironment() throws(HostError) -> Sandbox.Kind? {
        guard let text = getenv(Sandbox.kindVariable).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        guard let kind = Sandbox.Kind(rawValue: text) else {
            let kinds = Sandbox.Kind.allCases.map(\.rawValue).joined(separator: " or ")
            throw .failed(
                host: "localhost",
                reason: "\(Sandbox.kindVariable) has to be \(kinds), not \(text.debugDescription)"
            )
        }
        return kind
    }

    /// Why hosts can not be opened, by their uuids. Of two of one name the first has it.
    private static func problems(_ identities: [HostIdentity]) -> [String: String] {
        var problems: [String: String] = [:]
        var names: [String] = []
        for identity in identities {
            problems[identity.uuid] = HostName.problem(with: identity.name, beside: names)
            names.append(identity.name)
        }
        return problems
    }
}
