/// What can be done to a pool one step at a time, by the words of the rules; slow, and apart from the searches.
struct SingleSteps {
    private let instance: UpdateInstance
    private let names: Names
    private let alike: [[Int]]

    init(_ instance: UpdateInstance) {
        self.instance = instance
        names = Names(instance)
        // VMs that differ in name and place only.
        var sets: [String: [Int]] = [:]
        for (position, vm) in instance.vms.enumerated() {
            let groups = instance.antiAffinity.filter { $0.vms.contains(vm.id) }.map(\.id)
            let available = instance.availability.filter { $0.vms.contains(vm.id) }.map(\.id)
            let hosts = vm.allowedHosts.map { Set($0).sorted().description } ?? "all"
            // A tied VM is like no other.
            let tie = vm.isAgile && vm.allowedHosts.map { $0.contains { $0 != vm.host } } ?? true ? "" : vm.id
            let key = "\(vm.memory) \(vm.vcpus) \(vm.dirtyPercent) \(hosts) \(groups) \(available) \(tie)"
            sets[key, default: []].append(position)
        }
        alike = sets.values.filter { $0.count > 1 }
    }

    var start: SmallPool.State {
        var new: UInt32 = 0
        for (position, host) in instance.hosts.enumerated() where host.isUpdated { new |= 1 << UInt32(position) }
        return .init(place: instance.vms.map { UInt8(names.hosts[$0.host] ?? 0) }, new: new)
    }

    func canonical(_ state: SmallPool.State) -> SmallPool.State {
        var state = state
        for vms in alike {
            for (vm, place) in zip(vms, vms.map { state.place[$0] }.sorted()) { state.place[vm] = place }
        }
        return state
    }

    func isEnd(_ state: SmallPool.State) -> Bool {
        instance.hosts.indices.allSatisfy { mayStay($0) || state.isNew($0) }
    }

    func next(_ state: SmallPool.State) -> [SmallPool.State] {
        var states: [SmallPool.State] = []
        for vm in instance.vms.indices {
            for host in instance.hosts.indices where mayMove(vm, host, state) {
                var next = state
                next.place[vm] = UInt8(host)
                states.append(next)
            }
        }
        for host in instance.hosts.indices where mayBegin(host, state) {
            var next = state
            next.new |= 1 << UInt32(host)
            states.append(next)
        }
        return states
    }

    private func mayMove(_ vm: Int, _ host: Int, _ state: SmallPool.State) -> Bool {
        let (subject, from, target) = (instance.vms[vm], Int(state.place[vm]), instance.hosts[host])
        guard from != host, subject.isAgile, subject.allowedHosts?.contains(target.id) ?? true else { return false }
        if instance.parameters.newerOnly, state.isNew(from), !state.isNew(host) { return false }
        if instance.availability.contains(where: { $0.vms.contains(subject.id) && $0.minimumUp >= $0.vms.count }) {
            return false
        }
        let there = instance.vms.indices.filter { Int(state.place[$0]) == host }.map { instance.vms[$0] }
        guard there.reduce(subject.memory, { $0 + $1.memory }) <= target.memory,
            there.reduce(subject.vcpus, { $0 + $1.vcpus }) <= target.vcpus
        else { return false }
        return instance.antiAffinity.allSatisfy { group in
            !group.vms.contains(subject.id) || there.count { group.vms.contains($0.id) } < group.maxPerHost
        }
    }

    private func mayBegin(_ host: Int, _ state: SmallPool.State) -> Bool {
        let subject = instance.hosts[host]
        guard !state.isNew(host), !mayStay(host), !state.place.contains(UInt8(host)) else { return false }
        func isDone(_ id: String) -> Bool { names.hosts[id].map { mayStay($0) || state.isNew($0) } ?? true }
        if let master = instance.hosts.first(where: \.isMaster), !subject.isMaster, !isDone(master.id) { return false }
        if let canary = instance.canary, canary.host != subject.id, !subject.isMaster, !isDone(canary.host) {
            return false
        }
        guard subject.after.allSatisfy(isDone) else { return false }
        let failures = instance.parameters.haFailures
        guard failures > 0 else { return true }
        let up = instance.hosts.indices.filter { $0 != host }.map { instance.hosts[$0].memory }.sorted(by: >)
        return up.dropFirst(failures).reduce(0, +) >= instance.vms.reduce(0) { $0 + $1.memory }
    }

    /// Whether a host may lack the update in the end.
    private func mayStay(_ host: Int) -> Bool {
        let subject = instance.hosts[host]
        if !subject.wantsUpdate || subject.isUpdated { return true }
        return instance.vms.contains { vm in
            vm.host == subject.id && vm.stop == .never
                && (!vm.isAgile || vm.allowedHosts.map { $0.allSatisfy { $0 == vm.host } } ?? false)
        }
    }
}
