public import Hosts
public import PoolDatabase
import XenAPI

/// The hosts of a recorded pool: they can be looked at and planned with, but nothing runs on them.
public struct RecordedHosts: HostPool, Hypervisor {
    private let database: PoolDatabase

    /// The hosts that the rows of `database` tell of.
    public init(_ database: PoolDatabase) { self.database = database }

    public var hosts: [any Host] {
        let snapshot = database.snapshot
        let master = (try? snapshot.pool())?.ref("master")
        let rows = snapshot.rows("host")
        return (rows.filter { $0.ref == master } + rows.filter { $0.ref != master })
            .map { RecordedHost(uuid: $0.uuid, name: $0.nameLabel, database: database) }
    }

    public func host(_ uuid: String) -> (any Host)? {
        database.snapshot.row("host", uuid: uuid)
            .map { RecordedHost(uuid: uuid, name: $0.nameLabel, database: database) }
    }

    public var absence: String? { "it is a recording of a pool" }

    public var hypervisor: any Hypervisor { self }

    public func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError) {
        throw .migrationFailed(vm: vm.name, reason: "it exists only in a recording of a pool")
    }

    public func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError) {
        throw .failed(host: host, reason: "VM \(vm.name) exists only in a recording of a pool")
    }
}

/// One host of a recorded pool.
private struct RecordedHost: Host {
    let uuid: String
    let name: String
    let database: PoolDatabase

    func facts() async throws(HostError) -> HostFacts {
        let snapshot = database.snapshot
        guard let row = snapshot.row("host", uuid: uuid), snapshot.isLive(row) else {
            throw .unreachable(host: name, reason: "it did not live when the pool was recorded")
        }
        let versions = (row["software_version"].members ?? []).map { ($0.key, $0.value.text ?? "") }
        return HostFacts(
            bootID: row.map("other_config", HostNote.bootID.rawValue) ?? "",
            bootTime: row.noted(.bootTime) ?? 0,
            agentStartTime: row.noted(.agentStart) ?? 0,
            softwareVersion: Dictionary(versions) { first, _ in first },
            freeBytes: 0
        )
    }

    func installedPackages() async throws(HostError) -> [InstalledPackage] { throw refusal }

    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] { throw refusal }

    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        throw refusal
    }

    func stamps() async throws(HostError) -> [Stamp] { throw refusal }

    func writeStamp(uuid: String, contents: String) async throws(HostError) { throw refusal }

    func reboot() async throws(HostError) { throw refusal }

    func restartAgent() async throws(HostError) { throw refusal }

    func shutdown() async throws(HostError) { throw refusal }

    func powerOn() async throws(HostError) { throw refusal }

    func backup(limit: Int) async throws(HostError) -> [UInt8] { throw refusal }

    private var refusal: HostError { .recorded(host: name) }
}
