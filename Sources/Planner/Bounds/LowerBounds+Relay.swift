/// The relay bound: three hosts take turns, and some VMs have to cross in one of the two short times between.
extension LowerBounds {
    /// With a master and two others of which only one can be down at a time, VMs cross before the first of them starts (A), or
    /// while it is down (B), or after it is back (C).
    ///
    /// What is not in A is on the second host when the first starts; what is not in C is on the master when the first is back.
    /// So A and C have a least memory each, and B a largest one, and not all of the VMs with long moves can be in B.
    mutating func relay() {
        guard instance.parameters.newerOnly, everyoneUpdates, masterUpdates, others.count == 2 else { return }
        let memory = crossingMemory
        let master = Int(model.capacity[Int(model.master)])
        guard memory > master else { return }
        let slots = others.map { Int(model.slots[Int($0)]) }.max() ?? 1
        let most = max(slots, Int(model.slots[Int(model.master)]))
        var best: (seconds: Int, between: Int)?
        for second in others {
            let capacity = Int(model.capacity[Int(second)])
            let (before, after) = (max(0, memory - capacity), memory - master)
            let drains = (
                leastSeconds(toMove: before) / Double(model.slots[Int(model.master)]),
                leastSeconds(toMove: after) / Double(model.slots[Int(second)])
            )
            let long = Double(longestOutside(max(0, master + capacity - memory)))
            let between = max(
                leastSeconds(toMove: before + after) / Double(most),
                min(max(long, drains.0) + drains.1, drains.0 + max(long, drains.1))
            )
            let seconds = Int(between.rounded(.up))
            if seconds < best?.seconds ?? .max { best = (seconds, memory - capacity) }
        }
        guard let best else { return }
        let updates = others.reduce(0) { $0 + Int(model.updateTime[Int($1)]) }
        add(
            "relay",
            masterTime + updates + best.seconds,
            "the other two hosts are down one after the other (\(updates) s); what must cross before the first and after it"
                + " takes \(best.seconds) s, because the master can not hold all \(memory) MiB"
        )
    }

    /// Least sum of seconds of moves that carry so much memory; the best VMs first, the last one in part.
    private func leastSeconds(toMove memory: Int) -> Double {
        var left = memory
        var sum = 0.0
        let bySpeed = crossing.sorted {
            Int(model.memory[Int($0)]) * Int(fastest[Int($1)]) > Int(model.memory[Int($1)]) * Int(fastest[Int($0)])
        }
        for vm in bySpeed where left > 0 {
            let size = Int(model.memory[Int(vm)])
            let part = min(left, size)
            sum += Double(fastest[Int(vm)]) * Double(part) / Double(max(1, size))
            left -= part
        }
        return sum
    }

    /// Seconds of the longest move that is surely not among VMs of at most so much memory in sum.
    private func longestOutside(_ room: Int) -> Int32 {
        var sum = 0
        for vm in crossing.sorted(by: { fastest[Int($0)] > fastest[Int($1)] }) {
            sum += Int(model.memory[Int(vm)])
            if sum > room { return fastest[Int(vm)] }
        }
        return 0
    }
}
