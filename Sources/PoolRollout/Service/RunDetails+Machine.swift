import Rollout

extension RunDetails {
    /// Reads a run off its machine.
    ///
    /// - Parameters:
    ///   - progress: the part of each VM's migration that is done, by the VM's uuid.
    ///   - now: seconds since the epoch.
    init(_ machine: RolloutMachine, head: String, problem: String? = nil, progress: [String: Double], now: Int64) {
        let spec = machine.spec
        run = spec?.run ?? ""
        name = spec?.title ?? ""
        updates = spec?.updates.map { Update(uuid: $0.uuid, label: $0.label, sha256: $0.sha256) } ?? []
        mode = spec?.mode ?? .automatic
        purpose = spec?.purpose
        startedBy = spec?.startedBy ?? ""
        started = machine.events.first?.at ?? now
        notBefore = spec?.policy.notBefore
        windows = spec.flatMap { $0.policy.windows.isEmpty ? nil : $0.policy.windows }
        state = State(machine.stage)
        if case .ended(let ending) = machine.stage {
            self.ending = ending
            finished = machine.events.last?.at
        }
        holds = machine.holds
        waitsFor = machine.waitsFor
        pausedBy = machine.pausedBy
        let waves = machine.waves ?? []
        remainingSeconds = machine.remainingSeconds(now: now)
        hosts = Self.hosts(machine, waves, now)
        self.progress = Self.progress(machine)
        moves = machine.movesUnderWay.map { move in
            Move(
                vm: move.vm,
                vmName: machine.view.vm(move.vm)?.name ?? move.vm,
                from: move.from,
                to: move.to,
                since: move.begun,
                expectedSeconds: move.expectedSeconds,
                progress: progress[move.vm] ?? 0
            )
        }
        self.waves = waves
        wave = machine.wave
        // From the first host's update, as in the report: a host that is only being emptied is not mixed yet.
        let mixed = machine.mixedState(now: now)
        mixedSince = mixed.goesOn && !machine.stage.isEnded ? mixed.since : nil
        mixedSeconds = mixed.seconds
        plannedMixedSeconds = machine.plannedMixedSeconds
        lowerBound = machine.plannedLowerBound
        obligations = machine.obligations.map { [run] in
            Debt($0, run: run, text: machine.describe($0.debt))
        }
        problems = machine.problems
        events = machine.events
        journalHead = head
        self.problem = problem
        sentence = ""
        sentence = Self.sentence(self)
    }

    /// A run whose journal can not be used.
    ///
    /// - Parameters:
    ///   - remains: what it had come to; nil where nobody knows, or where it was given up.
    ///   - owed: what was written down of it beside its journal, which counts where the journal tells nothing.
    init(unreadable run: String, problem: String, remains: RolloutMachine? = nil, owed: OwedByRun? = nil) {
        self.init(RolloutMachine(), head: "", problem: problem, progress: [:], now: 0)
        self.run = run
        state = .unreadable
        for obligation in remains?.obligations ?? [] where obligation.state == .open {
            var debt = Debt(obligation, run: run, text: remains?.describe(obligation.debt) ?? "")
            debt.reason = "the run can not be carried on: give it back by hand."
            obligations.append(debt)
        }
        if let owed {
            (name, startedBy, started) = (owed.name, owed.startedBy, owed.started)
            for var debt in obligations.isEmpty ? owed.debts : [] {
                debt.reason = "the run can not be carried on: give it back by hand."
                obligations.append(debt)
            }
        }
        sentence = problem
    }

    /// Of the hosts that were to be updated: those that run the update count whole, those that were given up not at all.
    private static func progress(_ machine: RolloutMachine) -> Double {
        if case .ended(.nothingToDo) = machine.stage { return 1 }
        let excluded = machine.spec?.excluded ?? []
        let wanted = machine.hosts.filter { $0.isNew || !excluded.contains($0.id) }
        guard !wanted.isEmpty else { return 0 }
        return wanted.reduce(0) { $0 + ($1.isNew && $1.phase.isSettled ? 1 : $1.phase.part) } / Double(wanted.count)
    }

