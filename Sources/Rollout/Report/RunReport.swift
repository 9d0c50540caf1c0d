/// What a run did, for people and auditors: made from its journal alone.
public struct RunReport: Codable, Hashable, Sendable {
    /// One host's part.
    public struct HostLine: Codable, Hashable, Sendable {
        public var host: String
        public var name: String
        public var state: HostPhase
        public var reason: String?
        /// Seconds since the epoch.
        public var begun: Int64?
        public var ended: Int64?
        public var bootBefore: String
        public var bootAfter: String
        /// `software_version` as the host told it.
        public var versionBefore: [String: String]
        public var versionAfter: [String: String]
        public var packagesBefore: [String: String]
        public var packagesAfter: [String: String]
        /// Whether the update was seen in effect.
        public var isUpdated: Bool
    }

    /// One VM's part.
    public struct VMLine: Codable, Hashable, Sendable {
        public var vm: String
        public var name: String
        public var moves: Int
        /// Seconds for which the run had it stopped, with consent; 0 for all others.
        public var downtime: Int64
    }

    public var run: String
    public var startedBy: String
    public var updates: [String]
    public var ending: Ending?
    /// Seconds since the epoch.
    public var started: Int64
    public var finished: Int64
    /// From the first host's update to the last one's return, in seconds.
    public var mixedSeconds: Int64
    /// What the plan expected, and the bound that no plan can better.
    public var plannedMixedSeconds: Int?
    public var lowerBound: Int?
    /// Seconds that hosts spent without the update, added up: from when it could be installed to the run's start, where
    /// that is known, and within the run.
    public var exposedBefore: Int64?
    public var exposedHostSeconds: Int64
    /// Hosts that are without it afterwards.
    public var stillExposed: [String]
    public var hosts: [HostLine]
    public var vms: [VMLine]
    public var obligations: [Obligation]
    /// What each of them is, in words.
    public var debts: [String]
    /// What did not go as planned.
    public var deviations: [String]
    public var events: [RunEvent]
    /// What is left to the operator: guests that the updates ask to be restarted, and for which there was no consent.
    public var outstanding: [String]
    /// The digest of the journal's last record: whoever keeps it can tell any later change, a cut end included.
    public var journalHead: String

    /// Reads it off a machine that has replayed a journal.
    public init(_ machine: RolloutMachine, journalHead: String) {
        let events = machine.events
        run = machine.spec?.run ?? ""
        startedBy = machine.spec?.startedBy ?? ""
        updates = machine.spec?.updates.map { "\($0.label) (\($0.uuid), SHA-256 \($0.sha256))" } ?? []
        if case .ended(let ending) = machine.stage { self.ending = ending }
        let start = events.first?.at ?? 0
        let end = events.last?.at ?? 0
        (started, finished) = (start, end)
        let changes = machine.hosts.compactMap(\.changed)
        let last = machine.hosts.filter { $0.changed != nil }.compactMap(\.ended).max() ?? end
        mixedSeconds = max(0, last - (changes.min() ?? last))
        plannedMixedSeconds = machine.plannedMixedSeconds
        lowerBound = machine.plannedLowerBound
        let old = machine.hosts.filter { $0.begun != nil || !$0.isNew }
        exposedHostSeconds = old.reduce(0) { $0 + max(0, ($1.isNew ? $1.ended ?? end : end) - start) }
        exposedBefore = machine.spec?.updates.compactMap(\.published).min().map { published in
            Int64(old.count) * max(0, start - published)
        }
        stillExposed = machine.hosts.filter { !$0.isNew }.map(\.name)
        hosts = machine.hosts.map { host in
            HostLine(
                host: host.id,
                name: host.name,
                state: host.phase,
                reason: host.reason,
                begun: host.begun,
                ended: host.ended,
                bootBefore: host.bootBefore,
                bootAfter: host.bootAfter,
                versionBefore: host.versionBefore,
                versionAfter: host.versionAfter,
                packagesBefore: host.packagesBefore,
                packagesAfter: host.packagesAfter,
                isUpdated: host.isNew
            )
        }
        vms = machine.view.vms.filter { $0.power == .running || Self.wasTouched($0.id, events) }.map { vm in
            VMLine(
                vm: vm.id,
                name: vm.name,
                moves: events.count { $0.kind == .move && $0.vm == vm.id },
                downtime: Self.downtime(vm.id, events)
            )
        }
        obligations = machine.obligations
        debts = machine.obligations.map { machine.describe($0.debt) }
        deviations = events.filter { $0.kind == .deviation || $0.kind == .hold || $0.kind == .controller }.map(\.text)
        deviations += machine.slowHosts
        self.events = events
        outstanding = machine.guestsToRestart.map { vm in
            "Restart VM \(vm.name)\(vm.host.flatMap { machine.view.host($0)?.name }.map { " on \($0)" } ?? ""): "
                + "an update asks for it, and it runs since before."
        }
        self.journalHead = journalHead
    }

    private static func wasTouched(_ vm: String, _ events: [RunEvent]) -> Bool {
        events.contains { $0.vm == vm && $0.kind != .precheck }
    }

    private static func downtime(_ vm: String, _ events: [RunEvent]) -> Int64 {
        var total: Int64 = 0
        var since: Int64?
        for event in events where event.vm == vm {
            if event.kind == .vmStopped { since = event.at }
            if event.kind == .vmStarted, let stopped = since {
                total += event.at - stopped
                since = nil
            }
        }
        if let since { total += (events.last?.at ?? since) - since }
        return total
    }
}
