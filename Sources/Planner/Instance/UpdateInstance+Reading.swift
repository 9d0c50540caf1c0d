extension UpdateInstance {
    /// Reads `pool-update-instance/1` and checks it; an error names the first wrong field and its value.
    public init(json bytes: [UInt8]) throws(InputError) {
        let result: Result<UpdateInstance, InputError> = bytes.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(buffer)
            var reader = InstanceReader()
            do throws(InputError) { return .success(try reader.read(&cursor)) } catch { return .failure(error) }
        }
        self = try result.get()
        try validate()
    }
}

/// Turns JSON text into an instance. VMs that name the same allowed hosts share one list in memory.
private struct InstanceReader {
    private var instance = UpdateInstance(hosts: [], vms: [])
    private var hostLists: [String: [String]] = [:]

    mutating func read(_ cursor: inout JSONCursor) throws(InputError) -> UpdateInstance {
        var hasHosts = false
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "format":
                let format = try cursor.string()
                guard format == "pool-update-instance/1" else {
                    throw InputError(field: "", value: "\"\(format)\"", problem: "is not pool-update-instance/1")
                }
            case "name" where try cursor.kind() == .string: instance.name = try cursor.string()
            case "params": try readParameters(&cursor)
            case "hosts":
                hasHosts = true
                try cursor.array { (cursor, _) throws(InputError) in instance.hosts.append(try readHost(&cursor)) }
            case "vms":
                try cursor.array { (cursor, _) throws(InputError) in instance.vms.append(try readVM(&cursor)) }
            case "anti_affinity":
                try cursor.array { (cursor, _) throws(InputError) in
                    let (id, vms, limit) = try readGroup(&cursor, "max_per_host")
                    instance.antiAffinity.append(.init(id: id, vms: vms, maxPerHost: limit ?? 1))
                }
            case "availability":
                try cursor.array { (cursor, _) throws(InputError) in
                    let (id, vms, limit) = try readGroup(&cursor, "min_up")
                    guard let limit else { throw InputError(field: "min_up", value: "", problem: "is missing") }
                    instance.availability.append(.init(id: id, vms: vms, minimumUp: limit))
                }
            case "canary" where try cursor.kind() == .object: instance.canary = try readCanary(&cursor)
            case "bounds" where try cursor.kind() == .object: instance.known = try readKnown(&cursor)
            default: try cursor.skip()
            }
        }
        try cursor.end()
        guard hasHosts else { throw InputError(field: "hosts", value: "", problem: "is missing") }
        return instance
    }

    private mutating func readParameters(_ cursor: inout JSONCursor) throws(InputError) {
        var parameters = UpdateInstance.Parameters()
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "stream_mibps": parameters.streamRate = try cursor.integer()
            case "migration_overhead_s": parameters.migrationOverhead = try cursor.integer()
            case "max_parallel": parameters.maxParallel = try cursor.integer()
            case "ha_failures": parameters.haFailures = try cursor.integer()
            case "suspend_mibps": parameters.suspendRate = try cursor.integer()
            case "stop_start_s": parameters.stopStart = try cursor.integer()
            case "newer_only": parameters.newerOnly = try cursor.bool()
            case "finish_by_s" where try cursor.kind() != .null: parameters.finishBy = try cursor.integer()
            default: try cursor.skip()
            }
        }
        instance.parameters = parameters
    }

    private func readHost(_ cursor: inout JSONCursor) throws(InputError) -> UpdateInstance.Host {
        var host = UpdateInstance.Host(id: "", memory: -1, nicRate: -1, apply: -1, reboot: -1)
        var seen: Set<String> = []
        try cursor.object { (cursor, key) throws(InputError) in
            seen.insert(key)
            switch key {
            case "id": host.id = try cursor.string()
            case "mem_mib": host.memory = try cursor.integer()
            case "vcpus": host.vcpus = try cursor.integer()
            case "nic_mibps": host.nicRate = try cursor.integer()
            case "max_migrations": host.maxMigrations = try cursor.integer()
            case "apply_s": host.apply = try cursor.integer()
            case "reboot_s": host.reboot = try cursor.integer()
            case "master" where try cursor.kind() != .null: host.isMaster = try cursor.bool()
            case "update": host.wantsUpdate = try cursor.bool()
            case "updated": host.isUpdated = try cursor.bool()
            case "after":
                try cursor.array { (cursor, _) throws(InputError) in host.after.append(try cursor.string()) }
            default: try cursor.skip()
            }
        }
        for key in ["id", "mem_mib", "nic_mibps", "apply_s", "reboot_s"] where !seen.contains(key) {
            throw InputError(field: key, value: "", problem: "is missing")
        }
        return host
    }

    private mutating func readVM(_ cursor: inout JSONCursor) throws(InputError) -> UpdateInstance.VM {
        var vm = UpdateInstance.VM(id: "", memory: -1, host: "")
        var hasID = false
        var hasMemory = false
        var hasHost = false
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "id":
                vm.id = try cursor.string()
                hasID = true
            case "mem_mib":
                vm.memory = try cursor.integer()
                hasMemory = true
            case "host":
                vm.host = try cursor.string()
                hasHost = true
            case "vcpus": vm.vcpus = try cursor.integer()
            case "dirty_pct": vm.dirtyPercent = try cursor.integer()
            case "hosts" where try cursor.kind() != .null: vm.allowedHosts = try readHostList(&cursor)
            case "agile": vm.isAgile = try cursor.bool()
            case "stop":
                let word = try cursor.string()
                guard let stop = UpdateInstance.StopPolicy(rawValue: word) else {
                    throw InputError(field: "", value: "\"\(word)\"", problem: "is not never, suspend or shutdown")
                }
                vm.stop = stop
            case "pinned_by" where try cursor.kind() != .null:
                let word = try cursor.string()
                guard let reason = UpdateInstance.PinReason(rawValue: word) else {
                    throw InputError(
                        field: "",
                        value: "\"\(word)\"",
                        problem: "is not media, local_disk, device, network or drivers"
                    )
                }
                vm.pinnedBy = reason
            default: try cursor.skip()
            }
        }
        guard hasID, hasMemory, hasHost else {
            throw InputError(field: !hasID ? "id" : !hasMemory ? "mem_mib" : "host", value: "", problem: "is missing")
        }
        return vm
    }

    private mutating func readHostList(_ cursor: inout JSONCursor) throws(InputError) -> [String] {
        let start = cursor.mark()
        var probe = cursor
        try probe.skip()
        let raw = String(decoding: probe.slice(from: start), as: UTF8.self)
        if let known = hostLists[raw] {
            cursor = probe
            return known
        }
        var list: [String] = []
        try cursor.array { (cursor, _) throws(InputError) in list.append(try cursor.string()) }
        hostLists[raw] = list
        return list
    }

    private func readGroup(
        _ cursor: inout JSONCursor,
        _ limitKey: String
    ) throws(InputError) -> (id: String, vms: [String], limit: Int?) {
        var id: String?
        var vms: [String]?
        var limit: Int?
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "id": id = try cursor.string()
            case "vms":
                var list: [String] = []
                try cursor.array { (cursor, _) throws(InputError) in list.append(try cursor.string()) }
                vms = list
            case limitKey: limit = try cursor.integer()
            default: try cursor.skip()
            }
        }
        guard let id, let vms else {
            throw InputError(field: id == nil ? "id" : "vms", value: "", problem: "is missing")
        }
        return (id, vms, limit)
    }

    private func readCanary(_ cursor: inout JSONCursor) throws(InputError) -> UpdateInstance.Canary {
        var canary = UpdateInstance.Canary(host: "", soak: 0)
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "host": canary.host = try cursor.string()
            case "soak_s": canary.soak = try cursor.integer()
            default: try cursor.skip()
            }
        }
        return canary
    }

    private func readKnown(_ cursor: inout JSONCursor) throws(InputError) -> UpdateInstance.KnownBounds {
        var known = UpdateInstance.KnownBounds()
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "mixed_lb" where try cursor.kind() == .number: known.mixedLowerBound = try cursor.integer()
            case "best_known_mixed_s" where try cursor.kind() == .number: known.bestMixed = try cursor.integer()
            case "feasible" where try cursor.kind() == .bool: known.feasible = try cursor.bool()
            default: try cursor.skip()
            }
        }
        return known
    }
}
