import Hosts
import Synchronization
import SystemPackage
import Testing

@testable import EmbeddedHosts

/// A clock that stands still but for the sleeps asked of it, which end at once.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Swift.Duration
        func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private let time = Mutex(Swift.Duration.zero)

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    let minimumResolution = Swift.Duration.zero

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, deadline.offset) }
    }
}

@Suite("An embedded pool", .needsHosts) struct PoolTests {
    @Test("keeps packages, boots and stamps when it is opened again")
    func again() async throws {
        let test = try await TestPool.open(hosts: 2)
        try await test.host.writeStamp(uuid: "1234", contents: "stamp")
        _ = try await test.run("echo mine >/root/file; rpm -e xapi")
        let facts = try await test.host.facts()
        await test.pool.shutdown()

        let pool = try await EmbeddedPool.open(state: test.state, hosts: TestPool.identities(2))
        #expect(pool.hosts.map(\.uuid) == TestPool.identities(2).map(\.uuid))
        var reopened = try await pool.hosts[0].facts()
        reopened.freeBytes = facts.freeBytes
        #expect(reopened == facts)
        #expect(try await pool.hosts[0].stamps().map(\.contents) == ["stamp"])
        #expect(try await !pool.hosts[0].installedPackages().map(\.name).contains("xapi"))
        #expect(try await pool.hosts[1].installedPackages().map(\.name).contains("xapi"))
    }

    @Test("goes on with a restart that an earlier process began")
    func restartUnderWay() async throws {
        let test = try await TestPool.open(timing: Timing(speed: 0.001))
        let before = try await test.host.facts()
        try await test.host.reboot()
        await test.pool.shutdown()
        let soon = try await EmbeddedPool.open(
            state: test.state,
            hosts: TestPool.identities(1),
            timing: Timing(speed: 0.001)
        )
        await #expect(throws: HostError.self) { try await soon.hosts[0].facts() }
        await soon.shutdown()

        let later = try await EmbeddedPool.open(
            state: test.state,
            hosts: TestPool.identities(1),
            timing: Timing(speed: 1e9)
        )
        let after = try await later.hosts[0].waitUntilUp()
        #expect(after.bootID != before.bootID && after.bootTime > before.bootTime)
    }

    @Test("throws away what a killed process left half-made")
    func unfinished() async throws {
        let folder = try TemporaryFolder()
        let half = [
            "embedded/baseline/tree.new/usr/bin", "embedded/hosts/host1/tree.new/etc",
            "embedded/replica-baseline.building",
        ]
        for path in half { try FileSystem.makeFolders(folder.path.appending(path)) }
        try FileSystem.replace(folder.path.appending("embedded/baseline/tree.new/usr/bin/junk"), with: [1])
        let pool = try await EmbeddedPool.open(state: folder.path.string, hosts: TestPool.identities(1))
        #expect(!FileSystem.exists(folder.path.appending("hosts/host1/usr/bin/junk")))
        #expect(try await pool.hosts[0].installedPackages().count == ReplicaPackages.fileNames(.baseline).count)
        for path in half { #expect(!FileSystem.exists(folder.path.appending(path))) }
    }

    @Test("makes whole hosts after its making was cut off at any moment", arguments: [30, 150, 400, 700])
    func cutOff(milliseconds: Int) async throws {
        let folder = try TemporaryFolder()
        let state = folder.path.string
        let making = Task { try await EmbeddedPool.open(state: state, hosts: TestPool.identities(2)) }
        try await Task.sleep(for: .milliseconds(milliseconds))
        making.cancel()
        _ = try? await making.value
        let pool = try await EmbeddedPool.open(state: state, hosts: TestPool.identities(2))
        for host in pool.hosts {
            #expect(try await host.installedPackages().count == ReplicaPackages.fileNames(.baseline).count)
        }
    }

    @Test(
        "sets a host aside whose name is none, or another's, and serves the others",
        arguments: [
            "", "..", "a/b", "-x", "a b", "ä", ".hid", "bad_name", "nul\0", "host1", "HOST1",
            String(repeating: "a", count: 64),
        ]
    )
    func hostnames(name: String) async throws {
        let test = try await TestPool.open()
        await test.pool.shutdown()
        let identities = TestPool.identities(1) + [.init(uuid: "2", name: name)]
        let pool = try await EmbeddedPool.open(state: test.state, hosts: identities)
        #expect(pool.hosts.map(\.uuid) == identities.map(\.uuid))
        _ = try await pool.hosts[0].facts()
        let error = await #expect(throws: HostError.self) { try await pool.hosts[1].facts() }
        #expect(error?.description.contains("host.set_hostname") == true)
        #expect(pool.setAside == [error?.description].compactMap { $0 })
        #expect(try FileSystem.names(in: FilePath(test.state).appending("hosts")) == ["host1"])
        await pool.shutdown()
    }

    @Test("gives a host that was renamed its own tree again, also where the name was another's before")
    func renamed() async throws {
        let test = try await TestPool.open(hosts: 2)
        _ = try await test.run("echo first >/root/whose", on: 0)
        _ = try await test.run("echo second >/root/whose", on: 1)
        await test.pool.shutdown()
        var identities = TestPool.identities(2)
        (identities[0].name, identities[1].name) = ("host2", "other")
        let pool = try await EmbeddedPool.open(state: test.state, hosts: identities)
        let show = try test.folder.script("show", "cat /root/whose; hostname")
        let limits = ProgramLimits(time: .seconds(60), outputBytes: 4_096)
        for (host, output) in zip(pool.hosts, ["first\nhost2\n", "second\nother\n"]) {
            #expect(try await host.run(program: show, argument: "", limits: limits).output == output)
        }
        await pool.shutdown()
    }

    @Test("closes the folders above its hosts' trees, though they were open to others before")
    func openFolders() async throws {
        let test = try await TestPool.open()
        await test.pool.shutdown()
        let folder = FilePath(test.state).appending("hosts")
        try await tool("chmod", "755", folder.string)
        let pool = try await EmbeddedPool.open(state: test.state, hosts: TestPool.identities(1))
        #expect(FileSystem.mode(folder).map { $0 & 0o7777 } == 0o700)
        await pool.shutdown()
    }
}

@Suite("A migration", .needsHosts) struct MigrationTests {
    private let vm = RunningVM(uuid: "vm-1", name: "web", memory: 1250 << 20)
    private let one = TestPool.identities(2)[0].uuid
    private let two = TestPool.identities(2)[1].uuid

