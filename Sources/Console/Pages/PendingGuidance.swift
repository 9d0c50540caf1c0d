import PoolDatabase

/// What a pool that takes updates from repositories says must, should or can still be done with its hosts and VMs. Other
/// pools say nothing of the kind.
enum PendingGuidance {
    private static let fields = [
        ("pending_guidances", "still to be done"), ("pending_guidances_recommended", "recommended"),
        ("pending_guidances_full", "possible"),
    ]

    /// One line for each host and VM that something is left of.
    static func lines(_ snapshot: Snapshot) -> HTML {
        .group(
            HostOrder.hosts(snapshot).map { line($0, Words.host($0, snapshot)) }
                + snapshot.rows("VM").filter { $0.powerState == "Running" }
                .map { line($0, "VM \($0.nameLabel)") }
        )
    }

    private static func line(_ row: Row, _ name: String) -> HTML {
        let parts = fields.compactMap { field, words in
            let left = row.texts(field)
            return left.isEmpty ? nil : "\(words) \(left.map(self.words).joined(separator: ", "))"
        }
        guard !parts.isEmpty else { return .empty }
        return p(.class("warning")) {
            strong { bdi { "\(name): " } }
            parts.joined(separator: "; ")
        }
    }

    private static func words(_ guidance: String) -> String {
        switch guidance {
        case "reboot_host": "a restart of the host"
        case "reboot_host_on_livepatch_failure", "reboot_host_on_kernel_livepatch_failure",
            "reboot_host_on_xen_livepatch_failure":
            "a restart of the host, whose running system could not be mended"
        case "restart_toolstack": "a restart of the toolstack"
        case "restart_device_model": "a restart of its device model"
        case "restart_vm": "a restart of the VM"
        default: guidance
        }
    }
}
