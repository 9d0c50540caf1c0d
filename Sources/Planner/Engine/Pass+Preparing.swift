/// Before the window: the master and some more hosts are emptied inside the old side.
extension Pass {
    /// Plans the preparation; false when not even the hosts that must be empty can be emptied.
    func prepare() -> Bool {
        for host in 0..<model.hostCount {
            if phase[host] == .new {
                newIndex.insert(host, free: free[host])
            } else {
                oldIndex.insert(host, free: free[host])
            }
        }
        setAside()
        // Packing the old side closely is worth more effort than the window's rescues.
        ejectionsLeft = max(recipe.ejections, 8 * Int(model.hostCount))
        let masterUpdates = model.master >= 0 && model.updates[Int(model.master)]
        var misses = 0
        var partly: Int32 = -1
        var order = preparationOrder()
        if recipe.packsTogether {
            // The master and one host of each family must be empty; these are packed first and by themselves.
            let musts = order.prefix(max(seedCount, masterUpdates || model.canary >= 0 ? 1 : 0))
            for host in musts where outcome.prepared < max(recipe.prepared, 1) {
                let isMust = masterUpdates && host == model.master
                if evacuate(host, ejecting: isMust ? (model.hostCount <= 64 ? 3 : 2) : 1) {
                    outcome.prepared += 1
                } else if isMust {
                    return false
                }
            }
            order.removeFirst(musts.count)
            order = packTogether(order)
        }
        for host in order {
            let isMust = masterUpdates && host == model.master
            if outcome.prepared >= max(recipe.prepared, masterUpdates ? 1 : 0), !isMust {
                if recipe.preparesPartly { thinOut(host) }
                break
            }
            if evacuate(host, ejecting: isMust ? (model.hostCount <= 64 ? 3 : 2) : 1) {
                outcome.prepared += 1
            } else if isMust {
                return false
            } else {
                misses += 1
                if recipe.preparesPartly, outcome.prepared > 0, misses == 1 { partly = host }
                if misses > 24 + Int(model.hostCount) / 64 { break }
            }
        }
        if partly >= 0, outcome.prepared < recipe.prepared { thinOut(partly) }
        for exchange in recipe.exchanges { carryOut(exchange) }
        return remaining == 0 || outcome.prepared > 0 || newIndex.hostCount > 0
    }

    /// Closes as many hosts as the spare memory can replace and packs all their VMs at once, the largest first, so that small
    /// ones fill what large ones leave. A host whose VM finds no place is opened again. Returns the hosts that are left.
    private func packTogether(_ order: [Int32]) -> [Int32] {
        var closed: [Int32] = []
        var spare = oldIndex.totalFree
        for host in order {
            let capacity = Int(model.capacity[Int(host)])
            guard outcome.prepared + closed.count < recipe.prepared, spare >= capacity else { break }
            guard oldIndex.contains(host) else { continue }
            spare -= capacity
            closed.append(host)
        }
        for host in closed { oldIndex.remove(host, free: free[host]) }
        var list = closed.flatMap { contents($0) }
        list.sort {
            (model.memory[Int($0)], model.work[Int($0)], $1) > (model.memory[Int($1)], model.work[Int($1)], $0)
        }
        for vm in list {
            let home = place[vm]
            if oldIndex.contains(home) || placeTightly(vm, oldIndex, ejecting: 0) { continue }
            if newIndex.hostCount > 0, placeTightly(vm, newIndex, ejecting: 0) { continue }
            oldIndex.insert(home, free: free[home])
        }
        outcome.prepared += closed.count { !oldIndex.contains($0) }
        return closed.filter(oldIndex.contains) + order.dropFirst(closed.count)
    }

