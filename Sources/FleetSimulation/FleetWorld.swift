import Fleet

/// A fleet that is updated in simulated time, with everything going wrong that can.
struct FleetWorld {
    private struct Flight {
        let effect: FleetEffect
        let lands: Int64
        let isLost: Bool
    }

    let scenario: FleetScenario
    private var dice: Dice
    private var clock: Int64 = 1_764_540_000
    private let born: Int64
    private var pools: [PoolModel] = []
    private var places: [String: Int] = [:]
    private var machine = FleetMachine()
    /// The inputs that a process after a kill reads.
    private var journal: [FleetInput] = []
    private var words: [FleetWord] = []
    private var flights: [String: Flight] = [:]
    private var restsUntil: [String: Int64] = [:]
    private var result = FleetResult()
    private var approvedRings: Set<Int> = []
    private var mayResumeAt: Int64 = 0
    /// Pools that were given up while a run of theirs may go on.
    private var givenUp: Set<String> = []

    init(_ scenario: FleetScenario) {
        self.scenario = scenario
        dice = Dice(seed: scenario.seed &+ 0x5EED)
        born = clock
        for (index, ring) in scenario.spec.rings.enumerated() {
            for name in ring.pools {
                var pool = PoolModel(name: name, ring: index, isCanary: ring.canaries.contains(name))
                pool.hasUpdate = dice.chance(scenario.faults / 2)
                pool.hasPackage = !dice.chance(scenario.faults / 2)
                pool.isOther = dice.chance(scenario.faults / 8)
                if dice.chance(scenario.faults) { pool.othersUntil = clock + dice.seconds(60...40_000) }
                if dice.chance(scenario.faults) { pool.precheckFailsUntil = clock + dice.seconds(60...100_000) }
                places[name] = pools.count
                pools.append(pool)
            }
        }
    }

    mutating func run() -> FleetResult {
        take(.start(scenario.spec, at: clock))
        var turns = 0
        while !machine.isEnded, turns < 200_000, result.violations.isEmpty {
            turns += 1
            step()
        }
        if !machine.isEnded { violate("the run does not end") }
        result.ending = if case .ended(let ending) = machine.stage { ending } else { nil }
        finish()
        result.seconds = clock - born
        result.records = journal.count
        result.begun = pools.count { $0.runs > 0 }
        return result
    }

    private mutating func step() {
        clock += dice.seconds(20...90)
        passTime()
        land()
        speak()
        let before = machine
        for word in words.dropFirst(machine.wordsHeard) {
            let rings = machine.rings
            take(.word(word, number: machine.wordsHeard + 1, by: "root", at: clock))
            for (index, ring) in rings.enumerated()
            where ring.phase == .canaryHold && machine.rings[index].phase == .others {
                approvedRings.insert(index)
            }
        }
        let wasGoing = machine.stage == .going && machine.pausedBy == nil
        let open = scenario.spec.openRings(at: clock)
        take(.time(clock, open: open))
        for (old, new) in zip(before.pools, machine.pools) where old.isActive && new.hasFailed && new.end == nil {
            givenUp.insert(new.name)
        }
        judgeDecisions(before, open, wasGoing)
        launch()
        if scenario.kills, dice.chance(2) { kill() }
    }

    private mutating func take(_ input: FleetInput) {
        let before = machine
        machine.handle(input)
        // As a keeper does: what changes nothing is not written down.
        if machine != before { journal.append(input) }
    }

    // MARK: What the world does

    private mutating func passTime() {
        for place in pools.indices {
            if scenario.faults > 0, dice.number(0...9999) < scenario.faults {
                pools[place].silentUntil = clock + dice.seconds(30...20_000)
            }
            guard pools[place].pass(clock, faults: scenario.faults, &dice) else { continue }
            judgeBeginning(place)
        }
    }

