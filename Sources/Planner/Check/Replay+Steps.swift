extension Replay {
    mutating func begin(_ step: TimedStep, _ index: Int) {
        switch step.kind {
        case .migrate: beginMove(step, index)
        case .update: beginUpdate(step)
        case .suspend, .shutdown: beginStop(step, index)
        case .resume, .boot: beginStart(step, index)
        }
    }

    mutating func finish(_ step: TimedStep, _ index: Int) {
        let vm = step.vm
        if step.kind == .update {
            guard isUpdating[step.host] else {
                return broken(step.end, "\(name(step.host)) ends an update that never began")
            }
            isUpdating[step.host] = false
            updating -= 1
            isNew[step.host] = true
            updateEnd[step.host] = step.end
            lastUpdate = step.end
            return
        }
        guard activity[vm] == index else { return }
        activity[vm] = -1
        switch step.kind {
        case .migrate:
            slots[step.source] -= 1
            slots[step.host] -= 1
            release(step.source, vm)
            location[vm] = step.host
            availability.change(vm, by: 1)
        case .suspend, .shutdown:
            release(location[vm], vm)
            power[vm] = step.kind == .suspend ? .suspended : .off
            imageIsNew[vm] = isNew[location[vm]]
            runningMemory -= instance.vms[vm].memory
        default:
            power[vm] = .running
            report.downtimeSeconds += step.end - stoppedAt[vm]
            availability.change(vm, by: 1)
        }
    }

    private mutating func beginMove(_ step: TimedStep, _ index: Int) {
        let (vm, from, to, time) = (step.vm, step.source, step.host, step.start)
        let subject = instance.vms[vm]
        guard power[vm] == .running, activity[vm] == -1 else {
            return broken(time, "VM \(subject.id) does not run or is moving already")
        }
        guard location[vm] == from else {
            return broken(time, "VM \(subject.id) is on \(name(location[vm])), not on \(name(from))")
        }
        guard from != to else { return broken(time, "VM \(subject.id) would move from \(name(from)) to itself") }
        if !subject.isAgile { broken(time, "VM \(subject.id) can not be moved live") }
        if !mayRun(vm, to) { broken(time, "VM \(subject.id) can not run on \(name(to))") }
        if isUpdating[from] || isUpdating[to] {
            broken(time, "VM \(subject.id) would move from \(name(from)) to \(name(to)) while one of them updates")
        }
        if instance.parameters.newerOnly, isNew[from], !isNew[to] {
            broken(time, "VM \(subject.id) would move from the updated \(name(from)) to the older \(name(to))")
        }
        for host in [from, to] {
            slots[host] += 1
            let most = instance.hosts[host].maxMigrations
            if slots[host] > most { broken(time, "\(name(host)) takes part in more than \(most) migrations at once") }
        }
        occupy(to, vm, time)
        activity[vm] = index
        leave(vm, time)
        report.migrations += 1
        report.movedMiB += subject.memory
        movesOfVM[vm] += 1
    }

    private mutating func beginUpdate(_ step: TimedStep) {
        let (host, time) = (step.host, step.start)
        guard !isNew[host], !isUpdating[host] else { return broken(time, "\(name(host)) is updated twice") }
        if residents[host] > 0 {
            broken(time, "\(name(host)) still holds \(residents[host]) VMs when its update starts")
        }
        if slots[host] > 0 { broken(time, "\(name(host)) takes part in a migration when its update starts") }
        checkOrder(step)
        isUpdating[host] = true
        updating += 1
        report.mostParallel = max(report.mostParallel, updating)
        let most = instance.parameters.maxParallel
        if most > 0, updating > most { broken(time, "\(updating) hosts update at once; at most \(most) may") }
        if firstUpdate == nil { firstUpdate = time }
        checkReserve(time)
    }

    /// Master first, then the canary and its soak time, then the operator's order; and back before the deadline.
    private mutating func checkOrder(_ step: TimedStep) {
        let (host, time) = (step.host, step.start)
        if let master, host != master {
            if masterIsUpdatedByPlan, !isNew[master] {
                broken(time, "\(name(host)) is updated before the master \(name(master)) is back")
            }
            if !masterIsUpdatedByPlan, !mayStayOld(master) {
                broken(time, "\(name(host)) is updated but the master \(name(master)) never is")
            }
        }
        for before in instance.hosts[host].after {
            guard let other = names.hosts[before], !mayStayOld(other), !isNew[other] else { continue }
            broken(time, "\(name(host)) starts before \(before) is back, which the operator put first")
        }
        if let canary = instance.canary, let first = names.hosts[canary.host], host != first, host != master,
            !mayStayOld(first), time < (updateEnd[first] ?? Int.max - canary.soak) + canary.soak
        {
            broken(time, "\(name(host)) starts before the canary \(canary.host) has run for \(canary.soak) s")
        }
        if let finishBy = instance.parameters.finishBy, step.end > finishBy {
            broken(time, "\(name(host)) would be back at \(step.end) s, after the deadline of \(finishBy) s")
        }
    }

    private mutating func beginStop(_ step: TimedStep, _ index: Int) {
        let (vm, time) = (step.vm, step.start)
        let wanted: UpdateInstance.StopPolicy = step.kind == .suspend ? .suspend : .shutdown
        if instance.vms[vm].stop != wanted {
            broken(
                time,
                "VM \(instance.vms[vm].id) may not be stopped by \(wanted.rawValue): its policy is "
                    + instance.vms[vm].stop.rawValue
            )
        }
        guard power[vm] == .running, activity[vm] == -1 else {
            return broken(time, "VM \(instance.vms[vm].id) can not be stopped now")
        }
        activity[vm] = index
        stoppedAt[vm] = time
        wasStopped[vm] = true
        leave(vm, time)
    }

    private mutating func beginStart(_ step: TimedStep, _ index: Int) {
        let (vm, host, time) = (step.vm, step.host, step.start)
        let subject = instance.vms[vm]
        guard power[vm] == (step.kind == .resume ? .suspended : .off) else {
            return broken(time, "VM \(subject.id) is not \(step.kind == .resume ? "suspended" : "shut down")")
        }
        if isUpdating[host] { broken(time, "VM \(subject.id) is started on \(name(host)) while that updates") }
        if step.kind == .resume, instance.parameters.newerOnly, imageIsNew[vm], !isNew[host] {
            broken(time, "VM \(subject.id) is resumed on \(name(host)), which is older than where it was suspended")
        }
        if !mayRun(vm, host) { broken(time, "VM \(subject.id) can not run on \(name(host))") }
        if !subject.isAgile, instance.hosts[host].id != subject.host {
            broken(time, "VM \(subject.id) is tied to \(subject.host)")
        }
        occupy(host, vm, time)
        activity[vm] = index
        power[vm] = .starting
        location[vm] = host
        runningMemory += subject.memory
        checkReserve(time)
    }
}
