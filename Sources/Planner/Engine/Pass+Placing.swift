/// Decisions on the planned state: where each VM shall be. Nothing starts here.
extension Pass {
    /// Plans a VM onto a host; a VM that is not there yet becomes a pending move.
    func assign(_ vm: Int32, to host: Int32) {
        let old = place[vm]
        guard old != host else { return }
        looks += 2
        if isLogging { log.append((vm, old)) }
        onHost.remove(vm, old)
        onHost.append(vm, host)
        place[vm] = host
        placed[old] -= 1
        placed[host] += 1
        let (memory, cpus) = (model.memory[Int(vm)], model.vmCpus[Int(vm)])
        changeFree(old, by: memory)
        changeFree(host, by: -memory)
        freeCpu[old] += cpus
        freeCpu[host] -= cpus
        let here = at[vm]
        let urgent: Int32 = committed[here] ? 1 : 0
        if old != here {
            incoming.remove(vm, old)
            urgentIn[old] -= urgent
        } else {
            outgoing.append(vm, here)
            pendingMoves += 1
        }
        if host != here {
            incoming.append(vm, host)
            urgentIn[host] += urgent
            touch(host)
            touch(here)
        } else {
            outgoing.remove(vm, here)
            pendingMoves -= 1
        }
    }

    func changeFree(_ host: Int32, by delta: Int32) {
        let old = free[host]
        free[host] = old + delta
        if newIndex.contains(host) {
            newIndex.change(host, from: old, to: old + delta)
        } else if oldIndex.contains(host) {
            oldIndex.change(host, from: old, to: old + delta)
        }
    }

    func touch(_ host: Int32) {
        guard !touched[host] else { return }
        touched[host] = true
        touchedHosts.append(host)
    }

    /// Tries decisions and takes them all back unless they succeed together.
    @inline(__always)
    func allOrNothing(_ body: () -> Bool) -> Bool {
        let outer = isLogging
        isLogging = true
        let mark = log.count
        let kept = body()
        if !kept {
            isLogging = false
            while log.count > mark {
                let (vm, host) = log.removeLast()
                assign(vm, to: host)
            }
        }
        isLogging = outer
        if !outer { log.removeAll(keepingCapacity: true) }
        return kept
    }

    /// Whether a host has room for a VM by plan, memory apart from `spare` MiB that are promised elsewhere.
    @inline(__always)
    func hasRoom(_ vm: Int32, _ host: Int32) -> Bool {
        free[host] >= model.memory[Int(vm)] && mayTake(vm, host)
    }

    /// Every limit but memory.
    @inline(__always)
    func mayTake(_ vm: Int32, _ host: Int32) -> Bool {
        freeCpu[host] >= model.vmCpus[Int(vm)] && model.allowed.allows(vm, host)
            && (!model.groups.hasAntiAffinity || groupsAllow(vm, host))
    }

    func groupsAllow(_ vm: Int32, _ host: Int32) -> Bool {
        for group in model.groups.antiAffinityOf[Int(vm)] {
            let group = model.groups.antiAffinity[Int(group)]
            var count: Int32 = 0
            for other in group.members where other != vm && place[other] == host { count += 1 }
            if count >= group.limit { return false }
        }
        return true
    }

    /// The VMs that are planned on a host, largest first, without those that are stopped in place.
    func contents(_ host: Int32, byWork: Bool = false) -> [Int32] {
        var list: [Int32] = []
        looks += Int(placed[host])
        list.reserveCapacity(Int(placed[host]))
        var vm = onHost.first(host)
        while vm >= 0 {
            if model.movable[Int(vm)] || model.stop[Int(vm)] == .never { list.append(vm) }
            vm = onHost.next(vm)
        }
        if byWork {
            list.sort { (model.work[Int($0)], $1) > (model.work[Int($1)], $0) }
        } else {
            list.sort {
                (model.memory[Int($0)], model.work[Int($0)], $1) > (model.memory[Int($1)], model.work[Int($1)], $0)
            }
        }
        return list
    }

