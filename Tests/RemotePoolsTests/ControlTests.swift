import PoolControl
import PoolDatabase
import Testing
import XenAPI

@testable import RemotePools
@testable import XenAPIClient

@Suite struct ControlTests {
    /// What hosts and VMs do when they are asked, as every generation does it.
    private static func pool(_ more: [String: GenerationPool.Rule] = [:]) -> GenerationPool {
        func power(_ state: String) -> GenerationPool.Rule {
            { pool, parameters in
                pool.put("VM", parameters[0].text ?? "", ["power_state": .string(state)])
                return .void
            }
        }
        var rules: [String: GenerationPool.Rule] = [
            "host.disable": GenerationPool.enabling(false), "host.enable": GenerationPool.enabling(true),
            "host.reboot": { pool, parameters in
                pool.put("host", parameters[0].text ?? "", ["current_operations": .pairs(["T": "shutdown"])])
                return .void
            },
            "VM.pool_migrate": { pool, parameters in
                pool.put("VM", parameters[0].text ?? "", ["resident_on": parameters[1]])
                return .void
            },
            "VM.suspend": power("Suspended"), "VM.clean_shutdown": power("Halted"), "VM.hard_shutdown": power("Halted"),
            "VM.start": power("Running"), "VM.start_on": power("Running"), "VM.resume": power("Running"),
            "VM.resume_on": power("Running"),
            "PBD.plug": { pool, parameters in
                pool.put("PBD", parameters[0].text ?? "", ["currently_attached": .bool(true)])
                return .void
            },
            "VBD.eject": { pool, parameters in
                pool.put("VBD", parameters[0].text ?? "", ["empty": .bool(true), "VDI": .string("OpaqueRef:NULL")])
                return .void
            },
            "VBD.insert": { pool, parameters in
                pool.put("VBD", parameters[0].text ?? "", ["empty": .bool(false), "VDI": parameters[1]])
                return .void
            },
        ]
        rules.merge(more) { $1 }
        let pool = GenerationPool(rules)
        pool.furnish(.xenserver7)
        return pool
    }

