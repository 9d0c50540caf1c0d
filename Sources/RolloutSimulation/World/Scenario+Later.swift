import Rollout

extension Scenario {
    /// What worlds have had since later: drawn from numbers of their own, so that worlds of before stay as they were.
    mutating func addLater(_ random: inout SeededGenerator) {
        addGroups(&random)
        for index in pool.hosts.indices where random.percent(20) {
            pool.hosts[index].maxMigrations = random.within(1...3)
        }
        let others = pool.hosts.dropFirst().map(\.id)
        if random.percent(15), others.count > 1 { spec.order = others.shuffled(using: &random) }
        if random.percent(6), let host = pool.hosts.randomElement(using: &random) { spec.excluded = [host.id] }
        if spec.policy.windows.isEmpty, random.percent(15) { addWindows(&random) }
        if random.percent(10) { spec.policy.soak = Int64(random.within(60...7200)) }
        if random.percent(10), let canary = others.randomElement(using: &random), !spec.excluded.contains(canary) {
            spec.policy.canary = .init(host: canary, soak: Int64(random.within(60...7200)))
        }
        if random.percent(10) { spec.policy.goesHome = true }
        if random.percent(10) { spec.policy.allowsOlderMaster = true }
        if random.percent(8), let vm = pool.vms.filter({ $0.power == .running }).randomElement(using: &random) {
            let members = [vm.id] + pool.vms.filter { $0.power == .running && $0.id != vm.id }.prefix(3).map(\.id)
            spec.policy.gates.append(Gate(name: "shop", kind: .availability(vms: members, minimum: 1)))
        }
        // A canary that is left out is refused at once, and says nothing of the run.
        if let canary = spec.policy.canary?.host, spec.excluded.contains(canary) { spec.policy.canary = nil }
    }

    /// The same pool and wishes, for a run that restarts the hosts and installs nothing.
    public func onlyRestarting() -> Scenario {
        var scenario = self
        scenario.spec.onlyRestarts()
        return scenario
    }

    /// VMs that must not share a host, and VMs of which some have to run at any time.
    private mutating func addGroups(_ random: inout SeededGenerator) {
        let running = pool.vms.filter { $0.power == .running && $0.host != nil }
        if random.percent(25) {
            var members: [SimulatedVM] = []
            for vm in running.shuffled(using: &random) where !members.contains(where: { $0.host == vm.host }) {
                if members.count < max(2, pool.hosts.count - 1) { members.append(vm) }
            }
            if members.count > 1 { pool.groups.append(VMGroup(name: "apart", vms: members.map(\.id), rule: .apart)) }
        }
        if random.percent(20), running.count > 2 {
            let members = running.shuffled(using: &random).prefix(random.within(2...4)).map(\.id)
            let least = random.within(1...max(1, members.count - 1))
            pool.groups.append(VMGroup(name: "service", vms: members, rule: .available(minimum: least)))
        }
    }

    /// Windows of half an hour to two hours: some close while a wave is on its way.
    private mutating func addWindows(_ random: inout SeededGenerator) {
        var start = World.epoch + Int64(random.below(2)) * 1800
        for _ in 0..<random.within(2...6) {
            let end = start + Int64(random.within(30...120)) * 60
            spec.policy.windows.append(.init(start: start, end: end))
            start = end + Int64(random.within(1...6)) * 3600
        }
    }
}

extension RunSpec {
    /// Drops what goes with updates only.
    mutating func onlyRestarts() {
        (restartsOnly, updates, mode, policy.hasBarrier) = (true, [], .automatic, false)
    }
}
