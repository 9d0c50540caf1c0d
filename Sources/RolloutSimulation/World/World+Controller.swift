import Rollout

extension World {
    /// Hands an input to the controller: on disk first, then handled, then the intent on disk, then done.
    func deliver(_ input: Input) {
        do {
            guard let line = try controller?.line(for: input) else { return }
            let (before, size) = (machine, disk.count)
            let isAlive = write(line)
            if case .word(let word, _, _) = input, disk.count == size + line.count, let before {
                ledger.hear(word, before)
            }
            guard isAlive else { return }
            guard let (effects, intent) = try controller?.handle(input) else { return }
            if isLogging { trace("input \(input.inShort)") }
            if let intent, !write(intent) { return }
            checkClaims()
            followHosts()
            for effect in effects {
                trace("effect \(effect.id.number)\(effect.isQuestion ? " ?" : "") \(effect.action)")
                checkBefore(effect)
                if !effect.isQuestion { ledger.take(effect.action) }
                perform(effect)
            }
        } catch {
            violate("the journal failed: \(error)")
        }
        guard let wake = machine?.nextWake else { return }
        ticks += 1
        events.add(.tick(life: life, number: ticks), at: now + wake)
    }

    /// One append with its fsync.
    ///
    /// - Returns: false where the controller died at this boundary, or could not write.
    func write(_ line: [UInt8]) -> Bool {
        let boundary = boundaries
        boundaries += 1
        if let crash = scenario.crash, crash.boundary == boundary {
            return die(line, crash.mode, breaksOff: crash.breaksOff)
        }
        let faults = scenario.faults
        if crashesLeft > 0, faults.crashes > 0, random.percent(faults.crashes) {
            let mode: Scenario.Crash.Mode =
                random.percent(faults.tornWrites) ? .torn : random.percent(50) ? .before : .after
            return die(line, mode, breaksOff: random.percent(50))
        }
        // A controller that can not write goes no further; what hosts do goes on. It is started again until there is room.
        if now < diskFullUntil { return die(line, .before, breaksOff: false) }
        if crashesLeft > 0, faults.diskFull > 0, random.percent(faults.diskFull) {
            trace("disk full")
            diskFullUntil = now + Int64(random.within(1...1800))
            return die(line, random.percent(50) ? .torn : .before, breaksOff: false)
        }
        disk += line
        return true
    }

    private func die(_ line: [UInt8], _ mode: Scenario.Crash.Mode, breaksOff: Bool) -> Bool {
        switch mode {
        case .before: break
        case .torn: disk += line.prefix(random.within(1...max(1, line.count - 1)))
        case .after: disk += line
        }
        trace("controller dies (\(mode.rawValue))")
        crashesLeft -= 1
        controller = nil
        life += 1
        if breaksOff { breakOff() }
        events.add(.restart, at: now + Int64(random.within(5...600)))
        return false
    }

    /// What the controller had under way ends with it.
    private func breakOff() {
        for vm in pool.moves.keys.sorted() where !(pool.moves[vm]?.isHanging ?? false) { pool.moves[vm] = nil }
    }

    /// A new controller reads the journal and takes over.
    func takeOver() {
        guard controller == nil else { return }
        do {
            let contents = try Journal.read(disk, digest: Journal.sha256)
            disk.removeLast(contents.torn)
            startedAt = now
            if contents.records.isEmpty {
                // Not even begun: the operator starts it again.
                disk = []
                var fresh = Controller(digest: Journal.sha256)
                let line = try fresh.open(run: scenario.spec.run, writer: "simulation")
                controller = fresh
                if write(line) { deliver(.start(scenario.spec, at: moment)) }
                return
            }
            let taken = try Controller(replaying: contents)
            controller = taken
            noteHosts()
            clearMarks()
            trace("controller takes over, \(contents.records.count) records, \(contents.torn) bytes torn")
            if taken.machine.spec == nil {
                deliver(.start(scenario.spec, at: moment))
            } else {
                deliver(.restarted(at: moment))
            }
        } catch {
            violate("the journal could not be read back: \(error)")
        }
    }

    /// Sends an answer over the simulated network.
    func answer(_ id: OperationID, _ outcome: Outcome, after seconds: Int = 0, life asked: Int? = nil) {
        send(.answer(id, outcome, life: asked ?? life), after: seconds)
    }

    func send(_ event: Event, after seconds: Int = 0) {
        let faults = scenario.faults
        if faults.silence > 0, random.percent(faults.silence) { return }
        var delay = seconds + random.below(2)
        if faults.delays > 0, random.percent(faults.delays) { delay += random.below(60) }
        events.add(event, at: now + Int64(delay))
        if faults.duplicates > 0, random.percent(faults.duplicates) {
            events.add(event, at: now + Int64(delay + random.below(300)))
        }
    }
}

extension Input {
    /// For the log of a failing seed.
    var inShort: String {
        switch self {
        case .start: "start"
        case .word(let word, let by, _): "\(by): \(word)"
        case .result(let id, .pool, _): "\(id.number) -> pool"
        case .result(let id, .host(let report), _):
            "\(id.number) -> \(report.bootID) enabled \(report.isEnabled) stamps \(report.stamps) vms \(report.residents)"
        case .result(let id, .plan(.new(let plan)), _):
            "\(id.number) -> plan \(plan.waves) " + plan.steps.map { "\($0.wave):\($0.work)" }.joined(separator: "; ")
        case .result(let id, let outcome, _): "\(id.number) -> \(outcome)"
        case .tick: "tick"
        case .restarted: "restarted"
        }
    }
}
