import PoolDatabase
import PoolOperations
import Testing
import XenAPI

/// What forbids moving and stopping a VM: one answer, whoever asks.
@Suite struct VMObstacleTests {
    @Test func anOwnersWordCountsForEveryOperation() async throws {
        let small = try await SmallPool()
        let vm = small.vm("web-1")
        for operation in VMOperation.allCases {
            try await small.set("VM", vm, "blocked_operations", .pairs([operation.rawValue: "licence"]))
            let row = try #require(small.snapshot.row("VM", vm))
            let blocked = APIError("OPERATION_BLOCKED", [vm.rawValue, "licence"])
            #expect(VMObstacles.reasons(against: operation, on: row, in: small.snapshot).first == blocked)
            #expect(!small.allowed(vm).contains(operation.rawValue))
        }
    }

    @Test func aBlockedMigrationIsRefusedByTheMessageAndByEvacuation() async throws {
        let small = try await SmallPool()
        let vm = small.vm("web-1")
        try await small.set("VM", vm, "blocked_operations", .pairs(["pool_migrate": "licence"]))
        let blocked = APIError("OPERATION_BLOCKED", [vm.rawValue, "licence"])
        await #expect(throws: blocked) {
            try await small.pool.migrate(vm, to: small.hosts[1], operation: .null) { _ in }
        }
        await #expect(throws: blocked) {
            try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        }
        #expect(small.hypervisor.moved.isEmpty)
    }

    @Test func onlyAFullyVirtualizedGuestNeedsDrivers() async throws {
        let small = try await SmallPool()
        let (paravirtual, full) = (small.vm("web-1"), small.vm("mail-1"))
        try await small.takeDrivers(from: paravirtual)
        try await small.takeDrivers(from: full)
        #expect(
            small.allowed(paravirtual).isSuperset(of: ["pool_migrate", "suspend", "clean_shutdown", "clean_reboot"])
        )
        #expect(small.allowed(full) == ["hard_shutdown", "hard_reboot", "pause"])
        try await small.pool.migrate(paravirtual, to: small.hosts[1], operation: .null) { _ in }
        await #expect(throws: APIError("VM_MISSING_PV_DRIVERS", [full.rawValue])) {
            try await small.pool.migrate(full, to: small.hosts[1], operation: .null) { _ in }
        }
        await #expect(throws: APIError("VM_MISSING_PV_DRIVERS", [full.rawValue])) {
            try await small.pool.suspend(full)
        }
    }

    @Test func whereTheHostRunsNoXenOnlyTheShutdownAsksTheGuest() async throws {
        let small = try await SmallPool()
        let vm = small.vm("mail-1")
        try await small.takeDrivers(from: vm)
        try await small.set("host", small.hosts[0], "software_version", .pairs(["linux": "6.1.0"]))
        #expect(small.allowed(vm).isSuperset(of: ["pool_migrate", "suspend"]))
        #expect(small.allowed(vm).isDisjoint(with: ["clean_shutdown", "clean_reboot"]))
    }

    @Test func aDeviceOfTheHostForbidsToMoveAndToSuspendButNotToShutDown() async throws {
        let small = try await SmallPool()
        let vm = small.vm("web-1")
        try await small.set("VM", vm, "other_config", .pairs(["pci": "0/0000:00:1b.0"]))
        #expect(small.allowed(vm).isDisjoint(with: ["pool_migrate", "suspend"]))
        await #expect(throws: APIError("VM_HAS_PCI_ATTACHED", [vm.rawValue])) { try await small.pool.suspend(vm) }
        try await small.pool.shutDown(vm, hard: false)
        #expect(small.snapshot.row("VM", vm)?.string("power_state") == "Halted")
    }

    @Test func allReasonsAreToldAndNotOnlyTheFirst() async throws {
        let small = try await SmallPool()
        let vm = small.vm("mail-1")
        try await small.takeDrivers(from: vm)
        try await small.set("VM", vm, "other_config", .pairs(["pci": "0/0000:00:1b.0"]))
        try await small.set("VM", vm, "blocked_operations", .pairs(["suspend": "no"]))
        try await small.set("VM", vm, "suspend_SR", .string(Ref.null.rawValue))
        try await small.set("pool", small.snapshot.pool().ref, "suspend_image_SR", .string(Ref.null.rawValue))
        try await small.set("host", small.hosts[0], "suspend_image_sr", .string(Ref.null.rawValue))
        let row = try #require(small.snapshot.row("VM", vm))
        #expect(
            VMObstacles.lastingReasons(against: .suspend, on: row, in: small.snapshot).map(\.code)
                == ["OPERATION_BLOCKED", "VM_MISSING_PV_DRIVERS", "VM_HAS_PCI_ATTACHED", "VM_NO_SUSPEND_SR"]
        )
    }

    @Test func evacuationUnderHighAvailabilitySpeaksOfIt() async throws {
        let small = try await SmallPool()
        try await small.set("pool", small.snapshot.pool().ref, "ha_enabled", .bool(true))
        let error = await #expect(throws: APIError.self) {
            try await small.pool.evacuate(small.hosts[0], operation: .null) { _ in }
        }
        #expect(error?.code == "OPERATION_NOT_ALLOWED")
        #expect(error?.parameters.first?.hasPrefix("High availability is on and does not protect VM ") == true)
    }
}

extension SmallPool {
    fileprivate func allowed(_ vm: Ref) -> Set<String> {
        guard let row = snapshot.row("VM", vm) else { return [] }
        return Set(AllowedOperations.fill(row, in: snapshot).texts("allowed_operations"))
    }
}
