extension Prechecks.Subject {
    /// What keeps single VMs on hosts that have to be emptied.
    func vms() -> [Problem] {
        guard emptiesHosts else { return [] }
        var found: [Problem] = []
        let emptied = Set(targets.map(\.id))
        for vm in view.vms {
            if vm.startsWithHost {
                found.append(
                    Problem(
                        .autoPowerOn,
                        .warning,
                        "VM \(vm.name) is powered on automatically, and could start on a host that is being emptied.",
                        vm: vm.id,
                        fix: .clearAutoPowerOn(vm: vm.id)
                    )
                )
            }
            if vm.power == .paused, let host = vm.host, emptied.contains(host) {
                found.append(
                    Problem(
                        .tiedVMs,
                        .blocking,
                        "VM \(vm.name) on \(name(host)) is paused, and can not move: unpause it, or shut it down.",
                        host: host,
                        vm: vm.id
                    )
                )
                continue
            }
            guard vm.power == .running, let host = vm.host, emptied.contains(host) else { continue }
            found += consent(vm, host)
            if vm.isTemplate ?? false {
                found.append(
                    Problem(
                        .tiedVMs,
                        .blocking,
                        "VM \(vm.name) runs on \(name(host)) although it is called a template, so that it can not move: take "
                            + "that back (xe vm-param-set is-a-template=false), or shut it down.",
                        host: host,
                        vm: vm.id
                    )
                )
            } else if let iso = vm.localISO {
                found.append(
                    Problem(
                        .media,
                        .blocking,
                        "VM \(vm.name) on \(name(host)) has \(iso) in its drive, which only that host sees.",
                        host: host,
                        vm: vm.id,
                        fix: .ejectISO(vm: vm.id, iso: iso)
                    )
                )
            } else if vm.isBusy {
                found.append(
                    Problem(
                        .tiedVMs,
                        .blocking,
                        "VM \(vm.name) on \(name(host)) is in the middle of another operation: wait for its end.",
                        host: host,
                        vm: vm.id
                    )
                )
            } else if let tie = vm.tie, !hasConsent(vm.id) {
                found.append(
                    Problem(
                        .tiedVMs,
                        .blocking,
                        "VM \(vm.name) can not leave \(name(host)): \(vm.words(for: tie)). \(waysOut(vm, host))",
                        host: host,
                        vm: vm.id,
                        offers: offers(vm)
                    )
                )
            } else if vm.tie == nil, !hasOtherHost(vm, besides: host), !hasConsent(vm.id) {
                found.append(
                    Problem(
                        .evacuation,
                        .blocking,
                        "VM \(vm.name) on \(name(host)) has no other host that reaches its storage and networks and is large "
                            + "enough.\(vm.incompatibility) \(waysOut(vm, host))",
                        host: host,
                        vm: vm.id,
                        offers: offers(vm)
                    )
                )
            }
        }
        return found
    }

    /// Whether any host can be emptied at all: the planner says more, this is to be said first.
    func capacity() -> [Problem] {
        guard emptiesHosts else { return [] }
        let usable = view.hosts.filter(\.isLive)
        guard let smallest = targets.filter(\.isLive).map(\.memory).min() else { return [] }
        let used = view.vms.filter { $0.power == .running && !hasConsent($0.id) }.reduce(0) { $0 + $1.memory }
        let left = usable.reduce(0) { $0 + $1.memory } - smallest
        guard used > left else { return [] }
        return [
            Problem(
                .memory,
                .blocking,
                "The running VMs need \(used) MiB, and without its smallest host the pool has \(left): stop VMs, or add memory."
            )
        ]
    }

    /// A consent that nobody could act upon is told before the run, and not when its turn comes.
    private func consent(_ vm: VMView, _ host: String) -> [Problem] {
        guard let consent = spec.consents.first(where: { $0.vm == vm.id && $0.run == spec.run }),
            let obstacle = vm.obstacle(to: consent.way)
        else { return [] }
        let other: Consent.Way = consent.way == .suspend ? .shutdown : .suspend
        let way = vm.obstacle(to: other) == nil ? " Allow it to be \(other.participle) instead." : ""
        let text = "VM \(vm.name) on \(name(host)) can not be \(consent.way.participle): \(obstacle.asClause).\(way)"
        let offers = vm.obstacle(to: other) == nil ? [Offer.stop(vm: vm.id, way: other)] : []
        return [Problem(.tiedVMs, .blocking, text, host: host, vm: vm.id, offers: offers)]
    }

    /// The ways in which a VM could be stopped.
    private func ways(_ vm: VMView) -> [Consent.Way] { Consent.Way.allCases.filter { vm.obstacle(to: $0) == nil } }

    func offers(_ vm: VMView) -> [Offer] { ways(vm).prefix(1).map { .stop(vm: vm.id, way: $0) } }

    func waysOut(_ vm: VMView, _ host: String) -> String {
        let words = ways(vm).map(\.participle).joined(separator: " or ")
        let reason = vm.suspendObstacle.map { " (It can not be suspended: \($0.asClause).)" } ?? ""
        let leave = view.host(host).map { leavingOut($0).isEmpty } ?? false ? "" : "leave the host out"
        guard !words.isEmpty else {
            return
                "It can not be stopped by a run either: shut it down by hand\(leave.isEmpty ? "" : ", or \(leave)").\(reason)"
        }
        return "Allow it to be \(words)\(leave.isEmpty ? "" : ", or \(leave)").\(reason)"
    }

    private func hasConsent(_ vm: String) -> Bool {
        spec.consents.contains { $0.vm == vm && $0.run == spec.run }
    }

    private func hasOtherHost(_ vm: VMView, besides host: String) -> Bool {
        view.hosts.contains {
            $0.id != host && $0.isLive && $0.memory >= vm.memory && (vm.allowedHosts?.contains($0.id) ?? true)
        }
    }
}

extension VMView {
    /// The hosts whose processors are not enough for it, as a sentence behind another; empty where there are none.
    fileprivate var incompatibility: String {
        guard let hosts = incompatibleHosts, !hosts.isEmpty else { return "" }
        let names = hosts.joined(separator: ", ")
        return " The processors of \(names) lack features that it was started with."
    }

    /// All that ties it, as the second half of a sentence.
    fileprivate func words(for tie: Tie) -> String {
        guard let tieReasons, !tieReasons.isEmpty else { return tie.sentence }
        return tieReasons.joined(separator: ", and ")
    }
}

extension VMView.Tie {
    fileprivate var sentence: String {
        switch self {
        case .media: "a disc in its drive is seen by that host only"
        case .localDisk: "it has a disk on local storage"
        case .device: "it uses a device of the host"
        case .network: "it uses a network that only that host has"
        case .drivers: "it has no paravirtual drivers"
        case .blocked: "its owner forbids it"
        }
    }
}
