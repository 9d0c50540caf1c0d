/// What came of effects. An answer to a question that nobody asks any more changes nothing.
extension FleetMachine {
    mutating func take(_ outcome: FleetOutcome, _ place: Int, _ at: Int64) {
        switch (outcome, pools[place].phase) {
        case (.prepared(let preparation), .preparing): prepared(preparation, place, heldSince: nil, at)
        case (.prepared(let preparation), .held(_, let since)): prepared(preparation, place, heldSince: since, at)
        case (.begun(let beginning), .beginning): begun(beginning, place, at)
        case (.seen(let look), .running(let run, let silentSince)): seen(look, place, run, silentSince, at)
        case (.checked(let health), .done): checked(health, place, at)
        default: break
        }
        spendBudget(at)
    }

    private mutating func prepared(_ preparation: Preparation, _ place: Int, heldSince: Int64?, _ at: Int64) {
        guard stage == .going else { return }
        switch preparation {
        case .ready:
            set(place, .ready)
            if heldSince != nil { say(at, "\(pools[place].name): nothing is in the way any more.") }
        case .hasIt:
            set(place, .done)
            say(at, "\(pools[place].name): every host has it already.")
        case .obstacle(let obstacle): hold(obstacle, place, since: heldSince, at)
        }
    }

    /// Waits for a pool, leaves it out, or counts it as failed, as the policy says.
    private mutating func hold(_ obstacle: Obstacle, _ place: Int, since: Int64?, _ at: Int64) {
        guard let spec else { return }
        guard stage == .going else { return leave(place, .skipped(obstacle.text), at) }
        switch spec.policy.remedy(for: obstacle.kind) {
        case .wait:
            if case .held(let told, _) = pools[place].phase, told == obstacle { return }
            set(place, .held(obstacle, since: since ?? at))
            say(at, "\(pools[place].name) is waited for: \(obstacle.text)")
        case .skip: leave(place, .skipped(obstacle.text), at)
        case nil: leave(place, .failed(obstacle.text), at)
        }
    }

    private mutating func begun(_ beginning: Beginning, _ place: Int, _ at: Int64) {
        switch beginning {
        case .run(let run):
            pools[place].run = run
            pools[place].begun = at
            set(place, .running(run: run, silentSince: nil))
            say(at, "\(pools[place].name): run \(run).")
        case .obstacle(let obstacle): hold(obstacle, place, since: nil, at)
        case .none:
            // Only asked once nothing may be begun: a request from before may still be on its way.
            guard let stoppedAt, at - stoppedAt >= Self.longestBeginning else { return }
            leave(place, .skipped("Its run was not begun any more."), at)
        case .unknown: break
        }
    }

    private mutating func seen(_ look: RunLook, _ place: Int, _ run: String, _ silentSince: Int64?, _ at: Int64) {
        switch look {
        case .going(let failed, let holds):
            if pools[place].goneSince != nil { pools[place].goneSince = nil }
            if silentSince != nil { set(place, .running(run: run, silentSince: nil)) }
            count(failed, place)
            if holds != pools[place].holds {
                pools[place].holds = holds
                for hold in holds { say(at, "\(pools[place].name) waits: \(hold)") }
            }
        case .ended(let end):
            count(end.failedHosts, place)
            pools[place].end = end
            pools[place].ended = at
            pools[place].holds = []
            guard !end.isGood else {
                set(place, .done)
                return say(at, "\(pools[place].name) is done: \(end.text)")
            }
            leave(place, .failed(end.text), at)
        case .silent(let why):
            guard silentSince == nil else { return }
            set(place, .running(run: run, silentSince: at))
            say(at, "\(pools[place].name) does not answer; its run goes on without us. \(why)")
        case .gone:
            guard let since = pools[place].goneSince else {
                pools[place].goneSince = at
                return
            }
            guard at - since >= Self.longestReading else { return }
            leave(place, .failed("It knows nothing of run \(run): look at the pool."), at)
        }
    }

    private mutating func count(_ failed: Int, _ place: Int) {
        guard failed != pools[place].failedHosts else { return }
        failedHosts += failed - pools[place].failedHosts
        pools[place].failedHosts = failed
    }

    private mutating func checked(_ health: Health, _ place: Int, _ at: Int64) {
        switch health {
        case .well:
            pools[place].isWell = true
            pools[place].uncheckedSince = nil
        case .unwell(let why): leave(place, .failed("It was updated, and is not well now: \(why)"), at)
        case .silent: if pools[place].uncheckedSince == nil { pools[place].uncheckedSince = at }
        }
    }
}
