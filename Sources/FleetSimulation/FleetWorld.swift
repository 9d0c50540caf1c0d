import Fleet

/// A fleet that is updated in simulated time, with everything going wrong that can.
struct FleetWorld {
    struct Flight {
        let effect: FleetEffect
        let lands: Int64
        let isLost: Bool
    }

    let scenario: FleetScenario
    var dice: Dice
    var clock: Int64 = 1_764_540_000
    let born: Int64
    var pools: [PoolModel] = []
    var places: [String: Int] = [:]
    var machine = FleetMachine()
    /// The inputs that a process after a kill reads.
    var journal: [FleetInput] = []
    var words: [FleetWord] = []
    var flights: [String: Flight] = [:]
    var restsUntil: [String: Int64] = [:]
    var result = FleetResult()
    var approvedRings: Set<Int> = []
    var mayResumeAt: Int64 = 0
    /// Pools that were given up while a run of theirs may go on.
    var givenUp: Set<String> = []

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
        // A large fleet takes days: it is looked at less often.
        clock += dice.seconds(pools.count < 100 ? 20...90 : 60...480)
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
        let before = machine.changes
        machine.handle(input)
        // As a keeper does: what changes nothing is not written down.
        if machine.changes != before { journal.append(input) }
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
            if case .begin = effect, machine.stage != .going {
                violate("\(effect.pool) is asked to begin after the fleet run was stopped")
            }
            let isLost = dice.chance(scenario.faults / 3)
            // What is asked arrives at once; what is answered may get lost. Only who asks to begin waits for what comes of it.
            _ = pools[place].answer(effect, clock, &dice)
            var lands = clock + dice.seconds(0...30)
            if case .begin = effect, let beginning = pools[place].beginning { lands = beginning.until }
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
        guard case .begin(let pool) = effect, let place = places[pool],
            pools[place].run != nil || pools[place].beginning != nil
        else { return effect }
        return .settle(pool: pool)
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
        // Whoever finds it dead may have had enough; a request that it had sent may still be on its way.
        if scenario.words, dice.number(0...999) < (pools.count < 100 ? 40 : 2) { words.append(.cancel) }
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
}
