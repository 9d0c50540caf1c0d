/// Moves on the actual state: what can start now, starts.
extension Pass {
    /// Starts what has become possible at the hosts that something happened to.
    func startTouched() {
        guard !masterHolds else { return }
        var position = 0
        while position < touchedHosts.count {
            let host = touchedHosts[position]
            touched[host] = false
            startFrom(host)
            startInto(host)
            position += 1
        }
        touchedHosts.removeAll(keepingCapacity: true)
    }

    private func startFrom(_ host: Int32) {
        var vm = outgoing.first(host)
        while vm >= 0, slotsUsed[host] < model.slots[Int(host)] {
            let after = outgoing.next(vm)
            if canStart(vm, host, place[vm]) {
                startMove(vm, to: place[vm])
            } else if isEnding, phase[host] == .old {
                startElsewhere(vm, host)
            }
            vm = after
        }
    }

    /// In the end there is room for all that is left: a move that waits for its destination goes to another one.
    private func startElsewhere(_ vm: Int32, _ from: Int32) {
        var looks = 0
        let other = newIndex.emptiest(model.memory[Int(vm)]) { host in
            looks += 1
            return looks > 24 || host != place[vm] && hasRoom(vm, host) && canStart(vm, from, host)
        }
        guard other >= 0, looks <= 24 else { return }
        assign(vm, to: other)
        startMove(vm, to: other)
    }

    /// A host is back: sources that wait for others may use it.
    func offerToWaiting() {
        var offers = 0
        while offers < 8, !waitingSources.isEmpty {
            let host = waitingSources[nextWaiting % waitingSources.count]
            if phase[host] != .old || outgoing.first(host) < 0 {
                waitingSources.swapAt(nextWaiting % waitingSources.count, waitingSources.count - 1)
                waitingSources.removeLast()
                continue
            }
            touch(host)
            nextWaiting += 1
            offers += 1
            if offers >= waitingSources.count { return }
        }
    }

    private func startInto(_ host: Int32) {
        var vm = incoming.first(host)
        while vm >= 0, slotsUsed[host] < model.slots[Int(host)] {
            let after = incoming.next(vm)
            if canStart(vm, at[vm], host) { startMove(vm, to: host) }
            vm = after
        }
    }

    private func canStart(_ vm: Int32, _ from: Int32, _ to: Int32) -> Bool {
        slotsUsed[to] < model.slots[Int(to)] && slotsUsed[from] < model.slots[Int(from)]
            && actual[to] >= model.memory[Int(vm)] && actualCpu[to] >= model.vmCpus[Int(vm)]
            && (committed[from] || urgentIn[to] == 0)
            && (phase[to] == .new || phase[to] == .old)
            && !halted[vm]
            && (!model.groups.hasAntiAffinity || groupsAllowNow(vm, to))
            && (!model.groups.hasAvailability || mayLeave(vm))
    }

    private func groupsAllowNow(_ vm: Int32, _ host: Int32) -> Bool {
        for group in model.groups.antiAffinityOf[Int(vm)] {
            let group = model.groups.antiAffinity[Int(group)]
            var count: Int32 = 0
            for other in group.members where other != vm && (at[other] == host || heading[other] == host) { count += 1 }
            if count >= group.limit { return false }
        }
        return true
    }

    /// Whether every availability group of the VM can spare one more member.
    func mayLeave(_ vm: Int32) -> Bool {
        guard model.groups.hasAvailability else { return true }
        return model.groups.availabilityOf[Int(vm)].allSatisfy {
            movingOfGroup[Int($0)] < model.groups.availability[Int($0)].limit
        }
    }

    func countAway(_ vm: Int32, by delta: Int32) {
        guard model.groups.hasAvailability else { return }
        for group in model.groups.availabilityOf[Int(vm)] {
            movingOfGroup[Int(group)] += delta
            guard delta < 0 else { continue }
            // A member is back: the others of the group may have waited for that.
            for other in model.groups.availability[Int(group)].members
            where place[other] >= 0 && at[other] != place[other] {
                touch(place[other])
            }
        }
    }

    func startMove(_ vm: Int32, to host: Int32) {
        let from = at[vm]
        looks += 4
        outgoing.remove(vm, from)
        incoming.remove(vm, place[vm])
        if committed[from] {
            urgentIn[place[vm]] -= 1
            if urgentIn[place[vm]] == 0 { touch(place[vm]) }
        }
        pendingMoves -= 1
        heading[vm] = host
        actual[host] -= model.memory[Int(vm)]
        actualCpu[host] -= model.vmCpus[Int(vm)]
        residents[host] += 1
        slotsUsed[from] += 1
        slotsUsed[host] += 1
        countAway(vm, by: 1)
        outcome.moves += 1
        outcome.movedMiB += Int(model.memory[Int(vm)])
        steps.append(RawStep(kind: .move, vm: vm, host: host, source: from, start: clock))
        queue.push(.moveEnds, vm, at: clock + model.duration(vm, from, host))
    }

    func endMove(_ vm: Int32) {
        let from = at[vm]
        let host = heading[vm]
        heading[vm] = -1
        at[vm] = host
        actual[from] += model.memory[Int(vm)]
        actualCpu[from] += model.vmCpus[Int(vm)]
        residents[from] -= 1
        slotsUsed[from] -= 1
        slotsUsed[host] -= 1
        if windowOpen { lastTarget[from] = host }
        countAway(vm, by: -1)
        if place[vm] != host {
            outgoing.append(vm, host)
            incoming.append(vm, place[vm])
            if committed[host] { urgentIn[place[vm]] += 1 }
            pendingMoves += 1
            touch(place[vm])
        }
        touch(from)
        touch(host)
        if model.groups.hasAntiAffinity { touchGroupMates(vm) }
        noteIfEmpty(from)
    }

    private func touchGroupMates(_ vm: Int32) {
        for group in model.groups.antiAffinityOf[Int(vm)] {
            for other in model.groups.antiAffinity[Int(group)].members
            where place[other] >= 0 && place[other] != at[other] {
                touch(place[other])
            }
        }
    }

    /// When moves wait for each other in a circle, one of them goes to a third host for a while.
    func park() -> Bool {
        for host in 0..<model.hostCount {
            var vm = outgoing.first(host)
            while vm >= 0 {
                for other in 0..<model.hostCount
                where other != host && other != place[vm] && (phase[host] != .new || phase[other] == .new)
                    && (phase[other] == .old || phase[other] == .new) && model.allowed.allows(vm, other)
                    && canPark(vm, host, other)
                {
                    startMove(vm, to: other)
                    return true
                }
                vm = outgoing.next(vm)
            }
        }
        return false
    }

    private func canPark(_ vm: Int32, _ from: Int32, _ to: Int32) -> Bool {
        slotsUsed[to] < model.slots[Int(to)] && slotsUsed[from] < model.slots[Int(from)]
            && actual[to] >= model.memory[Int(vm)] && actualCpu[to] >= model.vmCpus[Int(vm)]
            && (!model.groups.hasAntiAffinity || groupsAllowNow(vm, to)) && mayLeave(vm)
    }
}
