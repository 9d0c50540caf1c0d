public import Planner

/// Answers a run's questions for a plan. Pure: the shell, the simulator and a rehearsal all ask here.
public enum Planning {
    /// How much to search.
    public struct Effort: Sendable {
        /// Most passes of the search; nil leaves it to the planner.
        public var passes: Int?
        /// Whether an impossible plan is explained with what would make it possible.
        public var explains = true

        public init(passes: Int? = nil, explains: Bool = true) {
            self.passes = passes
            self.explains = explains
        }
    }

    /// Keeps what is left of a plan where the checker finds no fault with it; makes a new one otherwise.
    public static func answer(_ request: PlanRequest, effort: Effort = Effort()) -> PlanAnswer {
        guard request.spec.restart == .host else { return withoutMoves(request) }
        let instance = UpdateInstance(request)
        if let obstacle = obstacle(request, instance) { return .impossible(obstacle, offers: []) }
        if let rest = request.rest, !rest.steps.isEmpty, covers(rest, request.hosts),
            PlanChecker.check(rest.timed(instance.name), for: instance).isValid
        {
            return .keep
        }
        if request.isCheck { return .impossible("what is left of the plan does not fit the pool.", offers: []) }
        if request.hosts.isEmpty, !request.homes.isEmpty { return homeward(request) }
        var options = Planner.Options()
        options.passes = effort.passes
        options.explains = effort.explains
        // The planner takes for home where a VM is now: once some are away, they are brought home when the hosts are done.
        options.goesHome = request.spec.policy.goesHome && request.homes.isEmpty && request.closed.isEmpty
        options.levels = request.spec.policy.balances == true && request.closed.isEmpty
        options.consent = Set(request.consents.map(\.vm))
        if request.spec.policy.maxParallel == 1 { options.policy = .oneAtATime }
        do throws(InputError) {
            switch try Planner.plan(instance, options: options) {
            case .planned(let planned):
                let plan = RolloutPlan(planned, instance)
                let planless = request.hosts.filter { host in !plan.waves.contains { $0.contains(host) } }
                guard planless.isEmpty else {
                    let names = planless.map { request.view.host($0)?.name ?? $0 }.joined(separator: ", ")
                    let them = planless.count == 1 ? "it" : "them"
                    let text = "\(names) can not be emptied: allow VMs on \(them) to be stopped, or skip \(them)."
                    return .impossible(
                        text,
                        offers: planned.leftOut.compactMap(\.way).flatMap(\.actions).compactMap(Offer.init)
                    )
                }
                return .new(plan)
            case .impossible(let explanation):
                let offers = explanation.unblockSets.first?.actions.compactMap(Offer.init) ?? []
                return .impossible(explanation.text(request.view), offers: offers)
            }
        } catch {
            return .impossible("the pool can not be planned for: \("\(error)".asClause).", offers: [])
        }
    }

    /// Why a host that is to be updated is in no plan: nobody can ask it, or it takes part in nothing now. Stopping VMs would
    /// be of no use there.
    public static func obstacle(_ request: PlanRequest, _ instance: UpdateInstance) -> String? {
        var sentences: [String] = []
        let unusable = Set(request.unusable)
        for id in request.hosts where unusable.contains(id) {
            guard let host = request.view.host(id), !host.isMaster else { continue }
            sentences.append(
                host.isLive
                    ? "\(host.name) is disabled: enable it (xe host-enable), or skip it."
                    : "\(host.name) does not answer: bring it back, or skip it."
            )
        }
        if !instance.hosts.contains(where: \.isMaster) {
            sentences.insert("the master does not answer, or is out of service: bring it back first.", at: 0)
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private static func covers(_ plan: RolloutPlan, _ hosts: [String]) -> Bool {
        let planned = plan.steps.compactMap { step in
            if case .update(let host) = step.work { host } else { nil }
        }
        return Set(planned) == Set(hosts)
    }

    /// Where no host has to be emptied, they follow each other as they stand: the master first, then the canary.
    private static func withoutMoves(_ request: PlanRequest) -> PlanAnswer {
        if let rest = request.rest, covers(rest, request.hosts) { return .keep }
        if request.isCheck { return .impossible("what is left of the plan does not fit the pool.", offers: []) }
        func rank(_ host: String) -> Int {
            if request.view.host(host)?.isMaster ?? false { return 0 }
            return request.spec.policy.canary?.host == host ? 1 : 2
        }
        let hosts =
            request.hosts.filter { rank($0) == 0 } + request.hosts.filter { rank($0) == 1 }
            + request.hosts.filter { rank($0) == 2 }
        let steps = hosts.enumerated().map { index, host in
            RolloutPlan.Step(
                work: .update(host: host),
                start: index * 60,
                end: index * 60 + 60,
                wave: index,
                after: index == 0 ? [] : [index - 1]
            )
        }
        return .new(
            RolloutPlan(
                steps: steps,
                waves: hosts.map { [$0] },
                mixedSeconds: 60 * steps.count,
                lowerBound: 60 * steps.count
            )
        )
    }
}

extension Offer {
    /// What an operator can say; nil for an action that is something else.
    fileprivate init?(_ action: UnblockAction) {
        switch action {
        case .suspend(let vm, _, _, _): self = .stop(vm: vm, way: .suspend)
        case .shutDown(let vm, _, _, _): self = .stop(vm: vm, way: .shutdown)
        case .skip(let host): self = .leaveOut(host: host)
        case .ejectMedia, .lowerFailures, .overcommit: return nil
        }
    }
}

extension Explanation {
    /// The operator's words for why there is no plan, and the cheapest way out.
    fileprivate func text(_ view: PoolView) -> String {
        let actions = (unblockSets.first?.actions ?? []).map(\.text).joined(separator: ", and ")
        var text = summary + (actions.isEmpty ? "." : "; a plan is possible if you \(actions).")
        for (id, name) in view.hosts.map({ ($0.id, $0.name) }) + view.vms.map({ ($0.id, $0.name) }) {
            text = text.replacing(id, with: name)
        }
        return text
    }
}