    private static func sentence(_ run: RunDetails) -> String {
        if let problem = run.problem { return problem }
        if let first = run.waitsFor.first { return first }
        switch run.state {
        case .surveying: return "Looks at the pool."
        case .fixing: return "Removes what is in the way of the \(run.aim.noun)."
        case .applyingEverywhere: return "Applies the update on every host; none restarts yet."
        case .barrier: return "The update is applied on every host; waits for the word to go on."
        case .rolling:
            let active = run.hosts.filter(\.phase.isActive)
            if !active.isEmpty {
                return active.map { "\($0.name): \($0.phase.clause(run.aim))" }.joined(separator: ", ") + "."
            }
            if !run.moves.isEmpty {
                return "\(run.moves.count.of("VM is", "VMs are")) on \(run.moves.count == 1 ? "its" : "their") way."
            }
            if run.hosts.allSatisfy(\.phase.isSettled) { return "The hosts are done." }
            return run.hosts.contains { $0.begun != nil } ? "Between two waves." : "Before the first wave."
        case .finishing: return "Looks at the pool once more."
        case .settling: return "Gives back what it switched off."
        case .ended: return run.endingSentence
        case .unreadable: return run.problem ?? ""
        }
    }

    private var endingSentence: String {
        let updated = hosts.count(where: \.isUpdated)
        let open = obligations.count { $0.state == .open }
        let debts =
            open == 0 ? "" : " \(open.of("thing", "things")) that it changed \(open == 1 ? "is" : "are") still owed."
        let subject = hosts.count == 1 ? "The host" : "All \(hosts.count) hosts"
        let all = "\(subject) \(aim.achievement(ofOne: hosts.count == 1))."
        let count = "\(updated) of \(hosts.count.of("host")) \(aim.achievement(ofOne: false))"
        switch ending {
        case .succeeded:
            let left = hosts.filter { !$0.isUpdated }.map(\.name)
            guard !left.isEmpty else { return all + debts }
            let names = left.joined(separator: ", ") + (left.count == 1 ? " was" : " were")
            return "\(count); \(names) left out." + debts
        case .partly where updated == hosts.count: return all + " Something is left to be done by hand." + debts
        case .partly: return count + "." + debts
        case .stopped: return "Stopped early: \(count)." + debts
        case .cancelled: return "Cancelled: \(count)." + debts
        case .nothingToDo: return "Every host had the update before: nothing was done."
        case .refused: return problems.first { $0.severity == .blocking }?.text ?? "The run could not begin."
        case nil: return ""
        }
    }
}

extension RunDetails {
    /// What it does to the hosts.
    public var aim: RunPurpose { purpose ?? .install }
}

extension RunDetails.State {
    init(_ stage: Stage) {
        self =
            switch stage {
            case .idle, .surveying: .surveying
            case .fixing: .fixing
            case .applyingEverywhere: .applyingEverywhere
            case .barrier: .barrier
            case .rolling: .rolling
            case .finishing: .finishing
            case .settling: .settling
            case .ended: .ended
            }
    }
}

extension RunDetails.Debt {
    init(_ obligation: Obligation, run: String, text: String) {
        let state: State =
            switch obligation.state {
            case .open: .open
            case .paid: .paid
            case .void: .void
            }
        self.init(
            number: obligation.id,
            run: run,
            text: text,
            state: state,
            since: obligation.since,
            reason: obligation.reason,
            host: obligation.debt.host,
            vm: obligation.debt.vm
        )
    }
}

extension HostPhase {
    /// How much of a host's way is behind it, roughly, from 0 to 1.
    fileprivate var part: Double {
        switch self {
        case .pending, .backingOut: 0
        case .checking, .disabling: 0.05
        case .emptying: 0.1
        case .prechecking: 0.3
        case .applying: 0.35
        case .applied, .clearing: 0.5
        case .restarting, .awaitingOperator: 0.55
        case .returning: 0.6
        case .plugging, .verifying: 0.9
        case .enabling, .confirming: 0.95
        case .done: 1
        // Nobody goes on with it.
        case .skipped, .failed: 0
        }
    }
}
