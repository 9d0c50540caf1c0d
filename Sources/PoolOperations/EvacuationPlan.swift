public import PoolDatabase
public import XenAPI

/// Where the VMs of a host would go if it had to be emptied now, as XenServer 6.0 works it out.
public struct EvacuationPlan: Sendable {
    /// The moves that are possible, in the order in which they would be made.
    public private(set) var moves: [(vm: Ref, host: Ref)] = []
    /// What keeps each of the others where it is.
    public private(set) var problems: [(vm: Ref, error: APIError)] = []

    /// Works out a plan for `host`.
    public init(emptying host: Row, in snapshot: Snapshot) {
        let vms = Self.guests(of: host.ref, in: snapshot)
        let targets = Self.targets(besides: host, in: snapshot)
        guard !targets.isEmpty else {
            problems = vms.map { ($0.ref, APIError("NO_HOSTS_AVAILABLE", [$0.ref.rawValue])) }
            return
        }
        let haEnabled = (try? snapshot.pool())?.bool("ha_enabled") ?? false
        var errors: [Ref: APIError] = [:]
        var checks = PlacementChecks(in: snapshot)
        for vm in vms {
            if let obstacle = VMObstacles.reasons(against: .poolMigrate, on: vm, in: snapshot).first {
                errors[vm.ref] = obstacle
                continue
            }
            if haEnabled, !(vm.bool("ha_always_run") && vm.string("ha_restart_priority") == "restart") {
                // XenServer 6.0 speaks of memory here, of which there may be plenty.
                errors[vm.ref] = APIError(
                    "OPERATION_NOT_ALLOWED",
                    [
                        "High availability is on and does not protect VM \(vm.nameLabel), so that it can not move: protect it, or "
                            + "turn high availability off (xe pool-ha-disable)."
                    ]
                )
            }
            // A VM must be able to run on every target: xapi's rule, and what keeps the plan valid if one drops out.
            for target in targets where errors[vm.ref] == nil {
                do throws(APIError) {
                    try checks.assertCanRun(vm, on: target)
                } catch {
                    errors[vm.ref] = error
                }
            }
        }
        place(vms.filter { errors[$0.ref] == nil }, on: targets, in: snapshot, &errors)
        problems = vms.compactMap { vm in errors[vm.ref].map { (vm.ref, $0) } }
    }

    /// Largest VM first, each to the host with the most free memory.
    private mutating func place(
        _ vms: [Row],
        on targets: [Row],
        in snapshot: Snapshot,
        _ errors: inout [Ref: APIError]
    ) {
        let left = MemoryAccounting.free(in: snapshot)
        var free = targets.map { (host: $0.ref, bytes: left[$0.ref] ?? 0) }
        let needs = vms.map { (vm: $0.ref, bytes: MemoryAccounting.need($0)) }
        for (vm, need) in needs.enumerated()
            .sorted(by: { ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset) })
            .map(\.element)
        {
            var roomiest = 0
            for index in free.indices where free[index].bytes > free[roomiest].bytes { roomiest = index }
            if free[roomiest].bytes >= need {
                free[roomiest].bytes -= need
                moves.append((vm, free[roomiest].host))
            } else {
                errors[vm] = APIError("HOST_NOT_ENOUGH_FREE_MEMORY", [vm.rawValue])
            }
        }
    }

    /// The VMs that run on a host, its control domain aside.
    public static func guests(of host: Ref, in snapshot: Snapshot) -> [Row] {
        snapshot.pointing(at: host, "host", "resident_VMs")
            .compactMap { snapshot.row("VM", $0) }
            .filter { !$0.bool("is_control_domain") }
    }

    /// The other hosts that may take VMs: enabled, and not older than the one that is emptied.
    private static func targets(besides host: Row, in snapshot: Snapshot) -> [Row] {
        let version = ProductVersion(host)
        return snapshot.rows("host").filter {
            $0.ref != host.ref && $0.bool("enabled") && ProductVersion($0) >= version
        }
    }

    /// `VM.assert_agile`: whether every host could run the VM as far as storage and networks go.
    ///
    /// - Throws: `HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED` or `HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED`.
    public static func assertAgile(_ vm: Row, in snapshot: Snapshot) throws(APIError) {
        for vbd in snapshot.pointing(at: vm.ref, "VM", "VBDs").compactMap({ snapshot.row("VBD", $0) }) {
            guard let sr = snapshot.stored("VDI", vbd.ref("VDI")).flatMap({ snapshot.stored("SR", $0.ref("SR")) })
            else {
                continue
            }
            guard sr.bool("shared") else {
                throw APIError("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", [sr.ref.rawValue])
            }
        }
        for vif in snapshot.pointing(at: vm.ref, "VM", "VIFs").compactMap({ snapshot.row("VIF", $0) }) {
            let pifs = snapshot.pointing(at: vif.ref("network"), "network", "PIFs").compactMap {
                snapshot.row("PIF", $0)
            }
            guard Set(pifs.map { $0.ref("host") }).isSuperset(of: snapshot.refs("host")) else {
                throw APIError("HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", [vif.string("network")])
            }
        }
    }
}

/// A host's `product_version`, compared number by number.
struct ProductVersion: Comparable {
    private let numbers: [Int]

    init(_ host: Row) {
        numbers = (host.map("software_version", "product_version") ?? "").split(separator: ".").map { Int($0) ?? 0 }
    }

    static func < (a: ProductVersion, b: ProductVersion) -> Bool {
        a.numbers.lexicographicallyPrecedes(b.numbers)
    }
}
