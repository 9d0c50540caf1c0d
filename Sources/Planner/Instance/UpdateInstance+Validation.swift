extension UpdateInstance {
    /// Largest memory of a host or VM that is taken seriously, MiB (1 PiB).
    static let largestMemory = 1 << 30
    /// Longest time of any kind that is taken seriously, seconds (115 days).
    static let longestTime = 10_000_000
    /// Largest rate, count or percentage that is taken seriously.
    static let largestNumber = 1_000_000_000

    /// Checks that the instance makes sense in itself; the error names the first field that does not.
    ///
    /// An empty pool is valid: there is nothing to do. A host that holds more than it has is not, because no
    /// order of steps can begin there.
    public func validate() throws(InputError) {
        try parameters.validate()
        var hostIndex: [String: Int] = [:]
        hostIndex.reserveCapacity(hosts.count)
        for (index, host) in hosts.enumerated() {
            do { try host.validate() } catch { throw error.inside("hosts[\(index)]") }
            guard hostIndex.updateValue(index, forKey: host.id) == nil else {
                throw InputError(field: "hosts[\(index)].id", value: host.id, problem: "names a second host")
            }
        }
        try validateMaster()
        let vmIndex = try validateVMs(hostIndex)
        try validateLoads(hostIndex)
        try validateGroups(vmIndex)
        try validateOrder(hostIndex)
        if let canary {
            guard hostIndex[canary.host] != nil else { throw unknown("canary.host", canary.host, "host") }
            try within(canary.soak, 0, Self.longestTime, "canary.soak_s")
        }
    }

    private func validateMaster() throws(InputError) {
        let masters = hosts.indices.filter { hosts[$0].isMaster }
        if let second = masters.dropFirst().first {
            throw InputError(
                field: "hosts[\(second)].master",
                value: hosts[second].id,
                problem: "is a second master beside \(hosts[masters[0]].id); a pool has one"
            )
        }
        guard hosts.isEmpty || !masters.isEmpty else {
            throw InputError(
                field: "hosts",
                value: "",
                problem: "no host is the master; mark one with \"master\": true"
            )
        }
    }

    private func validateVMs(_ hostIndex: [String: Int]) throws(InputError) -> [String: Int] {
        var vmIndex: [String: Int] = [:]
        vmIndex.reserveCapacity(vms.count)
        var checkedLists: Set<UInt> = []
        for (index, vm) in vms.enumerated() {
            do { try vm.validate() } catch { throw error.inside("vms[\(index)]") }
            guard vmIndex.updateValue(index, forKey: vm.id) == nil else {
                throw InputError(field: "vms[\(index)].id", value: vm.id, problem: "names a second VM")
            }
            guard let home = hostIndex[vm.host] else { throw unknown("vms[\(index)].host", vm.host, "host") }
            guard vm.memory <= hosts[home].memory else {
                throw InputError(
                    field: "vms[\(index)].mem_mib",
                    value: String(vm.memory),
                    problem: "is more than the \(hosts[home].memory) MiB of its host \(vm.host)"
                )
            }
            guard let list = vm.allowedHosts else { continue }
            // VMs often share one list; a list that was read once is known by its storage.
            let storage = list.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
            if checkedLists.insert(storage).inserted {
                for (position, host) in list.enumerated() where hostIndex[host] == nil {
                    throw unknown("vms[\(index)].hosts[\(position)]", host, "host")
                }
            }
        }
        return vmIndex
    }

    private func validateLoads(_ hostIndex: [String: Int]) throws(InputError) {
        var memory = [Int](repeating: 0, count: hosts.count)
        var vcpus = memory
        for vm in vms {
            guard let home = hostIndex[vm.host] else { continue }
            memory[home] += vm.memory
            vcpus[home] += vm.vcpus
        }
        for (index, host) in hosts.enumerated() {
            guard memory[index] <= host.memory else {
                throw InputError(
                    field: "hosts[\(index)].mem_mib",
                    value: String(host.memory),
                    problem: "is less than the \(memory[index]) MiB of the VMs that run on \(host.id)"
                )
            }
            guard vcpus[index] <= host.vcpus else {
                throw InputError(
                    field: "hosts[\(index)].vcpus",
                    value: String(host.vcpus),
                    problem: "is less than the \(vcpus[index]) virtual CPUs of the VMs that run on \(host.id)"
                )
            }
        }
    }

    private func validateGroups(_ vmIndex: [String: Int]) throws(InputError) {
        for (index, group) in antiAffinity.enumerated() {
            let field = "anti_affinity[\(index)]"
            try within(group.maxPerHost, 1, Self.largestNumber, "\(field).max_per_host")
            try validateMembers(group.vms, vmIndex, field)
            var perHost: [String: Int] = [:]
            for vm in group.vms {
                guard let member = vmIndex[vm] else { continue }
                let host = vms[member].host
                let count = perHost[host, default: 0] + 1
                perHost[host] = count
                guard count <= group.maxPerHost else {
                    throw InputError(
                        field: "\(field).max_per_host",
                        value: String(group.maxPerHost),
                        problem: "is broken already: more VMs of group \(group.id) run on \(host)"
                    )
                }
            }
        }
        for (index, group) in availability.enumerated() {
            try validateMembers(group.vms, vmIndex, "availability[\(index)]")
            try within(group.minimumUp, 0, group.vms.count, "availability[\(index)].min_up")
        }
    }

    private func validateMembers(_ list: [String], _ vmIndex: [String: Int], _ field: String) throws(InputError) {
        var seen: Set<Int> = []
        for (position, vm) in list.enumerated() {
            guard let member = vmIndex[vm] else { throw unknown("\(field).vms[\(position)]", vm, "VM") }
            guard seen.insert(member).inserted else {
                throw InputError(field: "\(field).vms[\(position)]", value: vm, problem: "is listed twice")
            }
        }
    }

    /// Orders must not go round in a circle: every host is visited once, depth first, without recursion.
    private func validateOrder(_ hostIndex: [String: Int]) throws(InputError) {
        var state = [UInt8](repeating: 0, count: hosts.count)
        for first in hosts.indices where state[first] == 0 && !hosts[first].after.isEmpty {
            var path = [(host: first, next: 0)]
            state[first] = 1
            while let (host, next) = path.last {
                guard next < hosts[host].after.count else {
                    state[host] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let name = hosts[host].after[next]
                guard let before = hostIndex[name] else { throw unknown("hosts[\(host)].after[\(next)]", name, "host") }
                guard state[before] != 1 else {
                    throw InputError(
                        field: "hosts[\(host)].after[\(next)]",
                        value: name,
                        problem: "closes a circle: \(name) itself waits for \(hosts[host].id)"
                    )
                }
                if state[before] == 0 {
                    state[before] = 1
                    path.append((before, 0))
                }
            }
        }
    }

    private func unknown(_ field: String, _ value: String, _ kind: String) -> InputError {
        InputError(field: field, value: "\"\(value)\"", problem: "is no \(kind) of this instance")
    }
}

private func within(_ value: Int, _ low: Int, _ high: Int, _ field: String) throws(InputError) {
    guard value >= low, value <= high else {
        throw InputError(field: field, value: String(value), problem: "is not between \(low) and \(high)")
    }
}

extension UpdateInstance.Parameters {
    fileprivate func validate() throws(InputError) {
        let number = UpdateInstance.largestNumber
        let time = UpdateInstance.longestTime
        try within(streamRate, 1, number, "params.stream_mibps")
        try within(migrationOverhead, 0, time, "params.migration_overhead_s")
        try within(maxParallel, 0, number, "params.max_parallel")
        try within(haFailures, 0, number, "params.ha_failures")
        try within(suspendRate, 1, number, "params.suspend_mibps")
        try within(stopStart, 1, time, "params.stop_start_s")
        if let finishBy { try within(finishBy, 0, UpdateInstance.largestNumber, "params.finish_by_s") }
    }
}

extension UpdateInstance.Host {
    fileprivate func validate() throws(InputError) {
        guard !id.isEmpty else { throw InputError(field: "id", value: "\"\"", problem: "is empty") }
        try within(memory, 1, UpdateInstance.largestMemory, "mem_mib")
        try within(vcpus, 0, UpdateInstance.largestNumber, "vcpus")
        try within(nicRate, 1, UpdateInstance.largestNumber, "nic_mibps")
        try within(maxMigrations, 1, 10_000, "max_migrations")
        try within(apply, 0, UpdateInstance.longestTime, "apply_s")
        try within(reboot, apply == 0 ? 1 : 0, UpdateInstance.longestTime, "reboot_s")
    }
}

extension UpdateInstance.VM {
    fileprivate func validate() throws(InputError) {
        guard !id.isEmpty else { throw InputError(field: "id", value: "\"\"", problem: "is empty") }
        try within(memory, 1, UpdateInstance.largestMemory, "mem_mib")
        try within(vcpus, 0, UpdateInstance.largestNumber, "vcpus")
        try within(dirtyPercent, 1, 100_000, "dirty_pct")
    }
}
