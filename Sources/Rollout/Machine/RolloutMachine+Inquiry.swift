/// What is asked before a run may begin, beside a look at the pool: the packages on every host, the operator's scripts, and
/// the planner, whose plan shows whether every host can be emptied when its turn comes.
struct Inquiry: Hashable, Sendable {
    /// Most questions at once.
    static let most = 8
    /// What is still to be asked.
    var left: [Action]
    /// Problems so far.
    var found: [Problem]
}

extension RolloutMachine {
    /// The questions for this pool.
    func inquiries(_ view: PoolView) -> [Action] {
        var actions: [Action] = []
        for host in hosts where host.phase == .pending && view.host(host.id)?.isLive ?? false {
            // A later update may need the one before it, which is not applied yet: it is checked in its turn.
            guard let first = updates.first(where: { !host.applied.contains($0.uuid) }) else { continue }
            actions.append(.precheck(update: first.uuid, host: host.id))
        }
        actions += policy.scripts.map(Action.check)
        guard spec?.mode == .automatic else { return actions }
        // High availability holds VMs where they are: what the pool says counts once it is off.
        if view.judgesEvacuations == true, restart == .host, !view.haEnabled {
            let asked = hosts.filter { $0.phase == .pending && view.host($0.id)?.isLive ?? false }
            actions += asked.map { .judgeEvacuation(host: $0.id) }
        }
        let request = forecast(view.after(problems.compactMap(\.fix)))
        // Where nobody can be emptied because hosts are down or disabled, just that has been told.
        let hasMaster = view.hosts.contains { $0.isMaster && !request.unusable.contains($0.id) }
        if hasMaster, !request.hosts.isEmpty { actions.append(.plan(request)) }
        return actions
    }

    /// The plan as it would be once what can be fixed is fixed. Hosts that do not answer or are disabled have been told of:
    /// no plan can say anything about them.
    private func forecast(_ view: PoolView) -> PlanRequest {
        var closed = Set(hosts.filter(\.isMaintained).map(\.id))
        for problem in problems { if case .keepDisabled(let host) = problem.fix { closed.insert(host) } }
        let usable = Set(view.hosts.filter { $0.isLive && ($0.isEnabled || closed.contains($0.id)) }.map(\.id))
        var request = PlanRequest(
            view: view,
            hosts: hosts.filter { $0.phase == .pending && usable.contains($0.id) }.map(\.id),
            updated: hosts.filter(\.isNew).map(\.id),
            unusable: view.hosts.map(\.id).filter { !usable.contains($0) },
            spec: asked,
            consents: consents,
            rest: nil,
            reason: "to see whether there is one"
        )
        request.closed = closed.sorted()
        return request
    }

    /// A plan that does not fit before the deadline is told beside it, while it can still be changed.
    private mutating func judgeLength(_ plan: RolloutPlan) {
        guard let finishBy = policy.finishBy, let seconds = plan.steps.map(\.end).max() else { return }
        let expected = max(Int64(seconds), policy.expectedHostSeconds)
        guard clock.wall + expected > finishBy else { return }
        let text =
            "The plan takes about \(expected.asDuration), and would be over after \(finishBy.asTime): the run stops before the "
            + "hosts that would not be back by then."
        // Where all are applied first, hosts would be left with an update on their disks that does not run.
        found(Problem(.specification, policy.hasBarrier ? .blocking : .warning, text))
    }

    /// One of them is answered.
    mutating func inquired(_ action: Action, _ outcome: Outcome) {
        switch action {
        case .precheck(let update, let host):
            guard let reason = outcome.failure else { return }
            let label = updates.first { $0.uuid == update }?.label ?? update
            let subject = Prechecks.Subject(view: view, spec: asked)
            let offers = view.host(host).map(subject.leavingOut) ?? []
            let way = offers.isEmpty ? "Put that right." : "Put that right, or leave the host out."
            let text = "\(label) refuses \(name(host)): \(reason.asSentence) \(way)"
            found(Problem(.package, .blocking, text, host: host, offers: offers))
        case .check(let script):
            if case .checked(_, let output) = outcome, !output.isEmpty {
                note(.precheck, "\(script.name) says: \(output)")
            }
            guard let reason = outcome.failure else { return }
            found(Problem(.script, .blocking, "Your precheck \(script.name) does not pass: \(reason.asSentence)"))
        case .judgeEvacuation(let host):
            if case .evacuation(let answers) = outcome { return judged(answers, on: host) }
            let reason = (outcome.failure ?? "it gave an unexpected answer").asClause
            let text = "The pool itself did not say which VMs can leave \(name(host)): \(reason)."
            found(Problem(.evacuation, .information, text, host: host))
        case .plan:
            switch outcome {
            case .plan(.impossible(let text, let offers)):
                // What is in the way has been named before, with the same ways out: it is not said twice.
                let named = Set((problems + (inquiry?.found ?? [])).flatMap(\.offers).map(\.subject))
                guard offers.isEmpty || !named.isSuperset(of: offers.map(\.subject)) else { return }
                let sentence = "Not every host can be emptied in turn: \(text.asSentence)"
                found(Problem(.evacuation, .blocking, sentence, offers: offers))
            case .plan(.new(let plan)): judgeLength(plan)
            case .plan: return
            default:
                let reason = (outcome.failure ?? "it gave an unexpected answer").asClause
                found(Problem(.evacuation, .blocking, "The planner gave no plan: \(reason)."))
            }
        default: return
        }
    }

    private mutating func found(_ problem: Problem) { inquiry?.found.append(problem) }
}

extension Offer {
    /// The VM or the host that it is about.
    fileprivate var subject: String {
        switch self {
        case .stop(let vm, _): vm
        case .leaveOut(let host): host
        }
    }
}
