import Hosts
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

/// How a host is emptied.
@Suite struct EvacuationTests {
    @Test func everyGuestGetsAnotherHostAndTheControlDomainStays() async throws {
        let small = try await SmallPool()
        let host = small.hosts[0]
        try await small.pool.evacuate(host, operation: .null) { _ in }
        let left = small.snapshot.rows("VM").filter { $0.ref("resident_on") == host }
        #expect(left.map { $0.bool("is_control_domain") } == [true])
        #expect(small.hypervisor.moved.count == 4)
        #expect(small.snapshot.row("host", host)?["current_operations"] == .map([]))
    }

    @Test func theLargestGuestGoesFirstAndToTheRoomiestHost() async throws {
        let small = try await SmallPool()
        let host = try #require(small.snapshot.row("host", small.hosts[0]))
        let plan = EvacuationPlan(emptying: host, in: small.snapshot)
        #expect(plan.moves.first?.vm == small.vm("database-1"))
        #expect(plan.problems.isEmpty)
        #expect(Set(plan.moves.map(\.host)) == Set(small.hosts.dropFirst()))
    }

    @Test func nothingMovesWhereOneGuestCanNot() async throws {
        let small = try await SmallPool()
        let vm = small.vm("mail-1")
        try await small.takeDrivers(from: vm)
        await #expect(throws: APIError("VM_MISSING_PV_DRIVERS", [vm.rawValue])) {
            try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        }
        #expect(small.hypervisor.moved.isEmpty)
    }

    @Test func aLoneHostHasNowhereToGo() async throws {
        let small = try await SmallPool(hosts: 1)
        let host = try #require(small.snapshot.row("host", small.hosts[0]))
        let plan = EvacuationPlan(emptying: host, in: small.snapshot)
        #expect(plan.problems.count == 4)
        #expect(plan.problems.allSatisfy { $0.error == APIError("NO_HOSTS_AVAILABLE", [$0.vm.rawValue]) })
    }

    @Test func disabledHostsTakeNobody() async throws {
        let small = try await SmallPool()
        try await small.pool.disable(small.hosts[1])
        try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        #expect(small.snapshot.pointing(at: small.hosts[1], "host", "resident_VMs").count == 5)
        #expect(small.snapshot.pointing(at: small.hosts[2], "host", "resident_VMs").count == 9)
    }

    @Test func aHostWithoutTheStorageIsNamed() async throws {
        let small = try await SmallPool(hosts: 2)
        let pbd = small.snapshot.pointing(at: small.hosts[1], "host", "PBDs")[0]
        try await small.set("PBD", pbd, "currently_attached", .bool(false))
        let storage = try #require(small.snapshot.rows("SR").first).ref
        let error = await #expect(throws: APIError.self) {
            try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        }
        #expect(error?.code == "VM_REQUIRES_SR")
        #expect(error?.parameters.last == storage.rawValue)
    }

    @Test func aFailedMigrationLeavesTheRestWhereTheyAre() async throws {
        let small = try await SmallPool()
        small.hypervisor.stick("mail-1")
        let error = await #expect(throws: APIError.self) {
            try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        }
        #expect(error?.code == "VM_MIGRATE_FAILED")
        #expect(small.hypervisor.moved == ["database-1"])
        let mail = try #require(small.snapshot.row("VM", small.vm("mail-1")))
        #expect(mail.ref("resident_on") == small.hosts[0])
        #expect(mail.ref("scheduled_to_be_resident_on").isNull)
        #expect(mail["current_operations"] == .map([]))
        #expect(small.snapshot.row("host", small.hosts[0])?["current_operations"] == .map([]))
    }

    @Test func highAvailabilityKeepsAHostThatItCountsOn() async throws {
        let small = try await SmallPool(hosts: 2)
        let pool = try small.snapshot.pool().ref
        try await small.set("pool", pool, "ha_enabled", .bool(true))
        try await small.set("pool", pool, "ha_host_failures_to_tolerate", .int(1))
        await #expect(throws: APIError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")) {
            try await small.pool.disable(small.hosts[1])
        }
        try await small.set("pool", pool, "ha_allow_overcommit", .bool(true))
        try await small.pool.disable(small.hosts[1])
        #expect(small.snapshot.row("host", small.hosts[1])?.bool("enabled") == false)
    }
}
