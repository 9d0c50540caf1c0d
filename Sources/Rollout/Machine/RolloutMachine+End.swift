extension RolloutMachine {
    /// Looks at the pool once more, so that what the run claims is what is there.
    mutating func finish() -> Bool {
        if !hasSettled, restartGuests() { return true }
        // Nobody resumes a run only to have it end.
        let endsAnyway = looksThroughout && stopping != nil || hasSettled
        guard pausedBy == nil || endsAnyway, inFlight.isEmpty, clock.elapsed >= nextCall else { return false }
        guard failedCalls < 6 else {
            noteAtTheEnd(
                "The pool did not answer at the end: the last look is missing, and nobody knows what has stopped since the one "
                    + "before."
            )
            leaveFinished()
            return true
        }
        emit(.observe)
        return true
    }

    /// The last look.
    mutating func finished(_ seen: PoolView) {
        take(seen)
        if verifyAgain() {
            stage = .rolling
            boundary = .looking("a host that was \(purpose.participle) has restarted since")
            return
        }
        for host in hosts where host.phase == .done {
            guard let now = seen.host(host.id) else {
                noteAtTheEnd("\(host.name) is no longer in the pool.", host: host.id)
                continue
            }
            if !now.isLive || now.isEnabled == host.isMaintained {
                let state = now.isLive ? now.isEnabled ? "not in maintenance mode any more" : "disabled" : "down"
                noteAtTheEnd("\(host.name) is \(state) at the end.", host: host.id)
            }
        }
        leaveFinished(newcomers: newcomers(in: seen))
    }

    /// Hosts that have come into the pool since the run began, and lack what it installs.
    private mutating func newcomers(in seen: PoolView) -> [HostView] {
        guard seesNewcomers, purpose == .install else { return [] }
        let newcomers = seen.hosts.filter { new in !hosts.contains { $0.id == new.id } && !new.has(updates) }
        for host in newcomers {
            noteAtTheEnd(
                "\(host.name) has come into the pool while the run went on, and lacks the update: begin another run for it.",
                host: host.id
            )
        }
        return newcomers
    }

    private mutating func leaveFinished(newcomers: [HostView] = []) {
        if let earlyEnding { return leave(earlyEnding) }
        let isUpdated = hosts.allSatisfy { $0.phase == .done || $0.phase == .skipped && isLeftOut($0) }
        let undone = undoneGuidance
        for text in undone { noteAtTheEnd(text) }
        // What an update asks for and nobody has done leaves its installation unfinished.
        leave(isUpdated && undone.isEmpty && newcomers.isEmpty ? .succeeded : .partly)
    }

    /// What the updates ask for that no run knows how to do, and what hosts still ask for after all: one sentence for each.
    var undoneGuidance: [String] {
        let owed = hosts.filter(\.isNew).flatMap { host in
            host.owed.map { word in
                "\(host.name) has the update, and the pool says that it, or a VM on it, still asks for '\(word.rawValue)': see to it."
            }
        }
        return (hosts.contains { $0.isNew && $0.begun != nil } ? spec?.unknownGuidance ?? [] : []) + owed
    }

    /// Once, although there may be a look more.
    private mutating func noteAtTheEnd(_ text: String, host: String? = nil) {
        guard !events.contains(where: { $0.kind == .deviation && $0.text == text }) else { return }
        note(.deviation, text, host: host)
    }

    /// From here on only a look is left, and what is owed.
    mutating func turnToLastLook() {
        stage = .finishing
        inquiry = nil
        fixes = []
        // Answers to what was asked before serve nobody any more, and are older than the look.
        inFlight = []
        glance = nil
        nextCall = 0
        failedCalls = 0
        hasPaid = false
    }

    private func isLeftOut(_ host: HostRecord) -> Bool { spec?.excluded.contains(host.id) ?? false }

    /// Seconds until the run wants to be told the time, where nothing else happens before; nil after its end.
    public var nextWake: Int64? {
        guard spec != nil else { return nil }
        if stage.isEnded, inFlight.isEmpty { return nil }
        var wake = inFlight.map(\.deadline)
        for host in hosts where host.phase.isActive || host.phase == .awaitingOperator { wake.append(host.nextLook) }
        if case .soaking(let until) = boundary { wake.append(until) }
        if boundary == .waiting || stage == .rolling && boundary == .open && isWindowed {
            wake.append(clock.elapsed + secondsToEdge)
        }
        // At most a minute, as the time of day may be set meanwhile.
        if isScheduled, let time = policy.notBefore { wake.append(clock.elapsed + min(60, max(1, time - clock.wall))) }
        if let active { wake += active.current.map { active.notBefore[$0] } }
        if stage == .settling || stage == .surveying || stage == .finishing || stage == .rolling {
            wake.append(nextCall)
        }
        let next = wake.filter { $0 > clock.elapsed }.min() ?? clock.elapsed + 60
        return max(1, next - clock.elapsed)
    }

    /// Seconds until a window opens or closes to new hosts, or the deadline does; at most a minute, as the time of day may
    /// be set meanwhile.
    private var secondsToEdge: Int64 {
        let needed = policy.expectedHostSeconds
        let edges =
            policy.windows.flatMap { [$0.start, $0.end - needed + 1] }
            + (policy.finishBy.map { [$0 - needed + 1] } ?? [])
        let next = edges.filter { $0 > clock.wall }.min() ?? .max
        return min(60, next - clock.wall)
    }

    private var isWindowed: Bool { !policy.windows.isEmpty || policy.finishBy != nil }
}

extension RolloutMachine {
    /// The waves of the plan under way; nil where there is none.
    public var waves: [[String]]? { active?.plan.waves }

    /// The plan under way; nil where there is none.
    public var plan: RolloutPlan? { active?.plan }

    /// The wave that is under way, from 0; the last of them where waves overlap, and while VMs go home after it.
    public var wave: Int? {
        guard let active, !active.plan.waves.isEmpty else { return nil }
        return min(active.wave, active.plan.waves.count - 1)
    }

    /// Whether the hosts are done, and VMs go back to where they were.
    public var isBringingHome: Bool { isHomeward && !homes.isEmpty && homeObstacle == nil }

    /// What the first plan expected of the mixed state, and the bound below which no plan can go, in seconds.
    public var plannedMixedSeconds: Int? { firstPlan?.mixedSeconds }
    public var plannedLowerBound: Int? { firstPlan?.lowerBound }

    /// Hosts that took a good deal longer than the first plan expected, one sentence each.
    var slowHosts: [String] {
        guard let firstPlan else { return [] }
        return firstPlan.steps.compactMap { step in
            guard case .update(let id) = step.work, let host = hosts.first(where: { $0.id == id }), host.isNew,
                let begun = host.changed, let ended = host.ended
            else { return nil }
            let (took, expected) = (ended - begun, Int64(step.end - step.start))
            guard took > expected + max(60, expected / 2) else { return nil }
            return "\(host.name) took \(took) s from going down to being back, where the plan expected \(expected)."
        }
    }
}
