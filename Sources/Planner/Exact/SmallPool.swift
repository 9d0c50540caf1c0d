/// The rules of a pool of few hosts, for searches that are complete.
///
/// Whatever a plan does at the same time could be done one step after the other, in the order of the steps' starts: when a step
/// begins, those before it have ended, so that no host holds more than in the plan. Hence a pool has a plan exactly when it has
/// one of single steps. (Deadlines, and VMs that have to be stopped, are not like this: such pools are none of these.)
final class SmallPool: Sendable {
    /// One thing that is done to a pool while nothing else happens.
    enum Step: Hashable, Sendable {
        case move(vm: Int, from: Int, to: Int)
        case update(host: Int)
    }

    /// Where every VM is, and which hosts have the update.
    struct State: Hashable, Sendable {
        var place: [UInt8]
        var new: UInt32

        func isNew(_ host: Int) -> Bool { new >> UInt32(host) & 1 == 1 }
    }

    static let mostHosts = 16

    let model: Model
    let hosts: Int
    let vms: Int
    let maxParallel: Int
    /// Whether a VM can move at all: it is agile, has another host, and its availability groups have a member to spare.
    let canMove: [Bool]
    /// VMs that are alike in everything, by position; which of them is where makes no difference.
    let twins: [[Int]]
    /// The position of a VM's twins, or -1.
    let twinsOf: [Int]
    let start: State
    let goal: UInt32

    /// Nil for pools that are too large, or whose plans are not made of moves and updates alone.
    init?(_ model: Model, maxParallel: Int) {
        let count = Int(model.hostCount)
        guard count <= Self.mostHosts, model.vmCount <= 250, model.instance.parameters.finishBy == nil,
            zip(model.movable, model.stop).allSatisfy({ $0 || $1 == .never })
        else { return nil }
        self.model = model
        self.maxParallel = maxParallel
        hosts = count
        vms = Int(model.vmCount)
        let groups = model.groups
        let canMove = (0..<vms).map { vm in
            model.movable[vm]
                && (!groups.hasAvailability
                    || groups.availabilityOf[vm].allSatisfy { groups.availability[Int($0)].limit > 0 })
        }
        self.canMove = canMove
        var alike: [[Int]: [Int]] = [:]
        for vm in 0..<vms {
            var key = [Int(model.memory[vm]), Int(model.vmCpus[vm]), Int(model.work[vm]), Int(model.allowed.setOf[vm])]
            key.append(canMove[vm] ? 1 : 0)
            if groups.hasAntiAffinity { key += groups.antiAffinityOf[vm].map { Int($0) } }
            key.append(-2)
            if groups.hasAvailability { key += groups.availabilityOf[vm].map { Int($0) } }
            alike[key, default: []].append(vm)
        }
        let twins = alike.values.filter { $0.count > 1 && canMove[$0[0]] }.sorted { $0[0] < $1[0] }
        var twinsOf = [Int](repeating: -1, count: vms)
        for (position, members) in twins.enumerated() { for vm in members { twinsOf[vm] = position } }
        self.twins = twins
        self.twinsOf = twinsOf
        var (new, goal): (UInt32, UInt32) = (0, 0)
        for host in 0..<count {
            if model.isNew[host] { new |= 1 << UInt32(host) }
            if model.isNew[host] || model.updates[host] { goal |= 1 << UInt32(host) }
        }
        self.goal = goal
        start = State(place: model.home.map { UInt8($0) }, new: new)
    }

    /// The same with twins in the order of their hosts, so that states that differ in nothing that matters are equal.
    func canonical(_ state: State) -> State {
        var state = state
        for members in twins {
            for (vm, place) in zip(members, members.map { state.place[$0] }.sorted()) { state.place[vm] = place }
        }
        return state
    }

    /// Whether the rules of versions let a VM go from one host to the other.
    func mayCross(_ from: Int, _ to: Int, _ new: UInt32) -> Bool {
        !model.instance.parameters.newerOnly || new >> UInt32(from) & 1 == 0 || new >> UInt32(to) & 1 == 1
    }

    /// Whether the order of hosts lets one begin, when those of `new` are back.
    func isTurn(_ host: Int, _ new: UInt32) -> Bool {
        func isDone(_ other: Int) -> Bool { goal >> UInt32(other) & 1 == 0 || new >> UInt32(other) & 1 == 1 }
        guard model.updates[host], new >> UInt32(host) & 1 == 0 else { return false }
        let (master, canary) = (Int(model.master), Int(model.canary))
        if master >= 0, host != master, !isDone(master) { return false }
        if canary >= 0, host != canary, host != master, !isDone(canary) { return false }
        return model.after[host].allSatisfy { isDone(Int($0)) }
    }

    /// Whether the hosts that stay up hold everything, less the failures that HA plans for.
    func keepsReserve(down: UInt32) -> Bool {
        var failures = model.instance.parameters.haFailures
        guard failures > 0 else { return true }
        var left = 0
        for host in model.hostsBySize where down >> UInt32(host) & 1 == 0 {
            if failures > 0 { failures -= 1 } else { left += Int(model.capacity[Int(host)]) }
        }
        return left >= model.totalMemory
    }
}

/// What the hosts of a pool hold.
struct Load {
    var memory: [Int32]
    var cpus: [Int32]
    var residents: [Int32]

    init(_ pool: SmallPool, _ place: [UInt8]) {
        memory = Array(repeating: 0, count: pool.hosts)
        cpus = memory
        residents = memory
        for vm in 0..<pool.vms { add(vm, Int(place[vm]), pool) }
    }

    mutating func add(_ vm: Int, _ host: Int, _ pool: SmallPool) {
        memory[host] += pool.model.memory[vm]
        cpus[host] += pool.model.vmCpus[vm]
        residents[host] += 1
    }

    mutating func remove(_ vm: Int, _ host: Int, _ pool: SmallPool) {
        memory[host] -= pool.model.memory[vm]
        cpus[host] -= pool.model.vmCpus[vm]
        residents[host] -= 1
    }

    /// Whether a VM finds room beside what is there. `isThere` says where the others are.
    func takes(_ vm: Int, _ host: Int, _ pool: SmallPool, isThere: (Int) -> Bool) -> Bool {
        let model = pool.model
        guard model.allowed.allows(Int32(vm), Int32(host)),
            memory[host] + model.memory[vm] <= model.capacity[host],
            cpus[host] + model.vmCpus[vm] <= model.vcpus[host]
        else { return false }
        guard model.groups.hasAntiAffinity else { return true }
        for group in model.groups.antiAffinityOf[vm] {
            let group = model.groups.antiAffinity[Int(group)]
            if group.members.count(where: { $0 != vm && isThere(Int($0)) }) >= Int(group.limit) { return false }
        }
        return true
    }
}
