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
        /// Whether the update was seen in effect, or the host to have restarted.
        public var isUpdated: Bool
    }

    /// One VM's part.
    public struct VMLine: Codable, Hashable, Sendable {
        public var vm: String
        public var name: String
        public var moves: Int
        /// Seconds for which it did not run: because the run had it stopped, with consent, or as far as the run saw it,
        /// because of somebody else.
        public var downtime: Int64
        /// Whether it runs, and where, as `running on xs1` or `halted`; before the run and at its end. Nil where the run did
        /// not see it.
        public var before: String?
        public var after: String?
    }

    /// The pool's name.
    public var pool: String
    public var run: String
    public var startedBy: String
    public var updates: [String]
    /// What the run did to the hosts; nil in reports of before it could do anything but install.
    public var purpose: RunPurpose?
    public var ending: Ending?
    /// Seconds since the epoch.
    public var started: Int64
    public var finished: Int64
    /// From the first host's update until all hosts of the pool ran it, or the run ended, in seconds; of a rolling restart
    /// from the first restart to the last host's return.
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
        pool = machine.view.name
        run = machine.spec?.run ?? ""
        startedBy = machine.spec?.startedBy ?? ""
        updates = machine.spec?.updates.map { "\($0.label) (\($0.uuid), SHA-256 \($0.sha256))" } ?? []
        purpose = machine.purpose
        if case .ended(let ending) = machine.stage { self.ending = ending }
        let start = events.first?.at ?? 0
        let end = events.last?.at ?? 0
        (started, finished) = (start, end)
        mixedSeconds = machine.mixedState(now: end).seconds
        plannedMixedSeconds = machine.plannedMixedSeconds
        lowerBound = machine.plannedLowerBound
        // Who only restarts is exposed to nothing that a restart would mend.
        let exposed = machine.purpose == .install ? machine.hosts : []
        let old = exposed.filter { $0.begun != nil || !$0.isNew }
        exposedHostSeconds = old.reduce(0) { $0 + max(0, ($1.isNew ? $1.ended ?? end : end) - start) }
        exposedBefore = machine.spec?.updates.compactMap(\.published).min().map { published in
            Int64(old.count) * max(0, start - published)
        }
        stillExposed = exposed.filter { !$0.isNew }.map(\.name)
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
        vms = Self.vms(machine)
        obligations = machine.obligations
        debts = machine.obligations.map { machine.describe($0.debt) }
        let kinds: Set<RunEvent.Kind> = [.deviation, .hold, .controller, .vmLost]
        deviations = events.filter { kinds.contains($0.kind) }.map(\.text)
        deviations += machine.slowHosts + Self.offAtTheEnd(machine)
        if machine.stage.isEnded {
            for obligation in machine.obligations where obligation.state == .open {
                let reason = obligation.reason.map { " " + $0.asSentence } ?? ""
                deviations.append("Not given back: \(machine.describe(obligation.debt)).\(reason)")
            }
        }
        self.events = events
        outstanding = machine.guestsToRestart.map { vm in
            "Restart VM \(vm.name)\(vm.host.flatMap { machine.view.host($0)?.name }.map { " on \($0)" } ?? ""): "
                + "an update asks for it, and it runs since before."
        }
        outstanding += machine.undoneGuidance
        self.journalHead = journalHead
    }
}
