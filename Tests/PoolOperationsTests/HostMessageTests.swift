import Hosts
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

/// Disabling, restarting, enabling and moving, in XenServer's terms.
@Suite struct HostMessageTests {
    @Test func aHostIsDisabledBeforeItIsRestarted() async throws {
        let small = try await SmallPool()
        await #expect(throws: APIError("HOST_NOT_DISABLED")) {
            try await small.pool.reboot(small.hosts[0], operation: Ref("OpaqueRef:t"))
        }
        try await small.pool.disable(small.hosts[0])
        try await small.pool.reboot(small.hosts[0], operation: Ref("OpaqueRef:t"))
        #expect(small.snapshot.row("host", small.hosts[0])?["current_operations"]["OpaqueRef:t"] == .string("shutdown"))
        await #expect(throws: APIError("HOST_DISABLED_UNTIL_REBOOT")) { try await small.pool.enable(small.hosts[0]) }
    }

    @Test func aBootTakesTheHostBackIntoServiceWithItsNewVersions() async throws {
        let small = try await SmallPool()
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        let before = small.snapshot.row("host", small.hosts[0])?.map("other_config", "boot_time")
        #expect(before == "1.")
        try await small.pool.disable(small.hosts[0])
        try await small.pool.reboot(small.hosts[0], operation: Ref("OpaqueRef:t"))
        await monitor.look()
        let host = try #require(small.snapshot.row("host", small.hosts[0]))
        #expect(host.map("other_config", "boot_time") == "2.")
        #expect(host.bool("enabled"))
        #expect(host["current_operations"] == .map([]))
    }

    @Test func oneBootEnablesTheHostOnceHoweverManySeeIt() async throws {
        let small = try await SmallPool()
        let host = small.hosts[0]
        try await small.pool.reboot(afterDisabling: host)
        let facts = try await small.pool.driver(host).facts()
        let pool = small.pool
        let before = small.snapshot
        await pool.learn(facts, of: host, asked: before) { _ in
            // Another sees the same boot meanwhile, and an operator disables the host.
            await pool.learn(facts, of: host, asked: before) { _ in }
            try? await pool.disable(host)
        }
        let row = try #require(small.snapshot.row("host", host))
        #expect(!row.bool("enabled"))
        #expect(row["current_operations"] == .map([]))
    }

    @Test func anAnswerFromBeforeABootThatIsKnownIsLetGo() async throws {
        let small = try await SmallPool()
        let (pool, host) = (small.pool, small.hosts[0])
        let old = try await pool.driver(host).facts()
        await pool.learn(old, of: host, asked: small.snapshot) { _ in }
        let before = small.snapshot
        try await pool.reboot(afterDisabling: host)
        await pool.learn(try pool.driver(host).facts(), of: host, asked: small.snapshot) { _ in }
        try await pool.disable(host)
        // Asked before the restart, answered in time, and held up on its way.
        await pool.learn(old, of: host, asked: before) { _ in }
        let row = try #require(small.snapshot.row("host", host))
        #expect(row.map("other_config", "boot_time") == "2.")
        #expect(!row.bool("enabled"))
    }

    @Test func aHostIsShutDownOnlyWhenItIsDisabledAndEmpty() async throws {
        let small = try await SmallPool()
        let (host, task) = (small.hosts[1], Ref("OpaqueRef:t"))
        await #expect(throws: APIError("HOST_NOT_DISABLED")) { try await small.pool.shutdown(host, operation: task) }
        try await small.pool.disable(host)
        let guest = try #require(EvacuationPlan.guests(of: host, in: small.snapshot).first)
        await #expect(throws: APIError("HOST_IN_USE", [host.rawValue, "VM", guest.ref.rawValue])) {
            try await small.pool.shutdown(host, operation: task)
        }
        #expect(small.snapshot.row("VM", guest.ref)?.string("power_state") == "Running")
        try await small.pool.evacuate(host, operation: task) { _ in }
        try await small.pool.shutdown(host, operation: task)
        #expect(small.snapshot.row("host", host)?["current_operations"]["OpaqueRef:t"] == .string("shutdown"))
    }

    @Test func aHostThatIsOffIsPoweredOnAndComesBackIntoService() async throws {
        let small = try await SmallPool()
        let host = small.hosts[1]
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        await #expect(throws: APIError("HOST_IS_LIVE", [host.rawValue])) { try await small.pool.powerOn(host) }
        try await small.pool.disable(host)
        try await small.pool.evacuate(host, operation: .null) { _ in }
        try await small.pool.shutdown(host, operation: .null)
        await monitor.look()
        let metrics = try #require(small.snapshot.row("host", host)).ref("metrics")
        #expect(small.snapshot.row("host_metrics", metrics)?.bool("live") == false)
        try await small.pool.powerOn(host)
        await monitor.look()
        #expect(small.snapshot.row("host_metrics", metrics)?.bool("live") == true)
        #expect(small.snapshot.row("host", host)?.bool("enabled") == true)
        #expect(small.snapshot.row("host", host)?["current_operations"] == .map([]))
    }

    @Test func aDriverThatCanNotPowerHostsOnOrSaveThemSaysSo() async throws {
        let small = try await SmallPool()
        let host = small.hosts[2]
        try await small.set(
            "host_metrics",
            try #require(small.snapshot.row("host", host)).ref("metrics"),
            "live",
            .bool(false)
        )
        await #expect(throws: APIError("HOST_POWER_ON_MODE_DISABLED")) { try await small.pool.powerOn(host) }
        let uuid = try #require(small.snapshot.row("host", host)).uuid
        let error = await #expect(throws: APIError.self) {
            try await small.pool.backup(ofHostWithUUID: uuid, limit: 1 << 20)
        }
        #expect(error?.parameters.first?.contains("can not be backed up from here") == true)
    }

    @Test func aHostThatWasDisabledByHandStaysSoWhileItDoesNotBoot() async throws {
        let small = try await SmallPool()
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        try await small.pool.disable(small.hosts[1])
        await monitor.look()
        #expect(small.snapshot.row("host", small.hosts[1])?.bool("enabled") == false)
    }

    @Test func freeMemoryFollowsAMigration() async throws {
        let small = try await SmallPool()
        let (vm, target) = (small.vm("database-1"), small.hosts[1])
        let before = try #require(small.snapshot.row("host", target))
        let free = MemoryAccounting.free(before, in: small.snapshot)
        let need = MemoryAccounting.need(try #require(small.snapshot.row("VM", vm)))
        try await small.pool.migrate(vm, to: target, operation: .null) { _ in }
        let after = try #require(small.snapshot.row("host", target))
        #expect(free - MemoryAccounting.free(after, in: small.snapshot) == need)
        let metrics = try #require(small.snapshot.row("host_metrics", after.ref("metrics")))
        #expect(metrics.int("memory_free") == free - need)
    }

    @Test func aVMThatDoesNotRunIsNotMoved() async throws {
        let small = try await SmallPool()
        let vm = small.vm("web-1")
        try await small.set("VM", vm, "power_state", .string("Halted"))
        await #expect(throws: APIError("VM_BAD_POWER_STATE", [vm.rawValue, "running", "halted"])) {
            try await small.pool.migrate(vm, to: small.hosts[1], operation: .null) { _ in }
        }
    }

    @Test func aHostWithTooLittleMemoryIsRefusedWithNumbers() async throws {
        let small = try await SmallPool()
        let metrics = try #require(small.snapshot.row("host", small.hosts[1])).ref("metrics")
        try await small.set("host_metrics", metrics, "memory_total", .int(14 << 30))
        let error = await #expect(throws: APIError.self) {
            try await small.pool.migrate(small.vm("database-1"), to: small.hosts[1], operation: .null) { _ in }
        }
        #expect(error?.code == "HOST_NOT_ENOUGH_FREE_MEMORY")
        let numbers = error?.parameters.compactMap { Int64($0) } ?? []
        #expect(numbers.count == 2 && numbers[0] > numbers[1])
    }

    @Test func anOlderHostTakesNobody() async throws {
        let small = try await SmallPool()
        let monitor = HostMonitor(pool: small.pool, interval: .seconds(1)) { _ in }
        await monitor.look()
        try await small.set("host", small.hosts[1], "software_version", .pairs(["product_version": "6.0.0"]))
        await #expect(throws: APIError("NOT_SUPPORTED_DURING_UPGRADE")) {
            try await small.pool.migrate(small.vm("web-1"), to: small.hosts[1], operation: .null) { _ in }
        }
    }

    @Test func whatADeadServerLeftIsSetRight() async throws {
        let small = try await SmallPool()
        let vm = small.vm("web-1")
        try await small.set("VM", vm, "scheduled_to_be_resident_on", .string(small.hosts[1].rawValue))
        try await small.set("VM", vm, "current_operations", .pairs(["OpaqueRef:t": "pool_migrate"]))
        try await small.set("host", small.hosts[0], "current_operations", .pairs(["a": "evacuate", "b": "shutdown"]))
        try await small.pool.recover()
        let row = try #require(small.snapshot.row("VM", vm))
        #expect(row.ref("scheduled_to_be_resident_on").isNull)
        #expect(row["current_operations"] == .map([]))
        let host = small.snapshot.row("host", small.hosts[0])
        #expect(host?["current_operations"] == .pairs(["b": "shutdown"]), "a restart goes on without the server")
    }
}

extension Pool {
    fileprivate func reboot(afterDisabling host: Ref) async throws(APIError) {
        try await disable(host)
        try await reboot(host, operation: Ref("OpaqueRef:t"))
    }
}
