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
        if spec?.mode == .automatic { actions.append(.plan(forecast(view.after(problems.compactMap(\.fix))))) }
        return actions
    }

    /// The plan as it would be once what can be fixed is fixed.
    private func forecast(_ view: PoolView) -> PlanRequest {
        PlanRequest(
            view: view,
            hosts: hosts.filter { $0.phase == .pending }.map(\.id),
            updated: hosts.filter(\.isNew).map(\.id),
            unusable: view.hosts.filter { !$0.isLive || !$0.isEnabled }.map(\.id),
            spec: asked,
            consents: consents,
            rest: nil,
            reason: "to see whether there is one"
        )
    }

    /// One of them is answered.
    mutating func inquired(_ action: Action, _ outcome: Outcome) {
        switch action {
        case .precheck(let update, let host):
            guard let reason = outcome.failure else { return }
            let label = updates.first { $0.uuid == update }?.label ?? update
            let text = "\(label) refuses \(name(host)): \(reason) Put that right, or leave the host out."
            found(Problem(.package, .blocking, text, host: host, offers: [.leaveOut(host: host)]))
        case .check(let script):
            if case .checked(_, let output) = outcome, !output.isEmpty {
                note(.precheck, "\(script.name) says: \(output)")
            }
            guard let reason = outcome.failure else { return }
            found(Problem(.script, .blocking, "Your precheck \(script.name) does not pass: \(reason)"))
        case .plan:
            switch outcome {
            case .plan(.impossible(let text, let offers)):
                // What is in the way has been named before, with the same ways out: it is not said twice.
                let named = Set((problems + (inquiry?.found ?? [])).flatMap(\.offers).map(\.subject))
                guard offers.isEmpty || !named.isSuperset(of: offers.map(\.subject)) else { return }
                found(Problem(.evacuation, .blocking, "Not every host can be emptied in turn: \(text)", offers: offers))
            case .plan: return
            default:
                let reason = outcome.failure ?? "it gave an unexpected answer."
                found(Problem(.evacuation, .blocking, "The planner gave no plan: \(reason)"))
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
