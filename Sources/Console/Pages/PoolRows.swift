import PoolDatabase
import PoolOperations
import XenAPI

/// The fields that pages read most, by name and type.
extension Row {
    /// Of a VM: `Running`, `Halted`, `Suspended` or `Paused`.
    var powerState: String { string("power_state") }
    /// Of a VM: the host that it runs on; null where it does not run.
    var runsOn: Ref { ref("resident_on") }
    /// Of a VM: whether it is one as people count them: no control domain, and nothing that others are made of.
    var isGuest: Bool { !bool("is_control_domain") && !bool("is_a_template") && !bool("is_a_snapshot") }
    /// Of a VM: bytes that it may have at most.
    var memory: Int64 { int("memory_dynamic_max") }
    /// Of a VM.
    var processors: Int64 { int("VCPUs_at_startup") }
    /// Of a host: whether VMs may start there.
    var isEnabled: Bool { bool("enabled") }
    /// Of a host: where it is reached.
    var address: String { string("address") }
    /// Of a host: how many processors it has; nil where nobody knows.
    var processorCount: Int64? { map("cpu_info", "cpu_count").flatMap { Int64($0) } }
    var nameDescription: String { string("name_description") }
    /// What is under way on a VM or a host: the operation's word, and the task that shows it.
    var operationsUnderWay: [(word: String, task: Ref)] {
        (self["current_operations"].members ?? []).map { ($0.value.text ?? "", Ref($0.key)) }
    }
    /// The name, or the uuid of what nobody has named.
    var title: String { nameLabel.isEmpty ? uuid : nameLabel }
}

extension Snapshot {
    /// The VMs of the pool, as people count them.
    var guests: [Row] { rows("VM").filter(\.isGuest) }

    /// How many of them run on each host, and with how many virtual processors.
    var guestsByHost: [Ref: (count: Int, processors: Int64)] {
        guests.reduce(into: [:]) { counts, vm in
            guard !vm.runsOn.isNull else { return }
            let before = counts[vm.runsOn] ?? (0, 0)
            counts[vm.runsOn] = (before.count + 1, before.processors &+ vm.processors)
        }
    }

    /// Bytes of memory that a host has.
    func memory(of host: Row) -> Int64 { stored("host_metrics", host.metrics)?.memoryTotal ?? 0 }

    /// Storage that is attached to a host, and whether it is plugged there.
    func storage(of host: Row) -> [(sr: Row, isPlugged: Bool)] {
        pointing(at: host.ref, "host", "PBDs").compactMap { reference in
            guard let pbd = stored("PBD", reference), let sr = stored("SR", pbd.repository) else { return nil }
            return (sr, pbd.isAttached)
        }.sorted { $0.sr.nameLabel < $1.sr.nameLabel }
    }

    /// The network cards of a host.
    func cards(of host: Row) -> [Row] {
        pointing(at: host.ref, "host", "PIFs").compactMap { stored("PIF", $0) }
            .sorted { $0.device < $1.device }
    }

    /// The drives of a VM.
    func drives(of vm: Row) -> [Row] {
        pointing(at: vm.ref, "VM", "VBDs").compactMap { stored("VBD", $0) }
            .sorted { $0.driveNumber < $1.driveNumber }
    }

    /// The networks that a VM is on.
    func networks(of vm: Row) -> [Row] {
        pointing(at: vm.ref, "VM", "VIFs").compactMap { stored("VIF", $0) }
            .compactMap { stored("network", $0.network) }
    }
}

extension Row {
    var metrics: Ref { ref("metrics") }
    var memoryTotal: Int64 { int("memory_total") }
    var network: Ref { ref("network") }
    /// Of a disk, and of a host's way to storage.
    var repository: Ref { ref("SR") }
    /// Of storage.
    var storageType: String { string("type") }
    var isShared: Bool { bool("shared") }
    /// Of a network card.
    var device: String { string("device") }
    var internetAddress: String { string("IP") }
    var isAttached: Bool { bool("currently_attached") }
    /// Of a drive.
    var driveNumber: String { string("userdevice") }
    var isEmptyDrive: Bool { bool("empty") }
    var isDisc: Bool { string("type") == "CD" }
    /// Of a disk: bytes.
    var virtualSize: Int64 { int("virtual_size") }
}

extension Snapshot {
    /// The network that a card is on.
    func network(of card: Row) -> Row? { stored("network", card.network) }
    /// The disk, or disc, in a drive; and the storage that holds it.
    func disk(in drive: Row) -> Row? { stored("VDI", drive.ref("VDI")) }
    func home(of disk: Row) -> Row? { stored("SR", disk.repository) }
}

extension Row {
    /// Of an update that a repository offers: how bad its publisher calls what it mends, in lower case; empty where nobody does.
    var severity: String { (map("other_config", "severity") ?? "").lowercased() }
}
