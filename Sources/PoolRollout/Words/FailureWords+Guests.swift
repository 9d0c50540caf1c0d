import PoolDatabase
import PoolOperations
import Rollout
import XenAPI

/// What keeps a VM from leaving its host, or from running on another.
extension FailureWords {
    func ofGuest(_ failure: Failure) -> String? {
        let vm = "VM \(name(failure[0], or: "of the host"))"
        let stop = "allow the run to stop it, or leave the host out"
        switch failure.code {
        case "VM_REQUIRES_SR":
            return
                "\(vm) needs storage \(name(failure[1])), which \(host) does not reach: plug it there (xe pbd-plug), or \(stop)."
        case "VM_REQUIRES_NETWORK":
            return "\(vm) needs network \(name(failure[1])), which \(host) does not have: connect it there, or \(stop)."
        case "VM_MISSING_PV_DRIVERS":
            return
                "\(vm) has no paravirtual drivers, without which it can not move: install XenServer Tools in it, or \(stop)."
        case "VM_OLD_PV_DRIVERS":
            return
                "\(vm) has paravirtual drivers that are too old to move it: update XenServer Tools in it, or \(stop)."
        case "VM_LACKS_FEATURE", "VM_LACKS_FEATURE_SUSPEND":
            return "\(vm) does not support being moved while it runs: install XenServer Tools in it, or shut it down."
        case "VM_HAS_PCI_ATTACHED":
            return "\(vm) holds a PCI device of its host: \(stop)."
        case "VM_REQUIRES_GPU", "VM_HAS_VGPU":
            return "\(vm) uses a GPU of its host: \(stop)."
        case "VM_HVM_REQUIRED":
            return "\(vm) needs a host with hardware virtualisation, which \(host) has not: \(stop)."
        case "NO_HOSTS_AVAILABLE":
            return "No other host is enabled and at least as new to take \(vm): enable one, or \(stop)."
        case "HOST_NOT_ENOUGH_FREE_MEMORY": return memory(failure)
        case "VM_BAD_POWER_STATE":
            return "\(vm) is \(failure[2]) and would have to be \(failure[1]): see who changed it, and try again."
        case "VM_MIGRATE_FAILED": return migration(vm, failure)
        case "VM_NO_SUSPEND_SR":
            return
                "\(vm) has no place for its memory while it is suspended: give it one (suspend-SR-uuid), or shut it down."
        case "OPERATION_BLOCKED":
            return "The owner of \(vm) has forbidden this (blocked-operations: \(quote(failure[1]))): ask for leave."
        case "VM_IS_TEMPLATE":
            return "\(vm) is called a template: take that back (xe vm-param-set is-a-template=false)."
        case "NOT_SUPPORTED_DURING_UPGRADE":
            return "VMs can not move to \(host), which runs an older version than the host that they are on."
        default: return nil
        }
    }

    /// Where the source does not answer, nobody can say that the VM still runs there.
    private func migration(_ vm: String, _ failure: Failure) -> String {
        let (from, to) = (name(failure[1]), name(failure[2]))
        let what = "\(vm) could not be moved from \(from) to \(to)"
        var reason = quote(failure[3])
        // The hosts' own sentence says the same again.
        let stays = " and stays where it is: "
        if let said = reason.firstRange(of: stays) { reason = String(reason[said.upperBound...]) }
        func isSilent(_ reference: String, _ name: String) -> Bool {
            if reason.contains("Host \(name) does not answer") { return true }
            guard let host = snapshot.row("host", Ref(reference)) else { return false }
            return !(snapshot.row("host_metrics", host.ref("metrics"))?.bool("live") ?? true)
        }
        let last = reason.firstRange(of: " does not answer: ").map { String(reason[$0.upperBound...]) } ?? reason
        if isSilent(failure[1], from) {
            return "\(what): \(from) does not answer (\(last)), and nobody knows what runs there. Bring it back."
        }
        if isSilent(failure[2], to) {
            return "\(what), and still runs on \(from): \(to) does not answer (\(last))."
        }
        return "\(what), and still runs on \(from): \(reason)."
    }

    /// XenServer's evacuation names the VM here, its migration what is needed and what there is.
    private func memory(_ failure: Failure) -> String {
        guard let need = Int64(failure[0]), let free = Int64(failure[1]) else {
            return
                "No other host has enough free memory for VM \(name(failure[0])): stop or move other VMs, or allow the "
                + "run to stop it."
        }
        return "\(host) has \(free >> 20) MiB free where \(need >> 20) are needed: stop or move other VMs."
    }

    /// Names of the VMs that run on the host that was asked.
    var guestNames: [String] { guests.map(\.nameLabel) }

    /// Names of those that have a disc in their drive.
    var guestsWithDisc: [String] {
        guests.filter { vm in
            snapshot.pointing(at: vm.ref, "VM", "VBDs").compactMap { snapshot.row("VBD", $0) }
                .contains { $0.string("type") == "CD" && !$0.bool("empty") }
        }.map(\.nameLabel)
    }

    private var guests: [Row] { askedHost.map { EvacuationPlan.guests(of: $0, in: snapshot) } ?? [] }
}
