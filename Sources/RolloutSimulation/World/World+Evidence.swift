import Rollout

/// What the run says at its end, compared with what became of the world.
extension World {
    func checkEvidence(_ machine: RolloutMachine, _ ending: Ending) {
        let report = RunReport(machine, journalHead: "")
        checkSuccess(machine, ending)
        checkDebts(machine)
        checkHosts(report)
        checkVMs(report)
        if ending == .succeeded { checkHome(machine) }
    }

    /// Every host that was asked for runs the update in truth.
    private func checkSuccess(_ machine: RolloutMachine, _ ending: Ending) {
        guard ending == .succeeded || ending == .nothingToDo else { return }
        for host in machine.hosts where !scenario.spec.excluded.contains(host.id) {
            if ending == .nothingToDo, host.phase == .skipped { continue }
            if host.phase != .done { violate("\(ending.rawValue), and \(host.id) is \(host.phase.rawValue)") }
            guard !strangeHosts.contains(host.id), let index = pool.host(host.id) else { continue }
            if !isNew(pool.hosts[index]) { violate("\(ending.rawValue), and \(host.id) does not run the update") }
        }
    }

    /// What is still owed was tried, or must not be given back; what is paid is as it was.
    private func checkDebts(_ machine: RolloutMachine) {
        for obligation in machine.obligations where obligation.state == .open {
            if obligation.reason?.isEmpty ?? true { violate("\(obligation.debt) is owed, and nobody says why") }
            switch obligation.debt {
            // One that was to be changed when its controller died counts as changed.
            case .hostEnabled(let host) where machine.hosts.contains { $0.id == host && $0.isTouched }: continue
            case .hostDisabled, .vmHome: continue
            default: break
            }
            if ledger.payments[obligation.debt, default: 0] < 3 {
                violate("\(obligation.debt) is owed, and was not tried often enough")
            }
        }
        for obligation in machine.obligations where obligation.state == .paid && switchedOnAt == nil {
            if obligation.debt == .wlbEnabled, !pool.wlbEnabled { violate("load balancing is not on again") }
            if case .haEnabled = obligation.debt, !pool.haEnabled { violate("HA is not on again") }
        }
    }

    private func checkHosts(_ report: RunReport) {
        for line in report.hosts {
            guard !strangeHosts.contains(line.host), let index = pool.host(line.host) else { continue }
            let truth = pool.hosts[index]
            if line.isUpdated, line.state == .done, !isNew(truth) {
                violate("the report has \(line.host) updated, and it is not")
            }
            if line.isUpdated, line.begun != nil, line.state == .done, line.bootAfter != truth.bootID,
                !everStrange.contains(line.host)
            {
                violate("the report has \(line.host) boot \(line.bootAfter), and it is \(truth.bootID)")
            }
            if spec.purpose == .install, line.isUpdated == report.stillExposed.contains(line.name) {
                violate("the report has \(line.name) both updated and exposed, or neither")
            }
        }
    }

    private func checkVMs(_ report: RunReport) {
        for line in report.vms {
            let moves = ledger.moves[line.vm, default: 0]
            if line.moves > moves, !ledger.toldWrong.contains(line.vm), !everStrange.contains(line.vm) {
                violate("the report has \(line.vm) moved \(line.moves) times, and it was \(moves)")
            }
            if line.downtime != 0, !ledger.stopped.contains(line.vm), !everStrange.contains(line.vm) {
                violate("the report has \(line.vm) down for \(line.downtime) s, and nobody stopped it")
            }
            guard let after = line.after, !strangeVMs.contains(line.vm), let index = pool.vm(line.vm) else { continue }
            let truth = pool.vms[index]
            if truth.power == .running, !after.hasPrefix("running on"), machine?.found != nil {
                violate("the report has \(line.vm) \(after), and it runs")
            }
        }
        checkLost(report)
    }

    /// Whatever ran when the run first looked, or when it was about to change something, and is off or gone at its end is
    /// named, whoever stopped it; or the report says that nobody could look.
    private func checkLost(_ report: RunReport) {
        guard !report.deviations.contains(where: { $0.contains("the last look is missing") }) else { return }
        let found = (machine?.found?.vms ?? []).filter { $0.power == .running }.map { ($0.id, $0.name) }
        let ran = (ledger.ranAtFirst ?? [:]).merging(found) { first, _ in first }
        let words = Set((report.deviations + report.debts).flatMap(Self.words))
        for (vm, name) in ran.sorted(by: { $0.key < $1.key }) where !strangeVMs.contains(vm) {
            let index = pool.vm(vm)
            guard index.map({ pool.vms[$0].power != .running }) ?? true else { continue }
            let names = [name] + (index.map { [pool.vms[$0].name] } ?? [])
            guard !names.flatMap(Self.words).contains(where: words.contains) else { continue }
            violate("\(vm) ran before the run and does not run any more, and nobody says so")
        }
    }

    /// A name is a word of its own: `vm-1` is not in `vm-12`. Those that were given later begin with the first.
    private static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init).filter { $0 != "renamed" }
    }

    /// Where VMs were to go home, they are there, or it is said why not.
    private func checkHome(_ machine: RolloutMachine) {
        guard scenario.spec.policy.goesHome, scenario.spec.restart == .host, scenario.spec.mode == .automatic else {
            return
        }
        for vm in pool.vms where vm.power == .running && !everStrange.contains(vm.id) && !ledger.stopped.contains(vm.id)
        {
            guard let home = scenario.pool.vms.first(where: { $0.id == vm.id })?.host, home != vm.host,
                // Nothing is placed on a host in maintenance mode.
                !machine.hosts.contains(where: { $0.id == home && $0.isMaintained })
            else { continue }
            let isSaid = machine.obligations.contains { obligation in
                if case .vmHome(vm.id, _) = obligation.debt { return obligation.state != .paid }
                return false
            }
            if !isSaid {
                violate("\(vm.id) was to go home to \(home), is on \(vm.host ?? "no host"), and nobody says so")
            }
        }
    }
}
