import Datamodel
import Foundation
import Planner
import PoolDatabase
import PoolOperations
import PoolPatching
import PoolPlanning
import PoolRollout
import Rollout
import Testing
import XenAPI

@testable import PoolServer

@Suite("A recorded pool")
struct RecordedPoolTests {
    private let dump = """
        <database><table name="pool"><row ref="OpaqueRef:p" uuid="p" name_label="recorded" master="OpaqueRef:h1"/></table>\
        <table name="host"><row ref="OpaqueRef:h1" uuid="h1" name__label="one" enabled="true" metrics="OpaqueRef:m1" \
        memory__overhead="100" other_config="(('boot_time' '1313507984.'))"/>\
        <row ref="OpaqueRef:h2" uuid="h2" name__label="two" enabled="true" metrics="OpaqueRef:m2"/></table>\
        <table name="host_metrics"><row ref="OpaqueRef:m1" uuid="m1" live="true" memory__total="1000"/>\
        <row ref="OpaqueRef:m2" uuid="m2" live="true" memory__total="1000"/></table>\
        <table name="SR"><row ref="OpaqueRef:s" uuid="s" name__label="local"/></table>\
        <table name="PBD"><row ref="OpaqueRef:b" uuid="b" host="OpaqueRef:h1" SR="OpaqueRef:s" currently_attached="true"/></table>\
        <table name="VDI"><row ref="OpaqueRef:d" uuid="d" SR="OpaqueRef:s"/></table>\
        <table name="VBD"><row ref="OpaqueRef:v" uuid="v" VM="OpaqueRef:vm" VDI="OpaqueRef:d"/></table>\
        <table name="VM"><row ref="OpaqueRef:vm" uuid="vm" name__label="guest" power_state="Running" \
        resident_on="OpaqueRef:h1" memory__dynamic_min="300" memory__overhead="50" HVM__boot_policy="BIOS order" guest_metrics="OpaqueRef:g"/></table>\
        <table name="VM_guest_metrics"><row ref="OpaqueRef:g" uuid="g" PV_drivers_version="(('major' '6'))"/></table>\
        </database>
        """

    private func api() async throws -> (API, Session) {
        let bench = try await RecordedBench(dump: Array(dump.utf8))
        return (bench.api, bench.root)
    }

    @Test("Free memory, allowed operations and what keeps a VM from moving are worked out")
    func workedOut() async throws {
        let (api, root) = try await api()
        let host = Value.string("OpaqueRef:h1")
        #expect(try await api.call("host.compute_free_memory", [host], in: root) == .int(550))
        let operations = try await api.call("VM.get_allowed_operations", [.string("OpaqueRef:vm")], in: root)
        #expect(operations.elements?.contains(.string("pool_migrate")) == true)
        let problems = try await api.call("host.get_vms_which_prevent_evacuation", [host], in: root)
        #expect(problems["OpaqueRef:vm"] == .strings(["VM_REQUIRES_SR", "OpaqueRef:vm", "OpaqueRef:s"]))
    }

    @Test("Nothing runs there, and it is said in one sentence")
    func nothingRuns() async throws {
        let (api, root) = try await api()
        for (message, arguments) in [
            ("VM.clean_shutdown", ["OpaqueRef:vm"]), ("host.restart_agent", ["OpaqueRef:h1"]),
        ] {
            do throws(APIError) {
                _ = try await api.call(message, arguments.map { .string($0) }, in: root)
                Issue.record("\(message) was done")
            } catch {
                #expect(error.parameters.joined().contains("exists only in a recording of a pool"))
            }
        }
    }

    @Test("Its hosts are not saved or shut down either")
    func hosts() async throws {
        let (api, root) = try await api()
        let host = Value.string("OpaqueRef:h2")
        _ = try await api.call("host.disable", [host], in: root)
        for act in [
            { () async throws in _ = try await api.call("host.shutdown", [host], in: root) },
            { () async throws in _ = try await api.pool.backup(ofHostWithUUID: "h2", limit: 1 << 20) },
        ] {
            let error = await #expect(throws: APIError.self) { try await act() }
            #expect(error?.parameters.joined().contains("exists only in a recording of a pool") == true)
        }
        let shown = try await api.call("host.get_current_operations", [host], in: root)
        #expect(shown == .map([]), "what was refused is not under way")
    }

    @Test("One with numbers that no machine has is looked at, planned and asked for free memory")
    func impossibleNumbers() async throws {
        let most = "9223372036854775807"
        let dump = dump.replacing("\"1000\"", with: "\"\(most)\"").replacing("\"300\"", with: "\"\(most)\"")
            .replacing("\"100\"", with: "\"-\(most)\"").replacing("\"50\"", with: "\"\(most)\" VCPUs__max=\"\(most)\"")
            .replacing(
                "master=\"OpaqueRef:h1\"",
                with: "master=\"OpaqueRef:h1\" ha_enabled=\"true\" ha_host_failures_to_tolerate=\"-\(most)\""
            )
        let bench = try await RecordedBench(dump: Array(dump.utf8))
        let snapshot = bench.api.pool.database.snapshot
        let view = try PoolView(snapshot, updates: [], now: 0)
        #expect(!Prechecks.problems(view, RunSpec(run: "r", startedBy: "root", updates: [])).isEmpty)
        #expect(try PoolDescription(snapshot).instance(named: "").instance.hosts.count == 2)
        let host = Value.string("OpaqueRef:h2")
        _ = try await bench.api.call("host.compute_free_memory", [host], in: bench.root)
        _ = try? await bench.api.call("host.evacuate", [host], in: bench.root)
        _ = try? await bench.api.call("host.disable", [host], in: bench.root)
    }

    @Test("Looking at it changes nothing")
    func unchanged() async throws {
        let (api, _) = try await api()
        let before = api.pool.database.snapshot.dump()
        await HostMonitor(pool: api.pool, interval: .seconds(1)) { _ in }.look()
        #expect(api.pool.database.snapshot.dump() == before)
    }
}
