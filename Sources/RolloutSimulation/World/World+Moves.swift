import Rollout

extension World {
    /// Begins a live migration.
    func move(_ vm: String, _ from: String, _ to: String, _ id: OperationID) {
        guard let subject = pool.vm(vm), let target = pool.host(to), let source = pool.host(from) else {
            return answer(id, .failed("there is no such VM or host."), after: 1)
        }
        let state = pool.vms[subject]
        guard state.power == .running, state.host == from, pool.moves[vm] == nil else {
            return answer(
                id,
                state.host == to ? .done : .failed("it is not on its source, or is moving already."),
                after: 1
            )
        }
        guard pool.hosts[target].isUp, pool.hosts[target].isEnabled, pool.hosts[source].isUp else {
            return answer(id, .failed("the destination is disabled or does not answer."), after: 1)
        }
        guard pool.used(to) + state.memory <= pool.hosts[target].memory else {
            return answer(id, .failed("the destination has not enough free memory."), after: 1)
        }
        if let until = obstinacy.cuts[[from, to].sorted()], until > now {
            return answer(id, .unreachable("\(from) does not reach \(to)."), after: 10)
        }
        var begun = SimulatedMove(operation: id, from: from, to: to)
        begun.isDeaf = random.percent(scenario.faults.moveHangs)
        begun.isHanging = begun.isDeaf || random.percent(scenario.faults.moveNeverConverges)
        pool.moves[vm] = begun
        if !begun.isHanging { events.add(.moveEnds(vm: vm, id), at: now + Int64(seconds(ofMoving: state))) }
    }

    private func seconds(ofMoving vm: SimulatedVM) -> Int {
        let planned = machine?.movesUnderWay.first { $0.vm == vm.id }?.expectedSeconds
        return scenario.isOnTime ? planned ?? 0 : 5 + vm.memory / 200
    }

    func endMove(_ vm: String, _ operation: OperationID) {
        guard let index = pool.vm(vm), let move = pool.moves[vm], move.operation == operation else {
            // Broken off, or gone with its host.
            return answer(operation, .failed("it was broken off."))
        }
        pool.moves[vm] = nil
        if random.percent(scenario.faults.moveFails) {
            return answer(operation, .failed("the transfer was interrupted."))
        }
        guard let target = pool.host(move.to), pool.hosts[target].isUp, pool.vms[index].power == .running else {
            return answer(operation, .failed("the destination went away."))
        }
        if fate.percent(scenario.faults.movesToldWrong) { return tellWrong(index, move) }
        pool.vms[index].host = move.to
        if fate.percent(scenario.faults.marksStay) { pool.vms[index].busyUntil = now + Int64(fate.within(60...5400)) }
        ledger.fruitlessPlans = 0
        ledger.moves[vm, default: 0] += 1
        answer(operation, .done)
    }

    /// Breaks a migration off: the VM stays where it is.
    func abort(_ operation: OperationID, _ id: OperationID) {
        if let vm = pool.moves.first(where: { $0.value.operation == operation })?.key {
            guard pool.moves[vm]?.isDeaf != true else { return }
            pool.moves[vm] = nil
            answer(operation, .failed("it did not come to an end, and was broken off."))
        }
        answer(id, .done)
    }
}
