import Hosts
import Planner
import PoolControl
import PoolDatabase
import PoolOperations
import PoolPatching
import PoolPlanning
import Rollout
import TestSupport
import Testing
import XenAPI

@testable import PoolRollout
@testable import PoolServer

/// A run and `pitstop plan` see the same pool.
@Suite("A pool as runs and plans see it")
struct PoolViewTests {
    private func instance(_ snapshot: Snapshot, runs: [RunTimes] = []) throws -> UpdateInstance {
        let view = try PoolView(snapshot, updates: [Self.update], now: 0, runs: runs)
        let request = PlanRequest(
            view: view,
            hosts: view.hosts.map(\.id),
            updated: [],
            unusable: [],
            spec: RunSpec(run: "r", startedBy: "root", updates: [Self.update]),
            consents: [],
            rest: nil,
            reason: "test"
        )
        return UpdateInstance(request)
    }

    private static let update = UpdateFacts(
        uuid: "0b0f8a3e-2f5c-4a53-9a0b-8f3f4d5c6b7a",
        label: "XS602E100",
        sha256: "",
        guidance: [.restartHost]
    )

    private func expectSame(_ snapshot: Snapshot) throws {
        let (run, plan) = (try instance(snapshot), try PoolDescription(snapshot).instance(named: "").instance)
        #expect(Set(run.hosts.map(\.id)) == Set(plan.hosts.map(\.id)))
        for host in plan.hosts {
            let other = try #require(run.hosts.first { $0.id == host.id })
            #expect(other.memory == host.memory && other.nicRate == host.nicRate && other.isMaster == host.isMaster)
            #expect(
                other.maxMigrations == host.maxMigrations && other.apply == host.apply && other.reboot == host.reboot
            )
        }
        #expect(run.vms.count == plan.vms.count)
        for vm in plan.vms {
            let other = try #require(run.vms.first { $0.id == vm.id })
            #expect(other.memory == vm.memory && other.host == vm.host && other.dirtyPercent == vm.dirtyPercent)
            #expect(other.allowedHosts == vm.allowedHosts && other.isAgile == vm.isAgile)
            #expect(other.pinnedBy == vm.pinnedBy)
        }
        #expect(run.antiAffinity == plan.antiAffinity && run.availability == plan.availability)
    }

    @Test("The same hosts, memory, rates and VMs; ties and groups too")
    func same() async throws {
        let bench = try await Bench(hosts: 3)
        let database = bench.api.pool.database
        try expectSame(database.snapshot)
        let network = database.snapshot.refs("network").first?.rawValue ?? ""
        try await database.transaction { transaction throws(APIError) in
            for (name, key, value) in [
                ("web-1", "pci", "0/0000:04:00.0"), ("mail-1", "pitstop-apart", "mail"),
                ("mail-2", "pitstop-apart", "mail"), ("build-1", "pitstop-available", "build/1"),
                ("build-2", "pitstop-available", "build/1"),
            ] {
                guard let vm = transaction.snapshot.rows("VM").first(where: { $0.nameLabel == name }) else { continue }
                try transaction.set("VM", vm.ref, "other_config", key: key, value)
            }
            // The third host loses the network that all VMs use.
            for pif in transaction.snapshot.rows("PIF") where pif.string("network") == network {
                let host = transaction.snapshot.row("host", pif.ref("host"))
                if host?.nameLabel == "xs3" { transaction.delete("PIF", pif.ref) }
            }
        }
        try expectSame(database.snapshot)
        let instance = try instance(database.snapshot)
        #expect(instance.vms.filter { $0.pinnedBy == .device }.count == 1)
        #expect(instance.vms.contains { $0.allowedHosts?.count == 2 })
        #expect(instance.antiAffinity.map(\.id) == ["mail"])
        #expect(instance.availability.map(\.id) == ["build"])
    }

    @Test("What the operator has written down beside the pool bounds a run's migrations and keeps its VMs apart")
    func wishes() async throws {
        let bench = try await Bench(hosts: 2)
        let (one, two) = (try bench.vm("web-1"), try bench.vm("web-2"))
        let group = PoolWishes.Group(name: "pair", vms: ["web-1", two.uuid], available: nil)
        let view = try PoolView(
            bench.api.pool.database.snapshot,
            updates: [],
            now: 0,
            wishes: PoolWishes(migrations: 1, groups: [group])
        )
        #expect(view.hosts.map(\.maxMigrations) == [1, 1])
        #expect(view.groups == [VMGroup(name: "pair", vms: [one.uuid, two.uuid], rule: .apart)])
    }

    @Test("A host that is down or disabled stays in the view of a run, with its VMs")
    func all() async throws {
        let bench = try await Bench(hosts: 3)
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("host", bench.hosts[2], "enabled", .bool(false))
        }
        let view = try PoolView(bench.api.pool.database.snapshot, updates: [], now: 0)
        #expect(view.hosts.count == 3)
        let disabled = try #require(view.hosts.first { !$0.isEnabled })
        #expect(disabled.memory > 60_000)
        #expect(view.residents(disabled.id).count == 4)
    }

    @Test(
        "A disc that only one host sees is named, and ties nothing, because the run ejects it; a paused VM is a problem"
    )
    func discs() async throws {
        let bench = try await Bench(hosts: 2)
        let (vm, paused) = (try bench.vm("web-1"), try bench.vm("mail-1"))
        let host = vm.ref("resident_on")
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            for (table, ref, values) in [
                ("SR", "iso", ["name_label": Value.string("ISOs of one host"), "type": .string("iso")]),
                ("VDI", "disc", ["name_label": .string("tools.iso"), "SR": .string("OpaqueRef:iso")]),
                (
                    "PBD", "plug",
                    [
                        "host": .string(host.rawValue), "SR": .string("OpaqueRef:iso"),
                        "currently_attached": .bool(true),
                    ]
                ),
                (
                    "VBD", "drive",
                    [
                        "VM": .string(vm.ref.rawValue), "VDI": .string("OpaqueRef:disc"), "type": .string("CD"),
                        "empty": .bool(false),
                    ]
                ),
            ] { transaction.create(table, Ref("OpaqueRef:" + ref), values.merging(["uuid": .string(ref)]) { $1 }) }
            try transaction.set("VM", paused.ref, "power_state", .string("Paused"))
        }
        let view = try PoolView(bench.api.pool.database.snapshot, updates: [Self.update], now: 0)
        #expect(view.vm(vm.uuid)?.localISO == "tools.iso")
        #expect(view.vm(vm.uuid)?.tie == nil && view.vm(vm.uuid)?.allowedHosts == nil)
        let problems = Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [Self.update]))
        #expect(problems.contains { $0.text.contains("tools.iso") && $0.fix != nil })
        #expect(problems.contains { $0.text.contains("mail-1") && $0.text.contains("is paused, and can not move") })
    }

    @Test(
        "Whatever other_config says of times, the pool can be looked at",
        arguments: ["nan", "inf", "-1e300", "1e300", "9223372036854775808", "x", "", "1313507984."]
    )
    func times(text: String) async throws {
        let bench = try await Bench(hosts: 2)
        try await bench.api.pool.database.transaction { [hosts = bench.hosts] transaction throws(APIError) in
            for note in ["boot_time", "agent_start_time", "clock_offset"] {
                try transaction.set("host", hosts[1], "other_config", key: note, text)
            }
        }
        try await bench.apply("XS602E100", uuid: Self.update.uuid, guidance: "restartHost", at: 1_400_000_000)
        let snapshot = bench.api.pool.database.snapshot
        let view = try PoolView(snapshot, updates: [Self.update], now: 0)
        #expect(view.hosts[1].agentStart == (text == "1313507984." ? 1_313_507_984 : 0))
        // Where nobody knows when the host booted, the update is not taken to be in effect.
        #expect(view.hosts[1].awaitingRestart == [Self.update.uuid])
        let description = try PoolDescription(snapshot, update: Self.update.uuid)
        #expect(!description.hosts[1].isUpdated)
        #expect(!Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [Self.update])).isEmpty)
    }

    @Test("A restart of the toolstack that is still owed is seen, and the update is not in effect")
    func toolstack() async throws {
        let bench = try await Bench(hosts: 2)
        let update = UpdateFacts(uuid: Self.update.uuid, label: "X", sha256: "", guidance: [.restartXAPI])
        try await bench.apply("X", uuid: update.uuid, guidance: "restartXAPI", at: 1_000)
        let database = bench.api.pool.database
        try await database.transaction { [hosts = bench.hosts] transaction throws(APIError) in
            for (host, start) in zip(hosts, ["999.", "1001."]) {
                try transaction.set("host", host, "other_config", key: "agent_start_time", start)
            }
        }
        let view = try PoolView(database.snapshot, updates: [update], now: 2_000)
        #expect(view.hosts.map { $0.has([update]) } == [false, true])
        #expect(view.hosts[0].awaitingToolstack == [update.uuid] && view.hosts[0].awaitingRestart == [])
        let problems = Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [update]))
        #expect(problems.filter { $0.check == .alreadyApplied }.map(\.host) == [view.hosts[1].id])
    }

    @Test("A host that can not be asked is a problem, and does not pass for one with room")
    func silent() async throws {
        let bench = try await Bench(hosts: 3)
        let database = bench.api.pool.database
        let uuids = database.snapshot.rows("host").map(\.uuid)
        // The third has no driver at all.
        let hosts = BareHosts([AskedHost(uuid: uuids[0]), SilentHost(uuid: uuids[1])])
        let pool = Pool(database: database, hosts: hosts, now: bench.api.pool.now, makeUUID: bench.api.pool.makeUUID)
        let view = try await PoolView.observe(
            ServedControl(pool) { _ in },
            SignedPackages(bench.api.patches),
            run: "r",
            updates: [Self.update],
            runs: [],
            now: pool.now().seconds
        )
        let found = Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [Self.update]))
            .filter { $0.check == .liveness && $0.severity == .blocking }
        let silent = view.hosts.filter { !$0.obstacles.isEmpty }
        #expect(silent.count == 2 && Set(found.map(\.host)) == Set(silent.map(\.id)))
        #expect(found.contains { $0.text.contains("it can not be asked") && $0.text.contains("the cable is out") })
        #expect(view.host(uuids[0])?.freeBytes == 1 << 30)
    }

    @Test("A backup through the server is known to the prechecks")
    func backup() async throws {
        let bench = try await Bench(hosts: 2)
        func problem() throws -> Problem? {
            let view = try PoolView(
                bench.api.pool.database.snapshot,
                updates: [Self.update],
                now: bench.clock.now.seconds
            )
            return Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [Self.update]))
                .first { $0.check == .backup }
        }
        #expect(try problem()?.severity == .information)
        await bench.api.pool.noteBackup()
        #expect(try problem() == nil)
        bench.clock.advance(by: 8 * 86_400)
        #expect(try problem()?.text.contains("8 days old") == true)
    }

    @Test("The next plan expects what earlier runs took, by the median of the newest")
    func earlier() async throws {
        let bench = try await Bench(hosts: 2)
        let snapshot = bench.api.pool.database.snapshot
        let plain = try instance(snapshot)
        #expect(plain.hosts.allSatisfy { $0.apply == 120 && $0.reboot == 420 })
        let (host, other, vm) = (plain.hosts[0].id, plain.hosts[1].id, plain.vms[0])
        func run(_ apply: Int, _ restart: Int, _ move: Int) -> RunTimes {
            var times = RunTimes()
            times.apply = [host: apply]
            times.restart = [host: restart]
            times.moves = [.init(vm: vm.id, from: host, to: other, memory: vm.memory, seconds: move)]
            return times
        }
        // A move that sends the memory twice, at a quarter of the card.
        let rate = min(plain.parameters.streamRate, plain.hosts[0].nicRate / plain.hosts[0].maxMigrations)
        let twice = plain.parameters.migrationOverhead + 2 * vm.memory / rate
        let learned = try instance(snapshot, runs: [run(30, 200, twice), run(31, 210, twice), run(900, 9000, 100_000)])
        #expect(learned.hosts[0].apply == 31)
        #expect(learned.hosts[0].reboot == 210)
        #expect((150...200).contains(learned.vms[0].dirtyPercent), "\(learned.vms[0].dirtyPercent)")
        #expect(learned.hosts[1].reboot == 420)
    }
}

private struct AskedHost: BareHost {
    let uuid: String
}

private struct SilentHost: BareHost {
    let uuid: String

    func facts() async throws(HostError) -> HostFacts {
        throw .unreachable(host: "xs2", reason: "the cable is out")
    }
}