    private mutating func launch() {
        var atWork = flights.count
        for effect in machine.effects where atWork < 64 && flights[effect.pool] == nil {
            guard restsUntil[effect.pool, default: 0] <= clock, let place = places[effect.pool] else { continue }
            atWork += 1
            let isLost = dice.chance(scenario.faults / 3)
            // What is asked arrives at once; what is answered may get lost.
            let answer = pools[place].answer(effect, clock, &dice)
            let lands = pools[place].beginning?.until ?? clock + dice.seconds(0...30)
            _ = answer
            flights[effect.pool] = Flight(effect: effect, lands: lands, isLost: isLost)
        }
    }

    private mutating func land() {
        for (name, flight) in flights.sorted(by: { $0.key < $1.key }) where flight.lands <= clock {
            guard let place = places[name] else { continue }
            flights[name] = nil
            restsUntil[name] = clock + 30
            var outcome = pools[place].answer(settled(flight.effect), clock, &dice)
            if flight.isLost { outcome = lost(flight.effect) }
            take(.outcome(pool: name, outcome, at: clock))
        }
    }

    /// The answer to a request that began something is what came of it, and begins nothing once more.
    private func settled(_ effect: FleetEffect) -> FleetEffect {
        guard case .begin(let pool, let known) = effect, let place = places[pool],
            pools[place].run != nil || pools[place].beginning != nil
        else { return effect }
        return .settle(pool: pool, known: known)
    }

    private func lost(_ effect: FleetEffect) -> FleetOutcome {
        switch effect {
        case .prepare: .prepared(.obstacle(Obstacle(.unreachable, "the answer was lost")))
        case .begin, .settle: .begun(.unknown("the answer was lost"))
        case .watch: .seen(.silent("the answer was lost"))
        case .check: .checked(.silent("the answer was lost"))
        }
    }

    /// The process dies with all that it had under way, and another one reads its journal.
    private mutating func kill() {
        result.kills += 1
        flights = [:]
        restsUntil = [:]
        clock += dice.seconds(0...2000)
        var next = FleetMachine()
        for input in journal { next.handle(input) }
        if next != machine { violate("the journal leads to another state than the one that was") }
        machine = next
        passTime()
    }

    // MARK: What operators do

    private mutating func speak() {
        for ring in machine.rings
        where ring.phase == .awaitingApproval || ring.phase == .canaryHold {
            guard dice.chance(5) else { continue }
            words.append(dice.chance(85) ? .approve(ring: ring.name) : .skipRing(ring.name))
        }
        if machine.pausedBy != nil, clock >= mayResumeAt { words.append(.resume) }
        guard scenario.words, dice.number(0...999) < 2 else { return }
        switch dice.number(0...9) {
        case 0...4:
            words.append(.pause)
            mayResumeAt = clock + dice.seconds(60...20_000)
        case 5: words.append(.cancel)
        case 6: words.append(.skipPool(pools[dice.number(0...(pools.count - 1))].name))
        case 7: words.append(.skipRing(machine.rings[dice.number(0...(machine.rings.count - 1))].name))
        default: words.append(.approve(ring: machine.rings[dice.number(0...(machine.rings.count - 1))].name))
        }
    }

    // MARK: What must never be

    private mutating func violate(_ what: String) {
        result.violations.append("seed \(scenario.seed), \(clock - born) s: \(what)")
    }

    /// A pool's run has begun, in truth.
    private mutating func judgeBeginning(_ place: Int) {
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
            if let ended = other.ended, clock < ended + scenario.spec.rings[other.ring].soak {
                violate("\(pool.name) begins before \(other.name) has soaked")
            }
            if isCanary, !(machine.pool(other.name)?.isDone ?? false), !approvedRings.contains(pool.ring) {
                violate("\(pool.name) begins although the canary \(other.name) did not get there")
            }
        }
    }

    /// The machine has been told the time: what it decided to begin.
    private mutating func judgeDecisions(_ before: FleetMachine, _ open: Set<String>, _ wasGoing: Bool) {
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
    private mutating func finish() {
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
