import Rollout

extension World {
    /// An operator looks in from time to time, and deals with what holds the run.
    func supervise() {
        events.add(.supervise, at: now + Int64(random.within(600...3600)))
        guard let machine, !machine.stage.isEnded else { return }
        guard let reason = machine.waitsFor.first else { return }
        interventions += 1
        if interventions > 25 { return say(.cancel) }
        trace("waits for: \(reason)")
        helpOut()
        if let hold = machine.holds.randomElement(using: &random) { return answer(hold, machine) }
        if machine.pausedBy != nil { return say(.resume) }
        if let host = machine.hosts.first(where: { $0.phase == .awaitingOperator }) { return restartByHand(host.id) }
        if let host = machine.hosts.first(where: { $0.phase == .pending && !$0.isApproved }) {
            say(.approve(host: host.id))
        }
    }

    private func answer(_ hold: Hold, _ machine: RolloutMachine) {
        switch hold.subject {
        case .host(let host) where machine.hosts.contains { $0.id == host && $0.phase == .pending }:
            let isDisabled = pool.host(host).map { pool.hosts[$0].isUp && !pool.hosts[$0].isEnabled } ?? false
            if isDisabled, random.percent(40) { return say(.approve(host: host)) }
            say(random.percent(70) ? .resume : random.percent(70) ? .skip(host: host) : .cancel)
        case .host(let host):
            switch random.below(10) {
            case 0..<5: say(.retry(host: host))
            case 5..<9: say(.skip(host: host))
            default: say(.cancel)
            }
        case .barrier: say(.proceed)
        case .prechecks, .fix:
            let maintained = machine.hosts.first(where: machine.mayBeMaintained)
            if let maintained, random.percent(50) { return say(.approve(host: maintained.id)) }
            let offers = machine.problems.flatMap(\.offers)
            if random.percent(50), let offer = offers.randomElement(using: &random) { return take(offer) }
            say(random.percent(60) ? .fixAll : random.percent(80) ? .resume : .cancel)
        case .consent, .plan:
            let pinned = pool.vms.first { $0.tie != nil && $0.power == .running }
            if let pinned, random.percent(50) {
                let consent = Consent(run: scenario.spec.run, vm: pinned.id, way: .suspend, givenBy: "root")
                consents.insert(consent)
                return say(.consent(consent))
            }
            let open = machine.hosts.first { !$0.phase.isSettled }
            if random.percent(30), let open { return say(.skip(host: open.id)) }
            say(random.percent(70) ? .resume : .cancel)
        default: say(random.percent(85) ? .resume : .cancel)
        }
    }

    private func take(_ offer: Offer) {
        let word = offer.word(run: scenario.spec.run, by: "operator")
        if case .consent(let consent) = word { consents.insert(consent) }
        say(word)
    }

    /// Somebody goes and looks at the hosts that make trouble.
    private func helpOut() {
        soften()
        if switchedOnAt != nil, fate.percent(40) { (pool.haEnabled, pool.wlbEnabled) = (false, false) }
        for vm in pool.moves.keys.sorted() where pool.moves[vm]?.isDeaf ?? false {
            if random.percent(60) { pool.moves[vm] = nil }
        }
        for index in pool.hosts.indices {
            if pool.hosts[index].isStuck, random.percent(60) {
                let host = pool.hosts[index]
                events.add(.hostUp(host: host.id, boot: host.boots, .well), at: now + 60)
            }
            if pool.hosts[index].lacksStorage, random.percent(50) { pool.hosts[index].lacksStorage = false }
            if pool.hosts[index].halfApplied != nil, random.percent(40) { pool.hosts[index].halfApplied = nil }
            if pool.hosts[index].busyUntil > now + 3600 { pool.hosts[index].busyUntil = 0 }
            if !pool.hosts[index].lostStamps.isEmpty, fate.percent(40) { pool.hosts[index].restoreStamps() }
            if pool.hosts[index].isUp, pool.hosts[index].isMarked, fate.percent(70) {
                pool.hosts[index].isMarked = false
            }
            if pool.hosts[index].isUp, !pool.hosts[index].packages.isSuperset(of: pool.hosts[index].stamps),
                random.percent(50)
            {
                pool.hosts[index].packages = pool.hosts[index].stamps
                pool.hosts[index].running = pool.hosts[index].stamps
            }
        }
    }