    @Test("takes 5 s and a second for each 125 MiB of memory, divided by the speed")
    func time() async throws {
        let clock = ManualClock()
        let test = try await TestPool.open(hosts: 2, timing: Timing(speed: 10, clock: clock))
        let parts = Mutex<[Double]>([])
        let before = clock.now
        try await test.pool.hypervisor.migrate(vm, from: one, to: two) { part in parts.withLock { $0.append(part) } }
        #expect(abs((before.duration(to: clock.now) - .seconds(1.5)) / .seconds(1)) < 1e-6)
        let seen = parts.withLock { $0 }
        #expect(seen.first == 0 && seen.last == 1 && seen == seen.sorted())
    }

    @Test("is refused to, from or with a host that is down or unknown")
    func down() async throws {
        let test = try await TestPool.open(hosts: 2, timing: Timing(speed: 0.001))
        try await test.pool.hosts[1].reboot()
        await #expect(throws: HostError.migrationFailed(vm: "web", reason: "host host2 is down")) {
            try await test.pool.hypervisor.migrate(vm, from: one, to: two) { _ in }
        }
        await #expect(throws: HostError.migrationFailed(vm: "web", reason: "host host2 is down")) {
            try await test.pool.hypervisor.migrate(vm, from: two, to: one) { _ in }
        }
        await #expect(throws: HostError.migrationFailed(vm: "web", reason: "the pool has no host nowhere")) {
            try await test.pool.hypervisor.migrate(vm, from: one, to: "nowhere") { _ in }
        }
        await test.pool.shutdown()
    }

    @Test("ends when its task is cancelled")
    func cancelled() async throws {
        let test = try await TestPool.open(hosts: 2, timing: Timing(speed: 0.001))
        let task = Task { try await test.pool.hypervisor.migrate(vm, from: one, to: two) { _ in } }
        task.cancel()
        await #expect(throws: HostError.migrationFailed(vm: "web", reason: "the migration was cancelled")) {
            try await task.value
        }
    }

    @Test("fails half-way when told to, and others do not")
    func fault() async throws {
        let faults = Faults(migrations: ["vm-1": "the link went down"])
        let test = try await TestPool.open(hosts: 2, timing: Timing(speed: 1, clock: ManualClock()), faults: faults)
        let last = Mutex(0.0)
        await #expect(throws: HostError.migrationFailed(vm: "web", reason: "the link went down")) {
            try await test.pool.hypervisor.migrate(vm, from: one, to: two) { part in last.withLock { $0 = part } }
        }
        #expect((0.2...0.6).contains(last.withLock { $0 }))
        var other = vm
        other.uuid = "vm-2"
        try await test.pool.hypervisor.migrate(other, from: one, to: two) { part in last.withLock { $0 = part } }
        #expect(last.withLock { $0 } == 1)
    }
}
