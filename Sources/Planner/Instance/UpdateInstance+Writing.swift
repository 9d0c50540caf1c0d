extension UpdateInstance {
    /// Writes `pool-update-instance/1`, one host or VM to a line. What was known about the instance is left out.
    public func json() -> [UInt8] {
        var text = JSONText()
        text.raw("{\"format\":\"pool-update-instance/1\",\"name\":")
        text.string(name)
        text.raw(",\n\"params\":")
        parameters.write(to: &text)
        text.raw(",\n\"hosts\":[")
        separated(hosts, &text) { $0.write(to: &$1) }
        text.raw("],\n\"vms\":[")
        separated(vms, &text) { $0.write(to: &$1) }
        text.raw("],\n\"anti_affinity\":[")
        separated(antiAffinity, &text) { Self.group($0.id, $0.vms, ",\"max_per_host\":", $0.maxPerHost, &$1) }
        text.raw("]")
        if !availability.isEmpty {
            text.raw(",\n\"availability\":[")
            separated(availability, &text) { Self.group($0.id, $0.vms, ",\"min_up\":", $0.minimumUp, &$1) }
            text.raw("]")
        }
        if let canary {
            text.raw(",\n\"canary\":{\"host\":")
            text.string(canary.host)
            text.raw(",\"soak_s\":")
            text.integer(canary.soak)
            text.raw("}")
        }
        text.raw("}\n")
        return text.bytes
    }

    private func separated<T>(_ list: [T], _ text: inout JSONText, _ write: (T, inout JSONText) -> Void) {
        for (index, element) in list.enumerated() {
            text.raw(index == 0 ? "\n" : ",\n")
            write(element, &text)
        }
    }

    private static func group(
        _ id: String,
        _ vms: [String],
        _ key: StaticString,
        _ limit: Int,
        _ text: inout JSONText
    ) {
        text.raw("{\"id\":")
        text.string(id)
        text.raw(",\"vms\":")
        text.strings(vms)
        text.raw(key)
        text.integer(limit)
        text.raw("}")
    }
}

extension UpdateInstance.Parameters {
    fileprivate func write(to text: inout JSONText) {
        text.raw("{\"stream_mibps\":")
        text.integer(streamRate)
        text.raw(",\"migration_overhead_s\":")
        text.integer(migrationOverhead)
        text.raw(",\"max_parallel\":")
        text.integer(maxParallel)
        text.raw(",\"ha_failures\":")
        text.integer(haFailures)
        text.raw(",\"suspend_mibps\":")
        text.integer(suspendRate)
        text.raw(",\"stop_start_s\":")
        text.integer(stopStart)
        text.raw(",\"newer_only\":")
        text.bool(newerOnly)
        if let finishBy {
            text.raw(",\"finish_by_s\":")
            text.integer(finishBy)
        }
        text.raw("}")
    }
}

extension UpdateInstance.Host {
    fileprivate func write(to text: inout JSONText) {
        text.raw("{\"id\":")
        text.string(id)
        text.raw(",\"mem_mib\":")
        text.integer(memory)
        text.raw(",\"vcpus\":")
        text.integer(vcpus)
        text.raw(",\"nic_mibps\":")
        text.integer(nicRate)
        text.raw(",\"max_migrations\":")
        text.integer(maxMigrations)
        text.raw(",\"apply_s\":")
        text.integer(apply)
        text.raw(",\"reboot_s\":")
        text.integer(reboot)
        text.raw(",\"master\":")
        text.bool(isMaster)
        if !wantsUpdate { text.raw(",\"update\":false") }
        if isUpdated { text.raw(",\"updated\":true") }
        if !after.isEmpty {
            text.raw(",\"after\":")
            text.strings(after)
        }
        text.raw("}")
    }
}

extension UpdateInstance.VM {
    fileprivate func write(to text: inout JSONText) {
        text.raw("{\"id\":")
        text.string(id)
        text.raw(",\"mem_mib\":")
        text.integer(memory)
        text.raw(",\"vcpus\":")
        text.integer(vcpus)
        text.raw(",\"host\":")
        text.string(host)
        text.raw(",\"dirty_pct\":")
        text.integer(dirtyPercent)
        if let allowedHosts {
            text.raw(",\"hosts\":")
            text.strings(allowedHosts)
        }
        if !isAgile { text.raw(",\"agile\":false") }
        if stop != .never {
            text.raw(",\"stop\":")
            text.string(stop.rawValue)
        }
        if let pinnedBy {
            text.raw(",\"pinned_by\":")
            text.string(pinnedBy.rawValue)
        }
        text.raw("}")
    }
}
