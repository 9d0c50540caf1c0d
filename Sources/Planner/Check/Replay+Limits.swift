extension Replay {
    mutating func occupy(_ host: Int, _ vm: Int, _ time: Int) {
        let subject = instance.vms[vm]
        memory[host] += subject.memory
        vcpus[host] += subject.vcpus
        residents[host] += 1
        if let group = antiAffinity.enter(vm, host) {
            broken(time, "anti-affinity group \(group) has too many VMs on \(name(host))")
        }
        let limit = instance.hosts[host]
        if memory[host] > limit.memory {
            broken(time, "\(limit.id) would need \(memory[host]) MiB but has \(limit.memory)")
        }
        if vcpus[host] > limit.vcpus {
            broken(time, "\(limit.id) would run \(vcpus[host]) virtual CPUs but may run \(limit.vcpus)")
        }
    }

    mutating func release(_ host: Int, _ vm: Int) {
        memory[host] -= instance.vms[vm].memory
        vcpus[host] -= instance.vms[vm].vcpus
        residents[host] -= 1
        antiAffinity.leave(vm, host)
    }

    func mayRun(_ vm: Int, _ host: Int) -> Bool {
        guard let allowed = instance.vms[vm].allowedHosts else { return true }
        return allowed.contains(instance.hosts[host].id)
    }

    /// A VM begins to move or to stop: its availability groups have one member less for a while.
    mutating func leave(_ vm: Int, _ time: Int) {
        if let group = availability.change(vm, by: -1) {
            broken(time, "availability group \(group) has too few VMs that run and do not move")
        }
    }

    /// While any host is down, the up hosts less the F largest of them must hold everything that runs.
    mutating func checkReserve(_ time: Int) {
        let failures = instance.parameters.haFailures
        guard failures > 0, updating > 0 else { return }
        var lost = 0
        var left = 0
        for host in hostsBySize where !isUpdating[host] {
            if lost < failures { lost += 1 } else { left += instance.hosts[host].memory }
        }
        if left < runningMemory {
            broken(
                time,
                "after \(failures) host failures \(left) MiB would be left for \(runningMemory) MiB of VMs"
            )
        }
    }
}

/// How many members of each anti-affinity group are on each host.
struct GroupCounts {
    private let groupsOfVM: [Int: [Int]]
    private let limits: [Int]
    private let ids: [String]
    private var counts: [[Int: Int]]

    init(_ instance: UpdateInstance, _ names: Names) {
        var groupsOfVM: [Int: [Int]] = [:]
        for (index, group) in instance.antiAffinity.enumerated() {
            for vm in group.vms {
                if let member = names.vms[vm] { groupsOfVM[member, default: []].append(index) }
            }
        }
        self.groupsOfVM = groupsOfVM
        limits = instance.antiAffinity.map(\.maxPerHost)
        ids = instance.antiAffinity.map(\.id)
        counts = Array(repeating: [:], count: limits.count)
    }

    /// Counts a VM in; returns a group that is over its limit now.
    mutating func enter(_ vm: Int, _ host: Int) -> String? {
        var over: String?
        for group in groupsOfVM[vm] ?? [] {
            let count = counts[group][host, default: 0] + 1
            counts[group][host] = count
            if count > limits[group] { over = ids[group] }
        }
        return over
    }

    mutating func leave(_ vm: Int, _ host: Int) {
        for group in groupsOfVM[vm] ?? [] { counts[group][host, default: 0] -= 1 }
    }
}

/// How many members of each availability group run and do not move.
struct AvailabilityCounts {
    private let groupsOfVM: [Int: [Int]]
    private let minimum: [Int]
    private let ids: [String]
    private var up: [Int]

    init(_ instance: UpdateInstance, _ names: Names) {
        var groupsOfVM: [Int: [Int]] = [:]
        for (index, group) in instance.availability.enumerated() {
            for vm in group.vms {
                if let member = names.vms[vm] { groupsOfVM[member, default: []].append(index) }
            }
        }
        self.groupsOfVM = groupsOfVM
        minimum = instance.availability.map(\.minimumUp)
        ids = instance.availability.map(\.id)
        up = instance.availability.map(\.vms.count)
    }

    /// Changes a VM's groups; returns a group that has too few members now.
    @discardableResult
    mutating func change(_ vm: Int, by delta: Int) -> String? {
        var short: String?
        for group in groupsOfVM[vm] ?? [] {
            up[group] += delta
            if up[group] < minimum[group] { short = ids[group] }
        }
        return short
    }
}
