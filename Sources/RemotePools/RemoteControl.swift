public import PoolControl
public import PoolDatabase
import Synchronization
public import XenAPI
public import XenAPIClient

extension PoolEvent {
    /// A record that was read, as though the pool had told of it.
    static func found(_ table: String, _ ref: Ref, _ record: Value) -> PoolEvent {
        PoolEvent(table: table.lowercased(), ref: ref, operation: .modify, snapshot: record)
    }
}

/// A remote pool, asked through its own XenAPI.
public struct RemoteControl: PoolControl {
    let client: XenAPIClient
    let mirror: PoolMirror
    private let knowledge = Knowledge()

    /// What is found out about a server by the way.
    private final class Knowledge: Sendable {
        /// Whether `host.disable` takes the wish that the host stays disabled; nil before it was tried.
        let keepsDisabled = Mutex<Bool?>(nil)
        /// Told where the pool was found to offer something else than before.
        let newOffers = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// An element whenever the pool was found to offer something else than what was pinned; for one reader.
    public var newOffers: AsyncStream<Void> { knowledge.newOffers.stream }

    /// The pool offers something else than what was pinned.
    func noticeNewOffers() { knowledge.newOffers.continuation.yield() }

    public let wishes: PoolWishes

    /// Control of the pool that a mirror follows.
    ///
    /// - Parameter wishes: what the operator has said about the pool besides.
    public init(_ client: XenAPIClient, mirror: PoolMirror, wishes: PoolWishes = PoolWishes()) {
        (self.client, self.mirror, self.wishes) = (client, mirror, wishes)
    }

    public var database: PoolDatabase { mirror.database }

    public var capabilities: PoolCapabilities {
        var lacking: [PoolCapabilities.Ability: String] = [
            .tellingPackages: "the pool tells of updates, and not of packages",
            .runningScripts: "nothing of the operator's runs on hosts of such a pool",
        ]
        if knowledge.keepsDisabled.withLock({ $0 }) == false {
            lacking[.stayingDisabled] = "the pool's version enables a host by itself when it comes back"
        }
        return PoolCapabilities(lacking: lacking)
    }

    // MARK: Hosts

    public func look(at host: Ref) async throws(ControlError) -> HostLook {
        var seen: [PoolEvent] = []
        let record = try await client.record("host", host)
        seen.append(.found("host", host, record))
        let metrics = record.ref("metrics")
        var isLive = false
        if !metrics.isNull {
            let measured = try await client.record("host_metrics", metrics)
            seen.append(.found("host_metrics", metrics, measured))
            isLive = measured.flag("live")
        }
        var unplugged: [String] = []
        for plug in record.refs("PBDs") {
            let state = try await client.record("PBD", plug)
            seen.append(.found("PBD", plug, state))
            guard !state.flag("currently_attached") else { continue }
            unplugged.append(try await client.ask("SR.get_name_label", .ref(state.ref("SR"))).text ?? "")
        }
        var residents: [Ref] = []
        for vm in record.refs("resident_VMs") {
            if database.snapshot.stored("VM", vm) == nil {
                seen.append(.found("VM", vm, try await client.record("VM", vm)))
            }
            if try await !isControlDomain(vm) { residents.append(vm) }
        }
        let pool = try await self.pool()
        seen.append(.found("pool", pool, try await client.record("pool", pool)))
        try await take(seen)
        let facts = record.pairs("other_config")
        guard isLive else {
            throw .refused(APIError("HOST_OFFLINE", [host.rawValue]))
        }
        return HostLook(
            // Pitstop's own pools have an id for each boot; all others tell its time.
            bootID: facts["boot_id"] ?? facts["boot_time"],
            agentID: facts["agent_start_time"],
            isLive: isLive,
            isEnabled: record.flag("enabled"),
            operations: record.pairs("current_operations").values.sorted(),
            softwareVersion: record.pairs("software_version"),
            unpluggedStorage: unplugged.sorted(),
            residents: residents
        )
    }

    /// The pool's own master does not say how much room its hosts have; its prechecks look.
    public func room(on host: Ref) async throws(ControlError) -> HostRoom? {
        guard let pool = database.snapshot.rows("pool").first, pool.isBeingUpgraded else { return nil }
        return HostRoom(freeBytes: .max, obstacles: ["the pool is being upgraded (rolling_upgrade_in_progress)"])
    }

    private func isControlDomain(_ vm: Ref) async throws(ControlError) -> Bool {
        if let row = database.snapshot.stored("VM", vm) { return row.bool("is_control_domain") }
        return try await client.ask("VM.get_is_control_domain", .ref(vm)) == .bool(true)
    }

    // MARK: The rows

    public func catchUp() async throws(ControlError) {
        do throws(XenAPIError) { try await mirror.read() } catch { throw ControlError(error) }
    }

    public func refresh(_ table: String, _ ref: Ref) async throws(ControlError) {
        do throws(XenAPIError) { try await mirror.refresh(table, ref) } catch { throw ControlError(error) }
    }

