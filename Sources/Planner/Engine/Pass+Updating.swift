/// Updates, and the rules on when a host may go down.
extension Pass {
    func handle(_ event: EventQueue.Event) {
        switch event.kind {
        case .moveEnds: endMove(event.subject)
        case .updateEnds: endUpdate(event.subject)
        case .stopEnds: endStop(event.subject)
        case .startEnds:
            halted[event.subject] = false
            countAway(event.subject, by: -1)
        case .soakEnds: break
        }
    }

    /// A host of the old side on which nothing is left but what is stopped in place waits for its update.
    func noteIfEmpty(_ host: Int32) {
        guard windowOpen, phase[host] == .old, model.updates[Int(host)], residents[host] == pinned[host],
            placed[host] == pinned[host]
        else { return }
        phase[host] = .ready
        if oldIndex.contains(host) { oldIndex.remove(host, free: free[host]) }
        readyHosts.append(host)
    }

    func openWindow() {
        windowOpen = true
        ejectionsLeft = recipe.ejections
        let master = model.master
        if master >= 0, model.updates[Int(master)] {
            noteIfEmpty(master)
            masterHolds = true
            startReady()
        } else {
            afterMaster()
        }
    }

    private func afterMaster() {
        masterHolds = false
        capacityArrived = true
        orderSources()
        for host in 0..<model.hostCount { noteIfEmpty(host) }
        readyHosts.sort {
            ($0 == model.canary ? 0 : 1, -model.updateTime[Int($0)], $0) < (
                $1 == model.canary ? 0 : 1, -model.updateTime[Int($1)], $1
            )
        }
    }

    /// Starts every waiting host that may go down now.
    func startReady() {
        guard !readyHosts.isEmpty else { return }
        var kept = 0
        for position in readyHosts.indices {
            let host = readyHosts[position]
            if mayGoDown(host) {
                beginDown(host)
            } else {
                readyHosts[kept] = host
                kept += 1
            }
        }
        readyHosts.removeLast(readyHosts.count - kept)
    }

    private func mayGoDown(_ host: Int32) -> Bool {
        if recipe.maxParallel > 0, updatingCount >= recipe.maxParallel { return false }
        guard rulesAllow(host) else { return false }
        var extra = 0
        if pinned[host] > 0, !pinnedMayStop(host, &extra) { return false }
        return reserveHolds(without: host, running: runningMemory - extra)
    }

    /// Canary, operator's order and deadline.
    private func rulesAllow(_ host: Int32) -> Bool {
        let parameters = model.instance.parameters
        if let finishBy = parameters.finishBy, !isInTime(host, finishBy) { return false }
        if host == model.master { return true }
        for other in model.after[Int(host)] where model.updates[Int(other)] && phase[other] != .new { return false }
        let canary = model.canary
        if canary >= 0, host != canary, model.updates[Int(canary)] {
            let soak = Int32(model.instance.canary?.soak ?? 0)
            return canaryEnd >= 0 && clock >= canaryEnd + soak
        }
        return true
    }

    func stopSeconds(_ host: Int32) -> Int {
        guard pinned[host] > 0 else { return 0 }
        var longest: Int32 = 0
        forPinned(host) { longest = max(longest, model.stopTime($0)) }
        return Int(longest)
    }

    private func pinnedMayStop(_ host: Int32, _ memory: inout Int) -> Bool {
        var all = true
        var sum = 0
        forPinned(host) {
            all = all && mayLeave($0)
            sum += Int(model.memory[Int($0)])
        }
        memory = sum
        return all
    }

    private func forPinned(_ host: Int32, _ body: (Int32) -> Void) {
        var vm = onHost.first(host)
        while vm >= 0 {
            let next = onHost.next(vm)
            if !model.movable[Int(vm)] { body(vm) }
            vm = next
        }
    }

    /// Whether the up hosts without one more can lose the F largest of them and still hold what runs.
    func reserveHolds(without host: Int32, running: Int) -> Bool {
        let failures = model.instance.parameters.haFailures
        guard failures > 0 else { return true }
        var left = model.totalCapacity - updatingMemory
        if host >= 0 { left -= Int(model.capacity[Int(host)]) }
        var lost = 0
        for other in model.hostsBySize where other != host && phase[other] != .updating && phase[other] != .stopping {
            if lost == failures { break }
            left -= Int(model.capacity[Int(other)])
            lost += 1
        }
        return left >= running
    }

    private func beginDown(_ host: Int32) {
        updatingCount += 1
        updatingMemory += Int(model.capacity[Int(host)])
        guard pinned[host] > 0 else { return beginUpdate(host) }
        phase[host] = .stopping
        forPinned(host) { stop($0) }
    }

    func beginUpdate(_ host: Int32) {
        phase[host] = .updating
        if firstUpdate < 0 { firstUpdate = clock }
        steps.append(RawStep(kind: .update, vm: -1, host: host, source: -1, start: clock))
        queue.push(.updateEnds, host, at: clock + model.updateTime[Int(host)])
    }

    private func endUpdate(_ host: Int32) {
        phase[host] = .new
        committed[host] = true
        updatingCount -= 1
        updatingMemory -= Int(model.capacity[Int(host)])
        remaining -= 1
        lastReturn = clock
        lastReturned = host
        returnTime[host] = clock
        if isFast[host] { freeLanes += 1 }
        if !lanesOpen, host != model.master || outcome.prepared <= 1 || recipe.lanesFromMaster {
            lanesOpen = true
            freeLanes = recipe.fastLanes
        }
        outcome.returnSum += Int(clock)
        if host == model.canary || (host == model.master && model.canary == host) {
            canaryEnd = clock
            if let soak = model.instance.canary?.soak, soak > 0 { queue.push(.soakEnds, host, at: clock + Int32(soak)) }
        }
        if host == model.master { afterMaster() }
        capacityArrived = true
        forPinned(host) { vm in
            if recipe.resumesLate {
                onHost.remove(vm, host)
                placed[host] -= 1
                free[host] += model.memory[Int(vm)]
                freeCpu[host] += model.vmCpus[Int(vm)]
                place[vm] = -1
                lateStarts.append(vm)
            } else {
                waitingToStart.append(vm)
            }
        }
        pinned[host] = 0
        if recipe.avoidsSlow, model.share[Int(host)] < slowShare {
            heldSlow.append(host)
        } else {
            newIndex.insert(host, free: free[host])
            if isEnding { offerToWaiting() }
        }
    }
}
