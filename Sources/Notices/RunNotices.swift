import Rollout

/// What there is to tell of a run, as its machine has it: a journal that is read again gives the same notices with the same ids.
enum RunNotices {
    /// All notices of a run so far, in order.
    static func all(of run: RunSnapshot, pool: String) -> [Notice] {
        let machine = run.machine
        guard let spec = machine.spec else { return [] }
        let maker = Maker(run: spec.run, title: spec.title, pool: pool)
        var notices: [Notice] = []
        for (index, event) in machine.events.enumerated() {
            if index == 0 { notices.append(maker.make(.runBegun, "begun", event.at, event.text)) }
            guard event.kind == .hold else { continue }
            notices.append(maker.make(kind(ofHold: event.text, machine), "hold/\(index)", event.at, event.text))
        }
        for host in machine.awaitedApprovals {
            let text = "Host \(host.name) waits for an approval: pitstop rollout approve \(host.name)."
            notices.append(maker.make(.approvalAwaited, "approval/\(host.id)", machine.newest, text, host: host.name))
        }
        for host in machine.hosts where host.phase == .failed {
            let text = "Host \(host.name) failed. \((host.reason ?? "").asSentence)"
            notices.append(
                maker.make(.hostFailed, "failed/\(host.id)/\(host.since)", host.since, text, host: host.name)
            )
        }
        if let failure = run.failure {
            let text = "The run goes no further. \(failure)"
            notices.append(maker.make(.runFailed, "stuck/\(run.journalHead)", machine.newest, text))
        }
        if case .ended(let ending) = machine.stage { notices += self.end(machine, ending, maker) }
        return notices
    }

    private static func end(_ machine: RolloutMachine, _ ending: Ending, _ maker: Maker) -> [Notice] {
        let isWell = ending == .succeeded || ending == .nothingToDo
        let updated = machine.hosts.count { $0.isNew }
        let text = "The run ends: \(ending.words). \(updated) of \(machine.hosts.count) hosts are done."
        // What is paid later belongs to the same end.
        let end = machine.events.last { $0.kind == .run }?.at ?? machine.newest
        let ended = maker.make(isWell ? .runEnded : .runFailed, "ended", end, text)
        return [ended]
            + machine.obligations.filter { $0.state == .open }.map { obligation in
                let reason = (obligation.reason ?? "").asSentence
                let text =
                    "Still owed: \(machine.describe(obligation.debt)). \(reason) See to it, and then: pitstop rollout obligations --pay."
                return maker.make(.debtUnpaid, "debt/\(obligation.id)", end, text)
            }
    }

    /// What the run holds for. A hold that is over by now was one like others.
    private static func kind(ofHold text: String, _ machine: RolloutMachine) -> Notice.Event {
        switch machine.holds.first(where: { $0.reason == text })?.subject {
        case .consent: .consentAwaited
        case .barrier: .approvalAwaited
        default: .runHeld
        }
    }

    private struct Maker {
        let run: String
        let title: String
        let pool: String

        func make(_ event: Notice.Event, _ key: String, _ at: Int64, _ text: String, host: String? = nil) -> Notice {
            Notice(
                id: "\(run)/\(key)",
                event: event,
                at: at,
                pool: pool,
                run: run,
                title: title,
                host: host,
                text: text
            )
        }
    }
}

extension RolloutMachine {
    /// When it last noted something, in seconds since the epoch.
    fileprivate var newest: Int64 { events.last?.at ?? 0 }
}
