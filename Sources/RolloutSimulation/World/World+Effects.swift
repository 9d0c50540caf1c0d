import Rollout

extension World {
    /// Does what the run wants done, as hosts would.
    func perform(_ effect: Effect) {
        if effect.isQuestion { return reconcile(effect) }
        guard isHeard(effect.action) else {
            return answer(effect.id, .unreachable("the master does not answer."), after: 5)
        }
        if let refusal = refusal(of: effect.action) { return answer(effect.id, .failed(refusal), after: 2) }
        switch effect.action {
        case .observe: send(.observation(effect.id, life: life), after: 1)
        case .plan(let request):
            answer(effect.id, .plan(Planning.answer(request, effort: .init(passes: 1, explains: false))))
        case .inspect(let host): send(.report(effect.id, host: host, life: life))
        case .fix(let fix): answer(effect.id, apply(fix), after: 2)
        case .pay(let debt): pay(debt, effect.id)
        case .disable(let host): disable(host, effect.id)
        case .move(let vm, let from, let to): move(vm, from, to, effect.id)
        case .stop(let stop, let host): self.stop(stop, host, effect.id)
        case .precheck(let update, let host): run(.precheck, update, host, effect.id)
        case .apply(let update, let host): run(.apply, update, host, effect.id)
        case .restartHost(let host, let bootID): restart(host, bootID, effect.id)
        case .restartAgent(let host, let startedAt): restartAgent(host, startedAt, effect.id)
        case .plugStorage(let host):
            if let index = pool.host(host), random.percent(70) { pool.hosts[index].lacksStorage = false }
            answer(effect.id, .done, after: 5)
        case .check(let gate): check(gate, effect.id)
        case .judgeEvacuation: answer(effect.id, .evacuation([]))
        case .abort(let operation): abort(operation, effect.id)
        }
    }

    /// While the master is down, only hosts and what is not of the pool can be asked.
    private func isHeard(_ action: Action) -> Bool {
        if pool.master?.isUp ?? false { return true }
        switch action {
        case .observe, .plan, .inspect, .check, .judgeEvacuation, .abort: return true
        default: return false
        }
    }

    private func check(_ gate: Gate, _ id: OperationID) {
        let isRed = random.percent(scenario.faults.redGates)
        ledger.gates[gate.name] = (!isRed, now)
        if random.percent(50) {
            return answer(id, .checked(isWell: !isRed, output: isRed ? "status 503." : "status 200."))
        }
        answer(id, isRed ? .failed("status 503.") : .done)
    }

    /// What became of it? Answered from the state of the hosts alone, as after a real restart.
    private func reconcile(_ effect: Effect) {
        let id = effect.id
        switch effect.action {
        case .move(let vm, _, let to), .pay(.vmHome(let vm, let to)):
            if let move = pool.moves[vm], move.operation == id {
                // It goes on: its end will be told to whoever lives then.
                return
            }
            answer(id, pool.vm(vm).map { pool.vms[$0].host == to } ?? false ? .done : .lost)
        case .disable(let host): answer(id, pool.host(host).map { !pool.hosts[$0].isEnabled } ?? false ? .done : .lost)
        case .restartHost(let host, let bootID):
            guard let index = pool.host(host) else { return answer(id, .lost) }
            answer(id, !pool.hosts[index].isUp || pool.hosts[index].bootID != bootID ? .done : .lost)
        case .apply(let update, let host):
            guard let index = pool.host(host) else { return answer(id, .lost) }
            if pool.hosts[index].busyUntil > now {
                events.add(.answer(id, .lost, life: life), at: pool.hosts[index].busyUntil + 1)
            } else {
                answer(id, pool.hosts[index].stamps.contains(update) ? .done : .lost)
            }
        case .stop(let stop, _):
            let vm = pool.vm(stop.consent.vm).map { pool.vms[$0] }
            answer(id, vm?.power == .running ? .lost : .done)
        case .pay(.vmRunning(let vm, _, _)):
            answer(id, pool.vm(vm).map { pool.vms[$0].power == .running } ?? true ? .done : .lost)
        default: answer(id, .lost)
        }
    }

    private func apply(_ fix: Fix) -> Outcome {
        if let debt = fix.debt { owed.insert(debt) }
        switch fix {
        case .disableHA: pool.haEnabled = false
        case .disableWLB: pool.wlbEnabled = false
        case .enableHost(let host): if let index = pool.host(host) { pool.hosts[index].isEnabled = true }
        case .plugStorage(let host): if let index = pool.host(host) { pool.hosts[index].lacksStorage = false }
        case .ejectISO(let vm, _): if let index = pool.vm(vm) { pool.vms[index].iso = nil }
        case .clearAutoPowerOn(let vm): if let index = pool.vm(vm) { pool.vms[index].startsWithHost = false }
        case .keepDisabled: break
        // A program that ends badly may have paused all of it.
        case .pause: if fate.percent(10) { return .failed("backups said no (status 1).") }
        }
        return .done
    }

