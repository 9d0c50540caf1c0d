/// Computes the certificate of an instance.
///
/// The bounds on the mixed state hold for plans in which no VM that can migrate is stopped. They are stated in
/// `docs/design/planner.md` with a pool of three hosts as the example.
struct LowerBounds {
    let instance: UpdateInstance
    let model: Model
    private var certificate = Certificate()

    // What the bounds are about.
    private let updated: [Int32]
    private let others: [Int32]
    private let crossing: [Int32]
    private let everyoneUpdates: Bool
    private let masterUpdates: Bool
    private let masterTime: Int
    private let shortest: Int
    private var pinnedMemory: [Int]
    private let fastest: [Int32]

    init(_ model: Model) {
        self.model = model
        instance = model.instance
        updated = (0..<model.hostCount).filter { model.updates[Int($0)] }
        everyoneUpdates = updated.count == Int(model.hostCount)
        let master = model.master
        masterUpdates = master >= 0 && model.updates[Int(master)]
        others = updated.filter { $0 != master }
        masterTime = masterUpdates ? Int(model.updateTime[Int(master)]) : 0
        shortest = others.map { Int(model.updateTime[Int($0)]) }.min() ?? 0
        crossing = (0..<model.vmCount).filter { vm in
            model.instance.vms[Int(vm)].isAgile && !model.allowed.isOnly(vm, model.home[Int(vm)])
        }
        pinnedMemory = Array(repeating: 0, count: Int(model.hostCount))
        let crossingSet = Set(crossing)
        for vm in 0..<model.vmCount where !crossingSet.contains(vm) && model.stop[Int(vm)] == .never {
            pinnedMemory[Int(model.home[Int(vm)])] += Int(model.memory[Int(vm)])
        }
        var shares = model.share.sorted(by: >)
        if shares.isEmpty { shares = [1] }
        let overall = shares.count > 1 ? shares[1] : shares[0]
        let perSet = model.allowed.members.map { members in
            let own = members.map { model.share[Int($0)] }.sorted(by: >)
            return own.count > 1 ? own[1] : own.first ?? 1
        }
        fastest = (0..<model.vmCount).map { vm in
            let set = model.allowed.setOf[Int(vm)]
            let rate = Int64(set < 0 ? overall : perSet[Int(set)])
            return Int32(clamping: (model.work[Int(vm)] + 100 * rate - 1) / (100 * rate))
                + Int32(model.instance.parameters.migrationOverhead)
        }
    }

    /// The certificate of an instance.
    static func certificate(_ model: Model) -> Certificate {
        var bounds = LowerBounds(model)
        guard model.hostCount > 0 else { return bounds.certificate }
        bounds.unplaceable()
        bounds.chains()
        bounds.secondGeneration()
        bounds.families()
        bounds.wasteArea()
        bounds.canary()
        bounds.moves()
        return bounds.certificate
    }

    private mutating func add(_ name: String, _ value: Int, _ argument: String) {
        guard value > 0 else { return }
        if let known = certificate.mixed.firstIndex(where: { $0.name == name }) {
            if value > certificate.mixed[known].value {
                certificate.mixed[known] = .init(name: name, value: value, argument: argument)
            }
            return
        }
        certificate.mixed.append(.init(name: name, value: value, argument: argument))
    }

    // MARK: Obstacles of single VMs

    private mutating func unplaceable() {
        let hosts = instance.hosts
        let bySize = hosts.map { ($0.memory, $0.vcpus) }.sorted { $0.0 > $1.0 }
        for vm in crossing where model.stop[Int(vm)] == .never && model.updates[Int(model.home[Int(vm)])] {
            let subject = instance.vms[Int(vm)]
            let set = model.allowed.setOf[Int(vm)]
            var fitting = 0
            if set < 0 {
                for (memory, cpus) in bySize {
                    if memory < subject.memory || fitting >= 2 { break }
                    if cpus >= subject.vcpus { fitting += 1 }
                }
            } else {
                for host in model.allowed.members[Int(set)]
                where hosts[Int(host)].memory >= subject.memory && hosts[Int(host)].vcpus >= subject.vcpus {
                    fitting += 1
                }
            }
            guard fitting < 2 else { continue }
            certificate.obstacles.append(
                .init(
                    kind: .virtualMachine,
                    vm: subject.id,
                    missingMiB: subject.memory,
                    argument:
                        "VM \(subject.id) (\(subject.memory) MiB, \(subject.vcpus) vCPUs) fits on no host but one,"
                        + " so \(subject.host) can not be emptied while it runs"
                )
            )
        }
    }

    // MARK: Chains

    private mutating func chains() {
        let longest = others.map { Int(model.updateTime[Int($0)]) }.max() ?? 0
        add(
            "chain",
            masterTime + longest,
            masterUpdates
                ? "the master's update (\(masterTime) s) comes first, then at least the longest other one (\(longest) s)"
                : "the longest update takes \(longest) s"
        )
        guard instance.parameters.newerOnly, everyoneUpdates, !others.isEmpty else { return }
        let slowest = crossing.max { fastest[Int($0)] < fastest[Int($1)] }
        let seconds = slowest.map { Int(fastest[Int($0)]) } ?? 0
        add(
            "crossing",
            masterTime + seconds + shortest,
            "VM \(slowest.map { instance.vms[Int($0)].id } ?? "-") needs \(seconds) s to cross after the master is back"
                + " (\(masterTime) s) and before its old host starts (\(shortest) s)"
        )
    }

