import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import Synchronization
import Testing
import XenAPI

/// A host that says what it is told to say.
private final class ToldHost: InventoryHost {
    let uuid: String
    let name: String
    let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation
    private let vms = Mutex<[HostInventory.VM]?>([])

    init(_ name: String) {
        (uuid, self.name) = (UUID().uuidString.lowercased(), name)
        (changes, change) = AsyncStream.makeStream(of: Void.self)
    }

    /// What it has from now on; nil for a host that does not answer.
    func say(_ vms: [HostInventory.VM]?, loudly: Bool = false) {
        self.vms.withLock { $0 = vms }
        if loudly { change.yield() }
    }

    func inventory() async throws(HostError) -> HostInventory {
        guard let vms = vms.withLock({ $0 }) else { throw .unreachable(host: name, reason: "silent") }
        return HostInventory(address: name, memory: 64 << 30, vms: vms)
    }

    func facts() async throws(HostError) -> HostFacts {
        HostFacts(bootID: "a", bootTime: 0, agentStartTime: 0, softwareVersion: [:], freeBytes: 1 << 40)
    }
    func installedPackages() async throws(HostError) -> [InstalledPackage] { [] }
    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        ProgramResult(ending: .exited(0), output: "")
    }
    func stamps() async throws(HostError) -> [Stamp] { [] }
    func writeStamp(uuid: String, contents: String) async throws(HostError) {}
    func reboot() async throws(HostError) {}
    func restartAgent() async throws(HostError) {}
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
            hosts: InstantHosts(hosts: hosts, hypervisor: InstantHypervisor()),
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
