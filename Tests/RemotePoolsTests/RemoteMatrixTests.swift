import Foundation
import PoolRollout
import Rollout
import ScriptedServer
import TestSupport
import Testing
import XenAPI
import XenAPIClient

@testable import RemotePools

/// One message after another of a whole run goes wrong on its way to a pool that speaks XenAPI itself, in every way.
///
/// Every run must come to the end that an undisturbed one comes to. `PITSTOP_MATRIX=1` disturbs every message in every way;
/// otherwise each is disturbed in one way, in turn.
@Suite struct RemoteMatrixTests {
    private static let isWhole = ProcessInfo.processInfo.environment["PITSTOP_MATRIX"] != nil
    /// Runs beside each other: they mostly wait.
    private static let width = 8

    @Test("A run comes to the same end whichever of its messages is lost, late, doubled, or the driver's last")
    func matrix() async throws {
        let undisturbed = DisturbedPool()
        let failure = try await Self.trial(undisturbed, nil)
        #expect(failure == nil)
        let deeds = undisturbed.deeds
        #expect(deeds.filter { $0.hasSuffix("host.reboot") }.count == 2)
        #expect(deeds.contains { $0.hasSuffix("pool.disable_ha") } && deeds.contains { $0.hasSuffix("pool.enable_ha") })

        let ways = Disturbance.allCases
        var cases: [(deed: Int, way: Disturbance)] = []
        for deed in deeds.indices {
            for (index, way) in ways.enumerated() where Self.isWhole || deed % ways.count == index {
                cases.append((deed, way))
            }
        }
        let failures = try await withThrowingTaskGroup(of: String?.self) { group in
            var found: [String] = []
            for (index, disturbed) in cases.enumerated() {
                if index >= Self.width, let failure = try await group.next(), let failure { found.append(failure) }
                group.addTask { try await Self.trial(DisturbedPool(disturbed: disturbed), disturbed) }
            }
            for try await failure in group { if let failure { found.append(failure) } }
            return found
        }
        #expect(failures == [], "\(deeds.enumerated().map { "\($0) \($1)" })")
        if Self.isWhole { print("\(cases.count) of \(cases.count) disturbed runs, over \(deeds.count) messages.") }
    }

    @Test("A host that leaves the pool while a run goes on is named, and the others are updated")
    func ejected() async throws {
        let pool = DisturbedPool { name, pool in
            guard name == "host.reboot", pool["host", "H2"] != nil, let vm = pool["VM", "V2"] else { return }
            let halted: GenerationPool.Fields = [
                "power_state": .string("Halted"), "resident_on": .string("OpaqueRef:NULL"),
            ]
            pool.put("VM", "V2", vm.merging(halted) { $1 })
            for (table, ref) in [("PBD", "B2"), ("host_metrics", "M2"), ("host", "H2")] { pool.remove(table, ref) }
        }
        let end = try await Self.end(of: pool)
        #expect(end.holds.map(\.reason) == ["xs2 is no longer in the pool: skip it."])
        #expect(end.hosts.map(\.phase) == [.done, .pending])
    }

    @Test("A host that joins while a run goes on is told to lack the update")
    func joins() async throws {
        let pool = DisturbedPool { name, pool in
            guard name == "host.reboot", pool["host", "H3"] == nil, let like = pool["host", "H2"] else { return }
            pool.put("host_metrics", "M3", ["live": .bool(true), "memory_total": .string("68719476736")])
            pool.put("PBD", "B3", ["host": .string("H3"), "SR": .string("S"), "currently_attached": .bool(true)])
            let own: GenerationPool.Fields = [
                "uuid": .string("uuid-H3"), "name_label": .string("xs3"), "metrics": .string("M3"),
                "PBDs": .strings(["B3"]), "resident_VMs": .set([]), "patches": .set([]),
            ]
            pool.put("host", "H3", like.merging(own) { $1 })
        }
        let end = try await Self.end(of: pool)
        #expect(end.ending == .partly)
        #expect(end.hosts.map(\.phase) == [.done, .done])
        #expect(end.events.map(\.text).contains { $0.hasPrefix("xs3 has come into the pool") })
    }

    /// A run on a pool, when it has ended or holds.
    private static func end(of pool: DisturbedPool) async throws -> RunDetails {
        let directory = try TemporaryDirectory()
        return try await withScriptedServer(isSecure: false, answer: pool.answer) { server in
            let driver = try await Driver(server, directory.file("driver"))
            let run = try await driver.rollouts.start(Driver.options, by: "root")
            let end = try await driver.end(of: run) { pool.keys.contains(RemoteControl.markKey) }
            await driver.end()
            return end
        }
    }

