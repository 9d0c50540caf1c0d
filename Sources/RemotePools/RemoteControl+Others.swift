public import PoolControl
import PoolDatabase
public import XenAPI
import XenAPIClient

/// What others do with a remote pool, and what the pool itself thinks of what a run is about to do.
extension RemoteControl {
    /// What is told of is what would be in a run's way, or what a run would be in the way of: what empties, moves, restarts or
    /// updates; and the pool's own operations. Somebody's snapshot is nobody's business.
    public func foreignWork(besides run: String) async throws(ControlError) -> [ForeignWork] {
        let tasks = try await pendingTasks()
        let snapshot = database.snapshot
        var found: [ForeignWork] = []
        for (table, what) in [("pool", "The pool"), ("host", "Host"), ("VM", "VM")] {
            for row in snapshot.rows(table) {
                for operation in row["current_operations"].members ?? [] {
                    let (task, name) = (Ref(operation.key), operation.value.text ?? "")
                    guard Self.concerns(name, of: table), await !client.isOwn(task) else { continue }
                    let subject = table == "pool" ? what : "\(what) \(row.nameLabel)"
                    let label = tasks[task]?["name_label"]?.text ?? ""
                    let by = label.isEmpty ? "" : " (task '\(label)')"
                    found.append(
                        ForeignWork(
                            id: operation.key,
                            text: "\(subject) is in the middle of \(name)\(by).",
                            since: tasks[task]?.time("created")?.seconds,
                            host: table == "host" ? row.ref : nil,
                            vm: table == "VM" ? row.ref : nil
                        )
                    )
                }
            }
        }
        for (task, record) in tasks.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where !found.contains(where: { $0.id == task.rawValue }) {
            let label = record["name_label"]?.text ?? ""
            guard Self.concerns(task: label), await !client.isOwn(task) else { continue }
            let text = "Somebody else has begun '\(label)'."
            found.append(ForeignWork(id: task.rawValue, text: text, since: record.time("created")?.seconds))
        }
        return found + signs(besides: run)
    }

    private func pendingTasks() async throws(ControlError) -> [Ref: Value] {
        let records = try await client.ask("task.get_all_records").members ?? []
        let pending = records.filter { $0.value["status"]?.text?.lowercased() == "pending" }
        return Dictionary(pending.map { (Ref($0.key), $0.value) }) { first, _ in first }
    }

    /// What other tools leave in `pool.other_config` for others to see.
    private func signs(besides run: String) -> [ForeignWork] {
        guard let pool = database.snapshot.rows("pool").first else { return [] }
        var found: [ForeignWork] = []
        if pool.isBeingUpgraded {
            let text = "The pool is being upgraded (rolling_upgrade_in_progress)."
            found.append(ForeignWork(id: "rolling_upgrade_in_progress", text: text))
        }
        if let text = pool.runMark, let mark = RunMark(text), mark.run != run {
            let words = "Another coordinator's run \(mark.run) is on."
            found.append(ForeignWork(id: "\(Self.markKey) \(mark.run)", text: words, since: mark.since.seconds))
        }
        return found
    }

    private static func concerns(_ operation: String, of table: String) -> Bool {
        switch table {
        case "host": ["evacuate", "shutdown", "reboot", "power_on", "apply_updates", "vm_migrate"].contains(operation)
        case "VM": ["pool_migrate", "migrate_send"].contains(operation)
        // To look for updates hinders nobody.
        default: operation != "get_updates"
        }
    }

    /// Those of which no object tells: updates are applied without a word in the host's record, and old servers evacuate so.
    private static func concerns(task label: String) -> Bool {
        // The updater of XCP-ng names its tasks so.
        if label.hasPrefix("Update host ") { return true }
        return [
            "host.evacuate", "pool_patch.apply", "pool_patch.pool_apply", "pool_update.apply", "pool_update.pool_apply",
            "host.apply_updates", "pool.enable_ha", "pool.disable_ha", "pool.designate_new_master",
        ].contains { label.hasSuffix($0) }
    }

    // MARK: Evacuation

    public func evacuationObstacles(of host: Ref) async throws(ControlError) -> [EvacuationObstacle] {
        do throws(ControlError) {
            let answer = try await client.ask("host.get_vms_which_prevent_evacuation", .ref(host))
            return (answer.members ?? []).map { vm in
                Self.obstacle(Ref(vm.key), (vm.value.elements ?? []).compactMap(\.text))
            }
        } catch {
            guard error.code == "MESSAGE_METHOD_UNKNOWN" else { throw error }
            return try await firstObstacles(of: host)
        }
    }

    /// What older servers say: the first obstacle, or several of them in one text.
    private func firstObstacles(of host: Ref) async throws(ControlError) -> [EvacuationObstacle] {
        do throws(ControlError) {
            try await client.ask("host.assert_can_evacuate", .ref(host))
            return []
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            let parts =
                refusal.code == "CANNOT_EVACUATE_HOST"
                ? (refusal.parameters.first ?? "").split(separator: "|").map {
                    $0.split(separator: ",").map(String.init)
                }
                : [[refusal.code] + refusal.parameters]
            return parts.compactMap { words in
                let vm = words.dropFirst().map { Ref($0) }.first { database.snapshot.stored("VM", $0) != nil }
                return vm.map { Self.obstacle($0, words) }
            }
        }
    }

    private static func obstacle(_ vm: Ref, _ words: [String]) -> EvacuationObstacle {
        let code = words.first ?? "INTERNAL_ERROR"
        return EvacuationObstacle(
            vm: vm,
            refusal: APIError(code, Array(words.dropFirst())),
            isLasting: isLasting(code)
        )
    }

    /// Errors about the VM itself are called by it; all others are about where other VMs are, and what hosts are at now.
    static func isLasting(_ code: String) -> Bool {
        code == "OPERATION_BLOCKED" || code.hasPrefix("VM_") && code != "VM_BAD_POWER_STATE"
    }
}
