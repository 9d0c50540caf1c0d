/// Decisions, all of which are made when the time is told.
extension FleetMachine {
    mutating func advance(_ at: Int64, _ open: Set<String>) {
        guard spec != nil else { return }
        losePatience(at)
        if case .stopping(let why) = stage {
            if activePools == 0 { end(why == .budget ? .budget : .cancelled, at) }
            return
        }
        // Each turn moves the ring one phase on; it stops where something is waited for.
        while stage == .going, let index = rings.firstIndex(where: { $0.phase != .done }) {
            let before = rings[index].phase
            step(index, at, isOpen: open.contains(rings[index].name))
            if rings[index].phase == before { return }
        }
        if stage == .going { end(pools.allSatisfy(\.isDone) ? .succeeded : .partly, at) }
    }

    private mutating func step(_ index: Int, _ at: Int64, isOpen: Bool) {
        guard let spec, spec.rings.indices.contains(index) else { return }
        let ring = spec.rings[index]
        switch rings[index].phase {
        case .waiting, .awaitingApproval: open(index, ring, at)
        case .preparing:
            guard !pools.contains(where: { $0.ring == index && $0.phase == .preparing }) else { return }
            tellPrechecks(index, at)
            rings[index].phase = ring.canaries.isEmpty ? .others : .canaries
        case .canaries:
            begin(index, onlyCanaries: true, ring, isOpen, at)
            guard isSettled(index, onlyCanaries: true) else { return }
            let needsSoak = pools.contains { $0.ring == index && $0.isCanary && $0.run != nil }
            if !isSkipped(index) {
                rings[index].phase = needsSoak ? .canarySoak(until: at + ring.soak) : .canaryCheck
            } else {
                rings[index].phase = .others
            }
        case .canarySoak(let until): if at >= until { rings[index].phase = .canaryCheck }
        case .canaryCheck: passCanaries(index, at)
        case .canaryHold: if isSkipped(index) { rings[index].phase = .others }
        case .others:
            begin(index, onlyCanaries: false, ring, isOpen, at)
            guard isSettled(index, onlyCanaries: false) else { return }
            // After the last ring nothing follows that a soak could keep from harm.
            let needsSoak = index + 1 < rings.count && pools.contains { $0.ring == index && $0.run != nil }
            rings[index].phase = needsSoak ? .soak(until: at + ring.soak) : .check
        case .soak(let until): if at >= until { rings[index].phase = .check }
        case .check:
            guard isChecked(index, onlyCanaries: false) else { return }
            rings[index].phase = .done
            let done = pools.count { $0.ring == index && $0.isDone }
            say(at, "Ring \(ring.name) is done: \(done) of \(ring.pools.count.of("pool")).")
        case .done: break
        }
    }

    /// A ring begins to be looked at, unless somebody has to approve it first.
    private mutating func open(_ index: Int, _ ring: FleetSpec.Ring, _ at: Int64) {
        if ring.needsApproval, !rings[index].isApproved, !isSkipped(index) {
            guard rings[index].phase == .waiting else { return }
            rings[index].phase = .awaitingApproval
            return say(at, "Ring \(ring.name) waits to be approved.")
        }
        guard pausedBy == nil else { return }
        rings[index].phase = .preparing
        for place in pools.indices where pools[place].ring == index && pools[place].phase == .waiting {
            set(place, .preparing)
        }
        say(at, "Ring \(ring.name): its pools are looked at before any begins.")
    }

    private mutating func tellPrechecks(_ index: Int, _ at: Int64) {
        let those = pools.filter { $0.ring == index }
        let ready = those.count { if case .ready = $0.phase { true } else { false } }
        let held = those.count { if case .held = $0.phase { true } else { false } }
        say(
            at,
            "Ring \(rings[index].name): \(ready) of \(those.count.of("pool")) can begin, \(held) "
                + "\(held == 1 ? "is" : "are") waited for, \(those.count(where: \.isDone)) have it already."
        )
    }

    /// Begins as many pools as may go on at once, in their order.
    private mutating func begin(
        _ index: Int,
        onlyCanaries: Bool,
        _ ring: FleetSpec.Ring,
        _ isOpen: Bool,
        _ at: Int64
    ) {
        guard let spec, isOpen, pausedBy == nil else { return }
        // Rings go one after another, so all that is active is of this one.
        var room = min(spec.atOnce, ring.atOnce) - activePools
        for place in pools.indices where room > 0 && pools[place].ring == index {
            guard !onlyCanaries || pools[place].isCanary, case .ready = pools[place].phase else { continue }
            set(place, .beginning(since: at))
            room -= 1
            say(at, "\(pools[place].name): begins.")
        }
    }

    private mutating func passCanaries(_ index: Int, _ at: Int64) {
        guard isChecked(index, onlyCanaries: true) else { return }
        let wrong = pools.filter { $0.ring == index && $0.isCanary && !$0.isDone }.map(\.name)
        guard !wrong.isEmpty, !isSkipped(index) else {
            rings[index].phase = .others
            return
        }
        rings[index].phase = .canaryHold
        say(
            at,
            "Ring \(rings[index].name) holds: \(wrong.joined(separator: ", ")) went first and did not get there. Approve the ring to "
                + "go on without, skip it, or cancel."
        )
    }

    private func isSettled(_ index: Int, onlyCanaries: Bool) -> Bool {
        pools.allSatisfy { $0.ring != index || (onlyCanaries && !$0.isCanary) || $0.isSettled }
    }

    private func isChecked(_ index: Int, onlyCanaries: Bool) -> Bool {
        pools.allSatisfy { $0.ring != index || (onlyCanaries && !$0.isCanary) || !$0.isDone || $0.isWell }
    }

    /// Whether nothing of a ring is left that could begin.
    private func isSkipped(_ index: Int) -> Bool { isSettled(index, onlyCanaries: false) }

    /// What was waited for too long is waited for no longer.
    private mutating func losePatience(_ at: Int64) {
        guard let patience = spec?.policy.patience else { return }
        for place in pools.indices {
            switch pools[place].phase {
            case .held(let obstacle, let since) where at - since >= patience:
                leave(place, .skipped("It was waited for too long: \(obstacle.text)"), at)
            case .beginning(let since) where at - since >= max(patience, Self.longestBeginning):
                leave(place, .failed("Nobody can say whether its run was begun: look at the pool."), at)
            case .running(_, let since?) where at - since >= patience:
                leave(place, .failed("It has not answered any more since its run was begun: look at the pool."), at)
            case .done:
                guard let since = pools[place].uncheckedSince, !pools[place].isWell, at - since >= patience else {
                    break
                }
                leave(place, .failed("It has not answered any more after its run: look at the pool."), at)
            default: break
            }
        }
        spendBudget(at)
    }

    /// Settles a pool, and tells why.
    mutating func leave(_ place: Int, _ phase: PoolRecord.Phase, _ at: Int64) {
        set(place, phase)
        switch phase {
        case .failed(let reason): say(at, "\(pools[place].name) has failed: \(reason)")
        case .skipped(let reason): say(at, "\(pools[place].name) is left out: \(reason)")
        default: break
        }
    }

    private mutating func end(_ ending: Ending, _ at: Int64) {
        stage = .ended(ending)
        let done = pools.count(where: \.isDone)
        say(at, "The fleet run ends: \(ending.words), \(done) of \(pools.count.of("pool")) done.")
    }
}

extension FleetMachine.Ending {
    /// For sentences.
    public var words: String {
        switch self {
        case .succeeded: "succeeded"
        case .partly: "partly done"
        case .cancelled: "cancelled"
        case .budget: "more failed than was allowed"
        }
    }
}
