import PoolDatabase
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
                try await run.call(
                    "VM.pool_migrate",
                    .string(vm.ref.rawValue),
                    .string(host.ref.rawValue),
                    options
                )
            }
        }
    ]
}

extension CommandRun {
    /// The host that `host=`, `host-uuid=` or `host-name=` names.
    fileprivate func destination() throws(CLIFailure) -> Row {
        guard let name = request["host"] ?? request["host-uuid"] ?? request["host-name"] else {
            throw .message("No destination host specified")
        }
        guard let host = snapshot.rows("host").first(where: { $0.uuid == name || $0.nameLabel == name }) else {
            throw .message("Failed to find host with name or uuid: \(name)")
        }
        return host
    }
}
