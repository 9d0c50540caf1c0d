import PoolDatabase

/// The features of the hosts' processors. A VM that runs uses those of the host that it was started on: xapi lets it go only
/// where all of them are (`VM_INCOMPATIBLE_WITH_THIS_HOST`).
///
/// Only what the rows say is gone by: hosts or VMs that do not tell, or tell it in another length, as other generations do, are
/// taken to go together.
struct Processors {
    private let hosts: [(uuid: String, vendor: String, hvm: Features?, pv: Features?)]

    init(_ snapshot: Snapshot) {
        hosts = snapshot.rows("host").map { host in
            func features(_ key: String) -> Features? {
                Features(host.map("cpu_info", key)) ?? Features(host.map("cpu_info", "features"))
            }
            return (host.uuid, host.map("cpu_info", "vendor") ?? "", features("features_hvm"), features("features_pv"))
        }
    }

    /// Uuids of the hosts that a running VM can not go to, because of their processors.
    func hostsLacking(what vm: Row) -> Set<String> {
        let vendor = vm.map("last_boot_CPU_flags", "vendor") ?? ""
        let used = Features(vm.map("last_boot_CPU_flags", "features"))
        let isHVM = !vm.string("HVM_boot_policy").isEmpty
        let lacking = hosts.filter { host in
            if !vendor.isEmpty, !host.vendor.isEmpty, vendor != host.vendor { return true }
            guard let used, let there = isHVM ? host.hvm : host.pv else { return false }
            return !used.isContained(in: there)
        }
        return Set(lacking.map(\.uuid))
    }

    /// Words of 32 bits in hexadecimal, with hyphens between them.
    struct Features: Equatable {
        private let words: [UInt32]

        /// Nil for a text that is none.
        init?(_ text: String?) {
            guard let text, !text.isEmpty else { return nil }
            let words = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0, radix: 16) }
            guard words.allSatisfy({ $0 != nil }) else { return nil }
            self.words = words.compactMap { $0 }
        }

        /// Whether all of these are among others; of those in another length nobody can tell, and it is taken to be so.
        func isContained(in other: Features) -> Bool {
            guard words.count == other.words.count else { return true }
            return zip(words, other.words).allSatisfy { $0 & ~$1 == 0 }
        }
    }
}
