import Hosts
public import PoolControl
public import PoolDatabase
public import XenAPI

/// A pool that we serve: each message is one of ``Pool``'s, and the rows are its own database.
public struct ServedControl: PoolControl {
    /// The pool.
    public let pool: Pool
    private let onAgentStart: @Sendable (Ref) async -> Void

    /// Control of a pool.
    ///
    /// - Parameter onAgentStart: called where a look finds that a host's toolstack has started anew, before the host counts
    ///   as live.
    public init(_ pool: Pool, onAgentStart: @escaping @Sendable (Ref) async -> Void) {
        (self.pool, self.onAgentStart) = (pool, onAgentStart)
    }

    public var database: PoolDatabase { pool.database }

    public var capabilities: PoolCapabilities {
        var lacking: [PoolCapabilities.Ability: String] = [
            .judgingEvacuations: "its answer would be the same as the plan's"
        ]
        lacking[.acting] = pool.hosts.absence
        return PoolCapabilities(lacking: lacking)
    }

    private var snapshot: Snapshot { pool.database.snapshot }

    // MARK: Hosts

    public func look(at host: Ref) async throws(ControlError) -> HostLook {
        let before = snapshot
        let facts = try await facts(host)
        await pool.learn(facts, of: host, asked: before, onAgentStart: onAgentStart)
        let snapshot = snapshot
        let row = snapshot.row("host", host)
        let isLive = row.map { Self.isKnown($0, facts, snapshot) } ?? false
        return HostLook(
            bootID: facts.bootID,
            agentID: "\(facts.agentStartTime)",
            isLive: isLive,
            isEnabled: isLive && (row?.bool("enabled") ?? false),
            operations: (row?["current_operations"].members ?? []).compactMap(\.value.text),
            softwareVersion: facts.softwareVersion,
            unpluggedStorage: snapshot.unpluggedStorage(of: host),
            residents: EvacuationPlan.guests(of: host, in: snapshot).map(\.ref)
        )
    }

    /// Whether the pool's memory has caught up with the host's boot: what it says of the host counts only then.
    private static func isKnown(_ host: Row, _ facts: HostFacts, _ snapshot: Snapshot) -> Bool {
        host.map("other_config", HostNote.bootID.rawValue) == facts.bootID
            && snapshot.isLive(host)
    }

    public func room(on host: Ref) async throws(ControlError) -> HostRoom? {
        let row = try ControlError.refusing { () throws(APIError) in try snapshot.require("host", host) }
        do throws(HostError) {
            guard let driver = pool.hosts.host(row.uuid) else {
                throw .unreachable(host: row.nameLabel, reason: "this server has no way to it")
            }
            let facts = try await driver.facts()
            return HostRoom(freeBytes: facts.freeBytes, obstacles: facts.obstacles)
        } catch {
            throw .silent(error.description, mayBeDone: false)
        }
    }

    private func facts(_ host: Ref) async throws(ControlError) -> HostFacts {
        let driver = try ControlError.refusing { () throws(APIError) in try pool.driver(host) }
        do throws(HostError) { return try await driver.facts() } catch { throw .refused(error.asAPIError(host)) }
    }

    public func disable(_ host: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.disable(host) }
    }

    public func enable(_ host: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.enable(host) }
    }

    public func reboot(_ host: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in
            try await pool.reboot(host, operation: pool.makeRef())
        }
    }

    public func restartAgent(_ host: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.restartAgent(host) }
    }

    public func plugStorage(of host: Ref) async throws(ControlError) {
        let driver = try ControlError.refusing { () throws(APIError) in try pool.driver(host) }
        do throws(HostError) { try await driver.plugStorage() } catch { throw .refused(error.asAPIError(host)) }
        if await pool.readStorage(of: host) { return }
        try await change { transaction throws(APIError) in
            for pbd in transaction.snapshot.pointing(at: host, "host", "PBDs") {
                try transaction.set("PBD", pbd, "currently_attached", .bool(true))
            }
        }
    }

    // MARK: VMs

    public func migrate(_ vm: Ref, to host: Ref, progress: @escaping @Sendable (Double) -> Void)
        async throws(ControlError)
    {
        try await ControlError.asking { () throws(APIError) in
            try await pool.migrate(vm, to: host, operation: pool.makeRef()) { progress($0) }
        }
    }

    public func suspend(_ vm: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.suspend(vm) }
    }

    public func shutDown(_ vm: Ref, hard: Bool) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.shutDown(vm, hard: hard) }
    }

    public func start(_ vm: Ref, on host: Ref?) async throws(ControlError) {
        let isSuspended = snapshot.stored("VM", vm)?.string("power_state") == "Suspended"
        try await ControlError.asking { () throws(APIError) in
            try await pool.start(vm, on: host, resuming: isSuspended)
        }
    }

    public func setDisc(_ disc: Ref?, of vm: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in
            _ = try await pool.insert(disc, intoDriveOf: vm)
        }
    }

    public func setAutoPowerOn(_ isOn: Bool, of vm: Ref) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.setAutoPowerOn(isOn, of: vm) }
    }

    // MARK: The pool

    public func disableAvailability() async throws(ControlError) { try await set("ha_enabled", false) }

    /// All that belongs to it is still in the rows: it is only off.
    public func enableAvailability() async throws(ControlError) { try await set("ha_enabled", true) }

    public func setLoadBalancing(_ isOn: Bool) async throws(ControlError) { try await set("wlb_enabled", isOn) }

    private func set(_ field: String, _ isOn: Bool) async throws(ControlError) {
        try await change { transaction throws(APIError) in
            try transaction.set("pool", try transaction.snapshot.pool().ref, field, .bool(isOn))
        }
    }

    private func change(
        _ body: @escaping @Sendable (inout Transaction) throws(APIError) -> Void
    ) async throws(ControlError) {
        try await ControlError.asking { () throws(APIError) in try await pool.database.transaction(body) }
    }
}
