import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import Synchronization
import XenAPI

/// A modelled pool in memory, whose hosts do at once what they are told.
struct SmallPool {
    let pool: Pool
    let hypervisor: InstantHypervisor

    init(hosts: Int = 3) async throws {
        let database = try PoolDatabase(path: nil)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_461_110_400) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: hosts, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        hypervisor = InstantHypervisor()
        let hosts = database.snapshot.rows("host").map { InstantHost(uuid: $0.uuid) }
        pool = Pool(
            database: database,
            hosts: InstantHosts(hosts: hosts, hypervisor: hypervisor),
            now: now,
            makeUUID: makeUUID
        )
    }

    var snapshot: Snapshot { pool.database.snapshot }

    /// The hosts, master first.
    var hosts: [Ref] { snapshot.refs("host") }

    /// The VM of that name.
    func vm(_ name: String) -> Ref { snapshot.rows("VM").first { $0.nameLabel == name }?.ref ?? .null }

    /// Changes a field.
    func set(_ table: String, _ ref: Ref, _ field: String, _ value: Value) async throws {
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set(table, ref, field, value)
        }
    }
}

struct InstantHosts: HostPool {
    let hosts: [any Hosts.Host]
    let hypervisor: any Hypervisor
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

/// A host that restarts in no time.
actor InstantHost: Hosts.Host {
    let uuid: String
    private var boots: Int64 = 1

    init(uuid: String) { self.uuid = uuid }

    func facts() async throws(HostError) -> HostFacts {
        HostFacts(
            bootID: "boot-\(boots)",
            bootTime: boots,
            agentStartTime: boots,
            softwareVersion: ["product_version": "6.0.2"],
            freeBytes: 1 << 30
        )
    }

    func installedPackages() async throws(HostError) -> [InstalledPackage] { [] }

    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        ProgramResult(ending: .exited(0), output: "")
    }

    func stamps() async throws(HostError) -> [Stamp] { [] }

    func writeStamp(uuid: String, contents: String) async throws(HostError) {}

    func reboot() async throws(HostError) { boots += 1 }

    func restartAgent() async throws(HostError) {}
}
