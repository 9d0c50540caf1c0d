/// Looks for the smallest sets of actions that make a plan possible, by trying them on the planner itself.
struct Unblocker {
    let model: Model
    let certificate: Certificate

    func explanation(_ failure: Outcome?, withActions: Bool) -> Explanation {
        Explanation(
            proofs: certificate.obstacles,
            stuck: stuck(failure),
            unblockSets: withActions ? unblockSets() : []
        )
    }

    /// Which VM on which host found no place, and how large the largest hole is.
    private func stuck(_ failure: Outcome?) -> String? {
        guard let failure, failure.stuckHost >= 0 else { return nil }
        let instance = model.instance
        let host = instance.hosts[Int(failure.stuckHost)].id
        guard failure.stuckVM >= 0 else { return "host \(host) can not be emptied" }
        let vm = instance.vms[Int(failure.stuckVM)]
        if !model.movable[Int(failure.stuckVM)] {
            return "host \(host) can not be emptied: VM \(vm.id) (\(vm.memory) MiB) can not leave it"
                + (vm.stop == .never ? " and may not be stopped" : "")
        }
        var free = model.capacity.map { Int($0) }
        for (position, home) in model.home.enumerated() { free[Int(home)] -= Int(model.memory[position]) }
        let choices = (0..<model.hostCount).filter {
            $0 != failure.stuckHost && model.allowed.allows(failure.stuckVM, $0)
        }
        guard let best = choices.max(by: { free[Int($0)] < free[Int($1)] }) else {
            return "host \(host) can not be emptied: VM \(vm.id) (\(vm.memory) MiB) can run on no other host"
        }
        return
            "host \(host) can not be emptied: VM \(vm.id) (\(vm.memory) MiB) finds no place even after moving others;"
            + " of the \(choices.count) hosts that could run it, \(instance.hosts[Int(best)].id) has most free memory now"
            + " (\(free[Int(best)]) MiB)"
    }

    // MARK: Actions

    private func unblockSets() -> [UnblockSet] {
        var sets: [UnblockSet] = []
        func offer(_ actions: [UnblockAction], _ mixed: Int?) {
            guard let mixed else { return }
            sets.append(UnblockSet(actions: actions, mixedSeconds: mixed, cost: actions.reduce(0) { $0 + $1.cost }))
        }
        let instance = model.instance
        offerMedia(offer)
        for failures in stride(from: instance.parameters.haFailures - 1, through: 0, by: -1) {
            var changed = instance
            changed.parameters.haFailures = failures
            guard let mixed = window(changed) else { continue }
            offer([.lowerFailures(to: failures)], mixed)
            break
        }
        offerStops(offer)
        for host in instance.hosts.indices where model.updates[host] && instance.hosts.count <= 64 {
            var changed = instance
            changed.hosts[host].wantsUpdate = false
            // To leave out the only host is no way to update anything.
            guard Model(changed).updates.contains(true), let mixed = window(changed) else { continue }
            offer([.skip(host: instance.hosts[host].id)], mixed)
            break
        }
        offerOvercommit(offer)
        return sets.sorted { ($0.cost, $0.mixedSeconds) < ($1.cost, $1.mixedSeconds) }
    }

    private func offerMedia(_ offer: ([UnblockAction], Int?) -> Void) {
        let held = model.instance.vms.indices.filter { model.instance.vms[$0].pinnedBy == .media }
        guard !held.isEmpty else { return }
        func ejecting(_ vms: [Int]) -> UpdateInstance {
            var changed = model.instance
            for vm in vms {
                changed.vms[vm].isAgile = true
                changed.vms[vm].allowedHosts = nil
            }
            return changed
        }
        guard let mixed = window(ejecting(held)) else { return }
        // Leave out what is not needed, one at a time.
        var needed = held
        for vm in held.prefix(64) {
            let fewer = needed.filter { $0 != vm }
            if !fewer.isEmpty, window(ejecting(fewer)) != nil { needed = fewer }
        }
        offer(needed.map { .ejectMedia(vm: model.instance.vms[$0].id) }, window(ejecting(needed)) ?? mixed)
    }

    private func offerStops(_ offer: ([UnblockAction], Int?) -> Void) {
        let willing = (0..<model.vmCount).filter { model.stop[Int($0)] != .never }
        var chosen = smallestStops(among: willing)
        var subject = self
        var needsConsent = false
        if chosen == nil {
            // Nobody agreed to be stopped: say whose consent would do.
            var changed = model.instance
            for vm in changed.vms.indices where changed.vms[vm].stop == .never {
                changed.vms[vm].stop = changed.vms[vm].possibleStop ?? .never
            }
            subject = Unblocker(model: Model(changed), certificate: certificate)
            chosen = subject.smallestStops(among: (0..<model.vmCount).filter { subject.model.stop[Int($0)] != .never })
            needsConsent = true
        }
        guard let chosen, let outcome = subject.outcome(stopping: chosen) else { return }
        let minutes = (outcome.mixed + 59) / 60
        offer(
            chosen.map { vm in
                let id = model.instance.vms[Int(vm)].id
                let mib = Int(model.memory[Int(vm)])
                return subject.model.stop[Int(vm)] == .shutdown
                    ? .shutDown(
                        vm: id,
                        minutes: minutes,
                        mib: mib,
                        needsConsent: needsConsent && model.stop[Int(vm)] == .never
                    )
                    : .suspend(
                        vm: id,
                        minutes: minutes,
                        mib: mib,
                        needsConsent: needsConsent && model.stop[Int(vm)] == .never
                    )
            },
            outcome.mixed
        )
    }

    private func offerOvercommit(_ offer: ([UnblockAction], Int?) -> Void) {
        func allowing(_ mib: Int) -> Int? {
            var changed = model.instance
            for host in changed.hosts.indices { changed.hosts[host].memory += mib }
            return window(changed)
        }
        var high = 1024
        let most = Int(model.capacity.max() ?? 0) / 2
        while allowing(high) == nil {
            high *= 2
            if high > most { return }
        }
        var low = high / 2
        while high - low > 256 {
            let middle = (low + high) / 2
            if allowing(middle) == nil { low = middle } else { high = middle }
        }
        offer([.overcommit(mib: high)], allowing(high))
    }

    // MARK: Trying

    func window(_ instance: UpdateInstance) -> Int? {
        let changed = Model(instance)
        return Unblocker(model: changed, certificate: certificate).outcome(stopping: [])?.mixed
    }

    private func outcome(stopping vms: [Int32]) -> Outcome? {
        var portfolio = Portfolio(model, lowerBound: 0, seed: 1, limit: .init(recipes: 24)) { true }
        var base = Recipe()
        base.maxParallel = model.instance.parameters.maxParallel
        base.setAside = vms
        portfolio.sweep(base)
        return portfolio.best(.window)?.outcome
    }
}