    /// Until the first other host is back only the master receives; what does not fit on it crosses later.
    private mutating func secondGeneration() {
        guard instance.parameters.newerOnly, others.count > 1, everyoneUpdates, masterUpdates else { return }
        let room = Int(model.capacity[Int(model.master)])
        var used = 0
        for vm in crossing.sorted(by: { fastest[Int($0)] > fastest[Int($1)] }) {
            used += Int(model.memory[Int(vm)])
            guard !model.allowed.allows(vm, model.master) || used > room else { continue }
            let seconds = Int(fastest[Int(vm)])
            add(
                "second generation",
                masterTime + 2 * shortest + seconds,
                "VM \(instance.vms[Int(vm)].id) and all that take longer do not fit on the master, so one of them crosses in"
                    + " at least \(seconds) s after a second host is back (\(masterTime) + \(shortest) s), and an update"
                    + " (\(shortest) s) follows"
            )
            return
        }
    }

    private mutating func canary() {
        guard let canary = instance.canary, model.canary >= 0, model.updates[Int(model.canary)] else { return }
        let first = model.canary == model.master ? 0 : Int(model.updateTime[Int(model.canary)])
        let rest = updated.filter { $0 != model.canary && $0 != model.master }.map { Int(model.updateTime[Int($0)]) }
            .max()
        guard let rest else { return }
        add(
            "canary",
            masterTime + first + canary.soak + rest,
            "the canary \(canary.host) is watched for \(canary.soak) s before the next host starts"
        )
    }

    // MARK: Memory, for the pool and for each storage family

    private mutating func families() {
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

    private mutating func family(hosts: [Int32], vms: [Int32], isPool: Bool) {
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

    private mutating func cascade(
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
        let ratio = vms.map { Double(model.memory[Int($0)]) / Double(max(1, fastest[Int($0)])) }.max() ?? 0
        let rate = ratio * Double(hosts.map { model.slots[Int($0)] }.max() ?? 1)
        guard rate > 0 else { return }
        let bound = CascadeBound(
            capacities: capacities,
            memory: memory,
            masterCapacity: masterCapacity,
            update: quickest,
            rate: rate,
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
    private static func fitting(_ capacities: [Int], _ limit: Int) -> Int {
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
    private mutating func reserveForFailures(_ memory: Int) -> Int {
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

    // MARK: Memory that is wasted while hosts drain and fill

    private mutating func wasteArea() {
        guard instance.parameters.newerOnly, everyoneUpdates, masterUpdates, !others.isEmpty, !crossing.isEmpty else {
            return
        }
        let total = crossing.reduce(0) { $0 + Int(model.memory[Int($1)]) }
        let spare = model.totalCapacity - total
        guard spare > 0 else { return }
        let ratio = crossing.map { Double(model.memory[Int($0)]) / Double(max(1, fastest[Int($0)])) }.max() ?? 0
        let cleanest = crossing.map { instance.vms[Int($0)].dirtyPercent }.min() ?? 100
        let slowest = Int(model.share.min() ?? 1)
        let overhead = instance.parameters.migrationOverhead
        func fillTime(_ host: Int32) -> Double {
            let rate =
                min(ratio, 100 * Double(model.share[Int(host)]) / Double(cleanest)) * Double(model.slots[Int(host)])
            return Double(model.capacity[Int(host)]) / rate
        }
        func saved(_ room: Int, _ hosts: [Int32]) -> Double {
            var room = room
            var sum = 0.0
            for host in hosts.sorted(by: { fillTime($0) > fillTime($1) }) where room > 0 {
                let used = min(Int(model.capacity[Int(host)]), room)
                sum += Double(used) * fillTime(host) / 2
                room -= used
            }
            return sum
        }
        var area = others.reduce(0.0) {
            $0 + Double(model.capacity[Int($1)]) * (Double(model.updateTime[Int($1)]) + fillTime($1))
        }
        area += Double(model.capacity[Int(model.master)]) * fillTime(model.master) / 2
        area -= saved(spare - Int(model.capacity[Int(model.master)]), others) + saved(spare, updated)
        for vm in crossing {
            let seconds = overhead + ceilDivide(Int(model.work[Int(vm)]), 100 * slowest)
            area -= Double(Int(model.memory[Int(vm)]) * seconds)
        }
        add(
            "waste area",
            Int(Double(masterTime) + max(0, area / Double(spare))),
            "a host's memory is of no use while it drains, updates and fills; \(spare) MiB can be missed at a time"
        )
    }

    // MARK: Moves

    private mutating func moves() {
        let leaving = crossing.filter { model.updates[Int(model.home[Int($0)])] }
        let twice =
            instance.parameters.newerOnly && everyoneUpdates && masterUpdates
            ? crossing.filter { model.home[Int($0)] == model.master } : []
        certificate.moves = .init(
            name: "moves",
            value: leaving.count + twice.count,
            argument: "each of \(leaving.count) VMs leaves its host once"
                + (twice.isEmpty ? "" : ", and the \(twice.count) on the master move to an old host first")
        )
        let memory = (leaving + twice).reduce(0) { $0 + Int(model.memory[Int($1)]) }
        certificate.movedMiB = .init(name: "memory moved", value: memory, argument: certificate.moves.argument)
    }
}
