/// The checks before a run: pure functions over the pool as it is. All problems are found at once.
public enum Prechecks {
    /// Every problem, in the order of the checks.
    public static func problems(_ view: PoolView, _ spec: RunSpec) -> [Problem] {
        let subject = Subject(view: view, spec: spec)
        let all =
            subject.specification() + subject.master() + subject.times() + subject.pool() + subject.hosts()
            + subject.disks() + subject.vms()
            + subject.capacity()
        return sorted(all)
    }

    /// In the order of the checks.
    public static func sorted(_ problems: [Problem]) -> [Problem] {
        problems.enumerated().sorted { a, b in
            (order[a.element.check] ?? 0, a.offset) < (order[b.element.check] ?? 0, b.offset)
        }.map(\.element)
    }

    private static let order = Dictionary(uniqueKeysWithValues: Check.allCases.enumerated().map { ($1, $0) })

    /// What is checked.
    struct Subject {
        let view: PoolView
        let spec: RunSpec

        /// Hosts that the run is about.
        var targets: [HostView] { view.hosts.filter { !spec.excluded.contains($0.id) && !spec.isSatisfied(by: $0) } }
        var labels: String { spec.title }
        /// Whether hosts have to be emptied at all.
        var emptiesHosts: Bool { spec.restart == .host }

        func name(_ host: String?) -> String { host.flatMap { view.host($0)?.name } ?? "no host" }

        /// Whether members would become newer than the master, were the master left out.
        var masterComesFirst: Bool {
            guard let master = view.hosts.first(where: \.isMaster), !spec.isSatisfied(by: master) else { return false }
            return !spec.allowsOlderMaster && targets.contains { !$0.isMaster }
        }

        /// Leaving a host out is a way out for members only, while the master lacks the update.
        func leavingOut(_ host: HostView) -> [Offer] {
            host.isMaster && masterComesFirst ? [] : [.leaveOut(host: host.id)]
        }
    }
}

extension Prechecks.Subject {
    /// What the operator asked for has to make sense in this pool.
    func specification() -> [Problem] {
        var found: [Problem] = []
        func refuse(_ text: String) { found.append(Problem(.specification, .blocking, text)) }
        if let nonsense = nonsense { refuse(nonsense) }
        if view.hosts.isEmpty { refuse("The pool has no hosts: there is nothing to do.") }
        for host in spec.excluded + spec.order where view.host(host) == nil {
            refuse("The pool has no host \(host): look up its hosts, and start the run again.")
        }
        if let canary = spec.policy.canary, view.host(canary.host) == nil {
            refuse("The canary \(canary.host) is no host of this pool: name one that is.")
        }
        if let canary = spec.policy.canary, let host = view.host(canary.host) {
            if spec.excluded.contains(host.id) { refuse("The canary \(host.name) is left out: name another host.") }
            if spec.isSatisfied(by: host), !view.hosts.allSatisfy(spec.isSatisfied) {
                refuse("The canary \(host.name) has the update already: name a host that is to be updated.")
            }
        }
        for consent in spec.consents where view.vm(consent.vm) == nil {
            refuse("The pool has no VM \(consent.vm), which may be stopped: look up its uuid.")
        }
        let leftOut = spec.excluded.compactMap { view.host($0) }
        for update in spec.updates where update.isForAllHosts == true {
            let lacking = leftOut.filter { !$0.applied.contains(update.uuid) }.map(\.name)
            guard !lacking.isEmpty else { continue }
            refuse(
                "\(update.label) has to be on every host of its pool (enforce_homogeneity), and \(lacking.joined(separator: ", ")) would be left "
                    + "out: include \(lacking.count == 1 ? "it" : "them")."
            )
        }
        for text in spec.unknownGuidance { found.append(Problem(.specification, .warning, text)) }
        return found
    }

    /// What contradicts itself in what was asked for, whatever the pool is like.
    private var nonsense: String? {
        switch spec.purpose {
        case .install: return spec.updates.isEmpty ? "No update was named: say which one is to be installed." : nil
        case .restart:
            if !spec.updates.isEmpty {
                return
                    "A rolling restart installs nothing: leave out \(spec.updates.map(\.label).joined(separator: ", ")), or "
                    + "begin a run that installs it."
            }
            if spec.mode == .manual { return "A rolling restart is the run's own work: leave out the manual mode." }
            return spec.policy.hasBarrier
                ? "A rolling restart applies nothing to wait after: leave out the barrier." : nil
        }
    }

    /// What would work against a run while it is on. Looked at before the run, and again before each host.
    func switches() -> [Problem] {
        guard emptiesHosts else { return [] }
        var found: [Problem] = []
        if view.haEnabled {
            let text = "High availability is on: hosts that restart would be fenced."
            found.append(Problem(.highAvailability, .blocking, text, fix: .disableHA(failures: view.haFailures)))
        }
        if view.wlbEnabled {
            let text = "Workload balancing is on: it would move VMs against the plan."
            found.append(Problem(.workloadBalancing, .blocking, text, fix: .disableWLB))
        }
        return found
    }

    /// High availability, workload balancing, other runs, the last backup.
    func pool() -> [Problem] {
        var found: [Problem] = []
        if let other = view.otherRun, other != spec.run {
            found.append(
                Problem(.otherRun, .blocking, "Run \(other) is active on this pool: wait for its end, or cancel it.")
            )
        }
        for work in view.others ?? [] where work.vm == nil {
            let text = "\(work.description): the run waits for its end before its first host."
            let problem = Problem(.otherRun, .warning, text, host: work.host)
            // A host that is at the same thing several times says it once.
            if !found.contains(problem) { found.append(problem) }
        }
        found += switches()
        let age = view.lastBackup.map { (view.taken - $0) / 86_400 }
        if let age, age >= 7 {
            found.append(
                Problem(
                    .backup,
                    .warning,
                    "The last backup of the pool's metadata is \(Int(age).of("day")) old: make a new one."
                )
            )
        } else if age == nil {
            found.append(
                Problem(
                    .backup,
                    .information,
                    "Nobody knows of a backup of the pool's metadata: make one before the \(spec.purpose.noun)."
                )
            )
        }
        let versions = Set(targets.map { $0.productVersion + " build " + $0.build })
        if versions.count > 1, spec.purpose == .install {
            let list = versions.sorted().joined(separator: ", ")
            found.append(Problem(.versions, .warning, "The hosts to be updated run different versions: \(list)."))
        }
        let updated = view.hosts.filter(spec.isSatisfied)
        if !updated.isEmpty, !targets.isEmpty {
            let names = updated.map(\.name).joined(separator: ", ")
            found.append(
                Problem(
                    .mixedState,
                    .warning,
                    "The pool is in mixed state already: \(names) \(updated.count == 1 ? "has" : "have") \(labels)."
                )
            )
        }
        return found
    }
}