    @Test func `a host is looked at itself`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            pool.put("PBD", "B2", ["currently_attached": .bool(false)])
            pool.put("VM", "D2", ["is_control_domain": .bool(true)])
            pool.put("host", "H2", ["resident_VMs": .strings(["D2", "V2"])])
            let look = try await remote.control.look(at: Ref("H2"))
            #expect(look.bootID == "1000.")
            #expect(look.agentID == "1100.")
            #expect(look.isLive && look.isEnabled)
            #expect(look.unpluggedStorage == ["NFS"])
            #expect(look.residents == [Ref("V2")])
            #expect(look.softwareVersion["product_version"] == "7.1.2")
            try await remote.control.plugStorage(of: Ref("H2"))
            #expect(try await remote.control.look(at: Ref("H2")).unpluggedStorage.isEmpty)
        }
    }

    @Test func `a host is disabled so that it stays so, where the pool can`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            try await remote.control.disable(Ref("H1"))
            #expect(remote.control.capabilities.has(.stayingDisabled))
        }
        #expect(pool["host", "H1"]?["enabled"] == .bool(false))
    }

    @Test func `an older pool is asked in its own form, and its weakness is told`() async throws {
        let pool = Self.pool([
            "host.disable": { pool, parameters in
                guard parameters.count == 1 else {
                    throw APIError("MESSAGE_PARAMETER_COUNT_MISMATCH", ["host.disable", "1", "2"])
                }
                pool.put("host", parameters[0].text ?? "", ["enabled": .bool(false)])
                return .void
            }
        ])
        try await withRemote(pool) { remote in
            try await remote.control.disable(Ref("H1"))
            try await remote.control.disable(Ref("H2"))
            #expect(remote.control.capabilities.lack(of: .stayingDisabled) != nil)
        }
        #expect(pool.deeds.count { $0 == "host.disable" } == 3)
    }

    @Test func `a host that is on its way down is not sent there twice`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            try await remote.control.reboot(Ref("H1"))
            try await remote.control.reboot(Ref("H1"))
        }
        #expect(pool.deeds == ["host.reboot"])
    }

    @Test func `a VM moves by its task, and one that is there already stays`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            try await remote.control.migrate(Ref("V1"), to: Ref("H2")) { _ in }
            try await remote.control.migrate(Ref("V1"), to: Ref("H2")) { _ in }
        }
        #expect(pool["VM", "V1"]?["resident_on"] == .string("H2"))
        #expect(pool.deeds == ["Async.VM.pool_migrate"])
    }

    @Test func `a move whose task a restart has forgotten is judged by where the VM is`() async throws {
        let pool = Self.pool([
            "VM.pool_migrate": { pool, parameters in
                pool.put("VM", parameters[0].text ?? "", ["resident_on": parameters[1]])
                throw GenerationPool.Lost()
            }
        ])
        try await withRemote(pool) { remote in
            try await remote.control.migrate(Ref("V1"), to: Ref("H2")) { _ in }
        }
        #expect(pool["VM", "V1"]?["resident_on"] == .string("H2"))
    }

    @Test func `VMs stop and start as they are asked, and what is done stays done`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            try await remote.control.suspend(Ref("V1"))
            try await remote.control.suspend(Ref("V1"))
            try await remote.control.start(Ref("V1"), on: Ref("H1"))
            try await remote.control.shutDown(Ref("V2"), hard: false)
            try await remote.control.shutDown(Ref("V2"), hard: true)
            try await remote.control.start(Ref("V2"), on: nil)
            try await remote.control.start(Ref("V2"), on: Ref("H1"))
        }
        #expect(
            pool.deeds == [
                "Async.VM.suspend", "Async.VM.resume_on", "Async.VM.clean_shutdown", "Async.VM.start",
            ]
        )
    }

    @Test func `a disc goes and comes back`() async throws {
        let pool = Self.pool()
        pool.put("VBD", "C", ["type": .string("CD"), "empty": .bool(false), "VDI": .string("ISO")])
        pool.put("VM", "V1", ["VBDs": .strings(["C"])])
        try await withRemote(pool) { remote in
            try await remote.control.setDisc(nil, of: Ref("V1"))
            try await remote.control.setDisc(nil, of: Ref("V1"))
            #expect(pool["VBD", "C"]?["empty"] == .bool(true))
            try await remote.control.setDisc(Ref("ISO"), of: Ref("V1"))
            #expect(pool["VBD", "C"]?["VDI"] == .string("ISO"))
            await #expect(throws: ControlError.self) { try await remote.control.setDisc(Ref("ISO"), of: Ref("V2")) }
        }
        #expect(pool.deeds == ["Async.VBD.eject", "Async.VBD.insert"])
    }

    @Test func `automatic power-on is an entry that is there or not`() async throws {
        let pool = Self.pool()
        pool.put("VM", "V1", ["other_config": .pairs(["auto_poweron": "true", "x": "y"])])
        try await withRemote(pool) { remote in
            try await remote.control.setAutoPowerOn(false, of: Ref("V1"))
            #expect(pool["VM", "V1"]?["other_config"] == .pairs(["x": "y"]))
            try await remote.control.setAutoPowerOn(true, of: Ref("V1"))
            #expect(pool["VM", "V1"]?["other_config"]?["auto_poweron"] == .string("true"))
        }
    }

    @Test func `high availability comes back as it was`() async throws {
        let pool = Self.pool([
            "pool.disable_ha": { pool, _ in
                pool.put("pool", "P", ["ha_enabled": .bool(false), "ha_host_failures_to_tolerate": .string("0")])
                // As some versions do.
                pool.put("VM", "V1", ["ha_restart_priority": .string("")])
                return .void
            },
            "pool.enable_ha": { pool, parameters in
                #expect(parameters[0] == .strings(["S"]))
                #expect(parameters[1] == .pairs(["timeout": "60"]))
                pool.put("pool", "P", ["ha_enabled": .bool(true)])
                return .void
            },
        ])
        pool.put("VDI", "F", ["SR": .string("S")])
        pool.put(
            "pool",
            "P",
            [
                "ha_enabled": .bool(true), "ha_statefiles": .strings(["F"]),
                "ha_configuration": .pairs(["timeout": "60"]),
                "ha_host_failures_to_tolerate": .string("1"),
            ]
        )
        pool.put("VM", "V1", ["ha_restart_priority": .string("restart"), "order": .string("3")])
        try await withRemote(pool) { remote in
            let settings = try #require(try await remote.control.availability())
            #expect(settings.heartbeatStorage == ["uuid-S"])
            #expect(settings.vms.map(\.id) == ["uuid-V1"])
            try await remote.control.disableAvailability()
            #expect(try await remote.control.availability() == nil)
            try await remote.control.enableAvailability(settings)
            #expect(try await remote.control.availability() == settings)
        }
    }

    @Test func `a run's mark keeps another run out, and goes with its own run only`() async throws {
        let pool = Self.pool()
        func mark(_ run: String, _ epoch: Int64) -> RunMark {
            RunMark(run: run, epoch: epoch, since: Timestamp(seconds: 1_700_000_000))
        }
        let (first, later, other) = (mark("a", 1), mark("a", 2), mark("b", 1))
        try await withRemote(pool) { remote in
            try await remote.control.setMark(first)
            try await remote.control.setMark(first)
            try await remote.control.setMark(later)
            for stale in [first, other] {
                let error = await #expect(throws: ControlError.self) { try await remote.control.setMark(stale) }
                #expect(error?.code == "OTHER_OPERATION_IN_PROGRESS")
            }
            try await remote.control.removeMark(ofRun: "b")
            #expect(pool["pool", "P"]?["other_config"]?[RemoteControl.markKey]?.text == later.text)
            #expect(RunMark(later.text) == later)
            try await remote.control.removeMark(ofRun: "a")
            #expect(pool["pool", "P"]?["other_config"]?[RemoteControl.markKey] == nil)
        }
    }

    @Test func `what others do is told by name, and what is our own is not`() async throws {
        let pool = Self.pool()
        pool.put(
            "task",
            "T",
            [
                "name_label": .string("Async.host.evacuate"), "status": .string("pending"),
                "created": .string("20261130T12:00:00Z"),
            ]
        )
        pool.put("host", "H2", ["current_operations": .pairs(["T": "evacuate"])])
        pool.put("VM", "V1", ["current_operations": .pairs(["OWN": "pool_migrate"])])
        try await withRemote(pool) { remote in
            await remote.client.remember(Ref("OWN"))
            let work = try await remote.control.foreignWork(besides: "r1")
            let text = "Host xs2 is in the middle of evacuate (task 'Async.host.evacuate')."
            let since = try #require(Timestamp(iso8601: "20261130T12:00:00Z")).seconds
            #expect(work == [ForeignWork(id: "T", text: text, since: since, host: Ref("H2"))])
        }
    }

    @Test func `an update that somebody applies shows in its task alone, and a run's mark by its name`() async throws {
        let pool = Self.pool()
        pool.put("task", "T", ["name_label": .string("Async.pool_patch.apply"), "status": .string("pending")])
        pool.put("task", "U", ["name_label": .string("Async.host.evacuate"), "status": .string("success")])
        pool.put("task", "W", ["name_label": .string("Async.VM.snapshot"), "status": .string("pending")])
        pool.put("VM", "V1", ["current_operations": .pairs(["W": "snapshot"])])
        let mark = RunMark(run: "r2", epoch: 1, since: Timestamp(seconds: 500))
        pool.put("pool", "P", ["other_config": .pairs([RemoteControl.markKey: mark.text])])
        try await withRemote(pool) { remote in
            let work = try await remote.control.foreignWork(besides: "r1")
            #expect(
                work.map(\.text) == [
                    "Somebody else has begun 'Async.pool_patch.apply'.", "Another coordinator's run r2 is on.",
                ]
            )
            #expect(work.last?.since == 500)
            #expect(try await remote.control.foreignWork(besides: "r2").map(\.id) == ["T"])
        }
    }

    @Test func `the pool's own answer on a host's VMs is read in its newer and its older form`() async throws {
        let reasons = ["VM_INCOMPATIBLE_WITH_THIS_HOST", "V1", "H2", "no avx"]
        let newer = Self.pool([
            "host.get_vms_which_prevent_evacuation": { _, _ in
                .map([.init("V1", .strings(reasons)), .init("V2", .strings(["NO_HOSTS_AVAILABLE"]))])
            }
        ])
        try await withRemote(newer) { remote in
            let found = try await remote.control.evacuationObstacles(of: Ref("H1"))
            #expect(found.map(\.vm) == [Ref("V1"), Ref("V2")] && found.map(\.isLasting) == [true, false])
            #expect(remote.control.sentence(found[0].refusal, host: nil) == "VM web1 can not run on xs2: no avx")
            #expect(remote.control.capabilities.has(.judgingEvacuations))
        }
        let older = Self.pool([
            "host.assert_can_evacuate": { _, _ in
                throw APIError("CANNOT_EVACUATE_HOST", ["VM_REQUIRES_SR,V1,S|HOST_NOT_ENOUGH_FREE_MEMORY,V2"])
            }
        ])
        try await withRemote(older) { remote in
            let found = try await remote.control.evacuationObstacles(of: Ref("H1"))
            #expect(found.map(\.refusal.code) == ["VM_REQUIRES_SR", "HOST_NOT_ENOUGH_FREE_MEMORY"])
            #expect(found.map(\.isLasting) == [true, false])
        }
    }

    @Test(arguments: [false, true])
    func `whoever is cancelled cancels the task, but a program that ends leaves it`(ends: Bool) async throws {
        let pool = Self.pool()
        pool.put("task", "T", ["name_label": .string("Async.VM.pool_migrate"), "status": .string("pending")])
        try await withRemote(pool) { remote in
            let waiting = Task { try await remote.client.outcome(of: Ref("T"), of: "a migration") }
            try await Task.sleep(for: .milliseconds(50))
            if ends { await remote.control.letGo() }
            waiting.cancel()
            await #expect(throws: XenAPIError.cancelled) { try await waiting.value }
        }
        #expect(pool.deeds.contains("task.cancel") == !ends)
    }

    @Test func `a refusal has the names of hosts and VMs, and what to do`() async throws {
        let pool = Self.pool()
        try await withRemote(pool) { remote in
            let words = RemoteWords(remote.mirror.database.snapshot)
            let text = words.sentence(.refused(APIError("HOST_OFFLINE", ["H2"])), host: Ref("H1"))
            #expect(text == "Host xs1: xs2 can not be reached from the pool's master.")
            let unknown = words.sentence(.refused(APIError("NEVER_HEARD_OF", ["uuid-H2"])))
            #expect(unknown == "NEVER_HEARD_OF: xs2")
        }
    }
}
