/// An instance turned into columns of plain numbers, once, for all passes.
final class Model: Sendable {
    let instance: UpdateInstance
    let hostCount: Int32
    let vmCount: Int32

    // Hosts
    let capacity: [Int32]
    let vcpus: [Int32]
    /// MiB/s that one migration slot of the host owns, not above the stream's ceiling.
    let share: [Int32]
    let slots: [Int32]
    let updateTime: [Int32]
    let updates: [Bool]
    let isNew: [Bool]
    let master: Int32
    /// Hosts that must be back before the host of that position starts.
    let after: [[Int32]]
    let canary: Int32
    let hostsBySize: [Int32]

    // VMs
    let memory: [Int32]
    let vmCpus: [Int32]
    /// Bytes to send in units of MiB/100: memory times dirty percentage.
    let work: [Int64]
    let home: [Int32]
    let allowed: AllowedHosts
    let movable: [Bool]
    /// The VMs with the longest moves, longest first: as many as there are hosts, 256 at most.
    let longest: [Int32]
    let stop: [UpdateInstance.StopPolicy]
    let groups: Groups
    let totalMemory: Int
    let totalCapacity: Int

    init(_ given: UpdateInstance) {
        let instance = Self.withVMsByHost(given)
        self.instance = instance
        let hosts = instance.hosts
        let vms = instance.vms
        hostCount = Int32(hosts.count)
        vmCount = Int32(vms.count)
        var index: [String: Int32] = [:]
        index.reserveCapacity(hosts.count)
        for (position, host) in hosts.enumerated() { index[host.id] = Int32(position) }
        capacity = hosts.map { Int32($0.memory) }
        vcpus = hosts.map { Int32($0.vcpus) }
        let stream = instance.parameters.streamRate
        share = hosts.map { Int32(max(1, min(stream, $0.nicRate / $0.maxMigrations))) }
        slots = hosts.map { Int32($0.maxMigrations) }
        updateTime = hosts.map { Int32($0.apply + $0.reboot) }
        isNew = hosts.map(\.isUpdated)
        master = Int32(hosts.firstIndex { $0.isMaster } ?? -1)
        after = hosts.map { $0.after.compactMap { index[$0] } }
        canary = instance.canary.flatMap { index[$0.host] } ?? -1
        hostsBySize = (0..<Int32(hosts.count)).sorted { hosts[Int($0)].memory > hosts[Int($1)].memory }

        memory = vms.map { Int32($0.memory) }
        vmCpus = vms.map { Int32($0.vcpus) }
        work = vms.map { Int64($0.memory) * Int64($0.dirtyPercent) }
        let home = vms.map { index[$0.host] ?? 0 }
        self.home = home
        let allowed = AllowedHosts(vms, index)
        self.allowed = allowed
        let movable = vms.indices.map { vm in
            vms[vm].isAgile && allowed.hasOther(Int32(vm), than: home[vm])
        }
        self.movable = movable
        longest = Self.longest(of: work, movable, count: min(256, hosts.count))
        stop = vms.map(\.stop)
        groups = Groups(instance)
        totalCapacity = hosts.reduce(0) { $0 + $1.memory }
        totalMemory = vms.reduce(0) { $0 + $1.memory }

        var updates = hosts.map { $0.wantsUpdate && !$0.isUpdated }
        for vm in vms.indices where vms[vm].stop == .never {
            let isPinned = !vms[vm].isAgile || allowed.isOnly(Int32(vm), home[vm])
            if isPinned { updates[Int(home[vm])] = false }
        }
        self.updates = updates
    }

    /// The instance with the VMs of a host side by side. A pass works host by host, so what it needs next is then mostly in
    /// the processor's cache already; in pools of 100,000 VMs and more that is what its time depends on.
    private static func withVMsByHost(_ instance: UpdateInstance) -> UpdateInstance {
        var position: [String: Int] = [:]
        for (index, host) in instance.hosts.enumerated() { position[host.id] = index }
        let homes = instance.vms.map { position[$0.host] ?? 0 }
        var starts = [Int](repeating: 0, count: instance.hosts.count + 1)
        for home in homes { starts[home + 1] += 1 }
        for index in instance.hosts.indices { starts[index + 1] += starts[index] }
        var order = [Int](repeating: 0, count: homes.count)
        for (vm, home) in homes.enumerated() {
            order[starts[home]] = vm
            starts[home] += 1
        }
        var sorted = instance
        sorted.vms = order.map { instance.vms[$0] }
        return sorted
    }