    private func pay(_ debt: Debt, _ id: OperationID) {
        switch debt {
        case .haEnabled(let failures):
            pool.haEnabled = true
            pool.haFailures = failures
        case .wlbEnabled: pool.wlbEnabled = true
        case .hostEnabled(let host):
            guard let index = pool.host(host), pool.hosts[index].isUp else {
                return answer(id, .unreachable("the host is down."), after: 5)
            }
            pool.hosts[index].isEnabled = true
        case .hostDisabled(let host):
            guard let index = pool.host(host), pool.hosts[index].isUp else {
                return answer(id, .unreachable("the host is down."), after: 5)
            }
            pool.hosts[index].isEnabled = false
        case .vmHome(let vm, let host):
            guard let from = pool.vm(vm).flatMap({ pool.vms[$0].host }) else {
                return answer(id, .overtaken("\(vm) does not run."), after: 1)
            }
            return move(vm, from, host, id)
        case .isoInserted(let vm, let iso): if let index = pool.vm(vm) { pool.vms[index].iso = iso }
        case .autoPowerOn(let vm): if let index = pool.vm(vm) { pool.vms[index].startsWithHost = true }
        case .resumed: if fate.percent(10) { return answer(id, .failed("backups said no (status 1)."), after: 3) }
        case .vmRunning(let vm, let host, _):
            if let index = pool.vm(vm) { pool.vms[index].busyUntil = now + 45 }
            return events.add(.startEnds(vm: vm, host: host, id, life: life), at: now + 45)
        }
        owed.remove(debt)
        answer(id, .done, after: 3)
    }

    func endStart(_ vm: String, _ wanted: String, _ id: OperationID, _ life: Int) {
        guard let index = pool.vm(vm) else { return answer(id, .failed("there is no such VM."), life: life) }
        if pool.vms[index].power != .running {
            // Started where it was, or wherever it fits: as XenAPI's `start` does when the host is not there.
            let choices = [wanted] + pool.hosts.map(\.id)
            let host = choices.first { choice in
                guard let at = pool.host(choice), pool.hosts[at].isUp, pool.hosts[at].isEnabled else { return false }
                guard pool.vms[index].tie == nil || choice == wanted else { return false }
                return pool.used(choice) + pool.vms[index].memory <= pool.hosts[at].memory
            }
            guard let host else { return answer(id, .failed("no host can run it now."), life: life) }
            pool.vms[index].power = .running
            pool.vms[index].host = host
        }
        owed = owed.filter { if case .vmRunning(vm, _, _) = $0 { false } else { true } }
        ledger.fruitlessPlans = 0
        answer(id, .done, life: life)
    }

    private func disable(_ host: String, _ id: OperationID) {
        guard let index = pool.host(host), pool.hosts[index].isUp else {
            return answer(id, .failed("the host does not answer."), after: 5)
        }
        pool.hosts[index].isEnabled = false
        // A host that was found in maintenance mode is owed that instead.
        let isMaintained = machine?.hosts.first { $0.id == host }?.isMaintained ?? false
        if !isMaintained { owed.insert(.hostEnabled(host: host)) }
        answer(id, .done, after: 1)
    }

    private func stop(_ stop: ConsentedStop, _ host: String, _ id: OperationID) {
        let vm = stop.consent.vm
        if !consents.contains(stop.consent) || stop.consent.run != scenario.spec.run {
            violate("VM \(vm) is stopped without consent")
        }
        owed.insert(.vmRunning(vm: vm, host: host, way: stop.consent.way))
        ledger.stopped.insert(vm)
        if let index = pool.vm(vm) { pool.vms[index].busyUntil = now + 40 }
        events.add(.stopEnds(vm: vm, stop.consent.way, id, life: life), at: now + 40)
    }

    func endStop(_ vm: String, _ way: Consent.Way, _ id: OperationID, _ life: Int) {
        guard let index = pool.vm(vm) else { return answer(id, .failed("there is no such VM."), life: life) }
        ledger.fruitlessPlans = 0
        pool.vms[index].power = way == .suspend ? .suspended : .halted
        pool.vms[index].host = nil
        answer(id, .done, life: life)
    }
}
