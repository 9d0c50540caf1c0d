/// In the window: which old host is drained next, and into which updated hosts.
extension Pass {
    func decide() {
        if capacityArrived {
            capacityArrived = false
            if recipe.ahead > 0 { crossAhead() }
            commitSources()
        }
        startReady()
        startWaiting()
        if remaining == 0 || isTooLate {
            placeLate()
            startWaiting()
        }
    }

    /// Sorts the hosts that are not empty yet, the first to drain in front.
    func orderSources() {
        let weights = recipe.sourceWeights
        var keyed: [(key: Float, host: Int32)] = []
        for host in 0..<model.hostCount
        where model.updates[Int(host)] && phase[host] == .old && placed[host] > pinned[host] {
            let weight = weights.isEmpty ? 1 : weights[Int(host)]
            keyed.append((sourceKey(host) * weight, host))
        }
        keyed.sort { ($0.key, $1.host) > ($1.key, $0.host) }
        sourceOrder = keyed.map(\.host)
        sourceHead = 0
        if recipe.fastLanes > 0 { orderLanes() }
        if model.after.contains(where: { !$0.isEmpty }) { orderByOperator() }
        if thinned >= 0, let position = sourceOrder.firstIndex(of: thinned) {
            sourceOrder.remove(at: position)
            sourceOrder.insert(thinned, at: 0)
        }
        if model.canary >= 0, let position = sourceOrder.firstIndex(of: model.canary) {
            sourceOrder.remove(at: position)
            sourceOrder.insert(model.canary, at: 0)
        }
    }

    /// Seconds of a host's longest move, and of all its moves in sum.
    func drainTime(_ host: Int32) -> (longest: Int32, sum: Int) {
        var longest: Int32 = 0
        var sum = 0
        var vm = onHost.first(host)
        while vm >= 0 {
            let seconds = model.duration(vm, host, host)
            longest = max(longest, seconds)
            sum += Int(seconds)
            vm = onHost.next(vm)
        }
        return (longest, sum)
    }

    /// Hosts that others wait for come before them.
    private func orderByOperator() {
        var done = Set<Int32>()
        var result: [Int32] = []
        let all = Set(sourceOrder)
        func visit(_ host: Int32) {
            guard done.insert(host).inserted else { return }
            for other in model.after[Int(host)] { visit(other) }
            if all.contains(host) { result.append(host) }
        }
        for host in sourceOrder { visit(host) }
        sourceOrder = result
    }

    private func sourceKey(_ host: Int32) -> Float {
        switch recipe.order {
        case .largestHost: return Float(model.capacity[Int(host)])
        case .longestUpdate: return Float(model.updateTime[Int(host)])
        case .smallestLoad: return 1 / Float(model.capacity[Int(host)] - free[host] + 1)
        case .longestDrain:
            let drain = drainTime(host)
            return max(Float(drain.longest), Float(drain.sum) / Float(model.slots[Int(host)]))
        }
    }

    private func commitSources() {
        while sourceHead < sourceOrder.count, committed[sourceOrder[sourceHead]] { sourceHead += 1 }
        guard sourceHead < sourceOrder.count else { return }
        if spreadEverything() { return }
        if thinned >= 0, !committed[thinned], phase[thinned] == .old, crossWhole(thinned) {
            if freeLanes > 0 {
                freeLanes -= 1
                isFast[thinned] = true
            }
            commit(thinned)
        }
        if recipe.fastLanes > 0 { commitFast() }
        var misses = 0
        let mostMisses = model.hostCount <= 128 ? Int.max : 24
        for position in sourceHead..<sourceOrder.count {
            let host = sourceOrder[position]
            guard !committed[host], phase[host] == .old, !isQueuedFast(host) else { continue }
            if let finishBy = model.instance.parameters.finishBy, !isInTime(host, finishBy) { continue }
            if crossWhole(host) {
                commit(host)
                continue
            }
            misses += 1
            if recipe.strict || misses >= mostMisses { break }
        }
        if recipe.fastLanes > 0 { fillHolesFast() }
        if recipe.predrain != .none { fillHoles() }
    }