    /// Places one VM on the tightest host of an index, moving others out of the way when nothing fits.
    func placeTightly(_ vm: Int32, _ index: HostIndex, ejecting depth: Int, except: Int32 = -1) -> Bool {
        guard model.movable[Int(vm)] else { return false }
        looks += 2
        let need = model.memory[Int(vm)]
        var host: Int32 = -1
        if deviates() {
            host = index.emptiest(need) { $0 != except && hasRoom(vm, $0) }
        } else if recipe.avoidsSlow {
            host = index.tightest(need) {
                $0 != except && model.share[Int($0)] >= slowShare && hasRoom(vm, $0)
            }
        }
        if host < 0 { host = index.tightest(need) { $0 != except && hasRoom(vm, $0) } }
        if host >= 0 {
            assign(vm, to: host)
            return true
        }
        return depth > 0 && eject(for: vm, index, depth, except)
    }

    /// Whether this decision goes another way than usual; one in six does when the recipe asks for it.
    func deviates() -> Bool {
        recipe.deviation != 0 && deviations.below(6) == 0
    }

    /// Makes room for a VM on one host by moving up to six smaller VMs from there to other hosts of the index.
    private func eject(for vm: Int32, _ index: HostIndex, _ depth: Int, _ except: Int32) -> Bool {
        guard ejectionsLeft > 0 else { return false }
        ejectionsLeft -= 1
        let memory = model.memory[Int(vm)]
        var tries: [Int32] = []
        let most = depth > 1 ? 12 : 24
        _ = index.emptiest(0) { host in
            if host != except, model.capacity[Int(host)] >= memory, model.allowed.allows(vm, host) {
                tries.append(host)
            }
            return tries.count >= most
        }
        for host in tries {
            let made = allOrNothing {
                for _ in 0..<6 {
                    if hasRoom(vm, host) { break }
                    guard ejectOne(from: host, for: vm, index, depth) else { return false }
                }
                guard hasRoom(vm, host) else { return false }
                assign(vm, to: host)
                return true
            }
            if made { return true }
        }
        return false
    }

    /// Moves one VM off `host` that is in the way of `vm` there.
    ///
    /// In the way is first whoever shares a full anti-affinity group with it; then what holds the memory or the vCPUs that are
    /// missing, as long as it is smaller or free to go where `vm` can not, so that chains of ejections come to an end.
    private func ejectOne(from host: Int32, for vm: Int32, _ index: HostIndex, _ depth: Int) -> Bool {
        let missing = model.memory[Int(vm)] - free[host]
        let missingCpus = model.vmCpus[Int(vm)] - freeCpu[host]
        let byGroup = model.groups.hasAntiAffinity && !groupsAllow(vm, host)
        var candidates: [(key: Int32, vm: Int32)] = []
        looks += Int(placed[host])
        var other = onHost.first(host)
        while other >= 0 {
            if other != vm, model.movable[Int(other)], heading[other] < 0, !halted[other],
                byGroup ? sharesGroup(vm, other) : makesWay(other, for: vm, missing, missingCpus)
            {
                let size = model.memory[Int(other)]
                // The smallest VM that is enough by itself; failing that, the largest. A VM that is not here yet is free.
                var key = missing <= 0 ? size : size >= missing ? size - missing : Int32.max / 2 - size
                if missing <= 0, missingCpus > model.vmCpus[Int(other)] {
                    key = Int32.max / 2 - model.vmCpus[Int(other)]
                }
                if at[other] != host { key /= 2 }
                candidates.append((key, other))
            }
            other = onHost.next(other)
        }
        candidates.sort { ($0.key, $0.vm) < ($1.key, $1.vm) }
        for (_, other) in candidates.prefix(depth > 1 ? 6 : 16) {
            if placeTightly(other, index, ejecting: depth - 1, except: host) { return true }
        }
        return false
    }

    /// Whether `vm` gains by the departure of `other`, and `other` is easier to place: smaller in what is missing, or tied to
    /// other hosts than `vm`.
    private func makesWay(_ other: Int32, for vm: Int32, _ missing: Int32, _ missingCpus: Int32) -> Bool {
        let isTiedOtherwise = model.allowed.setOf[Int(other)] != model.allowed.setOf[Int(vm)]
        if missing > 0 { return isTiedOtherwise || model.memory[Int(other)] < model.memory[Int(vm)] }
        guard missingCpus > 0 else { return false }
        return isTiedOtherwise || model.vmCpus[Int(other)] < model.vmCpus[Int(vm)]
            || model.memory[Int(other)] < model.memory[Int(vm)]
    }

    private func sharesGroup(_ vm: Int32, _ other: Int32) -> Bool {
        model.groups.hasAntiAffinity
            && model.groups.antiAffinityOf[Int(vm)].contains { model.groups.antiAffinityOf[Int(other)].contains($0) }
    }
}
