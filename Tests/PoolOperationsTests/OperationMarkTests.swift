import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import Synchronization
import TestSupport
import Testing
import XenAPI

/// What is shown as under way: it goes with the call that set it, and with the server that made the call.
@Suite struct OperationMarkTests {
    @Test func aHostThatNeverGotTheOrderIsFreeAgainWhenItIsSeenInTheSameBoot() async throws {
        let small = try await SmallPool()
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        let host = small.hosts[1]
        try await small.pool.disable(host)
        // A server died between the mark and the order.
        try await small.set("host", host, "current_operations", .pairs(["OpaqueRef:dead": "shutdown"]))
        try await small.pool.recover()
        await monitor.look()
        let row = try #require(small.snapshot.row("host", host))
        #expect(row["current_operations"] == .map([]))
        #expect(!row.bool("enabled"), "nobody has enabled it")
        try await small.pool.reboot(host, operation: Ref("OpaqueRef:t"))
        await monitor.look()
        #expect(small.snapshot.row("host", host)?.bool("enabled") == true)
    }

    @Test func aHostThatIsToldToGoDownNowStaysMarkedWhileItStillAnswers() async throws {
        let small = try await SmallPool(host: { SlowHost(uuid: $0) })
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        let host = small.hosts[0]
        try await small.pool.disable(host)
        try await small.pool.reboot(host, operation: Ref("OpaqueRef:t"))
        await monitor.look()
        #expect(small.snapshot.row("host", host)?["current_operations"]["OpaqueRef:t"] == .string("shutdown"))
        await #expect(throws: APIError("HOST_DISABLED_UNTIL_REBOOT")) { try await small.pool.enable(host) }
    }

    @Test func aHostIsNotTakenForSilentBecauseNobodyWaitsForItsAnswer() async throws {
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let small = try await SmallPool(host: { ThoughtfulHost(uuid: $0, asked: asking) })
        let host = small.hosts[0]
        let metrics = try #require(small.snapshot.row("host", host)).ref("metrics")
        try await small.set("host_metrics", metrics, "live", .bool(true))
        let looking = Task { await HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }.run() }
        for await _ in asked { break }
        looking.cancel()
        await looking.value
        #expect(try small.snapshot.isLive(#require(small.snapshot.row("host", host))))
    }

    @Test func anOrderThatFailsLeavesNoMark() async throws {
        let small = try await SmallPool(host: { BrokenHost(uuid: $0) })
        let host = small.hosts[0]
        try await small.pool.disable(host)
        await #expect(throws: APIError.self) { try await small.pool.reboot(host, operation: Ref("OpaqueRef:t")) }
        #expect(small.snapshot.row("host", host)?["current_operations"] == .map([]))
        #expect(EvacuationPlan.guests(of: host, in: small.snapshot).count == 4, "its VMs go on")
    }

    @Test func aHostInMaintenanceStaysDisabledOverItsBoot() async throws {
        let small = try await SmallPool()
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        let host = small.hosts[0]
        try await small.pool.disable(host)
        try await small.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("host", host, "other_config", key: "MAINTENANCE_MODE", "true")
        }
        try await small.pool.reboot(host, operation: Ref("OpaqueRef:t"))
        await monitor.look()
        let row = try #require(small.snapshot.row("host", host))
        #expect(row.map("other_config", "boot_time") == "2.")
        #expect(!row.bool("enabled"))
        #expect(row["current_operations"] == .map([]))
    }

    @Test func theEndOfAMigrationIsWrittenDownAlthoughTheDiskTakesNothing() async throws {
        let folder = try TemporaryDirectory()
        let disk = Disk()
        let path = folder.file("pool.sqlite")
        let small = try await SmallPool(
            database: PoolDatabase(path: path, beforeWriting: { () throws in try disk.write() })
        )
        let (vm, target) = (small.vm("web-1"), small.hosts[1])
        let free = MemoryAccounting.free(try #require(small.snapshot.row("host", small.hosts[0])), in: small.snapshot)
        try await small.pool.migrate(vm, to: target, operation: Ref("OpaqueRef:t")) { _ in
            disk.isFull.store(true, ordering: .relaxed)
        }
        let row = try #require(small.snapshot.row("VM", vm))
        #expect(row["current_operations"] == .map([]))
        #expect(row.ref("resident_on") == target)
        let source = try #require(small.snapshot.row("host", small.hosts[0]))
        #expect(MemoryAccounting.free(source, in: small.snapshot) > free, "its memory is given back")
        await #expect(throws: APIError.self, "nothing new is begun") {
            try await small.pool.migrate(vm, to: small.hosts[2], operation: Ref("OpaqueRef:u")) { _ in }
        }
        disk.isFull.store(false, ordering: .relaxed)
        try await small.set("VM", small.vm("mail-1"), "name_description", .string("any other change"))
        #expect(small.snapshot.row("VM", vm)?["current_operations"] == .map([]))
        let dump = try await copy(of: path)
        #expect(dump.row("VM", vm)?.ref("resident_on") == target)
        #expect(dump.row("VM", vm)?["current_operations"] == .map([]))
    }
}

/// A disk that a test fills.
private final class Disk: Sendable {
    struct Full: Error {}

    let isFull = Atomic(false)

    func write() throws {
        if isFull.load(ordering: .relaxed) { throw Full() }
    }
}

/// What stands on disk, read from a copy: the file itself is in use.
private func copy(of path: String) async throws -> Snapshot {
    let folder = try TemporaryDirectory()
    for end in ["", "-wal"] where FileManager.default.fileExists(atPath: path + end) {
        try FileManager.default.copyItem(atPath: path + end, toPath: folder.file("copy.sqlite") + end)
    }
    return try PoolDatabase(path: folder.file("copy.sqlite")).snapshot
}

/// Takes its time to go down.
private struct SlowHost: BareHost {
    let uuid: String
}

/// Can not be told to restart.
private struct BrokenHost: BareHost {
    let uuid: String

    func reboot() async throws(HostError) { throw .failed(host: uuid, reason: "its power switch is stuck") }
}

/// Answers when it is too late.
private struct ThoughtfulHost: BareHost {
    let uuid: String
    let asked: AsyncStream<Void>.Continuation

    func facts() async throws(HostError) -> HostFacts {
        asked.yield()
        do { try await Task.sleep(for: .seconds(3600)) } catch { throw .failed(host: uuid, reason: "nobody waits") }
        return .bare()
    }
}
