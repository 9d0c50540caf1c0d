/// Bounds from memory and packing, for the pool and for each storage family.
extension LowerBounds {
    mutating func families() {
        let limit = instance.parameters.maxParallel
        let sum = others.reduce(0) { $0 + Int(model.updateTime[Int($1)]) }
        if limit > 0 {
            add(
                "parallel limit",
                masterTime + ceilDivide(sum, limit),
                "\(sum) s of updates, at most \(limit) hosts at once, after the master's \(masterTime) s"
            )
        } else {
            add("parallel limit", masterTime, "the master's update takes \(masterTime) s")
        }
        certificate.waves = .init(
            name: "waves",
            value: masterUpdates ? 1 : 0,
            argument: "the master is updated alone"
        )
        let members = model.allowed.members
        // VMs by set, the pool (no set) last.
        var bySet = [[Int32]](repeating: [], count: members.count + 1)
        for vm in crossing {
            let set = model.allowed.setOf[Int(vm)]
            bySet[set < 0 ? members.count : Int(set)].append(vm)
        }
        family(hosts: Array(0..<model.hostCount), vms: crossing, isPool: true)
        var seen = 0
        for set in members.indices where !bySet[set].isEmpty {
            seen += 1
            guard seen < 200 else { break }
            let own = Set(members[set])
            var vms: [Int32] = []
            for other in members.indices where !bySet[other].isEmpty && members[other].allSatisfy(own.contains) {
                vms += bySet[other]
            }
            family(hosts: members[set], vms: vms, isPool: false)
        }
    }

    mutating func family(hosts: [Int32], vms: [Int32], isPool: Bool) {
        let name =
            isPool
            ? "the pool" : "the \(hosts.count) hosts around \(hosts.first.map { instance.hosts[Int($0)].id } ?? "-")"
        func capacity(_ host: Int32) -> Int { Int(model.capacity[Int(host)]) - (isPool ? pinnedMemory[Int(host)] : 0) }
        let memory = vms.reduce(0) { $0 + Int(model.memory[Int($1)]) }
        let capacities = hosts.map(capacity)
        let spare = capacities.reduce(0, +) - memory
        let leaving = hosts.filter { model.updates[Int($0)] }
        let biggest = leaving.map(capacity).max() ?? 0
        if spare < biggest {
            certificate.obstacles.append(
                .init(
                    kind: .memory,
                    missingMiB: biggest - spare,
                    argument: "while its largest host is down, \(name) has \(capacities.reduce(0, +) - biggest) MiB for"
                        + " \(memory) MiB of VMs: \(biggest - spare) MiB are missing"
                )
            )
        }
        var reserve = 0
        if isPool { reserve = reserveForFailures(memory) }
        let followers = leaving.filter { $0 != model.master }
        guard !followers.isEmpty else { return }
        let largest = capacities.max() ?? 0
        let bins =
            vms.count < 20_000
            ? binsNeeded(vms.map { Int(model.memory[Int($0)]) }, capacity: largest)
            : (largest > 0 ? ceilDivide(memory, largest) : Int.max / 2)
        var mostDown = hosts.count - bins
        guard mostDown >= 1 else {
            certificate.obstacles.append(
                .init(
                    kind: .packing,
                    argument:
                        "the VMs of \(name) do not pack on fewer than \(bins) of its \(hosts.count) hosts, so none can be emptied"
                )
            )
            return
        }
        let downMemory = spare - reserve
        guard downMemory > 0 else { return }
        mostDown = min(mostDown, Self.fitting(capacities, downMemory))
        let followerCapacities = followers.map(capacity)
        let area =
            followers.reduce(0.0) { $0 + Double(capacity($1)) * Double(model.updateTime[Int($1)]) } / Double(downMemory)
        add(
            "memory area",
            Int(Double(masterTime) + area),
            "\(name) can miss \(downMemory) MiB at a time, and every host misses all of its memory for its update"
        )
        let quickest = followers.map { Int(model.updateTime[Int($0)]) }.min() ?? 0
        var together = min(Self.fitting(followerCapacities, downMemory), mostDown)
        let limit = instance.parameters.maxParallel
        if limit > 0 { together = min(together, limit) }
        guard together > 0 else { return }
        if isPool { mostDownOfPool = together }
        let waves = ceilDivide(followers.count, together)
        add(
            "waves",
            masterTime + waves * quickest,
            "at most \(together) hosts of \(name) can be down together, so \(followers.count) need \(waves) waves of \(quickest) s"
        )
        if waves + (masterUpdates ? 1 : 0) > certificate.waves.value {
            certificate.waves = .init(
                name: "waves",
                value: waves + (masterUpdates ? 1 : 0),
                argument: "at most \(together) hosts of \(name) can be down together, and the master goes first"
            )
        }
        guard instance.parameters.newerOnly, everyoneUpdates else { return }
        cascade(
            name,
            hosts,
            vms,
            followerCapacities,
            memory,
            quickest,
            mostDown,
            downMemory,
            masterCapacity: masterUpdates && hosts.contains(model.master) ? capacity(model.master) : nil
        )
    }

