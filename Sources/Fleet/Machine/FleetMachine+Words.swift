/// Operators' words.
extension FleetMachine {
    mutating func hear(_ word: FleetWord, by who: String, _ at: Int64) {
        // What has been stopped can not be stopped, or begun, once more.
        guard stage == .going else { return }
        switch word {
        case .pause:
            guard pausedBy == nil else { return }
            pausedBy = who
            say(at, "\(who) pauses it: nothing new is begun, pools that have begun go on.")
        case .resume:
            guard pausedBy != nil else { return }
            pausedBy = nil
            say(at, "\(who) resumes it.")
        case .cancel:
            say(at, "\(who) cancels it: nothing is begun any more, \(activePools.of("pool")) go on to their end.")
            stop(.cancelled, "Cancelled by \(who).", at)
        case .skipPool(let name):
            guard let place = places[name] else { return }
            skip(place, by: who, at)
        case .skipRing(let name):
            guard let index = rings.firstIndex(where: { $0.name == name }) else { return }
            for place in pools.indices where pools[place].ring == index { skip(place, by: who, at) }
        case .approve(let name):
            guard let index = rings.firstIndex(where: { $0.name == name }) else { return }
            approve(index, by: who, at)
        }
    }

    /// A pool whose run has begun is not left: its own words are said to it at the pool.
    private mutating func skip(_ place: Int, by who: String, _ at: Int64) {
        guard !pools[place].isSettled, !pools[place].isActive else { return }
        leave(place, .skipped("Skipped by \(who)."), at)
    }

    private mutating func approve(_ index: Int, by who: String, _ at: Int64) {
        switch rings[index].phase {
        case .waiting, .awaitingApproval:
            guard !rings[index].isApproved else { return }
            rings[index].isApproved = true
        case .canaryHold: rings[index].phase = .others
        default: return
        }
        say(at, "\(who) approves ring \(rings[index].name).")
    }
}
