import PoolDatabase
import PoolOperations
import XenAPI

extension Command {
    /// Commands on virtual machines.
    static let virtualMachines = [
        Command(
            "vm-migrate",
            optional: ["live", "host", "host-uuid", "host-name", "encrypt", "force"],
            selectors: .vms,
            standard: true,
            "Migrate the selected VM(s)."
        ) { run in
            let host = try run.destination()
            let options = Value.map([Value.Member("live", .string("true"))])
            try await run.forEach(try run.selectedVMs(controlDomains: true)) { run, vm throws(CLIFailure) in
                try await run.call("VM.pool_migrate", .string(vm.ref.rawValue), .string(host.ref.rawValue), options)
            }
        },
        Command(
            "vm-start",
            optional: ["force", "on", "paused"],
            selectors: .vms,
            standard: true,
            "Start the selected VM(s), on a host of your choice with on=."
        ) { run in
            try await run.runVMs("VM.start")
        },
        Command(
            "vm-resume",
            optional: ["force", "on"],
            selectors: .vms,
            standard: true,
            "Resume the selected VM(s)."
        ) { run in
            try await run.runVMs("VM.resume")
        },
        onVMs("vm-shutdown", "clean_shutdown", forced: "hard_shutdown", "Shut down the selected VM(s)."),
        onVMs("vm-reboot", "clean_reboot", forced: "hard_reboot", "Reboot the selected VM(s)."),
        onVMs("vm-suspend", "suspend", "Suspend the selected VM(s) to disk."),
        onVMs(
            "vm-reset-powerstate",
            "power_state_reset",
            "Record the selected VM(s) as halted, where their host is gone; --force says that you know it."
        ),
        onOneVM("vm-pause", "pause", "Pause a running VM."),
        onOneVM("vm-unpause", "unpause", "Let a paused VM go on."),
    ]

    /// A command that sends a message to each of the VMs that are selected; another one with `--force`.
    private static func onVMs(_ name: String, _ message: String, forced: String? = nil, _ help: String) -> Command {
        Command(name, optional: ["force"], selectors: .vms, standard: true, help) { run in
            let message = try run.flag("force") ? forced ?? message : message
            try await run.forEach(try run.selectedVMs()) { run, vm throws(CLIFailure) in
                try await run.call("VM.\(message)", .string(vm.ref.rawValue))
            }
        }
    }

    private static func onOneVM(_ name: String, _ message: String, _ help: String) -> Command {
        Command(name, required: ["uuid"], standard: true, help) { run in
            try await run.call("VM.\(message)", try run.reference("VM", "uuid"))
        }
    }
}

extension CommandRun {
    /// The host that `host=`, `host-uuid=` or `host-name=` names.
    fileprivate func destination() throws(CLIFailure) -> Row {
        guard let name = request["host"] ?? request["host-uuid"] ?? request["host-name"] else {
            throw .message("No destination host specified")
        }
        return try host(called: name)
    }

    /// The host with that uuid or name.
    func host(called name: String) throws(CLIFailure) -> Row {
        guard let host = snapshot.rows("host").first(where: { $0.uuid == name || $0.nameLabel == name }) else {
            throw .message("Failed to find host with name or uuid: \(name)")
        }
        return host
    }

    /// Starts or resumes the selected VMs, on the host that `on=` names if it does.
    fileprivate mutating func runVMs(_ message: String) async throws {
        var host: Row?
        if let name = request["on"] { host = try self.host(called: name) }
        let (paused, force) = (Value.bool(try flag("paused")), Value.bool(try flag("force")))
        let vms = try selectedVMs()
        do {
            try await forEach(vms) { [host] run, vm throws(CLIFailure) in
                let ref = Value.string(vm.ref.rawValue)
                if let host {
                    try await run.call("\(message)_on", ref, .string(host.ref.rawValue), paused, force)
                } else {
                    try await run.call(message, ref, paused, force)
                }
            }
        } catch CLIFailure.api(let error) where error.code == "NO_HOSTS_AVAILABLE" {
            if let vm = vms.first { try await explain(vm) }
            throw CLIFailure.api(error)
        }
    }

    /// Why no host can run a VM, host by host.
    private mutating func explain(_ vm: Row) async throws {
        try await printer.message("No host can run VM \(vm.nameLabel) now. What stands in the way, host by host:")
        var lines: [Printer.Line] = []
        for host in snapshot.rows("host") {
            do throws(APIError) {
                try api.pool.assertCanBoot(vm.ref, on: host.ref)
            } catch {
                lines.append(.init(label: host.nameLabel, value: error.description.joined(separator: ": ")))
            }
        }
        try await printer.records([lines])
    }
}
