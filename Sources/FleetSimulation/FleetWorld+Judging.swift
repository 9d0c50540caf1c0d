import Fleet

/// What must never be.
extension FleetWorld {
    mutating func violate(_ what: String) {
        result.violations.append("seed \(scenario.seed), \(clock - born) s: \(what)")
    }

    /// A pool's run has begun, in truth.
    mutating func judgeBeginning(_ place: Int) {
        let pool = pools[place]
        if pool.runs > 1 { violate("\(pool.name) is begun twice") }
        if givenUp.contains(pool.name) { return }
        if machine.isEnded { violate("\(pool.name) begins after the fleet run has ended") }
        let active = pools.filter { $0.isActive && !givenUp.contains($0.name) }
        let ring = scenario.spec.rings[pool.ring]
        if active.count > scenario.spec.atOnce { violate("\(active.count) runs go on at once") }
        if active.count(where: { $0.ring == pool.ring }) > ring.atOnce { violate("too many of \(ring.name) at once") }
        for other in pools where other.name != pool.name {
            let isBefore = other.ring < pool.ring
            let isCanary = other.ring == pool.ring && other.isCanary && !pool.isCanary
            guard isBefore || isCanary else { continue }
            if other.isActive, !givenUp.contains(other.name) {
                violate("\(pool.name) begins while \(other.name) goes on")
            }
            guard machine.pool(other.name)?.isSettled ?? false else {
                violate("\(pool.name) begins before \(other.name)")
                continue
            }
            if let ended = other.ended, !givenUp.contains(other.name),
                clock < ended + scenario.spec.rings[other.ring].soak
            {
                violate("\(pool.name) begins before \(other.name) has soaked")
            }
            if isCanary, !(machine.pool(other.name)?.isDone ?? false), !approvedRings.contains(pool.ring) {
                violate("\(pool.name) begins although the canary \(other.name) did not get there")
            }
        }
    }

    /// The machine has been told the time: what it decided to begin.
    mutating func judgeDecisions(_ before: FleetMachine, _ open: Set<String>, _ wasGoing: Bool) {
        for (old, new) in zip(before.pools, machine.pools) where new.isActive && !old.isActive {
            if !wasGoing { violate("\(new.name) is begun although it was stopped or paused") }
            if !open.contains(scenario.spec.rings[new.ring].name) {
                violate("\(new.name) is begun outside of its window")
            }
            let failed = machine.pools.filter(\.hasFailed)
            let hosts = machine.pools.reduce(0) { $0 + $1.failedHosts }
            if failed.count > scenario.spec.failedPools || hosts > scenario.spec.failedHosts {
                violate("\(new.name) is begun although \(failed.count) pools and \(hosts) hosts have failed")
            }
        }
        if machine.activePools != machine.pools.count(where: \.isActive) { violate("the active pools are miscounted") }
        if machine.failedPools != machine.pools.count(where: \.hasFailed) { violate("the failed pools are miscounted") }
    }

    /// The world goes on after the run has ended.
    mutating func finish() {
        for pool in pools {
            guard let record = machine.pool(pool.name) else {
                violate("\(pool.name) is lost")
                continue
            }
            if !record.isSettled { violate("\(pool.name) is not settled at the end") }
            if record.isDone, !pool.hasUpdate { violate("\(pool.name) counts as done and lacks the update") }
            if pool.beginning != nil, !givenUp.contains(pool.name), !record.hasFailed {
                violate("\(pool.name) is being begun at the end")
            }
            if pool.isActive, !record.hasFailed { violate("the run of \(pool.name) goes on at the end") }
        }
    }
}
