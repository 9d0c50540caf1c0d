/// Gives the steps of a plan their times: each begins as early as the ones before it allow.
struct Timetable {
    let pool: SmallPool

    /// A plan of steps in this order, or nil when they do not follow each other.
    ///
    /// What comes before the first update is done first. While the master is down nothing else begins, so that nothing overlaps
    /// its reboot; what would have been done meanwhile is then done already, for no host but the master is in its way.
    func plan(_ steps: [SmallPool.Step]) -> UpdatePlan? {
        var clock = Clockwork(pool, pool.start)
        var plan = UpdatePlan(planner: "pitstop exact", instance: pool.model.instance.name)
        var isOpen = false
        for step in steps {
            if case .update(let host) = step, !isOpen || host == Int(pool.model.master) {
                isOpen = true
                guard settle(&clock) else { return nil }
            }
            guard begin(step, &clock, &plan) else { return nil }
            if case .update(let host) = step, host == Int(pool.model.master), !settle(&clock) { return nil }
        }
        return plan
    }

    /// Waits for all that is under way.
    private func settle(_ clock: inout Clockwork) -> Bool {
        while !clock.isIdle {
            guard let next = clock.nextEnd else { return false }
            clock.advance(to: next)
        }
        return true
    }

    private func begin(_ step: SmallPool.Step, _ clock: inout Clockwork, _ plan: inout UpdatePlan) -> Bool {
        let instance = pool.model.instance
        while true {
            switch step {
            case .move(let vm, let from, let to) where Int(clock.place[vm]) == from && clock.canMove(vm, to):
                clock.move(vm, to)
                let action = UpdatePlan.Action.migrate(
                    vm: instance.vms[vm].id,
                    from: instance.hosts[from].id,
                    to: instance.hosts[to].id
                )
                plan.steps.append(.init(start: clock.now, action: action))
                return true
            case .update(let host) where clock.canUpdate(host):
                clock.update(host)
                plan.steps.append(.init(start: clock.now, action: .update(host: instance.hosts[host].id)))
                return true
            default:
                guard let next = clock.nextEnd else { return false }
                clock.advance(to: next)
            }
        }
    }
}
