import Datamodel
import Hosts
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

@testable import PoolServer

@Suite("Setters look at what xapi looks at")
struct SetterTests {
    @Test("A VM that runs is no template; a halted one may be")
    func templates() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1")
        let error = await bench.error("VM.set_is_a_template", .ref(vm.ref), .bool(true))
        #expect(error == APIError("VM_BAD_POWER_STATE", [vm.ref.rawValue, "halted", "running"]))
        try await bench.call("VM.set_is_a_template", .ref(vm.ref), .bool(false))
        try await bench.call("VM.hard_shutdown", .ref(vm.ref))
        try await bench.call("VM.set_is_a_template", .ref(vm.ref), .bool(true))
        let control = try #require(bench.api.pool.database.snapshot.rows("VM").first { $0.bool("is_control_domain") })
        #expect(
            await bench.error("VM.set_is_a_template", .ref(control.ref), .bool(true))?.code == "OPERATION_NOT_ALLOWED"
        )
    }

    @Test(
        "A shadow multiplier is a number from 1 on",
        arguments: [Double.nan, .infinity, -.infinity, 0, 0.99, -1] as [Double]
    )
    func multipliers(factor: Double) async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1").ref
        #expect(await bench.error("VM.set_shadow_multiplier_live", .ref(vm), .float(factor))?.code == "INVALID_VALUE")
        try await bench.call("VM.hard_shutdown", .ref(vm))
        #expect(await bench.error("VM.set_HVM_shadow_multiplier", .ref(vm), .float(factor))?.code == "INVALID_VALUE")
        try await bench.call("VM.set_HVM_shadow_multiplier", .ref(vm), .float(1.5))
        #expect(try await bench.call("VM.get_HVM_shadow_multiplier", .ref(vm)) == .float(1.5))
    }

    @Test("The one for halted VMs is refused while a VM runs, and the live one while it does not")
    func multiplierStates() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1").ref
        #expect(await bench.error("VM.set_HVM_shadow_multiplier", .ref(vm), .float(2))?.code == "VM_BAD_POWER_STATE")
        try await bench.call("VM.set_shadow_multiplier_live", .ref(vm), .float(2))
        try await bench.call("VM.hard_shutdown", .ref(vm))
        #expect(await bench.error("VM.set_shadow_multiplier_live", .ref(vm), .float(2))?.code == "VM_BAD_POWER_STATE")
    }

    @Test("xe sets a float by its digits")
    func floats() async throws {
        let bench = try await Bench()
        try bench.api.users.set("root", password: "secret", role: .poolAdmin)
        let vm = try bench.vm("web-1")
        try await bench.call("VM.hard_shutdown", .ref(vm.ref))
        #expect(try await bench.xe("vm-param-set", "uuid=\(vm.uuid)", "HVM-shadow-multiplier=1.25").exitCode == 0)
        #expect(try bench.vm("web-1").float("HVM_shadow_multiplier") == 1.25)
        for word in ["nan", "0x10", "inf", "", "1,5"] {
            let refused = try await bench.xe("vm-param-set", "uuid=\(vm.uuid)", "HVM-shadow-multiplier=\(word)")
            #expect(refused.exitCode == 1, "\(word)")
        }
    }

    @Test(
        "A hostname that hosts can not be opened under is refused",
        arguments: [
            "bad_name", "", "a b", "-a", "\u{e9}", "../x", "a/b", "xs2", "XS2", String(repeating: "a", count: 64),
        ]
    )
    func hostnames(name: String) async throws {
        let bench = try await Bench()
        #expect(
            await bench.error("host.set_hostname", .ref(bench.hosts[0]), .string(name))?.code == "HOST_NAME_INVALID"
        )
        try await bench.call("host.set_hostname", .ref(bench.hosts[0]), .string("xs-9"))
    }

    @Test(
        "Hosts are named by one rule, whatever door asks",
        arguments: ["xs9", "9", "a-b", "-", "xs_9", "xs9.lan", "xs2"]
    )
    func oneRule(name: String) async throws {
        let bench = try await Bench()
        let others = bench.api.pool.database.snapshot.rows("host").map { $0.string("hostname") }.filter { $0 != "xs1" }
        let isName = HostName.problem(with: name, beside: others) == nil
        let host = try #require(bench.api.pool.database.snapshot.rows("host").first { $0.string("hostname") == "xs1" })
        #expect((await bench.error("host.set_hostname", .ref(host.ref), .string(name)) == nil) == isName)
    }

    @Test("What a host says of its boot stays as it is in a map that is written back, and is changed by nobody")
    func ownKeys() async throws {
        let bench = try await Bench()
        let host = Value.ref(bench.hosts[0])
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            for note in HostNote.facts {
                try transaction.set("host", bench.hosts[0], "other_config", key: note.rawValue, "77")
            }
        }
        let read = try #require(try await bench.call("host.get_other_config", host).members)
        try await bench.call("host.set_other_config", host, .map(read + [.init("rack", .string("4"))]))
        try await bench.call("host.set_other_config", host, .map([.init("rack", .string("5"))]))
        try await bench.call("host.remove_from_other_config", host, .string("rack"))
        for note in HostNote.facts {
            let key = note.rawValue
            let forged = Value.map([.init(key, .string("99"))])
            #expect(await bench.error("host.set_other_config", host, forged)?.code == "OPERATION_NOT_ALLOWED")
            let removal = await bench.error("host.remove_from_other_config", host, .string(key))
            #expect(removal?.code == "OPERATION_NOT_ALLOWED" && removal?.parameters.first?.contains(key) == true)
            let addition = await bench.error("host.add_to_other_config", host, .string(key), .string("99"))
            #expect(addition?.code == "MAP_DUPLICATE_KEY")
            #expect(try await bench.call("host.get_other_config", host)[key] == .string("77"))
        }
        #expect(
            await bench.error("host.add_to_other_config", .ref(bench.hosts[1]), .string("boot_id"), .string("x")) != nil
        )
        #expect(try await bench.call("host.get_other_config", host)["rack"] == nil)
    }

    @Test("Keys of a map with words of its own are such words")
    func mapKeys() async throws {
        let bench = try await Bench()
        let vm = Value.ref(try bench.vm("web-1").ref)
        let nonsense = Value.map([.init("fly", .string("x"))])
        #expect(await bench.error("VM.set_blocked_operations", vm, nonsense)?.code == "FIELD_TYPE_ERROR")
        try await bench.call("VM.set_blocked_operations", vm, .map([.init("suspend", .string("x"))]))
    }

    @Test("What xe shows of a VM's possible hosts and free devices is worked out")
    func workedOut() async throws {
        let bench = try await Bench()
        try bench.api.users.set("root", password: "secret", role: .poolAdmin)
        let vm = try bench.vm("web-1")
        let hosts = try await bench.xe("vm-param-get", "uuid=\(vm.uuid)", "param-name=possible-hosts").output
        #expect(bench.api.pool.database.snapshot.rows("host").contains { hosts.contains($0.uuid) })
        for name in ["allowed-VBD-devices", "allowed-VIF-devices"] {
            let devices = try await bench.xe("vm-param-get", "uuid=\(vm.uuid)", "param-name=\(name)").output
            #expect(devices.contains("; 6") && !devices.contains("not in database"))
        }
    }
}