    private static func longest(of work: [Int64], _ movable: [Bool], count: Int) -> [Int32] {
        var best: [Int32] = []
        for vm in work.indices where movable[vm] {
            if best.count == count, let last = best.last, work[Int(last)] >= work[vm] { continue }
            best.insert(Int32(vm), at: best.firstIndex { work[Int($0)] < work[vm] } ?? best.count)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// Seconds of one live migration.
    @inline(__always)
    func duration(_ vm: Int32, _ from: Int32, _ to: Int32) -> Int32 {
        let rate = Int64(min(share[Int(from)], share[Int(to)]))
        let seconds = (work[Int(vm)] + 100 * rate - 1) / (100 * rate)
        return Int32(truncatingIfNeeded: min(seconds, 1 << 29)) + Int32(instance.parameters.migrationOverhead)
    }

    /// Seconds of writing or reading a VM's memory image.
    static func suspendTime(_ vm: UpdateInstance.VM, _ parameters: UpdateInstance.Parameters) -> Int32 {
        Int32(parameters.migrationOverhead + (vm.memory + parameters.suspendRate - 1) / parameters.suspendRate)
    }

    /// Seconds of a stop or start by the VM's policy.
    func stopTime(_ vm: Int32) -> Int32 {
        let parameters = instance.parameters
        return stop[Int(vm)] == .suspend
            ? Self.suspendTime(instance.vms[Int(vm)], parameters) : Int32(parameters.stopStart)
    }
}

/// Which hosts can run which VM: equal lists are one bit set.
struct AllowedHosts: Sendable {
    /// The VM's set, or -1 for every host.
    let setOf: [Int32]
    let sets: [[UInt64]]
    let sizes: [Int]
    let members: [[Int32]]

    init(_ vms: [UpdateInstance.VM], _ index: [String: Int32]) {
        var byStorage: [UInt: Int32] = [:]
        var byContent: [[Int32]: Int32] = [:]
        var members: [[Int32]] = []
        setOf = vms.map { vm in
            guard let list = vm.allowedHosts else { return -1 }
            // Lists that were read from one file share their storage when they are equal.
            let storage = list.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
            if !list.isEmpty, let known = byStorage[storage] { return known }
            let content = Set(list.compactMap { index[$0] }).sorted()
            let set = byContent[content] ?? Int32(members.count)
            if Int(set) == members.count { members.append(content) }
            byContent[content] = set
            if !list.isEmpty { byStorage[storage] = set }
            return set
        }
        self.members = members
        sizes = members.map(\.count)
        sets = members.map { list in
            var words = [UInt64](repeating: 0, count: (index.count + 63) / 64)
            for host in list { words[Int(host >> 6)] |= 1 << UInt64(host & 63) }
            return words
        }
    }

    @inline(__always)
    func allows(_ vm: Int32, _ host: Int32) -> Bool {
        let set = setOf[Int(vm)]
        return set < 0 || sets[Int(set)][Int(host >> 6)] >> UInt64(host & 63) & 1 == 1
    }

    func isOnly(_ vm: Int32, _ host: Int32) -> Bool {
        let set = setOf[Int(vm)]
        return set >= 0 && members[Int(set)] == [host]
    }

    func hasOther(_ vm: Int32, than host: Int32) -> Bool {
        let set = setOf[Int(vm)]
        return set < 0 || members[Int(set)].contains { $0 != host }
    }
}

/// Anti-affinity and availability groups by VM.
struct Groups: Sendable {
    struct Group: Sendable {
        var members: [Int32]
        var limit: Int32
    }

    let antiAffinity: [Group]
    let availability: [Group]
    /// Positions in `antiAffinity` by VM; VMs without a group are absent.
    let antiAffinityOf: [[Int32]]
    let availabilityOf: [[Int32]]
    let hasAntiAffinity: Bool
    let hasAvailability: Bool

    init(_ instance: UpdateInstance) {
        hasAntiAffinity = !instance.antiAffinity.isEmpty
        hasAvailability = !instance.availability.isEmpty
        guard hasAntiAffinity || hasAvailability else {
            (antiAffinity, availability, antiAffinityOf, availabilityOf) = ([], [], [], [])
            return
        }
        var index: [String: Int32] = [:]
        for (position, vm) in instance.vms.enumerated() { index[vm.id] = Int32(position) }
        antiAffinity = instance.antiAffinity.map { group in
            Group(members: group.vms.compactMap { index[$0] }, limit: Int32(group.maxPerHost))
        }
        availability = instance.availability.map { group in
            Group(members: group.vms.compactMap { index[$0] }, limit: Int32(group.vms.count - group.minimumUp))
        }
        func byVM(_ groups: [Group]) -> [[Int32]] {
            var lists = [[Int32]](repeating: [], count: instance.vms.count)
            for (position, group) in groups.enumerated() {
                for vm in group.members { lists[Int(vm)].append(Int32(position)) }
            }
            return lists
        }
        antiAffinityOf = byVM(antiAffinity)
        availabilityOf = byVM(availability)
    }
}