    /// MiB/s that one host can send or take in at best.
    func bestRate(_ hosts: [Int32], _ vms: [Int32]) -> Double {
        let ratio = vms.map { Double(model.memory[Int($0)]) / Double(max(1, fastest[Int($0)])) }.max() ?? 0
        return ratio * Double(hosts.map { model.slots[Int($0)] }.max() ?? 1)
    }

    /// Limits on what crosses, from the best rate of one host down to what the mixture of VMs allows.
    private func flows(_ best: Double, _ vms: [Int32]) -> [CascadeBound.Flow] {
        let ratio = vms.map { Double(model.memory[Int($0)]) / Double(max(1, fastest[Int($0)])) }.max() ?? 0
        return [1, 0.98, 0.95, 0.91, 0.86, 0.8].map { part in
            let bonus = vms.reduce(0.0) {
                $0 + max(0, Double(model.memory[Int($1)]) - part * ratio * Double(fastest[Int($1)]))
            }
            return .init(rate: part * best, bonus: part < 1 ? bonus : 0)
        }
    }

    mutating func cascade(
        _ name: String,
        _ hosts: [Int32],
        _ vms: [Int32],
        _ capacities: [Int],
        _ memory: Int,
        _ quickest: Int,
        _ mostDown: Int,
        _ downMemory: Int,
        masterCapacity: Int?
    ) {
        let rate = bestRate(hosts, vms)
        guard rate > 0 else { return }
        let bound = CascadeBound(
            capacities: capacities,
            memory: memory,
            masterCapacity: masterCapacity,
            update: quickest,
            flows: flows(rate, vms),
            maxParallel: instance.parameters.maxParallel,
            mostDown: mostDown
        )
        var last = bound.lastStart()
        if last != nil, Set(capacities).count > 1 {
            let byCapacity = bound.lastStartByCapacity(mostDownMiB: downMemory)
            last = byCapacity.flatMap { value in last.map { max($0, value) } }
        }
        guard let last else {
            certificate.obstacles.append(
                .init(kind: .cascade, argument: "the VMs of \(name) can not all reach updated hosts, in whatever order")
            )
            return
        }
        add(
            "cascade",
            Int(Double(masterTime) + last + Double(quickest)),
            "what has not crossed must fit on the hosts of \(name) that have not started, and a host takes in at most"
                + " \(Int(rate)) MiB/s: the last one can not start before \(Int(last)) s after the master"
        )
    }

    /// How many of the smallest fit into a sum.
    static func fitting(_ capacities: [Int], _ limit: Int) -> Int {
        var sum = 0
        var count = 0
        for capacity in capacities.sorted() {
            sum += capacity
            if sum > limit { break }
            count += 1
        }
        return count
    }

    /// The least memory that the HA rule keeps back, and the proof when it can not be kept at all.
    mutating func reserveForFailures(_ memory: Int) -> Int {
        let failures = instance.parameters.haFailures
        let descending = model.capacity.map { Int($0) }.sorted(by: >)
        let agile = instance.vms.reduce(0) { $0 + ($1.isAgile ? $1.memory : 0) }
        var down = 0
        var sum = 0
        for capacity in descending.reversed() {
            if sum + capacity > descending.reduce(0, +) - agile { break }
            sum += capacity
            down += 1
        }
        guard failures > 0 else { return 0 }
        let own = (0..<model.hostCount).map { Int(model.capacity[Int($0)]) - pinnedMemory[Int($0)] }
        let sorted = own.sorted(by: >)
        let total = own.reduce(0, +)
        for host in updated {
            var lost = sorted.prefix(failures).reduce(0, +)
            if failures < sorted.count, own[Int(host)] >= sorted[failures - 1] {
                lost += sorted[failures] - own[Int(host)]
            }
            let left = total - own[Int(host)] - lost
            if left < memory {
                certificate.obstacles.append(
                    .init(
                        kind: .highAvailability,
                        missingMiB: memory - left,
                        argument: "while \(instance.hosts[Int(host)].id) is down and \(failures) further hosts fail,"
                            + " \(left) MiB are left for \(memory) MiB of VMs: \(memory - left) MiB are missing"
                    )
                )
                break
            }
        }
        return descending.dropFirst(down).prefix(failures).reduce(0, +)
    }
}
