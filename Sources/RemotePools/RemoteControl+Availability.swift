import Foundation
public import PoolControl
import PoolDatabase
import XenAPI
import XenAPIClient

extension RemoteControl {
    /// The key in `pool.other_config` under which the pool keeps how high availability was: it forgets the storage of the
    /// heartbeat when it is switched off, and whoever switches it on again may be another coordinator.
    static let availabilityKey = "pitstop-ha"
    /// Stands beside it from when we begin to give high availability back until all of it is as it was.
    static let returningKey = "pitstop-ha-back"
    /// Longer texts are no setting of a pool.
    private static let longestNote = 48 << 10

    /// What high availability is at; nil where it is off.
    public func availability() async throws(ControlError) -> AvailabilitySettings? {
        let pool = try await client.record("pool", try await self.pool())
        guard pool.flag("ha_enabled") else { return nil }
        var storage: [String] = []
        for file in pool.texts("ha_statefiles") {
            let place = try await client.ask("VDI.get_SR", .string(file)).text ?? ""
            storage.append(try await client.ask("SR.get_uuid", .string(place)).text ?? "")
        }
        let vms = try await client.ask("VM.get_all_records").members ?? []
        return AvailabilitySettings(
            heartbeatStorage: storage,
            configuration: pool.pairs("ha_configuration"),
            failuresToTolerate: pool.number("ha_host_failures_to_tolerate"),
            vms: vms.map(\.value).filter {
                !$0.flag("is_a_template") && !($0["ha_restart_priority"]?.text ?? "").isEmpty
            }
            .map { vm in
                AvailabilitySettings.VM(
                    id: vm["uuid"]?.text ?? "",
                    restartPriority: vm["ha_restart_priority"]?.text ?? "",
                    order: vm.number("order"),
                    startDelay: vm.number("start_delay")
                )
            }
            .sorted { $0.id < $1.id }
        )
    }

    public func disableAvailability() async throws(ControlError) {
        guard let settings = try await availability() else { return }
        try await keep(settings)
        try await client.perform("pool.disable_ha")
        try await refresh("pool", try await pool())
    }

    private func keep(_ settings: AvailabilitySettings) async throws(ControlError) {
        let pool = try await self.pool()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if text.utf8.count > Self.longestNote {
            // What VMs have in it, most versions keep in the VMs.
            var shorter = settings
            shorter.vms = []
            text = (try? encoder.encode(shorter)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let key = Value.string(Self.availabilityKey)
        try await client.ask("pool.remove_from_other_config", .ref(pool), key)
        try await client.ask("pool.add_to_other_config", .ref(pool), key, .string(text))
    }

    /// What somebody else has switched on meanwhile stays as they want it; what an earlier coordinator of ours has begun to
    /// give back is given back whole.
    public func enableAvailability() async throws(ControlError) {
        let pool = try await self.pool()
        let record = try await client.record("pool", pool)
        let facts = record.pairs("other_config")
        let isOn = record.flag("ha_enabled")
        let kept = facts[Self.availabilityKey]
        let settings = kept.flatMap { try? JSONDecoder().decode(AvailabilitySettings.self, from: Data($0.utf8)) }
        var isOurs = facts[Self.returningKey] != nil
        if let settings, !isOn || isOurs {
            if !isOurs {
                try await client.ask(
                    "pool.add_to_other_config",
                    .ref(pool),
                    .string(Self.returningKey),
                    .string("begun")
                )
                isOurs = true
            }
            try await enableAvailability(settings)
        } else if !isOn {
            // Nobody has noted how it was: the pool's own ideas have to do.
            try await client.perform("pool.enable_ha", .set([]), .map([]))
        }
        for (key, isThere) in [(Self.availabilityKey, kept != nil), (Self.returningKey, isOurs)] where isThere {
            try await client.ask("pool.remove_from_other_config", .ref(pool), .string(key))
        }
        try await refresh("pool", pool)
    }

    /// Switches high availability on as it was.
    public func enableAvailability(_ settings: AvailabilitySettings) async throws(ControlError) {
        let pool = try await self.pool()
        for part in settings.vms { try await restore(part) }
        if try await !client.record("pool", pool).flag("ha_enabled") {
            var storage: [Value] = []
            for uuid in settings.heartbeatStorage {
                storage.append(try await client.ask("SR.get_by_uuid", .string(uuid)))
            }
            let configuration = settings.configuration.sorted { $0.key < $1.key }
                .map { Value.Member($0.key, .string($0.value)) }
            try await client.perform("pool.enable_ha", .set(storage), .map(configuration))
        }
        // Switching it on works out a number of its own.
        try await client.ask("pool.set_ha_host_failures_to_tolerate", .ref(pool), .int(settings.failuresToTolerate))
    }

    /// A VM's part as it was; one that is gone has none any longer.
    private func restore(_ part: AvailabilitySettings.VM) async throws(ControlError) {
        let vm: Value
        do throws(ControlError) {
            vm = try await client.ask("VM.get_by_uuid", .string(part.id))
        } catch {
            guard error.code == "UUID_INVALID" else { throw error }
            return
        }
        let record = try await client.ask("VM.get_record", vm)
        if record["ha_restart_priority"]?.text != part.restartPriority {
            try await client.ask("VM.set_ha_restart_priority", vm, .string(part.restartPriority))
        }
        if record["order"] != nil, record.number("order") != part.order {
            try await client.ask("VM.set_order", vm, .int(part.order))
        }
        if record["start_delay"] != nil, record.number("start_delay") != part.startDelay {
            try await client.ask("VM.set_start_delay", vm, .int(part.startDelay))
        }
    }
}
