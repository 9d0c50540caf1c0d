import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import Synchronization
import TestSupport
import Testing
import XenAPI

/// A host that says what it is told to say.
private final class ToldHost: InventoryHost, BareHost {
    let uuid: String
    let name: String
    let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation
    private let vms = Mutex<[HostInventory.VM]?>([])
    private let storages = Mutex<[HostInventory.Storage]>([])

    init(_ name: String) {
        (uuid, self.name) = (UUID().uuidString.lowercased(), name)
        (changes, change) = AsyncStream.makeStream(of: Void.self)
    }

    /// What it has from now on; nil for a host that does not answer.
    func say(_ vms: [HostInventory.VM]?, loudly: Bool = false) {
        self.vms.withLock { $0 = vms }
        if loudly { change.yield() }
    }

    /// The storage that it reaches from now on.
    func reach(_ storages: [HostInventory.Storage]) { self.storages.withLock { $0 = storages } }

    func inventory() async throws(HostError) -> HostInventory {
        guard let vms = vms.withLock({ $0 }) else { throw .unreachable(host: name, reason: "silent") }
        return HostInventory(address: name, memory: 64 << 30, storages: storages.withLock { $0 }, vms: vms)
    }
}

@Suite("A pool that follows its hosts")
struct FollowedPoolTests {
    private let hosts = [ToldHost("a"), ToldHost("b")]
    private let pool: Pool
    private let followed: FollowedPool
    private let vm = HostInventory.VM(uuid: "0a1b", name: "vm", power: .running, maxMemory: 1 << 30, memory: 1 << 30)

    init() async throws {
        pool = Pool(
            database: try PoolDatabase(path: nil),
            hosts: BareHosts(hosts),
            now: { Timestamp(seconds: 1_461_110_400) },
            makeUUID: { UUID().uuidString.lowercased() }
        )
        followed = FollowedPool(name: "told", pool: pool, interval: .seconds(3_600))
        try await followed.prepare()
    }

    private var row: Row? { pool.database.snapshot.row("VM", uuid: "0a1b") }
    private var residence: String? {
        row.flatMap { pool.database.snapshot.row("host", $0.ref("resident_on"))?.nameLabel }
    }

    /// Names of the storage that is plugged on the first host.
    private var plugged: [String] {
        let snapshot = pool.database.snapshot
        return snapshot.rows("PBD").filter { $0.bool("currently_attached") }
            .compactMap { snapshot.row("SR", $0.ref("SR"))?.nameLabel }.sorted()
    }

    private func off(_ vm: HostInventory.VM) -> HostInventory.VM {
        var vm = vm
        vm.power = .halted
        return vm
    }

    @Test("what a host tells of is seen at once, not at the next look")
    func changes() async throws {
        hosts[0].say([vm])
        await followed.look()
        #expect(residence == "a")
        let following = Task { await followed.run() }
        hosts[0].say([off(vm)], loudly: true)
        var snapshot = pool.database.snapshot
        while snapshot.row("VM", uuid: "0a1b")?.string("power_state") != "Halted" {
            snapshot = await pool.database.change(after: snapshot.generation)
        }
        following.cancel()
        await following.value
    }

    @Test("a host that only knows a VM does not stop one that runs on a host which gives no answer")
    func elsewhere() async throws {
        hosts[0].say([vm])
        hosts[1].say([off(vm)])
        await followed.look()
        #expect(residence == "a")
        hosts[0].say(nil)
        await followed.look()
        #expect(residence == "a")
        #expect(row?.string("power_state") == "Running")
        hosts[0].say([off(vm)])
        await followed.look()
        #expect(row?.string("power_state") == "Halted")
    }

    @Test("a VM on its way is seen at both ends, and counts where it runs")
    func onItsWay() async throws {
        var (arriving, renamed) = (vm, vm)
        arriving.power = .paused
        renamed.name = "renamed"
        hosts[0].say([vm])
        await followed.look()
        hosts[0].say(nil)
        hosts[1].say([arriving])
        await followed.look()
        #expect(residence == "a")
        #expect(row?.string("power_state") == "Running")

        // Only the other end tells of a change: where it runs is asked all the same.
        hosts[0].say([renamed])
        let following = Task { await followed.run() }
        hosts[1].say([arriving], loudly: true)
        var snapshot = pool.database.snapshot
        while snapshot.row("VM", uuid: "0a1b")?.nameLabel != "renamed" {
            snapshot = await pool.database.change(after: snapshot.generation)
        }
        #expect(residence == "a")
        following.cancel()
        await following.value
    }

    @Test("after a boot only the storage counts that the host says it has; one that can not say has none")
    func storageAfterBoot() async throws {
        let storages = ["one", "two"].map { HostInventory.Storage(name: $0, isShared: true, path: "/\($0)") }
        let host = try #require(pool.database.snapshot.row("host", uuid: hosts[0].uuid)).ref
        hosts[0].reach(storages)
        await followed.look()
        await pool.learn(.bare(boot: "a"), of: host, asked: pool.database.snapshot) { _ in }
        #expect(plugged == ["one", "two"])

        hosts[0].reach([storages[1]])
        await pool.learn(.bare(boot: "a"), of: host, asked: pool.database.snapshot) { _ in }
        #expect(plugged == ["one", "two"], "without a boot there is no reason to ask")
        await pool.learn(.bare(boot: "b"), of: host, asked: pool.database.snapshot) { _ in }
        #expect(plugged == ["two"])

        hosts[0].say(nil)
        await pool.learn(.bare(boot: "c"), of: host, asked: pool.database.snapshot) { _ in }
        #expect(plugged == [])
        #expect(await pool.readStorage(of: host) == false)
        hosts[0].say([])
        #expect(await pool.readStorage(of: host))
        #expect(plugged == ["two"])
    }

    @Test("a VM that is stopped is known where it was, before the host tells so, and starts there")
    func startsWhereItWas() async throws {
        var (listening, other) = (vm, vm)
        listening.listens = true
        // So that the other host has more room.
        (other.uuid, other.name, other.maxMemory, other.memory) = ("f00d", "full", 32 << 30, 32 << 30)
        hosts[0].say([listening, other])
        await followed.look()
        for host in pool.database.snapshot.rows("host") {
            await pool.learn(.bare(), of: host.ref, asked: pool.database.snapshot) { _ in }
        }
        let ref = try #require(row?.ref)
        try await pool.shutDown(ref, hard: false)
        #expect(row?.string("power_state") == "Halted")
        try await pool.start(ref)
        #expect(residence == "a")
    }

    @Test("a VM that no host knows any more is forgotten once all were asked")
    func forgotten() async throws {
        hosts[0].say([vm])
        await followed.look()
        hosts[0].say([])
        hosts[1].say(nil)
        await followed.look()
        #expect(row != nil)
        hosts[1].say([])
        await followed.look()
        #expect(row == nil)
    }

    @Test("groups that people made come along as the planner reads them")
    func notes() async throws {
        var member = vm
        member.notes = ["pitstop-apart": "web"]
        hosts[0].say([member])
        await followed.look()
        #expect(row?.map("other_config", "pitstop-apart") == "web")
    }
}
