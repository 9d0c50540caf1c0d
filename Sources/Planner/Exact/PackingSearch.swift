/// Looks for places for all VMs of a small pool when one host is empty: memory, virtual CPUs, groups and host lists together.
///
/// A search from where the VMs are now: the best move or exchange of two is made, also when nothing gets better by it, and who
/// moved stays for a while.
struct PackingSearch {
    let pool: SmallPool
    let emptied: Int
    let new: UInt32
    private let choices: [[Int]]
    private var place: [Int]
    private var memory: [Int]
    private var cpus: [Int]
    private var members: [[Int]]
    private var random: SeededGenerator
    /// Moves and exchanges that were weighed.
    private(set) var looks = 0

    /// Nil when a VM has no place at all.
    init?(_ pool: SmallPool, _ state: SmallPool.State, emptied: Int, seed: UInt64) {
        self.pool = pool
        self.emptied = emptied
        new = state.new
        random = SeededGenerator(seed: seed)
        choices = (0..<pool.vms).map { vm in
            let from = Int(state.place[vm])
            guard pool.canMove[vm] else { return from == emptied ? [] : [from] }
            return (0..<pool.hosts).filter {
                $0 != emptied
                    && ($0 == from
                        || pool.mayCross(from, $0, state.new) && pool.model.allowed.allows(Int32(vm), Int32($0)))
            }
        }
        guard choices.allSatisfy({ !$0.isEmpty }) else { return nil }
        place = state.place.map { Int($0) }
        memory = Array(repeating: 0, count: pool.hosts)
        cpus = memory
        members = Array(repeating: Array(repeating: 0, count: pool.hosts), count: pool.model.groups.antiAffinity.count)
        for vm in 0..<pool.vms where place[vm] != emptied { enter(vm, place[vm], 1) }
        let homeless = (0..<pool.vms).filter { place[$0] == emptied }.sorted {
            pool.model.memory[$0] > pool.model.memory[$1]
        }
        for vm in homeless {
            let best = choices[vm].min { excess($0, with: vm) < excess($1, with: vm) } ?? choices[vm][0]
            place[vm] = best
            enter(vm, best, 1)
        }
    }

    private mutating func enter(_ vm: Int, _ host: Int, _ sign: Int) {
        memory[host] += sign * Int(pool.model.memory[vm])
        cpus[host] += sign * Int(pool.model.vmCpus[vm])
        guard pool.model.groups.hasAntiAffinity else { return }
        for group in pool.model.groups.antiAffinityOf[vm] { members[Int(group)][host] += sign }
    }

    /// By how much a host holds too much, with one VM more and another less: parts of what it has, groups included.
    private func excess(_ host: Int, with vm: Int = -1, without other: Int = -1) -> Int {
        let model = pool.model
        var (held, run) = (memory[host], cpus[host])
        if vm >= 0 { (held, run) = (held + Int(model.memory[vm]), run + Int(model.vmCpus[vm])) }
        if other >= 0 { (held, run) = (held - Int(model.memory[other]), run - Int(model.vmCpus[other])) }
        let (capacity, most) = (Int(model.capacity[host]), Int(model.vcpus[host]))
        var excess = max(0, held - capacity) * 100_000 / max(1, capacity) + max(0, run - most) * 100_000 / max(1, most)
        if held > capacity { excess += 1 }
        if run > most { excess += 1 }
        guard model.groups.hasAntiAffinity else { return excess }
        for (group, counts) in members.enumerated() {
            var count = counts[host]
            if vm >= 0, model.groups.antiAffinityOf[vm].contains(Int32(group)) { count += 1 }
            if other >= 0, model.groups.antiAffinityOf[other].contains(Int32(group)) { count -= 1 }
            excess += max(0, count - Int(model.groups.antiAffinity[group].limit)) * 10_000
        }
        return excess
    }

    /// Places without excess, or nil when none was found in so many rounds.
    mutating func run(rounds: Int) -> [UInt8]? {
        var restsUntil = [Int](repeating: 0, count: pool.vms)
        for round in 0..<rounds {
            let over = (0..<pool.hosts).filter { excess($0) > 0 }
            if over.isEmpty { return place.map { UInt8($0) } }
            var best: (change: Int, vm: Int, to: Int, other: Int)?
            var equals = 0
            func weigh(_ change: Int, _ vm: Int, _ to: Int, _ other: Int) {
                if let known = best {
                    guard change <= known.change else { return }
                    equals = change == known.change ? equals + 1 : 1
                    // Among equals each is as likely.
                    if equals > 1, random.below(equals) != 0 { return }
                } else {
                    equals = 1
                }
                best = (change, vm, to, other)
            }
            let from = over[random.below(over.count)]
            for vm in 0..<pool.vms where place[vm] == from && choices[vm].count > 1 && restsUntil[vm] <= round {
                for to in choices[vm] where to != from {
                    looks += 1
                    let before = excess(from) + excess(to)
                    weigh(excess(from, without: vm) + excess(to, with: vm) - before, vm, to, -1)
                    for other in 0..<pool.vms
                    where place[other] == to && restsUntil[other] <= round && choices[other].contains(from) {
                        looks += 1
                        let after = excess(from, with: other, without: vm) + excess(to, with: vm, without: other)
                        weigh(after - before, vm, to, other)
                    }
                }
            }
            guard let best else { continue }
            put(best.vm, best.to)
            restsUntil[best.vm] = round + 4 + random.below(6)
            if best.other >= 0 {
                put(best.other, from)
                restsUntil[best.other] = round + 4 + random.below(6)
            }
        }
        return nil
    }

    private mutating func put(_ vm: Int, _ host: Int) {
        enter(vm, place[vm], -1)
        place[vm] = host
        enter(vm, host, 1)
    }
}