    func commit(_ host: Int32) {
        if oldIndex.contains(host) { oldIndex.remove(host, free: free[host]) }
        committed[host] = true
        var vm = outgoing.first(host)
        while vm >= 0 {
            urgentIn[place[vm]] += 1
            vm = outgoing.next(vm)
        }
        touch(host)
        noteIfEmpty(host)
    }

    /// Plans a whole host into one updated host, or else its VMs one by one into several; all or nothing.
    func crossWhole(_ host: Int32) -> Bool {
        let load = model.capacity[Int(host)] - free[host]
        guard Int(load) <= newIndex.totalFree || pinned[host] > 0 else { return false }
        let list = contents(host, byWork: true)
        let memory = list.reduce(Int32(0)) { $0 + model.memory[Int($1)] }
        guard Int(memory) <= newIndex.totalFree else { return false }
        let cpus = list.reduce(Int32(0)) { $0 + model.vmCpus[Int($1)] }
        var tries = 0
        let single =
            deviates()
            ? -1
            : newIndex.tightest(memory) { target in
                tries += 1
                return tries > 256
                    || free[target] >= memory && freeCpu[target] >= cpus && list.allSatisfy { mayTake($0, target) }
            }
        if single >= 0, tries <= 256 {
            for vm in list { assign(vm, to: single) }
            return true
        }
        return allOrNothing {
            for vm in contents(host) {
                let need = model.memory[Int(vm)]
                let target =
                    recipe.spreads != deviates()
                    ? newIndex.emptiest(need) { hasRoom(vm, $0) } : newIndex.tightest(need) { hasRoom(vm, $0) }
                guard target >= 0 else { return false }
                assign(vm, to: target)
            }
            return true
        }
    }

    /// When all that is left fits on the updated hosts, it goes to the emptiest of them: the last wave is spread.
    private func spreadEverything() -> Bool {
        var load = 0
        for position in sourceHead..<sourceOrder.count where !committed[sourceOrder[position]] {
            let host = sourceOrder[position]
            load += Int(model.capacity[Int(host)] - free[host])
            if load > newIndex.totalFree { return false }
        }
        var list: [Int32] = []
        for position in sourceHead..<sourceOrder.count where !committed[sourceOrder[position]] {
            list += contents(sourceOrder[position])
        }
        list.sort { (model.work[Int($0)], $1) > (model.work[Int($1)], $0) }
        let done = allOrNothing {
            for vm in list {
                let target = newIndex.emptiest(model.memory[Int(vm)]) { hasRoom(vm, $0) }
                guard target >= 0 else { return false }
                assign(vm, to: target)
            }
            return true
        }
        guard done else { return false }
        for position in sourceHead..<sourceOrder.count where !committed[sourceOrder[position]] {
            commit(sourceOrder[position])
        }
        isEnding = true
        waitingSources = sourceOrder.filter { phase[$0] == .old }
        return true
    }

    /// Moves VMs of hosts whose turn has not come into holes, while others reboot.
    private func fillHoles() {
        let fromTail = recipe.predrain == .tail
        var misses = 0
        var sources = 0
        var position = fromTail ? sourceOrder.count - 1 : sourceHead
        while position >= sourceHead, position < sourceOrder.count {
            let host = sourceOrder[position]
            position += fromTail ? -1 : 1
            guard !committed[host], phase[host] == .old else { continue }
            for vm in contents(host, byWork: true) where model.movable[Int(vm)] {
                let target = newIndex.tightest(model.memory[Int(vm)]) { hasRoom(vm, $0) }
                if target >= 0 { assign(vm, to: target) } else { misses += 1 }
                if misses > 512 { return }
            }
            noteIfEmpty(host)
            sources += 1
            if sources > newIndex.hostCount + 8 { return }
        }
    }
}
