import Crypto
import Foundation

/// What an operator asks of a fleet: the first input of a fleet run.
public struct FleetSpec: Codable, Hashable, Sendable {
    /// The fleet run's own id.
    public var run: String
    /// Who started it.
    public var startedBy: String
    /// What is installed; nil where hosts are only restarted.
    public var update: FleetUpdate?
    /// Options of each pool's run, as `rollout.start` takes them.
    public var options: [String: String]
    /// In this order, each after the one before.
    public var rings: [Ring]
    /// Most pools of the fleet whose runs go on at once.
    public var atOnce: Int
    /// Pools that may fail before nothing new is begun any more.
    public var failedPools: Int
    /// Hosts that may fail, in all pools together.
    public var failedHosts: Int
    /// What is done about pools that can not begin.
    public var policy: FleetPolicy

    /// A part of the fleet that goes together.
    public struct Ring: Codable, Hashable, Sendable {
        public var name: String
        /// Names of its pools, in the order in which they begin.
        public var pools: [String]
        /// Those of them that go before the others.
        public var canaries: [String]
        /// Seconds for which its pools are left alone once they are done, before anything else begins.
        public var soak: Int64
        /// Most of its pools at once.
        public var atOnce: Int
        /// Whether it begins only after somebody has approved it.
        public var needsApproval: Bool
        /// When its pools may begin; empty for at any time.
        public var windows: [FleetWindow]
        /// The name of the time zone that the windows are meant in.
        public var zone: String

        /// Creates a ring.
        public init(
            name: String,
            pools: [String],
            canaries: [String] = [],
            soak: Int64 = 0,
            atOnce: Int = .max,
            needsApproval: Bool = false,
            windows: [FleetWindow] = [],
            zone: String = "UTC"
        ) {
            (self.name, self.pools, self.canaries) = (name, pools, canaries)
            (self.soak, self.atOnce, self.needsApproval) = (soak, atOnce, needsApproval)
            (self.windows, self.zone) = (windows, zone)
        }
    }

    /// Creates a specification.
    public init(
        run: String,
        startedBy: String,
        update: FleetUpdate?,
        options: [String: String] = [:],
        rings: [Ring],
        atOnce: Int = 1,
        failedPools: Int = 0,
        failedHosts: Int = 0,
        policy: FleetPolicy = FleetPolicy()
    ) {
        (self.run, self.startedBy, self.update, self.options) = (run, startedBy, update, options)
        (self.rings, self.atOnce) = (rings, atOnce)
        (self.failedPools, self.failedHosts, self.policy) = (failedPools, failedHosts, policy)
    }

    /// The id of a pool's run: always the same, so that a pool that is asked again has not to begin another.
    ///
    /// - Parameter pool: the pool's name.
    public func run(at pool: String) -> String {
        let digest = SHA256.hash(data: Data("\(run)\u{0}\(pool)".utf8))
        var bytes = Array(digest.prefix(16))
        // As RFC 9562 has one of one's own making: version 8.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return NSUUID(uuidBytes: bytes).uuidString.lowercased()
    }

    /// What it does, for a heading.
    public var title: String { update?.label ?? "rolling restart" }
}

/// An update as a fleet knows it.
public struct FleetUpdate: Codable, Hashable, Sendable {
    /// Its uuid, or its name where that is all that is known.
    public var id: String
    /// What people call it.
    public var label: String
    /// The package, for pools that lack it; nil where none was given.
    public var package: String?
    /// The package's SHA-256 when the run was asked for: only these bytes are sent to any pool.
    public var sha256: String?

    /// Creates an update.
    public init(id: String, label: String, package: String? = nil, sha256: String? = nil) {
        (self.id, self.label, self.package, self.sha256) = (id, label, package, sha256)
    }
}

/// What is done about a pool that can not begin.
public struct FleetPolicy: Codable, Hashable, Sendable {
    /// Leave it out, or look again until it can.
    public enum Remedy: String, Codable, Hashable, Sendable, CaseIterable {
        case skip, wait
    }

    /// A run goes on there that is not ours.
    public var running: Remedy
    /// It does not answer.
    public var unreachable: Remedy
    /// It lacks the package, and none was given.
    public var lacking: Remedy
    /// Its prechecks fail.
    public var prechecks: Remedy
    /// Seconds after which a pool is waited for no longer.
    public var patience: Int64

    /// The usual policy: what passes by itself is waited for, what somebody has to do is left out and told.
    public init(
        running: Remedy = .wait,
        unreachable: Remedy = .wait,
        lacking: Remedy = .skip,
        prechecks: Remedy = .skip,
        patience: Int64 = 86_400
    ) {
        (self.running, self.unreachable, self.lacking) = (running, unreachable, lacking)
        (self.prechecks, self.patience) = (prechecks, patience)
    }

    /// What is done about an obstacle; nil for one that nothing can be done about from here.
    func remedy(for kind: Obstacle.Kind) -> Remedy? {
        switch kind {
        case .running: running
        case .unreachable: unreachable
        case .lacking: lacking
        case .prechecks: prechecks
        case .refused: nil
        }
    }
}