    /// What was wrong at the end of one run; nil where nothing was.
    private static func trial(
        _ pool: DisturbedPool,
        _ disturbed: (deed: Int, way: Disturbance)?
    ) async throws -> String? {
        let name = disturbed.map { "message \($0.deed), \($0.way.rawValue)" } ?? "undisturbed"
        let directory = try TemporaryDirectory()
        return try await withScriptedServer(isSecure: false, answer: pool.answer) { server in
            let (first, second) = (directory.file("first"), directory.file("second"))
            pool.atDeath {
                // What is on the disk in this moment is all that the next driver has.
                try? FileManager.default.copyItem(atPath: first, toPath: second)
            }
            var driver = try await Driver(server, first)
            let starting = Task { [driver] in try? await driver.rollouts.start(Driver.options, by: "root") }
            var run: String?
            if let disturbed, disturbed.way.kills {
                guard await pool.death() else { return "\(name): the driver never came that far" }
                // Who dies before the run has begun hears no more of it.
                starting.cancel()
                await driver.end()
                pool.revive()
                driver = try await Driver(server, second)
                // One that had ended is not active any more.
                run = try FileManager.default.contentsOfDirectory(atPath: second + "/runs")
                    .first { $0.hasSuffix(".journal") }.map { String($0.dropLast(8)) }
            } else {
                run = await starting.value
            }
            if run == nil { run = try await driver.rollouts.start(Driver.options, by: "root") }
            let end = try await driver.end(of: run ?? "") { pool.keys.contains(RemoteControl.markKey) }
            await driver.end()
            return complaint(pool, end).map { "\(name) (\(pool.deeds[safe: disturbed?.deed ?? 0] ?? "")): \($0)" }
        }
    }

    private static func complaint(_ pool: DisturbedPool, _ end: RunDetails) -> String? {
        if end.ending != .succeeded {
            return "\(end.ending.map { "ended as \($0)" } ?? end.sentence): \(end.events.suffix(60).map(\.text))"
        }
        if let first = pool.violations.first { return first }
        for host in ["H1", "H2"] {
            if pool.restarts(of: host) != 1 { return "\(host) was restarted \(pool.restarts(of: host)) times" }
            if pool.pool["host_patch", "U-\(host)"] == nil { return "\(host) lacks the update" }
            if pool.pool["host", host]?["enabled"] != .bool(true) { return "\(host) is disabled" }
        }
        if pool.pool["pool", "P"]?["ha_enabled"] != .bool(true) { return "high availability is off" }
        if !pool.keys.isEmpty { return "left behind in the pool: \(pool.keys)" }
        for vm in ["V1", "V2"] where pool.pool["VM", vm]?["power_state"] != .string("Running") { return "\(vm) stands" }
        return nil
    }
}

/// A coordinator of a scripted pool.
private struct Driver {
    let rollouts: RolloutService
    private let client: XenAPIClient

    static var options: RunOptions {
        var policy = RunPolicy()
        policy.limits.poll = 1
        policy.limits.call = 30
        return RunOptions(updates: ["XS602ECC001"], policy: policy)
    }

    init(_ server: ScriptedServer, _ directory: String) async throws {
        try FileManager.default.createDirectory(atPath: directory + "/runs", withIntermediateDirectories: true)
        var limits = ClientLimits()
        limits.pauses = .milliseconds(5)...(.milliseconds(20))
        limits.eventWait = .milliseconds(100)
        limits.taskWait = .milliseconds(100)
        // No answer of a scripted pool takes longer.
        limits.call = .seconds(3)
        limits.farewell = .milliseconds(50)
        client = XenAPIClient(
            try Endpoint(server.url),
            as: Credentials(user: "root", password: "secret"),
            wire: .xml,
            limits: limits
        )
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        let mirror = try PoolMirror(of: client, now: now)
        try await mirror.read()
        let control = RemoteControl(client, mirror: mirror)
        rollouts = RolloutService(
            control: control,
            installer: try control.installer(),
            directory: directory + "/runs",
            writer: "test",
            gates: GateKeeper(gates: "/nonexistent", prechecks: "/nonexistent", pairs: "/nonexistent"),
            now: now,
            makeUUID: { UUID().uuidString.lowercased() }
        )
        await rollouts.open()
    }

    /// The run when it has ended, or holds; as it is after two minutes.
    func end(of run: String, isMarked: @Sendable () -> Bool) async throws -> RunDetails {
        for _ in 0..<1200 {
            let details = try await rollouts.details(run)
            // The mark goes last, also after a restart.
            let isOver = await rollouts.activeRun == nil && !isMarked()
            if isOver || details.state == .unreadable || !details.holds.isEmpty { return details }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await rollouts.details(run)
    }

    func end() async {
        await rollouts.letGo()
        await client.close()
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
