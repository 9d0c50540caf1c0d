import Hosts
import PoolDatabase
public import XenAPI

/// What turns a VM on and off: checked and reserved in the database, done by the hypervisor, then written down.
extension Pool {
    /// `VM.start`, `VM.start_on`, `VM.resume` and `VM.resume_on`: runs a VM.
    ///
    /// - Parameters:
    ///   - vm: a VM that is halted, or suspended where `resuming`.
    ///   - host: where; nil for the host that fits best, its affinity first.
    ///   - resuming: whether its memory comes back from disk.
    ///   - paused: whether its CPUs wait for `VM.unpause`.
    /// - Throws: what ``VMObstacles`` holds against it; `NO_HOSTS_AVAILABLE`; for a given host what keeps the VM from running there.
    public func start(_ vm: Ref, on host: Ref? = nil, resuming: Bool = false, paused: Bool = false)
        async throws(APIError)
    {
        let time = now()
        try await changePower(
            of: vm,
            resuming ? (host == nil ? .resume : .resumeOn) : (host == nil ? .start : .startOn),
            resuming ? .resume(paused: paused) : .start(paused: paused),
            placing: { vm, snapshot throws(APIError) in try Self.host(for: vm, asked: host, in: snapshot) }
        ) { vm, host, transaction throws(APIError) in
            try transaction.set("VM", vm.ref, "power_state", .string(paused ? "Paused" : "Running"))
            try transaction.set("VM", vm.ref, "resident_on", .string(host.rawValue))
            let domain = 1 &+ (transaction.snapshot.rows("VM").map { $0.int("domid") }.max() ?? 0)
            try transaction.set("VM", vm.ref, "domid", .int(domain))
            try Self.setAttached(true, vm.ref, &transaction)
            if resuming {
                try Self.dropSuspendImage(of: vm, &transaction)
            } else if transaction.snapshot.row("VM_metrics", vm.ref("metrics")) != nil {
                try transaction.set("VM_metrics", vm.ref("metrics"), "start_time", .date(time))
            }
        }
    }

    /// `VM.clean_shutdown` and `VM.hard_shutdown`: stops a VM. Only the hard way works on one that does not run, or that
    /// has no drivers to ask it with.
    public func shutDown(_ vm: Ref, hard: Bool) async throws(APIError) {
        try await changePower(
            of: vm,
            hard ? .hardShutdown : .cleanShutdown,
            hard ? .hardShutdown : .cleanShutdown
        ) { vm, _, transaction throws(APIError) in
            try Self.dropSuspendImage(of: vm, &transaction)
            try halt(vm.ref, &transaction)
        }
    }

    /// `VM.clean_reboot` and `VM.hard_reboot`: starts a VM anew where it is.
    public func reboot(vm: Ref, hard: Bool) async throws(APIError) {
        let time = now()
        try await changePower(
            of: vm,
            hard ? .hardReboot : .cleanReboot,
            hard ? .hardReboot : .cleanReboot
        ) { vm, _, transaction throws(APIError) in
            try transaction.set("VM", vm.ref, "power_state", .string("Running"))
            let domain = 1 &+ (transaction.snapshot.rows("VM").map { $0.int("domid") }.max() ?? 0)
            try transaction.set("VM", vm.ref, "domid", .int(domain))
            guard transaction.snapshot.row("VM_metrics", vm.ref("metrics")) != nil else { return }
            try transaction.set("VM_metrics", vm.ref("metrics"), "start_time", .date(time))
        }
    }

    /// `VM.suspend`: saves a VM's memory to its suspend SR, and stops it.
    public func suspend(_ vm: Ref) async throws(APIError) {
        let (image, uuid) = (makeRef(), makeUUID())
        try await changePower(of: vm, .suspend, .suspend) { vm, _, transaction throws(APIError) in
            // It may be gone meanwhile: the VM has been suspended all the same.
            let storage = VMObstacles.suspendSR(of: vm, in: transaction.snapshot) ?? .null
            transaction.create(
                "VDI",
                image,
                [
                    "uuid": .string(uuid), "name_label": .string("Suspend image of \(vm.nameLabel)"),
                    "SR": .string(storage.rawValue), "type": .string("suspend"), "managed": .bool(true),
                    "virtual_size": .int(vm.int("memory_static_max")),
                ]
            )
            try halt(vm.ref, &transaction)
            try transaction.set("VM", vm.ref, "power_state", .string("Suspended"))
            try transaction.set("VM", vm.ref, "suspend_VDI", .string(image.rawValue))
        }
    }

