import PoolControl
import PoolDatabase
import Rollout
import XenAPI

/// What a run switches off.
extension PoolPerformer {
    func fix(_ fix: Fix) async throws(ControlError) {
        switch fix {
        case .disableHA: try await control.disableAvailability()
        case .disableWLB: try await control.setLoadBalancing(false)
        case .enableHost(let host): try await control.enable(try ref(host))
        case .plugStorage(let host): try await control.plugStorage(of: try ref(host))
        case .ejectISO(let vm, _): try await setDrive(of: vm, iso: nil)
        case .clearAutoPowerOn(let vm): try await control.setAutoPowerOn(false, of: try require("VM", vm))
        // The machine takes care of it: the host stays as it is.
        case .keepDisabled: break
        case .pause(let pair): try await turn(.pause, pair)
        }
    }

    /// Has a program of the operator's pause what it is about, or have it go on.
    func turn(_ way: GateKeeper.Turn, _ name: String) async throws(ControlError) {
        guard let pair = (spec.policy.pairs ?? []).first(where: { $0.name == name }) else {
            throw .impossible("The run knows no pair \(name).")
        }
        if let failure = await gates.turn(way, pair, for: spec) { throw .impossible(failure) }
    }

    /// Empties a VM's CD drive, or puts the ISO of that name back: the one that the VM's host sees, where there are several.
    func setDrive(of vm: String, iso: String?) async throws(ControlError) {
        let reference = try require("VM", vm)
        guard let iso else { return try await control.setDisc(nil, of: reference) }
        let snapshot = snapshot
        let host = try snapshot.needed("VM", reference).residentOn
        let seen = snapshot.pointing(at: host, "host", "PBDs").compactMap { snapshot.row("PBD", $0)?.ref("SR") }
        let discs = snapshot.rows("VDI").filter { $0.nameLabel == iso }
        guard let disc = discs.first(where: { seen.contains($0.ref("SR")) }) ?? discs.first else {
            throw .refused(.internalError("The ISO \(iso) is no longer there."))
        }
        try await control.setDisc(disc.ref, of: reference)
    }
}