    /// Plans every VM of a host elsewhere on the old side, all or none; the host is closed then.
    func evacuate(_ host: Int32, ejecting depth: Int) -> Bool {
        guard oldIndex.contains(host) else { return false }
        let list = contents(host)
        let load = list.reduce(0) { $0 + Int(model.memory[Int($1)]) }
        oldIndex.remove(host, free: free[host])
        var misfit: Int32 = -1
        let done =
            load <= oldIndex.totalFree + newIndex.totalFree
            && allOrNothing {
                for vm in list {
                    if placeTightly(vm, oldIndex, ejecting: 0)
                        || newIndex.hostCount > 0 && placeTightly(vm, newIndex, ejecting: 0)
                        || placeTightly(vm, oldIndex, ejecting: depth)
                    {
                        continue
                    }
                    misfit = vm
                    return false
                }
                return true
            }
        if !done {
            oldIndex.insert(host, free: free[host])
            if outcome.stuckHost < 0 || host == model.master {
                outcome.stuckHost = host
                outcome.stuckVM = misfit
            }
        }
        return done
    }

    /// Moves away from a host what fits elsewhere; the host comes first when the window is open.
    private func thinOut(_ host: Int32) {
        guard oldIndex.contains(host) else { return }
        oldIndex.remove(host, free: free[host])
        for vm in contents(host) { _ = placeTightly(vm, oldIndex, ejecting: 1) }
        thinned = host
    }

    /// The master, then one host of each storage family, then the hosts with the least to move.
    private func preparationOrder() -> [Int32] {
        let candidates = (0..<model.hostCount).filter { model.updates[Int($0)] }
        let weights = recipe.preparationWeights
        func key(_ host: Int32) -> Float {
            if host == model.master { return -2 }
            if host == model.canary { return -1 }
            let capacity = Float(model.capacity[Int(host)])
            var used = capacity - Float(free[host]) + 1
            switch recipe.preparation {
            case .leastLoad: break
            case .largestHost: used /= capacity * capacity
            case .leastFull: used /= capacity
            case .smallVMs: used = Float(largest(host)) + used / capacity
            }
            return weights.isEmpty ? used : used * weights[Int(host)]
        }
        var order = candidates.map { (key: key($0), host: $0) }
        order.sort { ($0.key, $0.host) < ($1.key, $1.host) }
        seedCount = 0
        guard recipe.seedsFamilies, !model.allowed.members.isEmpty, model.allowed.members.count <= 4096 else {
            return order.map(\.host)
        }
        var seeded = Set<Int32>()
        var seeds: [Int32] = []
        // A family without an updated host can not cross: count it as seeded when the master is one of it.
        let families = model.allowed.members.indices.sorted {
            (model.allowed.sizes[$0], $0) < (model.allowed.sizes[$1], $1)
        }
        if let first = order.first?.host, first == model.master {
            seeded.insert(first)
            seeds.append(first)
        }
        for host in 0..<model.hostCount where phase[host] == .new { seeded.insert(host) }
        for family in families where model.allowed.sizes[family] > 1 {
            let members = model.allowed.members[family]
            guard !members.contains(where: seeded.contains) else { continue }
            let best = members.filter { model.updates[Int($0)] }.min { (key($0), $0) < (key($1), $1) }
            guard let best else { continue }
            seeded.insert(best)
            seeds.append(best)
        }
        seedCount = seeds.count
        return seeds + order.map(\.host).filter { !seeded.contains($0) }
    }

    private func largest(_ host: Int32) -> Int32 {
        var most: Int32 = 0
        var vm = onHost.first(host)
        while vm >= 0 {
            most = max(most, model.memory[Int(vm)])
            vm = onHost.next(vm)
        }
        return most
    }

    /// Stops the VMs that the operator gave up for the time of the window.
    private func setAside() {
        for vm in recipe.setAside where !halted[vm] && model.stop[Int(vm)] != .never {
            let host = place[vm]
            if !model.movable[Int(vm)] { pinned[host] -= 1 }
            stop(vm)
            lateStarts.append(vm)
            onHost.remove(vm, host)
            placed[host] -= 1
            changeFree(host, by: model.memory[Int(vm)])
            freeCpu[host] += model.vmCpus[Int(vm)]
            place[vm] = -1
        }
    }

    /// Carries the preparation out to the last move.
    func finishPending() -> Bool {
        var rescues = 0
        while true {
            startTouched()
            if let time = queue.nextTime {
                clock = time
                while queue.nextTime == time, let event = queue.pop() { handle(event) }
                continue
            }
            if pendingMoves == 0 { return true }
            rescues += 1
            guard rescues <= 2 * Int(model.vmCount) + 8, park() else { return false }
        }
    }
}
