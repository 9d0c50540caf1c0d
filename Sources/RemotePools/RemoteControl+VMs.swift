public import PoolControl
public import XenAPI
import XenAPIClient

extension RemoteControl {
    public func migrate(_ vm: Ref, to host: Ref, progress: @escaping @Sendable (Double) -> Void)
        async throws(ControlError)
    {
        guard try await place(of: vm) != host else { return try await refresh("VM", vm) }
        do throws(ControlError) {
            let options = Value.pairs(["live": "true"])
            try await client.performCancellable("VM.pool_migrate", .ref(vm), .ref(host), options, progress: progress)
        } catch {
            // An answer that was lost says nothing about the VM: it shows itself where it is.
            guard case .silent(_, mayBeDone: true) = error, try await place(of: vm) == host else { throw error }
        }
        try await refresh("VM", vm)
    }

    private func place(of vm: Ref) async throws(ControlError) -> Ref {
        Ref(try await client.ask("VM.get_resident_on", .ref(vm)).text ?? "")
    }

    private func power(of vm: Ref) async throws(ControlError) -> String {
        try await client.ask("VM.get_power_state", .ref(vm)).text ?? ""
    }

    public func suspend(_ vm: Ref) async throws(ControlError) {
        guard try await power(of: vm) != "Suspended" else { return }
        try await client.perform("VM.suspend", .ref(vm))
        try await refresh("VM", vm)
    }

    public func shutDown(_ vm: Ref, hard: Bool) async throws(ControlError) {
        guard try await power(of: vm) != "Halted" else { return }
        try await client.perform(hard ? "VM.hard_shutdown" : "VM.clean_shutdown", .ref(vm))
        try await refresh("VM", vm)
    }

    public func start(_ vm: Ref, on host: Ref?) async throws(ControlError) {
        let (isPaused, isForced) = (Value.bool(false), Value.bool(false))
        switch (try await power(of: vm), host) {
        case ("Running", _): return
        case ("Suspended", let host?):
            try await client.perform("VM.resume_on", .ref(vm), .ref(host), isPaused, isForced)
        case ("Suspended", nil): try await client.perform("VM.resume", .ref(vm), isPaused, isForced)
        case (_, let host?): try await client.perform("VM.start_on", .ref(vm), .ref(host), isPaused, isForced)
        case (_, nil): try await client.perform("VM.start", .ref(vm), isPaused, isForced)
        }
        try await refresh("VM", vm)
    }

    public func setDisc(_ disc: Ref?, of vm: Ref) async throws(ControlError) {
        for device in try await client.record("VM", vm).refs("VBDs") {
            let drive = try await client.record("VBD", device)
            guard drive["type"]?.text == "CD" else { continue }
            guard disc != (drive.flag("empty") ? nil : drive.ref("VDI")) else { return }
            if !drive.flag("empty") { try await client.perform("VBD.eject", .ref(device)) }
            if let disc { try await client.perform("VBD.insert", .ref(device), .ref(disc)) }
            return try await refresh("VBD", device)
        }
        if disc != nil { throw .refused(APIError("VM_NO_EMPTY_CD_VBD", [vm.rawValue])) }
    }

    public func setAutoPowerOn(_ isOn: Bool, of vm: Ref) async throws(ControlError) {
        let key = "auto_poweron"
        let old = try await client.record("VM", vm).pairs("other_config")[key]
        guard (old == "true") != isOn else { return }
        if old != nil { try await client.ask("VM.remove_from_other_config", .ref(vm), .string(key)) }
        if isOn { try await client.ask("VM.add_to_other_config", .ref(vm), .string(key), .string("true")) }
        try await refresh("VM", vm)
    }
}
