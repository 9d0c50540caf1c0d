extension Planning {
    /// Brings VMs back to where they were once the hosts are done. Each moves once, straight home; one whose host has no room
    /// before another has left waits for that. Those for which there is no way stay where they are.
    static func homeward(_ request: PlanRequest) -> PlanAnswer {
        let view = request.view
        let shut = Set(request.unusable + request.closed)
        var free: [String: Int] = [:]
        for host in view.hosts where !shut.contains(host.id) { free[host.id] = host.memory }
        for vm in view.vms where vm.power == .running { if let host = vm.host { free[host]? -= vm.memory } }
        var places = Dictionary(view.vms.map { ($0.id, $0.host) }) { first, _ in first }
        let groups = view.groups ?? []
        var left = request.homes.sorted { $0.key < $1.key }
        var steps: [RolloutPlan.Step] = []
        var isGoingOn = true
        while isGoingOn {
            isGoingOn = false
            left.removeAll { id, home in
                guard let vm = view.vm(id), vm.power == .running, let from = vm.host, from != home,
                    vm.allowedHosts?.contains(home) ?? true, let room = free[home], room >= vm.memory,
                    request.updated.contains(home) || !request.updated.contains(from)
                else { return false }
                let own = groups.filter { $0.vms.contains(id) }
                let isKeptAway = own.contains { group in
                    group.rule == .apart && group.vms.contains { $0 != id && places[$0] == home }
                }
                if isKeptAway { return false }
                places[id] = home
                free[home] = room - vm.memory
                free[from]? += vm.memory
                let number = steps.count
                let work = RolloutPlan.Work.move(vm: id, from: from, to: home)
                // All may begin at once, as a move waits by itself until its destination has the memory; but VMs of one group
                // go one after another.
                let after = steps.indices.filter { index in
                    guard case .move(let other, _, _) = steps[index].work else { return false }
                    return own.contains { $0.vms.contains(other) }
                }
                steps.append(RolloutPlan.Step(work: work, start: number, end: number + 1, wave: 0, after: after))
                isGoingOn = true
                return true
            }
        }
        guard !steps.isEmpty else {
            let names = left.map { view.vm($0.key)?.name ?? $0.key }.joined(separator: ", ")
            return .impossible("Their hosts have no room for \(names), or take no VMs.", offers: [])
        }
        return .new(RolloutPlan(steps: steps, waves: [], mixedSeconds: 0, lowerBound: 0))
    }
}
