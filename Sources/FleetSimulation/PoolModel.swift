import Fleet

/// One pool as it really is, whatever anybody knows of it.
struct PoolModel {
    /// A run that was begun for the fleet.
    struct Run {
        let id: String
        let ends: Int64
        let end: RunEnd
        /// It waits for somebody for a while.
        let holds: Bool
    }

    let name: String
    let ring: Int
    let isCanary: Bool
    var hasUpdate = false
    var hasPackage = true
    var silentUntil: Int64 = 0
    /// Somebody else's run.
    var othersUntil: Int64 = 0
    var precheckFailsUntil: Int64 = 0
    /// It has become another pool.
    var isOther = false
    /// A request to begin a run is being worked on: until when, and when it was sent.
    var beginning: (until: Int64, sent: Int64)?
    var run: Run?
    /// When the run ended; nil as long as it goes on, or there is none.
    var ended: Int64?
    var runs = 0
    var isUnwell = false

    /// Whether a run of ours goes on, or is just being begun.
    var isActive: Bool { beginning != nil || (run != nil && ended == nil) }

    /// What its server says of something asked.
    mutating func answer(_ effect: FleetEffect, _ at: Int64, _ dice: inout Dice) -> FleetOutcome {
        let isSilent = at < silentUntil
        switch effect {
        case .prepare: return .prepared(isSilent ? .obstacle(Obstacle(.unreachable, "silent")) : prepare(at))
        case .begin: return .begun(isSilent ? .unknown("silent") : begin(at, &dice))
        case .settle: return .begun(isSilent ? .unknown("silent") : run.map { .run($0.id) } ?? .none)
        case .watch(_, let id):
            if isSilent { return .seen(.silent("silent")) }
            guard let run, run.id == id else { return .seen(.gone) }
            guard ended != nil else {
                return .seen(.going(failedHosts: 0, holds: run.holds && at + 900 < run.ends ? ["it holds"] : []))
            }
            return .seen(.ended(run.end))
        case .check:
            if isSilent { return .checked(.silent("silent")) }
            return .checked(isUnwell ? .unwell("hosts are disabled") : .well)
        }
    }

    private func prepare(_ at: Int64) -> Preparation {
        if isOther { return .obstacle(Obstacle(.refused, "another pool")) }
        if !hasPackage { return .obstacle(Obstacle(.lacking, "no package")) }
        if hasUpdate { return .hasIt }
        if at < othersUntil { return .obstacle(Obstacle(.running, "another run")) }
        if at < precheckFailsUntil { return .obstacle(Obstacle(.prechecks, "a precheck fails")) }
        return .ready
    }

    private mutating func begin(_ at: Int64, _ dice: inout Dice) -> Beginning {
        if let run { return .run(run.id) }
        if beginning != nil { return .unknown("a run is just being begun") }
        if at < othersUntil { return .obstacle(Obstacle(.running, "another run")) }
        if at < precheckFailsUntil { return .obstacle(Obstacle(.prechecks, "a precheck fails")) }
        // Its prechecks take their time; the answer to this very request comes once they are through.
        beginning = (at + dice.seconds(0...(FleetMachine.longestBeginning - 120)), at)
        return .unknown("it is worked on")
    }

    /// Lets time pass.
    ///
    /// - Returns: whether its run has just begun.
    mutating func pass(_ at: Int64, faults: Int, _ dice: inout Dice) -> Bool {
        if let run, ended == nil, at >= run.ends {
            ended = run.ends
            if run.end.ending == "succeeded" { hasUpdate = true }
            isUnwell = dice.chance(faults / 4)
        }
        guard let beginning, at >= beginning.until else { return false }
        self.beginning = nil
        runs += 1
        let isGood = !dice.chance(faults)
        let failed = isGood ? 0 : dice.number(0...2)
        run = Run(
            id: "\(name)-\(runs)",
            ends: at + dice.seconds(300...7200),
            end: RunEnd(
                ending: isGood ? "succeeded" : failed > 0 ? "partly" : "cancelled",
                doneHosts: 3 - failed,
                failedHosts: failed,
                head: "head",
                text: "it ended"
            ),
            holds: dice.chance(faults)
        )
        return true
    }
}
