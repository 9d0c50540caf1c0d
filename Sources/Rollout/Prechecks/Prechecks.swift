/// The checks before a run: pure functions over the pool as it is. All problems are found at once.
public enum Prechecks {
    /// Every problem, in the order of the checks.
    public static func problems(_ view: PoolView, _ spec: RunSpec) -> [Problem] {
        let subject = Subject(view: view, spec: spec)
        let all =
            subject.specification() + subject.pool() + subject.hosts() + subject.disks() + subject.vms()
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

        /// Hosts that are to be updated.
        var targets: [HostView] { view.hosts.filter { !spec.excluded.contains($0.id) && !$0.has(spec.updates) } }
        var labels: String { spec.updates.map(\.label).joined(separator: ", ") }
        /// Whether hosts have to be emptied at all.
        var emptiesHosts: Bool { spec.restart == .host }

        func name(_ host: String?) -> String { host.flatMap { view.host($0)?.name } ?? "no host" }
    }
}

extension Prechecks.Subject {
    /// What the operator asked for has to make sense in this pool.
    func specification() -> [Problem] {
        var found: [Problem] = []
        func refuse(_ text: String) { found.append(Problem(.specification, .blocking, text)) }
        if spec.updates.isEmpty { refuse("No update was named: say which one is to be installed.") }
        if view.hosts.isEmpty { refuse("The pool has no hosts: there is nothing to update.") }
        for host in spec.excluded + spec.order where view.host(host) == nil {
            refuse("The pool has no host \(host): look up its hosts, and start the run again.")
        }
        if let canary = spec.policy.canary, view.host(canary.host) == nil {
            refuse("The canary \(canary.host) is no host of this pool: name one that is.")
        }
        if let canary = spec.policy.canary, let host = view.host(canary.host) {
            if spec.excluded.contains(host.id) { refuse("The canary \(host.name) is left out: name another host.") }
            if host.has(spec.updates), !view.hosts.allSatisfy({ $0.has(spec.updates) }) {
                refuse("The canary \(host.name) has the update already: name a host that is to be updated.")
            }
        }
        if let finishBy = spec.policy.finishBy, finishBy <= view.taken {
            refuse("The time by which the run has to be over has passed: give one that is to come.")
        }
        if let last = spec.policy.windows.map(\.end).max(), last <= view.taken {
            refuse("The last maintenance window is over: give one that is to come.")
        }
        for consent in spec.consents where view.vm(consent.vm) == nil {
            refuse("The pool has no VM \(consent.vm), which may be stopped: look up its uuid.")
        }
        for window in spec.policy.windows where window.end <= window.start {
            refuse("A maintenance window ends before it begins: give its start first.")
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
        if emptiesHosts, view.haEnabled {
            let fix = Fix.disableHA(failures: view.haFailures)
            found.append(
                Problem(
                    .highAvailability,
                    .blocking,
                    "High availability is on: hosts that restart would be fenced.",
                    fix: fix
                )
            )
        }
        if emptiesHosts, view.wlbEnabled {
            found.append(
                Problem(
                    .workloadBalancing,
                    .blocking,
                    "Workload balancing is on: it would move VMs against the plan.",
                    fix: .disableWLB
                )
            )
        }
        let age = view.lastBackup.map { (view.taken - $0) / 86_400 }
        if let age, age >= 7 {
            found.append(
                Problem(.backup, .warning, "The last backup of the pool's metadata is \(age) days old: make a new one.")
            )
        } else if age == nil {
            found.append(
                Problem(
                    .backup,
                    .information,
                    "Nobody knows of a backup of the pool's metadata: make one before the update."
                )
            )
        }
        let versions = Set(targets.map { $0.productVersion + " build " + $0.build })
        if versions.count > 1 {
            let list = versions.sorted().joined(separator: ", ")
            found.append(Problem(.versions, .warning, "The hosts to be updated run different versions: \(list)."))
        }
        let updated = view.hosts.filter { $0.has(spec.updates) }
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

    /// Each host: alive, enabled, storage, licence, clock, what was applied before.
    func hosts() -> [Problem] {
        var found: [Problem] = []
        for host in view.hosts where host.has(spec.updates) && !spec.updates.isEmpty {
            found.append(
                Problem(
                    .alreadyApplied,
                    .information,
                    "\(host.name) has \(labels) already and is left as it is.",
                    host: host.id
                )
            )
        }
        for host in targets {
            guard host.isLive else {
                found.append(
                    Problem(
                        .liveness,
                        .blocking,
                        "\(host.name) does not answer: start it, or leave it out.",
                        host: host.id,
                        offers: [.leaveOut(host: host.id)]
                    )
                )
                continue
            }
            for obstacle in host.obstacles {
                found.append(
                    Problem(
                        .liveness,
                        .blocking,
                        "\(host.name) can not be updated: \(obstacle).",
                        host: host.id,
                        offers: [.leaveOut(host: host.id)]
                    )
                )
            }
            if !host.isEnabled {
                found.append(
                    Problem(
                        .liveness,
                        .blocking,
                        "\(host.name) is in maintenance mode.",
                        host: host.id,
                        fix: .enableHost(host: host.id)
                    )
                )
            }
            if !host.unpluggedStorage.isEmpty {
                let names = host.unpluggedStorage.joined(separator: ", ")
                found.append(
                    Problem(
                        .storage,
                        .blocking,
                        "Storage \(names) is not plugged on \(host.name).",
                        host: host.id,
                        fix: .plugStorage(host: host.id)
                    )
                )
            }
            if !host.isLicensed {
                found.append(
                    Problem(
                        .licence,
                        .blocking,
                        "The licence of \(host.name) does not allow updates: renew it.",
                        host: host.id
                    )
                )
            }
            if abs(host.clockSkew) > 60 {
                found.append(
                    Problem(
                        .clocks,
                        .warning,
                        "The clock of \(host.name) is \(abs(host.clockSkew)) s off: set up NTP.",
                        host: host.id
                    )
                )
            }
            let others = host.awaitingRestart.filter { uuid in !spec.updates.contains { $0.uuid == uuid } }
            if !others.isEmpty {
                let absorbs = spec.restart == .host
                found.append(
                    Problem(
                        .pendingRestart,
                        absorbs || !host.isMaster ? .warning : .blocking,
                        absorbs
                            ? "\(host.name) waits for a restart for \(others.count) earlier updates; this run's restart does it."
                            : "\(host.name) waits for a restart for \(others.count) earlier updates: restart it first.",
                        host: host.id
                    )
                )
            }
        }
        return found
    }

    /// Room for the packages: twice their size on every host, and on the master once more for the uploads.
    func disks() -> [Problem] {
        let size = spec.updates.reduce(0) { $0 + $1.installationSize }
        return targets.compactMap { host in
            let needed = size * (host.isMaster ? 3 : 2)
            guard host.isLive, host.freeBytes < needed else { return nil }
            let text =
                "\(host.name) has \(host.freeBytes >> 20) MiB free where packages are unpacked and needs \(needed >> 20): "
                + "remove files of earlier updates."
            return Problem(.diskSpace, .blocking, text, host: host.id)
        }
    }
}
