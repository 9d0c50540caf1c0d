/// What other tools do, as models for comparison: one host after the other, emptied as xapi's `host.evacuate` does it.
///
/// The largest VM goes to the host with the most free memory; a VM that does not fit ends the attempt. XenCenter leaves
/// the VMs where they are then; Xen Orchestra moves them home one at a time when all hosts are updated.
struct OneByOne {
    private let instance: UpdateInstance
    private let model: Model
    private var steps: [UpdatePlan.Step] = []
    private var location: [Int32]
    private var free: [Int]
    private var freeCpu: [Int]
    private var clock = 0

    init(_ model: Model) {
        self.model = model
        instance = model.instance
        location = model.home
        free = model.capacity.map { Int($0) }
        freeCpu = model.vcpus.map { Int($0) }
        for vm in 0..<model.vmCount { take(vm, model.home[Int(vm)]) }
    }

    /// The plan, or the sentence that says where the tool gets stuck.
    mutating func plan(movingHome: Bool) -> Result<UpdatePlan, Stuck> {
        let order = (0..<model.hostCount).filter { model.updates[Int($0)] }
            .sorted { ($0 == model.master ? 0 : 1, $0) < ($1 == model.master ? 0 : 1, $1) }
        for host in order {
            if let stuck = evacuate(host) { return .failure(stuck) }
            update(host)
        }
        if movingHome { moveHome() }
        return .success(
            UpdatePlan(
                planner: movingHome ? "one by one, then home" : "one by one",
                instance: instance.name,
                steps: steps
            )
        )
    }

    /// A VM that finds no place.
    struct Stuck: Error {
        var reason: String
    }

    private mutating func take(_ vm: Int32, _ host: Int32) {
        free[Int(host)] -= Int(model.memory[Int(vm)])
        freeCpu[Int(host)] -= Int(model.vmCpus[Int(vm)])
    }

    private mutating func leave(_ vm: Int32, _ host: Int32) {
        free[Int(host)] += Int(model.memory[Int(vm)])
        freeCpu[Int(host)] += Int(model.vmCpus[Int(vm)])
    }

    private func fits(_ vm: Int32, _ host: Int32) -> Bool {
        free[Int(host)] >= Int(model.memory[Int(vm)]) && freeCpu[Int(host)] >= Int(model.vmCpus[Int(vm)])
            && model.allowed.allows(vm, host)
            && (!model.groups.hasAntiAffinity
                || model.groups.antiAffinityOf[Int(vm)].allSatisfy { group in
                    let group = model.groups.antiAffinity[Int(group)]
                    return group.members.count { $0 != vm && location[Int($0)] == host } < group.limit
                })
    }

    private mutating func evacuate(_ host: Int32) -> Stuck? {
        let residents = (0..<model.vmCount).filter { location[Int($0)] == host && model.movable[Int($0)] }
            .sorted { (model.memory[Int($0)], $1) > (model.memory[Int($1)], $0) }
        var ownSlots = [Int](repeating: clock, count: Int(model.slots[Int(host)]))
        var slots: [Int32: [Int]] = [:]
        var end = clock
        for vm in residents {
            var best: Int32 = -1
            for other in 0..<model.hostCount
            where other != host && fits(vm, other) && (best < 0 || free[Int(other)] > free[Int(best)]) { best = other }
            guard best >= 0 else {
                let subject = instance.vms[Int(vm)]
                return Stuck(
                    reason: "VM \(subject.id) (\(subject.memory) MiB) of \(instance.hosts[Int(host)].id) fits nowhere"
                )
            }
            take(vm, best)
            location[Int(vm)] = best
            var there = slots[best] ?? Array(repeating: clock, count: Int(model.slots[Int(best)]))
            let (own, their) = (Self.earliest(ownSlots), Self.earliest(there))
            let start = max(ownSlots[own], there[their])
            let done = start + Int(model.duration(vm, host, best))
            ownSlots[own] = done
            there[their] = done
            slots[best] = there
            end = max(end, done)
            steps.append(
                .init(
                    start: start,
                    action: .migrate(
                        vm: instance.vms[Int(vm)].id,
                        from: instance.hosts[Int(host)].id,
                        to: instance.hosts[Int(best)].id
                    )
                )
            )
        }
        clock = end
        for vm in residents { leave(vm, host) }
        return nil
    }

    private static func earliest(_ slots: [Int]) -> Int {
        slots.indices.min { (slots[$0], $0) < (slots[$1], $1) } ?? 0
    }

    private mutating func update(_ host: Int32) {
        let pinned = (0..<model.vmCount).filter { location[Int($0)] == host }
        let name = instance.hosts[Int(host)].id
        let longest = pinned.map { Int(model.stopTime($0)) }.max() ?? 0
        for vm in pinned {
            let subject = instance.vms[Int(vm)]
            steps.append(
                .init(
                    start: clock,
                    action: subject.stop == .suspend ? .suspend(vm: subject.id) : .shutdown(vm: subject.id)
                )
            )
        }
        clock += longest
        steps.append(.init(start: clock, action: .update(host: name)))
        clock += Int(model.updateTime[Int(host)])
        for vm in pinned {
            let subject = instance.vms[Int(vm)]
            steps.append(
                .init(
                    start: clock,
                    action: subject.stop == .suspend
                        ? .resume(vm: subject.id, host: name) : .boot(vm: subject.id, host: name)
                )
            )
        }
        clock += longest
    }

    private mutating func moveHome() {
        var isMoving = true
        while isMoving {
            isMoving = false
            for vm in 0..<model.vmCount {
                let (from, home) = (location[Int(vm)], model.home[Int(vm)])
                guard from != home, fits(vm, home), model.updates[Int(home)] || model.isNew[Int(home)] else { continue }
                steps.append(
                    .init(
                        start: clock,
                        action: .migrate(
                            vm: instance.vms[Int(vm)].id,
                            from: instance.hosts[Int(from)].id,
                            to: instance.hosts[Int(home)].id
                        )
                    )
                )
                clock += Int(model.duration(vm, from, home))
                leave(vm, from)
                take(vm, home)
                location[Int(vm)] = home
                isMoving = true
            }
        }
    }
}
