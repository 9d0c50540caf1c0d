/// The third wave: in a pool of equal hosts those of the second wave have to drain before they start, and to fill before the third.
extension LowerBounds {
    /// With followers of capacity C that drain and fill at `rate`, of which at most k can be down at once, let t be when the first
    /// of them is back, and L when the last one starts.
    ///
    /// Hosts that start by t are down together at t, so they are at most k. Let m be the number of hosts that start after t and are
    /// back by L. What the m hosts hold at t they must send before they start, so the sum of their starts after t is at least
    /// ((p + m) C - spare) / rate, with p hosts down. At L all VMs are on the master, the p hosts and the m hosts, which have taken
    /// in what their time allows. The sum of both, in which p cancels, says how late L is. If m is above k, some of the m hosts
    /// started only when others were back, and L is two updates after t.
    mutating func thirdWave() {
        guard instance.parameters.newerOnly, everyoneUpdates, masterUpdates, mostDownOfPool > 0, shortest > 0,
            let capacity = others.first.map({ Int(model.capacity[Int($0)]) }),
            others.allSatisfy({ Int(model.capacity[Int($0)]) == capacity })
        else { return }
        let (most, count) = (mostDownOfPool, others.count)
        let memory = crossingMemory
        let master = Int(model.capacity[Int(model.master)])
        let spare = model.totalCapacity - memory
        let rate = bestRate(Array(0..<model.hostCount), crossing)
        // Without hosts of a second wave the VMs have no place when the last one starts.
        let fewest = max(count - 2 * most, ceilDivide(memory - master - most * capacity, capacity))
        guard rate > 0, fewest > 0 else { return }
        var gap = 2 * Double(shortest)
        for hosts in fewest...max(fewest, most) where hosts <= most {
            let excess = Double(memory - master - spare + hosts * capacity)
            gap = min(gap, Double(shortest) + max(0, excess / (Double(hosts) * rate)))
        }
        let last = shortest + Int(gap)
        add(
            "third wave",
            masterTime + last + shortest,
            "at most \(most) of \(count) equal hosts can be down at once; those that start after the first is back must drain at"
                + " \(Int(rate)) MiB/s before, and fill again before the last one starts, \(last) s after the master"
        )
    }
}
