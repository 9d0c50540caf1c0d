import PoolControl
import PoolDatabase
import Rollout
import XenAPI

/// What a run gives back. It looks first at what there is: where somebody has decided meanwhile, that stands.
extension PoolPerformer {
    func pay(_ debt: Debt) async throws(ControlError) -> Outcome {
        switch debt {
        case .haEnabled(let failures): return try await turnHAOn(failures)
        case .wlbEnabled: try await control.setLoadBalancing(true)
        case .hostEnabled(let host):
            let reference = try ref(host)
            // A host that is down would only look enabled.
            _ = try await control.look(at: reference)
            try await control.enable(reference)
        case .hostDisabled(let host): try await control.disable(try ref(host))
        case .vmRunning(let vm, let host, let way): return try await bringBack(vm, host, way)
        case .vmHome(let vm, let host): return try await bringHome(vm, host)
        case .isoInserted(let vm, let iso): return try await insert(iso, into: vm)
        case .autoPowerOn(let vm): return try await turnAutoPowerOnOn(vm)
        case .resumed(let pair): try await turn(.resume, pair)
        }
        return .done
    }

    /// The number of failures to tolerate is the pool's: the run has not changed it, so whoever did meant it.
    private func turnHAOn(_ failures: Int) async throws(ControlError) -> Outcome {
        try await control.enableAvailability()
        let number = try await freshPool().int("ha_host_failures_to_tolerate")
        guard number != Int64(failures) else { return .done }
        return .paidOtherwise(
            "It is on with \(number) host failures to tolerate, as somebody has set meanwhile: it was \(failures)."
        )
    }

    private func freshPool() async throws(ControlError) -> Row {
        let pool = try ControlError.refusing { () throws(APIError) in try snapshot.pool() }
        try await control.refresh("pool", pool.ref)
        return try snapshot.needed("pool", pool.ref)
    }

    /// A VM that the run stopped runs again: where it was, or where there is room if that host is out of service.
    private func bringBack(_ vm: String, _ host: String, _ way: Consent.Way) async throws(ControlError) -> Outcome {
        let row = try await fresh("VM", vm)
        let reference = row.ref
        let (home, stopped) = (try ref(host), way == .suspend ? "Suspended" : "Halted")
        let isInService = try await fresh("host", host).isEnabled
        let state = row.powerState
        if state == "Running" {
            if row.residentOn == home { return .done }
            let there = snapshot.row("host", row.residentOn)?.nameLabel ?? "another host"
            return .overtaken("\(row.nameLabel) runs on \(there): somebody has started it there.")
        }
        if row.isTemplate { return .overtaken("\(row.nameLabel) is a template now.") }
        guard state == stopped else {
            return .overtaken(
                "\(row.nameLabel) was \(stopped.lowercased()) by this run and is \(state.lowercased()) now: somebody has decided so."
            )
        }
        try await control.start(reference, on: isInService ? home : nil)
        let place = try await fresh("VM", vm).residentOn
        guard place != home else { return .done }
        let names = [place, home].map { snapshot.row("host", $0)?.nameLabel ?? "another host" }
        return .paidOtherwise("\(row.nameLabel) runs on \(names[0]), as \(names[1]) is out of service.")
    }

    /// A VM goes back to where it was before the run moved it.
    private func bringHome(_ vm: String, _ host: String) async throws(ControlError) -> Outcome {
        let row = try await fresh("VM", vm)
        guard row.powerState == "Running" else {
            return .overtaken("\(row.nameLabel) is \(row.powerState.lowercased()).")
        }
        try await move(vm, host)
        return .done
    }

    /// A disc that somebody has put in meanwhile stays in.
    private func insert(_ iso: String, into vm: String) async throws(ControlError) -> Outcome {
        let row = try await fresh("VM", vm)
        if let disc = disc(in: row) {
            return disc == iso ? .done : .overtaken("\(disc) is in the drive of \(row.nameLabel) now.")
        }
        try await setDrive(of: vm, iso: iso)
        return .done
    }

    private func disc(in vm: Row) -> String? {
        let snapshot = snapshot
        for drive in snapshot.pointing(at: vm.ref, "VM", "VBDs").compactMap({ snapshot.row("VBD", $0) })
        where drive.string("type") == "CD" && !drive.bool("empty") {
            return snapshot.row("VDI", drive.ref("VDI"))?.nameLabel ?? "another disc"
        }
        return nil
    }

    /// The run has taken the setting away: one that is there now is somebody's word.
    private func turnAutoPowerOnOn(_ vm: String) async throws(ControlError) -> Outcome {
        let row = try await fresh("VM", vm)
        if let now = row.map("other_config", "auto_poweron") {
            return now == "true" ? .done : .overtaken("somebody has turned automatic power-on of \(row.nameLabel) off.")
        }
        if row.isTemplate { return .overtaken("\(row.nameLabel) is a template now.") }
        try await control.setAutoPowerOn(true, of: row.ref)
        return .done
    }

    /// A look at what became of a payment that a controller before this one began.
    func whatBecame(ofPaying debt: Debt) async throws(ControlError) -> Outcome {
        switch debt {
        case .hostEnabled(let host): return try await fresh("host", host).isEnabled ? .done : .lost
        case .hostDisabled(let host): return try await fresh("host", host).isEnabled ? .lost : .done
        case .vmRunning(let vm, let host, _):
            try await control.settle("VM", try require("VM", vm))
            return try await whereIs(vm) == host ? .done : try await whatStarted(vm, host)
        case .vmHome(let vm, let host):
            try await control.settle("VM", try require("VM", vm))
            return try await whereIs(vm) == host ? .done : .lost
        default: return .lost
        }
    }

    /// A VM that runs elsewhere was started there by this run if its own host is out of service, as it would be.
    private func whatStarted(_ vm: String, _ host: String) async throws(ControlError) -> Outcome {
        guard let there = try await whereIs(vm), try await !fresh("host", host).isEnabled else { return .lost }
        let names = [vm, there, host].map { uuid in
            snapshot.row("VM", uuid: uuid)?.nameLabel ?? snapshot.row("host", uuid: uuid)?.nameLabel ?? uuid
        }
        return .paidOtherwise("\(names[0]) runs on \(names[1]), as \(names[2]) is out of service.")
    }

    /// The uuid of the host on which a VM runs; nil where it does not.
    private func whereIs(_ vm: String) async throws(ControlError) -> String? {
        let row = try await fresh("VM", vm)
        guard row.powerState == "Running" else { return nil }
        return snapshot.row("host", row.residentOn)?.uuid
    }
}
