import Foundation
import TestSupport
import Testing

/// Runs of updates that restart hosts, as their operator carries them out: typed as `pitstop rollout …` and `xe …`.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RestartTests {
    private static let shared = Task { try await RunPool(hosts: 2) }
    private let pool: RunPool

    init() async throws { pool = try await Self.shared.value }

    private func boots() async throws -> [String] { [try await pool.bootID("xs1"), try await pool.bootID("xs2")] }

    @Test("In manual mode the run applies, the operator restarts by xe, and the run ticks off what it has verified")
    func manual() async throws {
        let before = try await boots()
        let run = try await pool.start(try await pool.update(restarting: "restartHost"), "--mode", "manual")
        let page = try await run.waitUntil(
            "Waits: xs1 waits for its restart by the operator.",
            "Waits: xs2 waits for its restart by the operator."
        )
        #expect(page.contains("awaitingOperator"))
        #expect(try await boots() == before)
        for name in ["xs1", "xs2"] {
            let host = try await pool.host(name)
            for command in ["host-disable", "host-evacuate", "host-reboot"] {
                #expect(try await pool.server.xe(command, "uuid=\(host)").code == 0, "\(command) \(name)")
            }
            try await run.waitUntil(name == "xs1" ? "xs1 (master)  done" : "xs2  done")
        }
        let end = try await run.end()
        #expect(end.code == 0)
        #expect(end.output.contains("All 2 hosts run the update."))
        let after = try await boots()
        #expect(after[0] != before[0] && after[1] != before[1])
    }

    @Test("At a barrier every host has the update and none has restarted; restarts begin at the operator's word")
    func barrier() async throws {
        let before = try await boots()
        let update = try await pool.update(restarting: "restartHost")
        let run = try await pool.start(update, "--barrier")
        let page = try await run.waitUntil("do what has to be done before the restarts, then proceed.")
        #expect(page.contains("xs1 (master)  applied") && page.contains("xs2  applied"))
        #expect(try await boots() == before)
        let early = try await pool.rollout("resume", run.id)
        #expect(early.code == 0)
        #expect(try await run.page().contains("then proceed."))
        try await run.say("proceed")
        let end = try await run.end()
        #expect(end.code == 0, "\(end.output)")
        let after = try await boots()
        #expect(after[0] != before[0] && after[1] != before[1])
    }

    @Test("What a pair has paused goes on after the run, also where the server dies in its middle")
    func pair() async throws {
        let notes = pool.server.state + "/pair-notes"
        try pool.program("backups", in: "pairs", "echo \"$1 $2 $PITSTOP_LABELS\" >> '\(notes)'")
        let update = try await pool.update(restarting: "restartHost")
        let run = try await pool.start(update, "--pair", "backups nightly")
        try await run.waitUntil("xs1 (master)  done")
        #expect(try String(contentsOfFile: notes, encoding: .utf8) == "pause nightly \(update.label)\n")
        #expect(try await pool.rollout("obligations").output.contains("backups resumed"))
        try await pool.powerCut()
        #expect(try await run.end().code == 0)
        #expect(
            try String(contentsOfFile: notes, encoding: .utf8)
                == "pause nightly \(update.label)\nresume nightly \(update.label)\n"
        )
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
    }

    @Test("The plan of the next run expects what this one took, not what is assumed of unknown hosts")
    func learns() async throws {
        let run = try await pool.start(try await pool.update(restarting: "restartHost"))
        #expect(try await run.end().code == 0)
        let next = try await pool.update(restarting: "restartHost")
        let plan = try await Tools.run(
            Products.pitstop,
            ["plan", "--update", next.label] + pool.server.reach
        )
        #expect(plan.code == 0, "\(plan.error)")
        let wave = try #require(plan.output.firstMatch(of: /Wave 1, (\d+) s to (\d+) s/))
        let (start, end) = (try #require(Int(wave.1)), try #require(Int(wave.2)))
        // 120 s and 420 s are assumed of hosts that were never updated.
        #expect((1..<540).contains(end - start), "\(plan.output)")
    }

    @Test("A VM that can not move keeps the run from beginning; with a consent it is shut down, and started at the end")
    func consent() async throws {
        let vm = try await pool.xe("vm-list", "name-label=web-2", "--minimal")
        #expect(try await pool.server.xe("vm-param-set", "uuid=\(vm)", "other-config:pci=0/0000:04:00.0").code == 0)
        let home = try await pool.xe("vm-param-get", "uuid=\(vm)", "param-name=resident-on")
        let host = try await pool.xe("host-param-get", "uuid=\(home)", "param-name=name-label")
        let update = try await pool.update(restarting: "restartHost")
        let sentence = "VM web-2 can not leave \(host): it uses a device of the host."
        let refused = try await pool.rollout("start", "--update", update.label)
        #expect(refused.code == 3)
        #expect(refused.error.contains(sentence), "\(refused.error)")
        #expect(try await pool.rollout("prechecks", "--update", update.label).output.contains("[--shutdown \(vm)]"))

        let run = try await pool.start(update, "--hold")
        #expect(try await run.waitUntil("A precheck failed:").contains(sentence))
        #expect(try await pool.xe("vm-param-get", "uuid=\(vm)", "param-name=power-state") == "running")
        // A device of the host can not be saved with the memory, so nobody can allow that.
        await #expect(throws: (any Error).self) { try await run.say("consent", "web-2", "suspend") }
        try await run.say("consent", "web-2", "shutdown")
        let end = try await run.end()
        #expect(end.code == 0, "\(end.output)")
        let log = try await run.log()
        #expect(log.contains("web-2 is stopped (shutdown), as root allowed."))
        #expect(log.contains("web-2 runs again."))
        #expect(log.count { $0.contains(" is stopped (") } == 1)
        #expect(try await pool.xe("vm-param-get", "uuid=\(vm)", "param-name=power-state") == "running")
        #expect(try await pool.xe("vm-param-get", "uuid=\(vm)", "param-name=resident-on") == home)
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
        #expect(
            try await pool.server.xe("vm-param-remove", "uuid=\(vm)", "param-name=other-config", "param-key=pci").code
                == 0
        )
    }

    @Test("The consent can be given with the start: then nothing holds the run")
    func consentAtTheStart() async throws {
        let vm = try await pool.xe("vm-list", "name-label=web-1", "--minimal")
        #expect(try await pool.server.xe("vm-param-set", "uuid=\(vm)", "other-config:pci=0/0000:05:00.0").code == 0)
        let run = try await pool.start(try await pool.update(restarting: "restartHost"), "--shutdown", "web-1")
        #expect(try await run.end().code == 0)
        #expect(try await run.log().contains("web-1 is stopped (shutdown), as root allowed."))
        #expect(try await pool.xe("vm-param-get", "uuid=\(vm)", "param-name=power-state") == "running")
        #expect(
            try await pool.server.xe("vm-param-remove", "uuid=\(vm)", "param-name=other-config", "param-key=pci").code
                == 0
        )
    }
}

/// A pool whose hosts take their time.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct LateHostTests {
    @Test("A host that is not back in time holds the run, which goes on once it is back")
    func late() async throws {
        // Two seconds to restart; one is allowed.
        let pool = try await RunPool(hosts: 2, speed: 60)
        let run = try await pool.start(try await pool.update(restarting: "restartHost"), "--host-return", "1")
        let page = try await run.waitUntil("xs1 (master)  failed", "Waits: xs1 did not come back")
        #expect(page.contains("look at its console"))
        #expect(page.contains("xs2  pending"))
        #expect(page.contains("Owes"))
        for name in ["xs1", "xs2"] {
            try await run.waitUntil("\(name == "xs1" ? "xs1 (master)" : name)  failed")
            while try await pool.server.xe("host-list", "host-metrics-live=true", "--minimal").output.split(
                separator: ","
            ).count < 2 {
                try await Task.sleep(for: .milliseconds(200))
            }
            try await run.say("retry", name)
        }
        let end = try await run.end()
        #expect(end.code == 0, "\(end.output)")
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
        #expect(await pool.server.terminate() == 0)
    }
}
