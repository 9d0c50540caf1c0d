extension PlanReport {
    /// The figures for reading.
    public func text() -> String {
        """
        valid
        mixed state   \(Words.duration(mixedSeconds)) (\(mixedSeconds) s)
        whole plan    \(Words.duration(totalSeconds)) (\(totalSeconds) s)
        moves         \(migrations), at most \(mostMigrationsOfOneVM) of one VM
        memory moved  \(Words.memory(movedMiB))
        at the end    the fullest host uses \(Words.percent(fullestAtEnd)) of its memory; spread between hosts \(Words.percent(spreadAtEnd))
        stopped VMs   \(stoppedVMs) (\(Words.duration(downtimeSeconds)) of downtime in sum)

        """
    }

    /// The figures as one JSON object.
    public func json() -> String {
        var text = JSONText()
        write(to: &text)
        text.raw("\n")
        return String(decoding: text.bytes, as: UTF8.self)
    }

    func write(to text: inout JSONText) {
        text.raw("{\"valid\":")
        text.bool(isValid)
        text.raw(",\"violations\":")
        text.strings(violations.map(\.description))
        for (key, value) in [
            ("mixed_s", mixedSeconds), ("total_s", totalSeconds), ("migrations", migrations),
            ("max_migrations_one_vm", mostMigrationsOfOneVM), ("mib_moved", movedMiB), ("stopped_vms", stoppedVMs),
            ("downtime_vm_s", downtimeSeconds), ("max_parallel", mostParallel), ("hosts_left", hostsLeft),
            ("fullest_at_end_permille", Int(1000 * fullestAtEnd + 0.5)),
            ("spread_at_end_permille", Int(1000 * spreadAtEnd + 0.5)),
        ] {
            text.raw(",")
            text.string(key)
            text.raw(":")
            text.integer(value)
        }
        text.raw("}")
    }
}

extension PlannedUpdate {
    /// The plan's figures, bounds, waves and trade-off as one JSON object; the steps are in ``UpdatePlan/json()``.
    public func json() -> String {
        var text = JSONText()
        text.raw("{\"policy\":")
        text.string(policy.rawValue)
        text.raw(",\"prepared_hosts\":")
        text.integer(preparedHosts)
        text.raw(",\"passes\":")
        text.integer(passes)
        text.raw(",\"report\":")
        report.write(to: &text)
        text.raw(",\"bounds\":{\"mixed_s\":")
        text.integer(certificate.mixedSeconds)
        text.raw(",\"migrations\":")
        text.integer(certificate.moves.value)
        text.raw(",\"mib_moved\":")
        text.integer(certificate.movedMiB.value)
        text.raw(",\"waves\":")
        text.integer(certificate.waves.value)
        text.raw(",\"arguments\":[")
        for (index, bound) in certificate.mixed.enumerated() {
            text.raw(index == 0 ? "{\"name\":" : ",{\"name\":")
            text.string(bound.name)
            text.raw(",\"mixed_s\":")
            text.integer(bound.value)
            text.raw(",\"argument\":")
            text.string(bound.argument)
            text.raw("}")
        }
        text.raw("]},\"waves\":[")
        for (index, wave) in waves.enumerated() {
            text.raw(index == 0 ? "{\"start\":" : ",{\"start\":")
            text.integer(wave.start)
            text.raw(",\"end\":")
            text.integer(wave.end)
            text.raw(",\"hosts\":")
            text.strings(wave.hosts)
            text.raw("}")
        }
        text.raw("],\"curve\":[")
        for (index, point) in curve.enumerated() {
            text.raw(index == 0 ? "{\"prepared_hosts\":" : ",{\"prepared_hosts\":")
            text.integer(point.preparedHosts)
            text.raw(",\"mixed_s\":")
            text.integer(point.mixedSeconds)
            text.raw(",\"migrations\":")
            text.integer(point.migrations)
            text.raw(",\"mib_moved\":")
            text.integer(point.movedMiB)
            text.raw("}")
        }
        text.raw("]}\n")
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
