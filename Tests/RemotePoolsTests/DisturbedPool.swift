import Foundation
import ScriptedServer
import Synchronization
import XenAPI

/// What spoils one message on its way to a pool, or its answer on the way back.
enum Disturbance: String, Sendable, CaseIterable {
    /// The driver dies, and the pool has not heard of the message.
    case killedBefore = "killed before the message arrived"
    /// The driver dies, and the pool has done what it was asked.
    case killedAfter = "killed after the message arrived"
    /// The connection ends where the answer should be.
    case lost = "answer lost"
    /// The answer takes longer than the driver waits for it.
    case late = "answer late"
    /// The message arrives twice.
    case doubled = "message doubled"

    var kills: Bool { self == .killedBefore || self == .killedAfter }
}

/// A XenServer 6.0.2 pool that carries out what a rollout asks, and on whose wire one message goes wrong.
///
/// What is scripted: moves, restarts and applies are done at once. What the pool must never see is written down in
/// ``violations``: a host restarted with VMs on it, or twice.
final class DisturbedPool: Sendable {
    let pool: GenerationPool
    private let state = Mutex(State())
    private let disturbed: (deed: Int, way: Disturbance)?
    private let before: @Sendable (String, GenerationPool) -> Void

    private struct State {
        var deeds: [String] = []
        var isDead = false
        /// Called in the moment in which the driver dies.
        var atDeath: (@Sendable () -> Void)?
    }

    /// - Parameters:
    ///   - disturbed: which of the messages that change something, counted from 0, and how; nil for none.
    ///   - before: what somebody else does to the pool before a message is answered, by its name.
    init(
        disturbed: (deed: Int, way: Disturbance)? = nil,
        before: @escaping @Sendable (String, GenerationPool) -> Void = { _, _ in }
    ) {
        (self.disturbed, self.before) = (disturbed, before)
        pool = GenerationPool(Self.rules)
        pool.furnish(.xenserver6)
        pool.put(
            "pool_patch",
            "U",
            [
                "name_label": .string("XS602ECC001"), "after_apply_guidance": .strings(["restartHost"]),
                "size": .string("6"), "pool_applied": .bool(false),
            ]
        )
        pool.put("pool", "P", ["ha_enabled": .bool(true), "ha_host_failures_to_tolerate": .string("1")])
        pool.put("violations", "all", ["texts": .set([])])
        for host in ["H1", "H2"] {
            pool.put("host_metrics", host == "H1" ? "M1" : "M2", ["memory_total": .string("\(64 << 30 as Int64)")])
        }
    }

    /// The messages that changed something, in order.
    var deeds: [String] { state.withLock { $0.deeds } }

    /// What must never happen to a pool, and did.
    var violations: [String] { pool.words("violations", "all", "texts") }

    /// The keys of `pool.other_config`.
    var keys: [String] { (pool["pool", "P"]?["other_config"]?.members ?? []).map(\.key) }

    /// How often a host was restarted.
    func restarts(of host: String) -> Int { pool["host", host]?["restarts"]?.text.flatMap(Int.init) ?? 0 }

    /// What is to be done in the moment in which the driver dies.
    func atDeath(_ deed: @escaping @Sendable () -> Void) { state.withLock { $0.atDeath = deed } }

    /// Returns when the driver has died; false where that does not happen within two minutes.
    func death() async -> Bool {
        for _ in 0..<2400 {
            if state.withLock({ $0.isDead }) { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// From now on another driver is answered.
    func revive() { state.withLock { $0.isDead = false } }

    @Sendable func answer(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        guard !state.withLock({ $0.isDead }) else { return .silence }
        guard let name = request.call?.name, Self.changes(name) else { return await pool.answer(request) }
        let number = state.withLock { state in
            state.deeds.append(name)
            return state.deeds.count - 1
        }
        before(name, pool)
        guard let disturbed, disturbed.deed == number else { return await pool.answer(request) }
        switch disturbed.way {
        case .killedBefore:
            die()
            return .silence
        case .killedAfter:
            _ = await pool.answer(request)
            die()
            return .silence
        case .lost:
            _ = await pool.answer(request)
            return .cut([])
        case .late:
            _ = await pool.answer(request)
            return .silence
        case .doubled:
            let first = await pool.answer(request)
            _ = await pool.answer(request)
            return first
        }
    }

    private func die() {
        state.withLock { $0.atDeath }?()
        state.withLock { $0.isDead = true }
    }

    private static func changes(_ name: String) -> Bool {
        !name.contains(".get_") && !name.hasPrefix("session.") && !name.hasPrefix("task.") && name != "event.from"
            && !name.contains("assert_can_")
    }
}

extension DisturbedPool {
    private static let moving = Mutex(())

    private static let rules: [String: GenerationPool.Rule] = [
        "host.disable": { pool, parameters in
            guard parameters.count == 1 else { throw APIError("MESSAGE_PARAMETER_COUNT_MISMATCH") }
            return try GenerationPool.enabling(false)(pool, parameters)
        },
        "host.enable": GenerationPool.enabling(true),
        "host.reboot": { pool, parameters in
            try restart(parameters[0].text ?? "", in: pool)
            return .void
        },
        "VM.pool_migrate": { pool, parameters in
            // Of two moves at once neither may lose what the other has written.
            try moving.withLock { _ in try move(parameters[0].text ?? "", to: parameters[1].text ?? "", in: pool) }
            return .void
        },
        "pool.disable_ha": { pool, _ in
            pool.put("pool", "P", ["ha_enabled": .bool(false)])
            return .void
        },
        "pool.enable_ha": { pool, _ in
            pool.put("pool", "P", ["ha_enabled": .bool(true)])
            return .void
        },
        "pool_patch.precheck": { _, _ in .string("fine") },
        "pool_patch.apply": { pool, parameters in
            try pool.applyPatch(parameters)
            return .string("done")
        },
        "pool_patch.pool_clean": { _, _ in .void },
        "host.get_vms_which_prevent_evacuation": { _, _ in .map([]) },
        "host.assert_can_evacuate": { _, _ in .void },
    ]

    private static func restart(_ host: String, in pool: GenerationPool) throws {
        guard let row = pool["host", host] else { return }
        guard row["enabled"] == .bool(false) else { throw APIError("HOST_NOT_DISABLED") }
        if !pool.words("host", host, "resident_VMs").isEmpty {
            pool.append("violations", "all", "texts", "\(host) was restarted with VMs on it")
        }
        let count = (row["restarts"]?.text.flatMap(Int.init) ?? 0) + 1
        if count > 1 { pool.append("violations", "all", "texts", "\(host) was restarted \(count) times") }
        pool.put(
            "host",
            host,
            [
                // Of old, a host is enabled by itself when it is back.
                "enabled": .bool(true), "restarts": .string("\(count)"),
                "other_config": .pairs(["boot_time": "\(3000 + count).", "agent_start_time": "\(3100 + count)."]),
            ]
        )
    }

    private static func move(_ vm: String, to host: String, in pool: GenerationPool) throws {
        guard let old = pool["VM", vm]?["resident_on"]?.text, old != host else { return }
        guard pool["host", host]?["enabled"] == .bool(true) else { throw APIError("HOST_DISABLED", [host]) }
        let stay = pool.words("host", old, "resident_VMs").filter { $0 != vm }
        pool.put("VM", vm, ["resident_on": .string(host)])
        pool.put("host", old, ["resident_VMs": .strings(stay)])
        pool.append("host", host, "resident_VMs", vm)
    }
}