    /// `VM.pause` and `VM.unpause`: holds a VM's CPUs, or lets them go on.
    public func setPaused(_ paused: Bool, vm: Ref) async throws(APIError) {
        try await changePower(
            of: vm,
            paused ? .pause : .unpause,
            paused ? .pause : .unpause
        ) { vm, _, transaction throws(APIError) in
            try transaction.set("VM", vm.ref, "power_state", .string(paused ? "Paused" : "Running"))
        }
    }

    /// `VM.power_state_reset`: writes down that a VM is halted, for one whose host is gone.
    ///
    /// - Throws: `CANNOT_RESET_CONTROL_DOMAIN`; `OPERATION_NOT_ALLOWED` while its host lives and may still run it.
    public func resetPowerState(of vm: Ref) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("VM", vm)
            guard !row.bool("is_control_domain") else { throw APIError("CANNOT_RESET_CONTROL_DOMAIN", [vm.rawValue]) }
            if let host = transaction.snapshot.row("host", row.ref("resident_on")),
                transaction.snapshot.isLive(host)
            {
                throw APIError(
                    "OPERATION_NOT_ALLOWED",
                    ["Its host \(host.nameLabel) is alive: shut the VM down there instead."]
                )
            }
            try Self.dropSuspendImage(of: row, &transaction)
            try halt(vm, &transaction)
            try OperationMark.clearAll(on: row, &transaction)
            try MemoryAccounting.refresh(&transaction)
        }
    }

    /// Where a VM's power is changed: on which host, if it runs or is to run anywhere.
    private typealias Placing = @Sendable (Row, Snapshot) throws(APIError) -> Ref

    /// Checks what all of these have in common and takes the VM and its memory, so that nothing else happens to it
    /// meanwhile; has the hypervisor do it; then writes it down and reckons memory anew.
    private func changePower(
        of vm: Ref,
        _ operation: VMOperation,
        _ change: PowerChange,
        placing: @escaping Placing = { vm, _ in vm.ref("resident_on") },
        _ record: @escaping @Sendable (Row, Ref, inout Transaction) throws(APIError) -> Void
    ) async throws(APIError) {
        guard hosts.absence == nil else {
            throw APIError(
                "OPERATION_NOT_ALLOWED",
                ["The VM exists only in a recording of a pool: nothing runs there."]
            )
        }
        let done = try await during(
            .vm(vm, operation, by: makeRef()),
            prepare: { transaction throws(APIError) -> Ref? in
                let row = try transaction.snapshot.require("VM", vm)
                try VMObstacles.assertAllowed(operation, on: row, in: transaction.snapshot)
                let host = try placing(row, transaction.snapshot)
                if host != row.ref("resident_on") {
                    try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(host.rawValue))
                }
                try MemoryAccounting.refresh(&transaction)
                return host
            },
            perform: { place in await order(change, of: vm, on: place) },
            record: { place, failure, transaction throws(APIError) in
                let row = try transaction.snapshot.require("VM", vm)
                try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
                if failure == nil { try record(row, place, &transaction) }
                try MemoryAccounting.refresh(&transaction)
            }
        )
        if let done, let failure = done.failure { throw failure.asAPIError(done.plan) }
    }

    /// A VM that neither runs nor is to run needs no hypervisor.
    private func order(_ change: PowerChange, of vm: Ref, on host: Ref) async -> HostError? {
        let snapshot = database.snapshot
        guard let row = snapshot.row("VM", vm), let place = snapshot.row("host", host) else { return nil }
        do throws(HostError) {
            try await hosts.hypervisor.change(
                RunningVM(uuid: row.uuid, name: row.nameLabel, memory: row.int("memory_dynamic_max")),
                change,
                on: place.uuid
            )
            return nil
        } catch {
            return error
        }
    }
}
