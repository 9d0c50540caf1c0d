extension Prechecks.Subject {
    /// Each host: alive, enabled, storage, licence, clock, what was applied before.
    func hosts() -> [Problem] {
        var found: [Problem] = []
        for host in view.hosts where spec.isSatisfied(by: host) && !spec.updates.isEmpty {
            found.append(
                Problem(
                    .alreadyApplied,
                    .information,
                    "\(host.name) has \(labels) already and is left as it is.",
                    host: host.id
                )
            )
        }
        for host in targets {
            guard host.isLive else {
                found.append(
                    Problem(
                        .liveness,
                        .blocking,
                        leavingOut(host).isEmpty
                            ? "\(host.name) does not answer: start it."
                            : "\(host.name) does not answer: start it, or leave it out.",
                        host: host.id,
                        offers: leavingOut(host)
                    )
                )
                continue
            }
            for obstacle in host.obstacles where spec.purpose == .install {
                found.append(
                    Problem(
                        .liveness,
                        .blocking,
                        "\(host.name) can not be updated: \(obstacle.asClause).",
                        host: host.id,
                        offers: leavingOut(host)
                    )
                )
            }
            if !host.isEnabled { found.append(maintenance(host)) }
            if !host.unpluggedStorage.isEmpty {
                let names = host.unpluggedStorage.joined(separator: ", ")
                found.append(
                    Problem(
                        .storage,
                        .blocking,
                        "Storage \(names) is not plugged on \(host.name).",
                        host: host.id,
                        fix: .plugStorage(host: host.id)
                    )
                )
            }
            if !host.isLicensed, spec.purpose == .install {
                found.append(
                    Problem(
                        .licence,
                        .blocking,
                        "The licence of \(host.name) does not allow updates: renew it.",
                        host: host.id
                    )
                )
            }
            if abs(host.clockSkew) > 60 {
                found.append(
                    Problem(
                        .clocks,
                        .warning,
                        "The clock of \(host.name) is \(abs(host.clockSkew)) s off: set up NTP.",
                        host: host.id
                    )
                )
            }
            let others = host.awaitingRestart.filter { uuid in !spec.updates.contains { $0.uuid == uuid } }
            if !others.isEmpty {
                let absorbs = spec.restart == .host
                found.append(
                    Problem(
                        .pendingRestart,
                        absorbs || !host.isMaster ? .warning : .blocking,
                        absorbs
                            ? "\(host.name) waits for a restart for \(others.count.of("earlier update")); this run's restart does it."
                            : "\(host.name) waits for a restart for \(others.count.of("earlier update")): restart it first.",
                        host: host.id
                    )
                )
            }
        }
        return found
    }

    /// Room for the packages: twice their size on every host, and on the master once more for the uploads.
    func disks() -> [Problem] {
        let size = spec.updates.reduce(0) { $0 + $1.installationSize }
        return targets.compactMap { host in
            let needed = size * (host.isMaster ? 3 : 2)
            guard host.isLive, host.freeBytes < needed else { return nil }
            let text =
                "\(host.name) has \(host.freeBytes >> 20) MiB free where packages are unpacked and needs \(needed >> 20): "
                + "remove files of earlier updates."
            return Problem(.diskSpace, .blocking, text, host: host.id)
        }
    }

    /// A host that somebody has in maintenance mode. To touch it all the same takes a word about it.
    private func maintenance(_ host: HostView) -> Problem {
        let done = spec.purpose.participle
        if spec.maintained?.contains(host.id) ?? false {
            let text = "\(host.name) is in maintenance mode and stays so: it is \(done), and nothing is placed on it."
            return Problem(.liveness, .information, text, host: host.id)
        }
        let others = leavingOut(host).isEmpty ? "" : ", or leave it out"
        let text =
            "\(host.name) is in maintenance mode: let it be \(done) as it is, enable it (xe host-enable)\(others)."
        return Problem(
            .liveness,
            .blocking,
            text,
            host: host.id,
            fix: .keepDisabled(host: host.id),
            offers: leavingOut(host)
        )
    }
}
