import PoolDatabase
import XenAPI

extension Command {
    /// Commands that ask about a host and change nothing.
    static let hostQuestions = [
        Command(
            "host-compute-memory-overhead",
            selectors: .hosts,
            "Computes the memory that the hypervisor itself takes on the host."
        ) {
            run in
            for host in try run.selectedHosts() {
                try await run.printer.list([String(host.int("memory_overhead"))])
            }
        },
        Command(
            "host-get-uncooperative-vms",
            required: ["uuid"],
            "Return a list of VMs which are not co-operating with the host memory control system."
        ) {
            run in
            let vms = try await run.call("host.get_uncooperative_resident_VMs", try run.reference("host", "uuid"))
            let rows = (vms.elements ?? []).compactMap { run.snapshot.row("VM", Ref($0.text ?? "")) }
            try await run.printer.records(rows.map { [Printer.Line(label: $0.uuid, value: $0.nameLabel)] })
        },
        map("host-cpu-info", "cpu_info", "List information about the host's CPUs."),
        map("host-license-view", "license_params", "View the license parameters of the host.", parameter: "host-uuid"),
    ]

    /// A command that prints a map of the host that `parameter` names, or of the master.
    private static func map(
        _ name: String,
        _ field: String,
        _ help: String,
        parameter: String = "uuid"
    ) -> Command {
        Command(name, optional: [parameter], help) { run in
            let host: Row
            if let uuid = run.request[parameter] {
                host = try run.object("host", uuid: uuid)
            } else {
                let master = (try? run.snapshot.pool())?.ref("master") ?? .null
                guard let row = run.snapshot.row("host", master) else {
                    throw CLIFailure.message("The pool has no master: name a host with \(parameter)=.")
                }
                host = row
            }
            let lines = (host[field].members ?? []).map { Printer.Line(label: $0.key, value: $0.value.text ?? "") }
            try await run.printer.records([lines])
        }
    }
}
