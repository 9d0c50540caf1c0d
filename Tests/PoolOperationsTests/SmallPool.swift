import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import Synchronization
import TestSupport
import XenAPI

/// A modelled pool in memory, whose hosts do at once what they are told.
struct SmallPool {
    let pool: Pool
    let hypervisor: InstantHypervisor

    /// - Parameter host: makes a driver; nil for hosts that can restart in no time.
    init(
        hosts: Int = 3,
        database: PoolDatabase? = nil,
        host: (@Sendable (String) -> any Hosts.Host)? = nil
    ) async throws {
        let database = try database ?? PoolDatabase(path: nil)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_461_110_400) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: hosts, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        hypervisor = InstantHypervisor()
        let rows = database.snapshot.rows("host")
        // The last one's driver can do no more than it must.
        let hosts: [any Hosts.Host] =
            host.map { make in rows.map { make($0.uuid) } }
            ?? rows.dropLast().map { InstantHost(uuid: $0.uuid) } + rows.suffix(1).map { PlainHost(uuid: $0.uuid) }
        pool = Pool(
            database: database,
            hosts: BareHosts(hosts, hypervisor: hypervisor),
            now: now,
            makeUUID: makeUUID
        )
    }

    var snapshot: Snapshot { pool.database.snapshot }

    /// The hosts, master first.
    var hosts: [Ref] { snapshot.refs("host") }

    /// The VM of that name.
    func vm(_ name: String) -> Ref { snapshot.rows("VM").first { $0.nameLabel == name }?.ref ?? .null }

    /// As though the guest had never said which drivers it runs.
    func takeDrivers(from vm: Ref) async throws {
        let metrics = snapshot.row("VM", vm)?.ref("guest_metrics") ?? .null
        try await set("VM_guest_metrics", metrics, "PV_drivers_version", .map([]))
    }

    /// Changes a field.
    func set(_ table: String, _ ref: Ref, _ field: String, _ value: Value) async throws {
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set(table, ref, field, value)
        }
    }
}

/// Moves VMs in no time; the VMs that it is told of stay where they are.
final class InstantHypervisor: Hypervisor {
    private let state = Mutex<(moved: [String], stuck: Set<String>)>(([], []))

    var moved: [String] { state.withLock { $0.moved } }

    func stick(_ name: String) { state.withLock { _ = $0.stuck.insert(name) } }

    func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError) {
        progress(0.5)
        let isStuck = state.withLock { state in
            if !state.stuck.contains(vm.name) { state.moved.append(vm.name) }
            return state.stuck.contains(vm.name)
        }
        if isStuck { throw .migrationFailed(vm: vm.name, reason: "the link is down") }
        progress(1)
    }

    func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError) {}
}

/// A host that restarts in no time, and does as little as a driver may.
actor PlainHost: BareHost {
    let uuid: String
    private var boots: Int64 = 1

    init(uuid: String) { self.uuid = uuid }

    func facts() async throws(HostError) -> HostFacts { .bare(boot: "boot-\(boots)", since: boots) }

    func reboot() async throws(HostError) { boots += 1 }
}

/// A host that restarts in no time, and can be switched off.
actor InstantHost: BareHost {
    let uuid: String
    private var boots: Int64 = 1
    private var isOff = false

    init(uuid: String) { self.uuid = uuid }

    func facts() async throws(HostError) -> HostFacts {
        if isOff { throw .unreachable(host: uuid, reason: "it is off") }
        return .bare(boot: "boot-\(boots)", since: boots)
    }

    func reboot() async throws(HostError) { boots += 1 }

    func shutdown() async throws(HostError) { isOff = true }

    func powerOn() async throws(HostError) {
        isOff = false
        boots += 1
    }
}
