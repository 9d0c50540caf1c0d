import PoolDatabase
import PoolOperations
import XenAPI

extension Command {
    /// Commands on hosts.
    static let hosts = [
        onHosts("host-disable", "host.disable", "Disable the XE host."),
        onHosts("host-reboot", "host.reboot", "Reboot the XE host."),
        onHosts("host-shutdown", "host.shutdown", "Shut down the XE host."),
        onHosts("host-power-on", "host.power_on", "Power on the XE host."),
        onHosts("host-restart-agent", "host.restart_agent", "Restart the agent on the XE host."),
        Command("host-enable", selectors: .hosts, "Enable the XE host.") { run in
            try await run.forEach(try run.selectedHosts()) { run, host throws(CLIFailure) in
                let ref = Value.string(host.ref.rawValue)
                try await run.call("host.remove_from_other_config", ref, .string("MAINTENANCE_MODE"))
                try await run.call("host.enable", ref)
            }
        },
        Command(
            "host-backup",
            required: ["file-name"],
            selectors: .hosts,
            "Save a host's configuration, stamps and package list in a file (tar)."
        ) { run in
            let (file, hosts) = (try run.required("file-name"), try run.selectedHosts())
            guard let host = hosts.first, hosts.count == 1 else {
                throw CLIFailure.message("A file holds the backup of one host: name it with host=.")
            }
            try await run.withTask("host backup") { run, task in
                let query = "session_id=\(run.session.ref)&task_id=\(task)&uuid=\(host.uuid)"
                try await run.client.send(.httpGet(filename: file, url: "/host_backup?\(query)"))
                _ = try await run.transferResult(of: task)
            }
        },
        Command("host-evacuate", required: ["uuid"], "Migrate all VMs off a host.") { run in
            let host = try run.object("host", uuid: try run.required("uuid"))
            do throws(CLIFailure) {
                try await run.call("host.evacuate", .string(host.ref.rawValue))
            } catch {
                throw run.explained(error, evacuating: host)
            }
        },
        Command(
            "host-get-vms-which-prevent-evacuation",
            required: ["uuid"],
            "Return a list of VMs which prevent the evacuation of a host."
        ) {
            run in
            let problems = try await run.call(
                "host.get_vms_which_prevent_evacuation",
                try run.reference("host", "uuid")
            )
            let records = (problems.members ?? []).map { problem in
                let vm = run.snapshot.row("VM", Ref(problem.key))
                let reason = (problem.value.elements ?? []).compactMap(\.text).joined(separator: ",")
                return [
                    Printer.Line(label: "uuid ( RO)", value: vm?.uuid ?? problem.key),
                    Printer.Line(label: "name-label ( RO)", value: vm?.nameLabel ?? ""),
                    Printer.Line(label: "reason ( RO)", value: reason),
                ]
            }
            try await run.printer.records(records)
        },
        Command("host-compute-free-memory", selectors: .hosts, "Computes the amount of free memory on the host.") {
            run in
            for host in try run.selectedHosts() {
                let free = try await run.call("host.compute_free_memory", .string(host.ref.rawValue))
                if case .int(let bytes) = free { try await run.printer.list([String(bytes)]) }
            }
        },
        Command("host-is-in-emergency-mode", "Query the target host to discover if it is in emergency mode or not.") {
            run in
            try await run.printer.list(["false"])
        },
    ]

    /// A command that sends a message to each of the hosts that are selected.
    private static func onHosts(_ name: String, _ message: String, _ help: String) -> Command {
        Command(name, selectors: .hosts, help) { run in
            try await run.forEach(try run.selectedHosts()) { run, host throws(CLIFailure) in
                try await run.call(message, .string(host.ref.rawValue))
            }
        }
    }
}

extension CommandRun {
    /// XenServer speaks of memory where high availability is on and does not protect a VM, however much is free.
    fileprivate func explained(_ failure: CLIFailure, evacuating host: Row) -> CLIFailure {
        guard case .api(let error) = failure, let pool = try? snapshot.pool(), pool.bool("ha_enabled"),
            error.description.contains(where: { $0.contains("HOST_NOT_ENOUGH_FREE_MEMORY") })
        else { return failure }
        let unprotected = EvacuationPlan.guests(of: host.ref, in: snapshot).filter {
            !($0.bool("ha_always_run") && $0.string("ha_restart_priority") == "restart")
        }
        guard !unprotected.isEmpty else { return failure }
        let names = unprotected.map(\.nameLabel).sorted().joined(separator: ", ")
        return .explained(
            error,
            "High availability is on and does not protect \(names): VMs that it does not protect are not moved. Protect them "
                + "(vm-param-set ha-always-run=true ha-restart-priority=restart), or turn it off (pool-ha-disable)."
        )
    }
}
