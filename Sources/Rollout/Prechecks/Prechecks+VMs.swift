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
            if let iso = vm.localISO {
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
                        "VM \(vm.name) can not leave \(name(host)): \(tie.sentence). Allow it to be suspended or shut down, "
                            + "or leave the host out.",
                        host: host,
                        vm: vm.id,
                        offers: [.stop(vm: vm.id, way: .suspend)]
                    )
                )
            } else if vm.tie == nil, !hasOtherHost(vm, besides: host), !hasConsent(vm.id) {
                found.append(
                    Problem(
                        .evacuation,
                        .blocking,
                        "VM \(vm.name) on \(name(host)) has no other host that reaches its storage and networks and is large "
                            + "enough: allow it to be stopped, or leave the host out.",
                        host: host,
                        vm: vm.id,
                        offers: [.stop(vm: vm.id, way: .suspend)]
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

    private func hasConsent(_ vm: String) -> Bool {
        spec.consents.contains { $0.vm == vm && $0.run == spec.run }
    }

    private func hasOtherHost(_ vm: VMView, besides host: String) -> Bool {
        view.hosts.contains {
            $0.id != host && $0.isLive && $0.memory >= vm.memory && (vm.allowedHosts?.contains($0.id) ?? true)
        }
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
        }
    }
}
