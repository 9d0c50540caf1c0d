/// What a `pool.yaml` says: which hosts make up a pool, and how to reach them. `docs/pool-yaml.md` tells of every key.
public struct PoolFile: Hashable, Sendable {
    /// The pool's name.
    public var name: String
    /// How to log in to the hosts.
    public var ssh: Login
    /// The hosts, master first.
    public var hosts: [Machine]
    /// Storage that several hosts reach.
    public var storage: [Storage]
    /// Bridges that lead to the same network on several hosts.
    public var networks: [Network]
    /// Bounds for migrations, shutdowns and answers.
    public var limits: Limits
    /// VMs that belong together.
    public var groups: [Group]

    /// How OpenSSH logs in.
    public struct Login: Hashable, Sendable {
        /// A configuration file to use instead of the user's own.
        public var config: String?
        /// The file with the hosts' keys; nil for the user's own.
        public var knownHosts: String?
        /// The private key; nil for those of the agent and of the user.
        public var identity: String?
        /// Whether commands run by `sudo -n`, the account not being root's.
        public var sudo = false

        /// Creates a login with the user's own settings.
        public init() {}
    }

    /// One host.
    public struct Machine: Hashable, Sendable {
        /// Its uuid in the pool.
        public var uuid: String
        /// Its name in the pool.
        public var name: String
        /// Where the other hosts reach it.
        public var address: String
        /// What OpenSSH connects to: `USER@HOST`, or an alias of its configuration.
        public var ssh: String
        /// The port of its SSH server; nil for OpenSSH's choice.
        public var port: Int?
        /// The hypervisor's URI, as it is spelt on the host itself.
        public var libvirt: String
        /// The socket at which libvirt listens there.
        public var socket: String
        /// The URI by which the other hosts hand VMs over to it.
        public var peer: String
        /// Words that people gave the host.
        public var labels: [String]
    }

    /// Storage, known by the folder or prefix of what lies in it.
    public struct Storage: Hashable, Sendable {
        /// Its name in the pool.
        public var name: String
        /// Disks whose source begins with this lie in it.
        public var path: String
        /// The names of the hosts that reach it.
        public var hosts: [String]
    }

    /// A network, known by the bridge or libvirt network that leads to it.
    public struct Network: Hashable, Sendable {
        /// Its name in the pool.
        public var name: String
        /// The name of the bridge, or of libvirt's network.
        public var bridge: String
        /// The names of the hosts that reach it.
        public var hosts: [String]
    }

    /// Bounds for migrations, shutdowns and answers.
    public struct Limits: Hashable, Sendable {
        /// MiB per second that one migration may send; nil for no bound.
        public var bandwidth: Int?
        /// Seconds after which a migration is broken off.
        public var migrationTime = 1_800
        /// Whether a guest that writes faster than the link carries is slowed down until the migration ends.
        public var converge = true
        /// Seconds within which a host has to answer, or counts as away: more for slow or distant ones.
        public var answerTime = 20
        /// Seconds that a guest has to shut itself down when it is asked to; one that does not runs on.
        public var shutdownTime = 600

        /// Creates the default limits.
        public init() {}
    }

    /// VMs that belong together.
    public struct Group: Hashable, Sendable {
        /// The group's name.
        public var name: String
        /// Names or uuids of its VMs.
        public var vms: [String]
        /// How many of them must run undisturbed at any time; nil for VMs that must not share a host.
        public var available: Int?
    }
}
