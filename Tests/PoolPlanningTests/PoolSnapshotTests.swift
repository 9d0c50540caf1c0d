import Foundation
import Planner
import PoolControl
import PoolDatabase
import PoolOperations
import PoolPlanning
import Testing
import XenAPI

@Suite("A planning instance is made from the pool's database")
struct PoolSnapshotTests {
    private let database: PoolDatabase

    init() async throws {
        database = try PoolDatabase(path: nil)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_461_110_400) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: 3, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
    }

    private var snapshot: Snapshot { database.snapshot }

    private func guests() -> [Row] {
        snapshot.rows("VM").filter {
            $0.string("power_state") == "Running" && !$0.bool("is_control_domain") && !$0.bool("is_a_template")
        }
    }

    private func set(_ table: String, _ ref: Ref, _ field: String, _ value: Value) async throws {
        try await database.transaction { transaction throws(APIError) in
            try transaction.set(table, ref, field, value)
        }
    }

    private func instance() throws -> (instance: UpdateInstance, assumptions: [String]) {
        try PoolDescription(snapshot).instance(named: "p")
    }

    @Test("every running guest and every live host is in it, and what xapi calls free is free")
    func everything() throws {
        let (instance, _) = try instance()
        try instance.validate()
        #expect(instance.hosts.map(\.id) == snapshot.rows("host").map(\.uuid))
        #expect(Set(instance.vms.map(\.id)) == Set(guests().map(\.uuid)))
        #expect(instance.hosts.filter(\.isMaster).count == 1)
        for (host, row) in zip(instance.hosts, snapshot.rows("host")) {
            let used = instance.vms.filter { $0.host == host.id }.reduce(0) { $0 + $1.memory }
            let free = Int(MemoryAccounting.free(row, in: snapshot) >> 20)
            // Whole MiB are rounded up for each VM.
            #expect(abs(host.memory - used - free) <= instance.vms.count)
        }
        #expect(try planned(instance).report.isValid)
    }

    @Test("what the operator has written down beside the pool bounds migrations and keeps VMs together or apart")
    func wishes() async throws {
        let vms = guests()
        try await set("VM", vms[0].ref, "name_label", .string("db"))
        // A group that is broken already can not be kept.
        let far = try #require(vms.first { $0.ref("resident_on") != vms[0].ref("resident_on") })
        let groups = [
            PoolWishes.Group(name: "cluster", vms: ["db", far.uuid], available: nil),
            PoolWishes.Group(name: "web", vms: [vms[1].uuid, vms[2].uuid, "nobody"], available: 1),
        ]
        let wishes = PoolWishes(migrations: 2, groups: groups)
        let (instance, assumptions) = try PoolDescription(snapshot, wishes: wishes).instance(named: "p")
        #expect(instance.hosts.allSatisfy { $0.maxMigrations == 2 })
        #expect(instance.antiAffinity.map(\.vms) == [[vms[0].uuid, far.uuid]])
        #expect(instance.availability.map(\.vms) == [[vms[1].uuid, vms[2].uuid]])
        #expect(instance.availability.first?.minimumUp == 1)
        #expect(assumptions.contains { $0.contains("The group web names VM nobody") })
        #expect(wishes.remarks(on: snapshot).count == 1)
    }

    @Test("a VM goes only to processors with the features that it was started with, as far as the rows tell")
    func processors() async throws {
        let hosts = snapshot.rows("host")
        let vm = try #require(guests().first { $0.ref("resident_on") == hosts[0].ref })
        func allowed() throws -> [String]? { try instance().instance.vms.first { $0.id == vm.uuid }?.allowedHosts }
        for (host, features) in zip(hosts, ["000000ff-00000001", "000000ff-00000003", "0000007f-00000001"]) {
            try await set("host", host.ref, "cpu_info", .pairs(["vendor": "GenuineIntel", "features": features]))
        }
        #expect(try allowed() == nil)
        try await set(
            "VM",
            vm.ref,
            "last_boot_CPU_flags",
            .pairs(["vendor": "GenuineIntel", "features": "000000ff-00000001"])
        )
        #expect(try allowed() == [hosts[0].uuid, hosts[1].uuid])
        // Another length is another generation's: nobody can tell.
        try await set("VM", vm.ref, "last_boot_CPU_flags", .pairs(["vendor": "GenuineIntel", "features": "000000ff"]))
        #expect(try allowed() == nil)
        try await set("VM", vm.ref, "last_boot_CPU_flags", .pairs(["vendor": "AuthenticAMD"]))
        #expect(try allowed() == [hosts[0].uuid])
        #expect(try instance().instance.vms.first { $0.id == vm.uuid }?.pinnedBy == nil)
    }

    @Test("a host that is down, disabled or of unknown size is left out, and its VMs with it")
    func leftOut() async throws {
        let hosts = snapshot.rows("host")
        try await set("host", hosts[1].ref, "enabled", .bool(false))
        try await set("host_metrics", hosts[2].ref("metrics"), "memory_total", .int(0))
        let (instance, assumptions) = try instance()
        #expect(instance.hosts.map(\.id) == [hosts[0].uuid])
        #expect(instance.vms.allSatisfy { $0.host == hosts[0].uuid })
        #expect(assumptions.contains { $0.contains(hosts[1].uuid) && $0.contains("disabled") })
        #expect(assumptions.contains { $0.contains(hosts[2].uuid) && $0.contains("memory_total") })
    }

    @Test("storage that is unplugged on a host keeps VMs from it")
    func storage() async throws {
        let (before, _) = try instance()
        let tied = try #require(
            before.vms.first { vm in
                guests().contains { row in
                    row.uuid == vm.id && !snapshot.pointing(at: row.ref, "VM", "VBDs").isEmpty
                }
            }
        )
        let row = try #require(snapshot.row("VM", uuid: tied.id))
        let other = try #require(snapshot.rows("host").first { $0.uuid != tied.host })
        var unplugged = 0
        for vbd in snapshot.pointing(at: row.ref, "VM", "VBDs").compactMap({ snapshot.row("VBD", $0) }) {
            guard let vdi = snapshot.row("VDI", vbd.ref("VDI")) else { continue }
            for pbd in snapshot.pointing(at: vdi.ref("SR"), "SR", "PBDs").compactMap({ snapshot.row("PBD", $0) })
            where pbd.ref("host") == other.ref {
                try await set("PBD", pbd.ref, "currently_attached", .bool(false))
                unplugged += 1
            }
        }
        #expect(unplugged > 0)
        let vm = try #require(try instance().instance.vms.first { $0.id == tied.id })
        #expect(vm.allowedHosts?.contains(other.uuid) == false)
        #expect(vm.allowedHosts?.contains(tied.host) == true)
    }

    @Test("HA counts while it is on; earlier times and consents are taken over")
    func injected() async throws {
        let pool = try snapshot.pool().ref
        try await set("pool", pool, "ha_host_failures_to_tolerate", .int(1))
        #expect(try instance().instance.parameters.haFailures == 0)
        try await set("pool", pool, "ha_enabled", .bool(true))
        let host = snapshot.rows("host")[1].uuid
        let vm = guests()[0].uuid
        var earlier = EarlierTimes()
        earlier.apply[host] = [33]
        earlier.reboot[host] = [200, 210, 190]
        earlier.dirtyPercent[vm] = [140]
        let description = try PoolDescription(snapshot, earlier: earlier, consents: [vm: .suspend])
        let made = description.instance(named: "p").instance
        #expect(made.parameters.haFailures == 1)
        #expect(made.hosts[1].apply == 33)
        #expect(made.hosts[1].reboot == 200)
        #expect(made.vms.first { $0.id == vm }?.dirtyPercent == 140)
        #expect(made.vms.first { $0.id == vm }?.stop == .suspend)
    }

    @Test("VMs say in other_config who is kept apart, and how many must be up")
    func groups() async throws {
        let hosts = snapshot.rows("host")
        let pair = [0, 1].compactMap { index in guests().first { $0.ref("resident_on") == hosts[index].ref } }
        try #require(pair.count == 2)
        let words = Value.map([.init("pitstop-apart", .string("db")), .init("pitstop-available", .string("web/1"))])
        for vm in pair { try await set("VM", vm.ref, "other_config", words) }
        let made = try instance().instance
        #expect(made.antiAffinity == [.init(id: "db", vms: pair.map(\.uuid))])
        #expect(made.availability == [.init(id: "web", vms: pair.map(\.uuid), minimumUp: 1)])
        try await set("VM", pair[0].ref, "other_config", .map([.init("pitstop-available", .string("web"))]))
        #expect(try instance().assumptions.contains { $0.contains("\"web\", not NAME/K") })
    }

    @Test("passed-through devices and paused VMs can not move")
    func pinned() async throws {
        let vms = guests()
        try await set("VM", vms[0].ref, "other_config", .map([.init("pci", .string("0/0000:04:00.0"))]))
        try await set("VM", vms[1].ref, "power_state", .string("Paused"))
        let made = try instance().instance
        #expect(made.vms.first { $0.id == vms[0].uuid }?.pinnedBy == .device)
        #expect(made.vms.first { $0.id == vms[1].uuid }?.isAgile == false)
    }

    @Test("an update that nobody uploaded is refused")
    func unknownUpdate() {
        #expect(throws: APIError.self) {
            try PoolDescription(snapshot, update: "01b4b4a5-9ac1-4a3f-8bd1-5b34a9d1e8e1")
        }
    }
}

private func planned(_ instance: UpdateInstance) throws -> PlannedUpdate {
    var options = Planner.Options()
    options.passes = 50
    guard case .planned(let planned) = try Planner.plan(instance, options: options) else {
        throw APIError("INTERNAL_ERROR", ["no plan"])
    }
    return planned
}