    func take(_ events: [PoolEvent]) async throws(ControlError) {
        do throws(XenAPIError) { try await mirror.take(events) } catch { throw ControlError(error) }
    }

    /// Between two looks at what is waited for.
    private static let settlingPause = Duration.seconds(1)

    public func settle(_ table: String, _ ref: Ref) async throws(ControlError) {
        while try await isBusy(table, ref) {
            try await pause(for: Self.settlingPause)
        }
        try await refresh(table, ref)
    }

    /// Waits before the pool is asked again.
    func pause(for time: Duration) async throws(ControlError) {
        do { try await Task.sleep(for: time) } catch { throw .cancelled }
    }

    /// Whether something goes on: by the object's own word; and for hosts by tasks that may be about any, for updates are
    /// applied without a word in the host's record.
    private func isBusy(_ table: String, _ ref: Ref) async throws(ControlError) -> Bool {
        if try await !client.record(table, ref).pairs("current_operations").isEmpty { return true }
        guard table == "host" else { return false }
        let tasks = try await client.ask("task.get_all_records").members ?? []
        return tasks.contains { task in
            task.value["status"]?.text == "pending"
                && Self.installing.contains { (task.value["name_label"]?.text ?? "").hasSuffix($0) }
        }
    }

    private static let installing = ["pool_patch.apply", "pool_update.apply", "host.apply_updates", "host.call_plugin"]

    public var freshness: Freshness? { mirror.freshness }

    public func letGo() async { await client.leaveTasks() }

    public func sentence(_ refusal: APIError, host: Ref?) -> String? {
        RemoteWords(database.snapshot).known(refusal, host: host)
    }

    public func disable(_ host: Ref) async throws(ControlError) {
        if knowledge.keepsDisabled.withLock({ $0 }) != false {
            do throws(ControlError) {
                // Without this wish a host would be enabled by itself in the middle of its update.
                try await client.ask("host.disable", .ref(host), .bool(false))
                knowledge.keepsDisabled.withLock { $0 = true }
                return try await refresh("host", host)
            } catch {
                guard error.code == "MESSAGE_PARAMETER_COUNT_MISMATCH" else { throw error }
                knowledge.keepsDisabled.withLock { $0 = false }
            }
        }
        try await client.ask("host.disable", .ref(host))
        try await refresh("host", host)
    }

    public func enable(_ host: Ref) async throws(ControlError) {
        try await client.ask("host.enable", .ref(host))
        try await refresh("host", host)
    }

    public func reboot(_ host: Ref) async throws(ControlError) {
        // One that is on its way down already is not sent there again.
        let operations = try await client.ask("host.get_current_operations", .ref(host)).members ?? []
        guard !operations.contains(where: { ["shutdown", "reboot"].contains($0.value.text ?? "") }) else { return }
        try await client.ask("host.reboot", .ref(host))
    }

    public func restartAgent(_ host: Ref) async throws(ControlError) {
        try await client.ask("host.restart_agent", .ref(host))
    }

    public func plugStorage(of host: Ref) async throws(ControlError) {
        for plug in try await client.record("host", host).refs("PBDs") {
            guard try await !client.record("PBD", plug).flag("currently_attached") else { continue }
            try await client.perform("PBD.plug", .ref(plug))
            try await refresh("PBD", plug)
        }
    }

    // MARK: The pool

    public func setLoadBalancing(_ isOn: Bool) async throws(ControlError) {
        let pool = try await self.pool()
        try await client.ask("pool.set_wlb_enabled", .ref(pool), .bool(isOn))
        try await refresh("pool", pool)
    }

    /// The key of the mark in `pool.other_config`.
    public static let markKey = "pitstop-run"

    public func setMark(_ mark: RunMark) async throws(ControlError) {
        let pool = try await self.pool()
        let old = try await client.record("pool", pool).pairs("other_config")[Self.markKey]
        guard old != mark.text else { return }
        if let old {
            let known = RunMark(old)
            guard known?.run == mark.run, let known, known.epoch <= mark.epoch else {
                throw .refused(APIError("OTHER_OPERATION_IN_PROGRESS", ["pool", old]))
            }
            try await client.ask("pool.remove_from_other_config", .ref(pool), .string(Self.markKey))
        }
        try await client.ask("pool.add_to_other_config", .ref(pool), .string(Self.markKey), .string(mark.text))
    }

    public func removeMark(ofRun run: String) async throws(ControlError) {
        let pool = try await self.pool()
        let old = try await client.record("pool", pool).pairs("other_config")[Self.markKey]
        guard let old, RunMark(old)?.run == run else { return }
        try await client.ask("pool.remove_from_other_config", .ref(pool), .string(Self.markKey))
    }

    /// The reference of the pool itself.
    func pool() async throws(ControlError) -> Ref {
        if let known = database.snapshot.rows("pool").first { return known.ref }
        return Ref(try await client.ask("pool.get_all").elements?.first?.text ?? "")
    }
}