    func say(_ word: OperatorWord) {
        guard controller != nil else { return }
        if word == .cancel { foretold = foretold ?? machine?.aftermath(finishingAll: false) }
        deliver(.word(word, by: "operator", at: moment))
    }

    /// In manual mode the operator restarts hosts, with VMs moved or stopped by hand.
    private func restartByHand(_ id: String) {
        guard let index = pool.host(id), pool.hosts[index].isUp else { return }
        estrange(host: id)
        goDown(index)
    }

    /// In the middle of the work.
    func pause() {
        guard let machine, !machine.stage.isEnded else { return }
        say(fate.percent(80) ? .pause : .stopAfterHost)
    }

    /// Words out of the blue.
    func speak() {
        guard let machine, !machine.stage.isEnded else { return }
        switch random.below(6) {
        case 0, 1: say(.pause)
        case 2: say(.stopAfterHost)
        case 3: say(.cancel)
        case 4: say(.resume)
        default: if let host = machine.hosts.randomElement(using: &random) { say(.skip(host: host.id)) }
        }
    }

    /// Somebody else works on the pool in the middle of the run.
    func lendAHand() {
        switch random.below(5) {
        case 0:
            guard let vm = pool.vms.firstIndex(where: { $0.power == .halted && $0.isStoppedByHand }) else { return }
            let host = pool.hosts.filter {
                $0.isUp && $0.isEnabled && pool.used($0.id) + pool.vms[vm].memory <= $0.memory
            }.randomElement(using: &random)
            guard let host else { return }
            trace("hand starts \(pool.vms[vm].id) on \(host.id)")
            estrange(vm: pool.vms[vm].id, host: host.id)
            pool.vms[vm].power = .running
            pool.vms[vm].host = host.id
        case 1:
            guard let vm = pool.vms.indices.filter({ pool.vms[$0].power == .running }).randomElement(using: &random),
                pool.moves[pool.vms[vm].id] == nil
            else { return }
            trace("hand stops \(pool.vms[vm].id)")
            estrange(vm: pool.vms[vm].id)
            pool.vms[vm].power = .halted
            pool.vms[vm].host = nil
            pool.vms[vm].isStoppedByHand = true
        case 2:
            guard let host = pool.hosts.indices.filter({ pool.hosts[$0].isUp }).randomElement(using: &random) else {
                return
            }
            trace("hand disables \(pool.hosts[host].id)")
            estrange(host: pool.hosts[host].id)
            pool.hosts[host].isEnabled = false
        case 3:
            guard let host = pool.hosts.indices.filter({ pool.hosts[$0].isUp && !pool.hosts[$0].isEnabled }).first
            else { return }
            trace("hand enables \(pool.hosts[host].id)")
            estrange(host: pool.hosts[host].id)
            pool.hosts[host].isEnabled = true
            owed.remove(.hostEnabled(host: pool.hosts[host].id))
        default:
            guard let vm = pool.vms.indices.filter({ pool.vms[$0].power == .running }).randomElement(using: &random),
                pool.moves[pool.vms[vm].id] == nil, pool.vms[vm].tie == nil
            else { return }
            let host = pool.hosts.filter {
                $0.isUp && $0.isEnabled && pool.used($0.id) + pool.vms[vm].memory <= $0.memory
            }.randomElement(using: &random)
            guard let host, pool.vms[vm].allowedHosts?.contains(host.id) ?? true else { return }
            trace("hand moves \(pool.vms[vm].id) to \(host.id)")
            estrange(vm: pool.vms[vm].id, host: host.id)
            if let from = pool.vms[vm].host { estrange(host: from) }
            pool.vms[vm].host = host.id
        }
    }
}
