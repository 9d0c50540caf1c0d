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
        let masterUpdates = model.master >= 0 && model.updates[Int(model.master)]
        var misses = 0
        var partly: Int32 = -1
        for host in preparationOrder() {
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
        return remaining == 0 || outcome.prepared > 0 || newIndex.hostCount > 0
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
        for vm in contents(host) { _ = placeTightly(vm, oldIndex, ejecting: 0) }
        thinned = host
    }

    /// The master, then one host of each storage family, then the hosts with the least to move.
    private func preparationOrder() -> [Int32] {
        let candidates = (0..<model.hostCount).filter { model.updates[Int($0)] }
        let weights = recipe.preparationWeights
        func key(_ host: Int32) -> Float {
            if host == model.master { return -2 }
            if host == model.canary { return -1 }
            let used = Float(model.capacity[Int(host)] - free[host]) + 1
            return weights.isEmpty ? used : used * weights[Int(host)]
        }
        var order = candidates.map { (key: key($0), host: $0) }
        order.sort { ($0.key, $0.host) < ($1.key, $1.host) }
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
        return seeds + order.map(\.host).filter { !seeded.contains($0) }
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
