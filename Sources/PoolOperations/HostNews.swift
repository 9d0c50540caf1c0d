public import Hosts
public import PoolDatabase
public import XenAPI

/// What hosts say of themselves, written into the pool's memory by whoever has asked them.
extension Pool {
    /// Writes down that a host lives, since when, and with which versions.
    ///
    /// - Parameters:
    ///   - facts: what the host says now.
    ///   - asked: the pool when the host was asked. Where another boot has been seen since, the answer is from before it, and is
    ///     let go.
    ///   - onAgentStart: called where the host or its agent has started anew, before the host counts as live.
    public func learn(
        _ facts: HostFacts,
        of host: Ref,
        asked: Snapshot,
        onAgentStart: @Sendable (Ref) async -> Void
    ) async {
        guard let row = database.snapshot.row("host", host) else { return }
        let (before, known) = (Self.boot(of: host, asked), row.map("other_config", HostNote.bootID.rawValue))
        let booted = known != facts.bootID
        if !booted { await clearShutdown(of: row, sawBoot: facts.bootID) }
        let restarted = booted || row.map("other_config", HostNote.agentStart.rawValue) != decimal(facts.agentStartTime)
        guard !booted || known == before else { return }
        guard restarted || !database.snapshot.isLive(row) else { return }
        if restarted { await onAgentStart(host) }
        if booted {
            shutdownOrders.forget(host)
            await learnStorageAnew(of: row)
        }
        let now = now()
        await record { transaction throws(APIError) in
            let known = Self.boot(of: host, transaction.snapshot)
            guard known == before || known == facts.bootID else { return }
            try setLive(true, row, &transaction, at: now)
            try describe(facts, row, &transaction)
            // A boot takes the host back into service, and the restart that was asked for is done; but once only: whoever
            // saw the same boot a moment ago may have disabled the host since.
            guard known != facts.bootID else { return }
            let booted = try transaction.snapshot.require("host", host)
            try OperationMark.clearAll(on: booted, &transaction)
            // Whoever took it into maintenance takes it out again.
            try transaction.set("host", host, "enabled", .bool(!booted.isInMaintenance))
        }
    }

    private static func boot(of host: Ref, _ snapshot: Snapshot) -> String? {
        snapshot.stored("host", host)?.map("other_config", HostNote.bootID.rawValue)
    }

    /// Writes down that a host gives no answer.
    func learnSilence(of host: Ref) async {
        guard let row = database.snapshot.row("host", host), database.snapshot.isLive(row) else {
            return
        }
        await record { transaction throws(APIError) in try setLive(false, row, &transaction) }
    }

    /// The hosts that can say what they have, master first; none where VMs are kept by Pitstop alone.
    var inventoryHosts: [any InventoryHost] { hosts.hosts.compactMap { $0 as? any InventoryHost } }

    /// Asks hosts what they have and what lives on them, all at the same time, and writes down what they say.
    ///
    /// Where one says that it has a VM which was on another host until now, that one is asked, too: a VM on its way is
    /// seen at both ends.
    ///
    /// - Returns: the uuids of those that answered.
    @discardableResult
    func read(_ asked: [any InventoryHost]) async -> Set<String> {
        let all = inventoryHosts
        let before = database.snapshot.generation
        var inventories = await Self.inventories(of: asked)
        let homes = homes(ofGuestsIn: inventories)
        let others = all.filter { homes.contains($0.uuid) && inventories[$0.uuid] == nil }
        inventories.merge(await Self.inventories(of: others)) { first, _ in first }
        guard !inventories.isEmpty else { return [] }
        let isComplete = inventories.count == all.count
        await record { [inventories] transaction throws(APIError) in
            var writer = InventoryWriter(transaction: transaction, pool: self)
            try writer.write(inventories, since: before, isComplete: isComplete)
            transaction = writer.transaction
        }
        return Set(inventories.keys)
    }

    private static func inventories(of hosts: [any InventoryHost]) async -> [String: HostInventory] {
        await withTaskGroup(of: (String, HostInventory?).self) { group in
            for host in hosts { group.addTask { (host.uuid, try? await host.inventory()) } }
            var found: [String: HostInventory] = [:]
            for await (uuid, inventory) in group { found[uuid] = inventory }
            return found
        }
    }

    /// The uuids of the hosts on which the VMs run, as far as is known, that these say run there.
    private func homes(ofGuestsIn inventories: [String: HostInventory]) -> Set<String> {
        let snapshot = database.snapshot
        var homes: Set<String> = []
        for (host, inventory) in inventories {
            for vm in inventory.vms where vm.power.isOn {
                guard let row = snapshot.row("VM", uuid: vm.uuid),
                    let home = snapshot.stored("host", row.ref("resident_on"))?.uuid, home != host
                else { continue }
                homes.insert(home)
            }
        }
        return homes
    }

    /// Asks a host which storage it has now, where it can tell.
    ///
    /// - Returns: whether it told.
    public func readStorage(of host: Ref) async -> Bool {
        guard let row = database.snapshot.row("host", host), let driver = hosts.host(row.uuid) as? any InventoryHost
        else {
            return false
        }
        return !(await read([driver]).isEmpty)
    }

    /// A boot has unplugged all storage: only what the host says that it has counts.
    private func learnStorageAnew(of row: Row) async {
        guard hosts.host(row.uuid) is any InventoryHost, !(await readStorage(of: row.ref)) else { return }
        await record { transaction throws(APIError) in
            for pbd in transaction.snapshot.pointing(at: row.ref, "host", "PBDs") {
                try transaction.set("PBD", pbd, "currently_attached", .bool(false))
            }
        }
    }

    private func record(_ change: @escaping @Sendable (inout Transaction) throws(APIError) -> Void) async {
        // A host that was taken out of the pool meanwhile needs no note; and what hosts say is so, whatever the disk takes.
        await database.settle(change)
    }
}

private func setLive(_ live: Bool, _ host: Row, _ transaction: inout Transaction, at time: Timestamp? = nil)
    throws(APIError)
{
    let metrics = host.ref("metrics")
    try transaction.set("host_metrics", metrics, "live", .bool(live))
    if let time { try transaction.set("host_metrics", metrics, "last_updated", .date(time)) }
}

private func describe(_ facts: HostFacts, _ host: Row, _ transaction: inout Transaction) throws(APIError) {
    let versions = facts.softwareVersion.sorted { $0.key < $1.key }.map { Value.Member($0.key, .string($0.value)) }
    try transaction.set("host", host.ref, "software_version", .map(versions))
    let notes: [(HostNote, String)] = [
        (.bootTime, decimal(facts.bootTime)), (.agentStart, decimal(facts.agentStartTime)), (.bootID, facts.bootID),
    ]
    for (note, text) in notes { try transaction.set("host", host.ref, "other_config", key: note.rawValue, text) }
}

/// XenServer writes these times as floating-point numbers that end in a dot.
private func decimal(_ seconds: Int64) -> String { "\(seconds)." }
