/// How a run is to be carried out.
public struct RunPolicy: Codable, Hashable, Sendable {
    /// Most hosts down at once; 0 leaves it to the plan.
    public var maxParallel = 0
    /// Hosts that may fail before the run holds; 0 holds at the first.
    public var maxFailedHosts = 0
    /// Whether each host waits for an operator's approval.
    public var approveEachHost = false
    /// The host that goes first after the master, and how long it is watched.
    public var canary: Canary?
    /// Seconds between two waves in which nothing is begun.
    public var soak: Int64 = 0
    /// When hosts may go down; empty means at any time.
    public var windows: [Window] = []
    /// Seconds since the epoch before which nothing is changed, by nobody's word; nil, as in journals of before there was this,
    /// begins at once.
    public var notBefore: Int64?
    /// Seconds since the epoch by which every host that was begun must be back.
    public var finishBy: Int64?
    /// Whether problems with a fix are fixed without asking; what is switched off is owed back.
    public var fixesProblems = true
    /// Whether VMs move back to where they were.
    public var goesHome = false
    /// Whether VMs move from fuller hosts to emptier ones once the hosts are done. Nil, as in journals of before this was asked,
    /// is no.
    public var balances: Bool?
    /// Whether the update is applied everywhere, and the run then waits for the operator, before any host restarts.
    public var hasBarrier = false
    /// Whether hosts may be updated although the master is not, which makes them newer than it: a newer member may not be
    /// able to talk to an older master. Nil, as in journals of before this was asked, is no.
    public var allowsOlderMaster: Bool?
    /// What must be well between two waves.
    public var gates: [Gate] = []
    /// The operator's own prechecks: what must be well before anything is changed. What they say is kept.
    public var scripts: [Gate] = []
    /// Programs of the operator's that pause something for as long as hosts are down, and have it go on afterwards: backups, a
    /// load balancer, alarms. Nil, as in journals of before there were any, is none.
    public var pairs: [Gate]?
    /// Seconds that one host takes from going down to being back, for windows and the deadline.
    public var expectedHostSeconds: Int64 = 900
    public var limits = Limits()

    /// The defaults.
    public init() {}

    /// The host that is watched before the others follow.
    public struct Canary: Codable, Hashable, Sendable {
        public var host: String
        /// Seconds.
        public var soak: Int64

        public init(host: String, soak: Int64) {
            self.host = host
            self.soak = soak
        }
    }

    /// A time in which hosts may go down, in seconds since the epoch.
    public struct Window: Codable, Hashable, Sendable {
        public var start: Int64
        public var end: Int64

        public init(start: Int64, end: Int64) {
            self.start = start
            self.end = end
        }
    }

    /// How long the run waits before it says that something is wrong, in seconds.
    public struct Limits: Codable, Hashable, Sendable {
        /// For a host to come back.
        public var hostReturn: Int64 = 1200
        /// For one live migration.
        public var move: Int64 = 3600
        /// For a package's precheck.
        public var precheck: Int64 = 900
        /// For applying one package to one host.
        public var apply: Int64 = 3900
        /// For storage to be plugged after a restart.
        public var storage: Int64 = 300
        /// For everything that should be quick.
        public var call: Int64 = 180
        /// For a VM to be suspended, shut down, resumed or started.
        public var stop: Int64 = 1200
        /// Between two looks at something that is awaited.
        public var poll: Int64 = 10
        /// Attempts at one migration before the run holds.
        public var moveAttempts = 3

        /// The defaults.
        public init() {}
    }
}

/// Something that must be well before the run begins, or before its next wave does.
public struct Gate: Codable, Hashable, Sendable {
    /// How it is asked.
    public enum Kind: Codable, Hashable, Sendable {
        /// A command of the operator's, run without a shell; status 0 is green.
        case command(path: String, arguments: [String])
        /// Something accepts connections.
        case tcp(host: String, port: Int)
        /// A page answers with a status from 200 to 299.
        case http(url: String)
        /// So many of these VMs run.
        case availability(vms: [String], minimum: Int)
    }

    public var name: String
    public var kind: Kind
    /// Seconds until no answer counts as red.
    public var timeout: Int64

    public init(name: String, kind: Kind, timeout: Int64 = 30) {
        self.name = name
        self.kind = kind
        self.timeout = timeout
    }
}
