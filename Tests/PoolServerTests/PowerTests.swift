import Datamodel
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

@testable import PoolServer

@Suite("Turning VMs on and off")
struct PowerTests {
    private func state(_ bench: Bench, _ vm: Ref) -> String {
        bench.api.pool.database.snapshot.row("VM", vm)?.string("power_state") ?? ""
    }

    @Test("A VM goes through all its states, and its devices and memory with it")
    func lifeCycle() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("mail-1").ref
        let home = bench.hosts[0]
        let before = MemoryAccounting.free(
            try bench.api.pool.database.snapshot.require("host", home),
            in: bench.api.pool.database.snapshot
        )
        for (message, after) in [
            ("VM.pause", "Paused"), ("VM.unpause", "Running"), ("VM.clean_reboot", "Running"),
            ("VM.hard_reboot", "Running"), ("VM.suspend", "Suspended"),
        ] {
            try await bench.call(message, .ref(vm))
            #expect(state(bench, vm) == after, "\(message)")
        }
        let snapshot = bench.api.pool.database.snapshot
        #expect(MemoryAccounting.free(try snapshot.require("host", home), in: snapshot) > before)
        #expect(snapshot.row("VDI", try snapshot.require("VM", vm).ref("suspend_VDI"))?.string("type") == "suspend")
        let vbd = try #require(snapshot.pointing(at: vm, "VM", "VBDs").first)
        #expect(snapshot.row("VBD", vbd)?.bool("currently_attached") == false)
        try await bench.call("VM.resume_on", .ref(vm), .ref(bench.hosts[1]), .bool(false), .bool(false))
        let resumed = try bench.api.pool.database.snapshot.require("VM", vm)
        #expect(resumed.ref("resident_on") == bench.hosts[1])
        #expect(resumed.ref("suspend_VDI").isNull)
        #expect(bench.api.pool.database.snapshot.row("VBD", vbd)?.bool("currently_attached") == true)
        try await bench.call("VM.clean_shutdown", .ref(vm))
        #expect(state(bench, vm) == "Halted")
        try await bench.call("VM.start", .ref(vm), .bool(true), .bool(false))
        #expect(state(bench, vm) == "Paused")
    }

    @Test("What can not be done says why, in xapi's words")
    func refusals() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1").ref
        let domain = try bench.vm("Control domain on host: xs1").ref
        let (no, here) = (Value.bool(false), Value.ref(bench.hosts[0]))
        #expect(
            await bench.error("VM.start", .ref(vm), no, no)
                == APIError("VM_BAD_POWER_STATE", [vm.rawValue, "halted", "running"])
        )
        #expect(await bench.error("VM.clean_shutdown", .ref(domain))?.code == "OPERATION_NOT_ALLOWED")
        try await bench.call("VM.hard_shutdown", .ref(vm))
        try await bench.call("host.disable", here)
        #expect(
            await bench.error("VM.start_on", .ref(vm), here, no, no)
                == APIError("HOST_DISABLED", [bench.hosts[0].rawValue])
        )
        try await bench.call("host.disable", .ref(bench.hosts[1]))
        #expect(await bench.error("VM.start", .ref(vm), no, no) == APIError("NO_HOSTS_AVAILABLE"))
        try await bench.call("host.enable", here)
        try await bench.call(
            "VM.set_memory_limits",
            .ref(vm),
            .int(1 << 40),
            .int(1 << 40),
            .int(1 << 40),
            .int(1 << 40)
        )
        #expect(await bench.error("VM.start_on", .ref(vm), here, no, no)?.code == "HOST_NOT_ENOUGH_FREE_MEMORY")
        try await bench.call("VM.set_is_a_template", .ref(vm), .bool(true))
        #expect(await bench.error("VM.start", .ref(vm), no, no) == APIError("VM_IS_TEMPLATE", [vm.rawValue]))
        #expect(await bench.error("VM.start", .string("OpaqueRef:x"), no, no)?.code == "HANDLE_INVALID")
    }

    @Test("A blocked operation says by whose word")
    func blocked() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1").ref
        try await bench.call("VM.add_to_blocked_operations", .ref(vm), .string("clean_shutdown"), .string("BACKUP"))
        #expect(
            await bench.error("VM.clean_shutdown", .ref(vm)) == APIError("OPERATION_BLOCKED", [vm.rawValue, "BACKUP"])
        )
    }

    @Test("Memory limits keep their order, and static ones change only while the VM is halted")
    func memory() async throws {
        let bench = try await Bench()
        let vm = Value.ref(try bench.vm("web-1").ref)
        #expect(await bench.error("VM.set_memory_static_max", vm, .int(1 << 33))?.code == "VM_BAD_POWER_STATE")
        #expect(
            await bench.error("VM.set_memory_dynamic_range", vm, .int(2), .int(1))?.code
                == "MEMORY_CONSTRAINT_VIOLATION"
        )
        try await bench.call("VM.set_memory_dynamic_range", vm, .int(1 << 30), .int(1 << 30))
        #expect(try await bench.call("VM.get_memory_dynamic_min", vm) == .int(1 << 30))
        try await bench.call("VM.hard_shutdown", vm)
        #expect(await bench.error("VM.set_VCPUs_at_startup", vm, .int(99))?.code == "VALUE_NOT_SUPPORTED")
        try await bench.call("VM.set_VCPUs_max", vm, .int(8))
        #expect(try await bench.call("VM.get_memory_overhead", vm) != .int(0))
    }

    @Test("Async messages give a task, whose result is the XML of the value")
    func asynchronous() async throws {
        let bench = try await Bench()
        let vm = Value.ref(try bench.vm("web-1").ref)
        let task = Ref(try await bench.call("Async.VM.get_possible_hosts", vm).text ?? "")
        let row = await bench.api.tasks.wait(task)
        #expect(row?.string("status") == "success", "\(String(describing: row?.texts("error_info")))")
        #expect(row?.string("result").hasPrefix("<value><array>") == true)
        #expect(row?.nameLabel == "Async.VM.get_possible_hosts")
    }
}
