import Rollout

/// What must hold at every step, checked against the world as it truly is.
extension World {
    /// Before an effect is done.
    func checkBefore(_ effect: Effect) {
        guard !effect.isQuestion else { return }
        checkAllowed(effect.action)
        switch effect.action {
        case .move(let vm, let from, let to):
            // What somebody else has just changed, the run can not know.
            guard strangeVMs.isDisjoint(with: pool.residents(to).map(\.id) + [vm]),
                strangeHosts.isDisjoint(with: [from, to])
            else { return }
            guard let subject = pool.vm(vm), let source = pool.host(from), let target = pool.host(to) else {
                return violate("a move names a VM or host that is not there")
            }
            if pool.used(to) + pool.vms[subject].memory > pool.hosts[target].memory, pool.moves[vm] == nil,
                pool.vms[subject].host != to
            {
                violate("capacity: \(vm) does not fit on \(to)")
            }
            for host in [from, to] where down.contains(host) {
                violate("\(vm) moves from \(from) to \(to), and \(host) is down")
            }
            // One that was mended while it runs has the version that it had: it counts from where the run has seen it.
            let isMended = pool.hosts[source].isMended == true && machine?.hosts.first { $0.id == from }?.isNew != true
            if isNew(pool.hosts[source]), !isMended, !isNew(pool.hosts[target]) {
                violate("\(vm) moves from the updated \(from) to the older \(to)")
            }
            if let master = pool.master, !master.isUp, down.contains(master.id) {
                violate("\(vm) moves while the master is down")
            }
        case .restartHost(let host, _): checkParallel(adding: host)
        default: break
        }
    }

    func isNew(_ host: SimulatedHost) -> Bool {
        guard scenario.spec.purpose == .install else {
            let before = scenario.pool.host(host.id).map { scenario.pool.hosts[$0].boots } ?? host.boots
            return ledger.restarted.contains(host.id) && host.boots > before
        }
        return updates.allSatisfy {
            host.running.contains($0.uuid) && host.packages.contains($0.uuid) && host.stamps.contains($0.uuid)
        }
    }

    /// Hosts that are down together must be hosts that the plan has down at one moment, and no more than allowed.
    private func checkParallel(adding host: String) {
        guard let machine else { return }
        let failed = Set(machine.hosts.filter { $0.phase == .failed || $0.phase == .skipped }.map(\.id))
        let together = down.subtracting(failed).subtracting(strangeHosts).union([host])
        guard together.count > 1 else { return }
        let most = scenario.spec.policy.maxParallel
        if most > 0, together.count > most { violate("\(together.count) hosts are down at once: \(together.sorted())") }
        if let master = pool.master, together.contains(master.id), !isMasterUnknown {
            violate("the master is down with others")
        }
        guard let plan = machine.plan else { return violate("\(together.sorted()) are down together without a plan") }
        let planned = plan.steps.filter { if case .update(let id) = $0.work { together.contains(id) } else { false } }
        let (lastStart, firstEnd) = (planned.map(\.start).max() ?? 0, planned.map(\.end).min() ?? 0)
        if planned.count < together.count || lastStart >= firstEnd {
            violate("\(together.sorted()) are down together, which the plan never has: \(plan.waves)")
        }
    }

    /// After every event.
    func checkAlways() {
        for host in pool.hosts where pool.used(host.id) > host.memory {
            violate("capacity: \(host.id) holds \(pool.used(host.id)) MiB of \(host.memory)")
        }
        checkApart()
        guard let machine, machine.spec != nil else { return }
        let open = Set(machine.obligations.filter { $0.state == .open }.map(\.debt))
        for debt in owed where !open.contains(debt) { violate("an obligation is lost: \(debt)") }
    }

    /// Every claim of success must be true when it is made.
    func checkClaims() {
        guard let machine else { return }
        for host in machine.hosts where host.phase == .done && host.begun != nil && !claimed.contains(host.id) {
            claimed.insert(host.id)
            guard let index = pool.host(host.id) else { continue }
            let truth = pool.hosts[index]
            if !isNew(truth) { violate("\(host.id) is claimed to be updated, and is not") }
            if truth.lacksStorage { violate("\(host.id) is claimed to have its storage") }
            if truth.isEnabled == host.isMaintained { violate("\(host.id) is claimed to be enabled") }
        }
    }

    /// Once nothing happens any more.
    func checkEnd() {
        guard let machine else { return violate("no controller came back") }
        if case .ended(let ending) = machine.stage {
            checkEvidence(machine, ending)
            if let foretold, ending == .cancelled, scenario.faults == .none, scenario.crash == nil, everStrange.isEmpty
            {
                let updated = Set(machine.hosts.filter(\.isNew).map(\.name))
                if updated != Set(foretold.updated + foretold.finished) {
                    violate("cancelling left \(updated.sorted()) updated, and \(foretold) was foretold")
                }
            }
        } else if machine.waitsFor.isEmpty {
            violate("the run neither ended nor holds with a reason: \(machine.stage)")
        }
        let open = Set(machine.obligations.filter { $0.state == .open }.map(\.debt))
        for debt in owed where !open.contains(debt) { violate("at the end an obligation is lost: \(debt)") }
        for vm in pool.vms where vm.power != .running && !vm.isStoppedByHand {
            let isShown = open.contains { if case .vmRunning(vm.id, _, _) = $0 { true } else { false } }
            if !isShown { violate("VM \(vm.id) does not run at the end, and nobody says so") }
        }
    }

    func result() -> SimulationResult {
        let hosts = pool.hosts.map { host in
            "\(host.id):\(host.running.sorted().joined(separator: "+"))\(host.isEnabled ? "" : " disabled")"
        }
        let stopped = pool.vms.filter { $0.power != .running }.map(\.id)
        var ending: Ending?
        if case .ended(let how) = machine?.stage { ending = how }
        let summary =
            "\(ending.map(\.rawValue) ?? "open"); \(hosts.joined(separator: ", ")); stopped \(stopped); "
            + "HA \(pool.haEnabled); WLB \(pool.wlbEnabled); owed \(owed.count)"
        return SimulationResult(
            seed: scenario.seed,
            ending: ending,
            violations: violations,
            simulatedSeconds: now - Self.epoch,
            steps: steps,
            boundaries: boundaries,
            open: machine?.obligations.filter { $0.state == .open } ?? [],
            summary: summary,
            journal: disk,
            journalHead: controller?.journal.head ?? ""
        )
    }
}
