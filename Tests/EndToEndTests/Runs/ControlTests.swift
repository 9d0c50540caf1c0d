import Foundation
import TestSupport
import Testing

/// What an operator says to a run while it goes on, typed as `pitstop rollout …`. The updates restart nothing, so that each
/// rule takes no longer than its words.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct ControlTests {
    private static let shared = Task { try await RunPool() }
    private let pool: RunPool

    init() async throws { pool = try await Self.shared.value }

    @Test("A paused run carries the host on that it has begun, and nothing else, until it is resumed")
    func pause() async throws {
        let update = try await pool.update(.waits)
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        try await run.say("pause")
        try pool.letGo(update)
        let page = try await run.waitUntil("xs1 (master)  done")
        #expect(page.contains("Waits: root has paused the run."))
        #expect(page.contains("xs2  pending"))
        try await run.say("resume")
        let end = try await run.end()
        #expect(end.code == 0)
        #expect(end.output.contains("All 3 hosts run the update."))
    }

    @Test("A run that is stopped after a host finishes that one and leaves the others as they were")
    func stopAfterHost() async throws {
        let update = try await pool.update(.waits)
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        let said = try await run.say("stop-after-host").output
        #expect(
            said.contains("xs1 will be finished first. The pool will stay in mixed state: xs2, xs3 without the update.")
        )
        try pool.letGo(update)
        let end = try await run.end()
        #expect(end.code == 1)
        #expect(end.output.contains("Stopped early: 1 of 3 hosts run the update."))
        let page = try await run.page()
        #expect(page.contains("xs1 (master)  done") && page.contains("xs2  skipped") && page.contains("xs3  skipped"))
    }

    @Test("What a cancellation leaves is said before it is done, and is what it leaves")
    func cancel() async throws {
        let update = try await pool.update(.waits)
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        let foretold = "xs1 will be finished first. The pool will stay in mixed state: xs2, xs3 without the update. "
        #expect(try await run.say("cancel", "--dry-run").output.hasPrefix(foretold))
        #expect(try await run.page().contains("xs1 (master)  applying"))
        #expect(try await run.say("cancel").output.hasPrefix(foretold))
        try pool.letGo(update)
        let end = try await run.end()
        #expect(end.code == 1)
        #expect(end.output.contains("Cancelled: 1 of 3 hosts run the update."))
        let page = try await run.page()
        #expect(page.contains("xs1 (master)  done") && page.contains("xs2  skipped") && page.contains("xs3  skipped"))
        #expect(try await pool.rollout("obligations").output == "Nothing is owed.\n")
        let refused = try await pool.rollout("pause", run.id)
        #expect(refused.code == 1)
        #expect(refused.error.contains("The run has ended: nothing more can be said to it."))
    }

    @Test("A skipped host stays without the update, the others get it")
    func skip() async throws {
        let update = try await pool.update(.waits)
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        try await run.say("skip", "xs2")
        try pool.letGo(update)
        let end = try await run.end()
        #expect(end.code == 1)
        #expect(end.output.contains("2 of 3 hosts run the update."))
        #expect(try await run.page().contains("(skipped by root)"))
    }

    @Test("A host that is left out from the beginning is no failure")
    func exclude() async throws {
        let run = try await pool.start(try await pool.update(), "--exclude", "xs3")
        let end = try await run.end()
        #expect(end.code == 0)
        #expect(end.output.contains("2 of 3 hosts run the update; xs3 was left out."))
        #expect(try await run.order() == ["xs1", "xs2"])
    }

    @Test("Hosts follow in the order that was asked for, the master first in any case")
    func order() async throws {
        let run = try await pool.start(try await pool.update(), "--order", "xs3,xs1,xs2")
        #expect(try await run.end().code == 0)
        #expect(try await run.order() == ["xs1", "xs3", "xs2"])
    }

    @Test("The canary goes first after the master, and the others wait for as long as it is watched")
    func canary() async throws {
        let run = try await pool.start(try await pool.update(), "--canary", "xs3", "--canary-soak", "3")
        let page = try await run.waitUntil("xs3  done")
        #expect(page.contains("xs2  pending"))
        #expect(try await run.end().code == 0)
        #expect(try await run.order() == ["xs1", "xs3", "xs2"])
    }

    @Test("Where each host waits for an approval, it begins when it has it")
    func approve() async throws {
        let run = try await pool.start(try await pool.update(), "--approve-each")
        var page = try await run.waitUntil("Waits: xs1 waits for an approval.")
        #expect(page.contains("xs1 (master)  pending"))
        try await run.say("approve", "xs1")
        page = try await run.waitUntil("Waits: xs2 waits for an approval.")
        #expect(page.contains("xs1 (master)  done") && page.contains("xs2  pending"))
        for host in ["xs2", "xs3"] { try await run.say("approve", host) }
        #expect(try await run.end().code == 0)
    }

    @Test("A host that fails holds the run, with the package's own words; only its failed step is tried again")
    func retry() async throws {
        let update = try await pool.update(.fails)
        try pool.letGo(update, on: "xs1", "xs3")
        let run = try await pool.start(update)
        let page = try await run.waitUntil("Waits: The package could not be applied to xs2.")
        #expect(page.contains("the disk is worn out"))
        #expect(page.contains("Retry or skip the host, or cancel the run."))
        #expect(page.contains("xs3  pending"))
        let other = try await pool.rollout("retry", "xs1", run.id)
        #expect(other.code == 1)
        #expect(other.error.contains("xs1 has not failed."))
        try pool.letGo(update, on: "xs2")
        try await run.say("retry", "xs2")
        #expect(try await run.end().code == 0)
        #expect(try await run.order() == ["xs1", "xs2", "xs3"])
    }

    @Test("So many hosts may fail as were allowed; one more holds the run")
    func mostFailures() async throws {
        let update = try await pool.update(.fails)
        try pool.letGo(update, on: "xs1")
        let run = try await pool.start(update, "--max-failed", "1")
        let page = try await run.waitUntil(
            "xs2  failed",
            "xs3  failed",
            "Waits: The package could not be applied to xs3."
        )
        #expect(!page.contains("Waits: The package could not be applied to xs2."))
        for host in ["xs2", "xs3"] { try await run.say("skip", host) }
        let end = try await run.end()
        #expect(end.code == 1)
        #expect(end.output.contains("1 of 3 hosts run the update."))
    }

    @Test(
        "A red health gate holds the run before its next wave, with what was found; it is asked again when it is resumed"
    )
    func gate() async throws {
        let well = pool.server.state + "/well"
        try pool.program("site", in: "gates", "test -e \(well) || { echo $1 is down; exit 4; }")
        let run = try await pool.start(try await pool.update(), "--gate", "web=program:site shop")
        let page = try await run.waitUntil("Waits: Health gate web is red: site said no (status 4): shop is down.")
        #expect(page.contains("xs1 (master)  pending"))
        try Data().write(to: URL(filePath: well))
        try await run.say("resume")
        #expect(try await run.end().code == 0)
        #expect(try await run.log().contains("web: green."))
    }

    @Test("Outside of its maintenance windows a run begins no host, and says what it waits for")
    func windows() async throws {
        let tomorrow = (start: Self.time(86_400), end: Self.time(90_000))
        let run = try await pool.start(try await pool.update(), "--window", "\(tomorrow.start)/\(tomorrow.end)")
        let page = try await run.waitUntil("Waits: The run waits for its next window.")
        #expect(page.contains("xs1 (master)  pending"))
        #expect(try await run.say("cancel").output.contains("No host will run the update."))
        #expect(try await run.end().code == 1)

        let now = (start: Self.time(-60), end: Self.time(600))
        let open = try await pool.start(
            try await pool.update(),
            "--window",
            "\(now.start)/\(now.end)",
            "--host-seconds",
            "60"
        )
        #expect(try await open.end().code == 0)
    }

    @Test("A deadline by which no host would be back is refused before anything is applied")
    func finishBy() async throws {
        let update = try await pool.update()
        let words = ["start", "--update", update.label, "--finish-by", Self.time(120), "--host-seconds", "600"]
        let refused = try await pool.server.rollout(words)
        #expect(refused.code == 3)
        #expect(refused.error.contains("none would be back by"), "\(refused.error)")
        #expect(!(try await pool.rollout("list").output.contains(update.label)))
    }

    @Test("A host in maintenance mode takes a word of its own, is updated as it is, and stays disabled")
    func maintenance() async throws {
        let (update, host) = (try await pool.update(), try await pool.host("xs3"))
        _ = try await pool.xe("host-disable", "uuid=\(host)")
        _ = try await pool.xe("host-evacuate", "uuid=\(host)")
        let refused = try await pool.rollout("start", "--update", update.label, "--fix-all")
        #expect(refused.code == 3)
        #expect(refused.error.contains("xs3 is in maintenance mode"), "\(refused.error)")
        let run = try await pool.start(update, "--fix-all", "--maintenance", "xs3")
        let end = try await run.end()
        #expect(end.code == 0, "\(end.output)")
        #expect(try await pool.xe("host-param-get", "uuid=\(host)", "param-name=enabled") == "false")
        let log = try await run.log()
        #expect(log.contains { $0.contains("host xs3 disabled, as it was") }, "\(log)")
        _ = try await pool.xe("host-enable", "uuid=\(host)")
    }

    @Test("The master is not left out without a word about the risk")
    func master() async throws {
        let update = try await pool.update()
        let told = try await pool.rollout("prechecks", "--update", update.label, "--exclude", "xs1")
        #expect(told.code == 3)
        #expect(told.output.contains("--allow-older-master"), "\(told.output)")
        let run = try await pool.start(update, "--exclude", "xs1", "--allow-older-master")
        #expect(try await run.end().code == 0)
        #expect(try await run.order() == ["xs2", "xs3"])
    }

    @Test("A second operator sees the run and takes part; who may only look may not")
    func secondOperator() async throws {
        for (name, role) in [("ann", "pool-operator"), ("eve", "read-only")] {
            let file = pool.server.state + ".\(name)"
            try Data("word of \(name)\n".utf8).write(to: URL(filePath: file))
            let added = try await Tools.run(
                Products.pitstop,
                ["users", "add", name, "--role", role, "--state", pool.server.state, "--password-file", file]
            )
            #expect(added.code == 0, "\(added.error)")
        }
        let update = try await pool.update(.waits)
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        #expect(try await rollout("ann", "pause", run.id).code == 0)
        let refused = try await rollout("eve", "resume", run.id)
        #expect(refused.code == 1)
        #expect(refused.error.contains("Your role does not allow this"))
        #expect(try await rollout("eve", "show", run.id).output.contains("Waits: ann has paused the run."))
        try pool.letGo(update)
        try await run.say("resume")
        #expect(try await run.end().code == 0)
        let log = try await run.log()
        #expect(log.contains("ann pauses the run.") && log.contains("root resumes the run."))
    }

    @Test("While a run goes on a second is refused, also after the server died and started again")
    func second() async throws {
        // An upload asks the package who it is on the master, where one program runs at a time.
        let (update, other) = (try await pool.update(.waits), try await pool.update())
        let run = try await pool.start(update)
        try await run.waitUntil("xs1 (master)  applying")
        func expectRefusal() async throws {
            let second = try await pool.rollout("start", "--update", other.label)
            #expect(second.code == 1)
            #expect(second.error.contains("Run \(run.id) is active on this pool: wait for its end, or cancel it."))
        }
        try await expectRefusal()
        try await pool.powerCut()
        try await expectRefusal()
        try pool.letGo(update)
        #expect(try await run.end().code == 0)
        #expect(try await pool.rollout("start", "--update", other.label, "--wait").code == 0)
    }

    private func rollout(_ user: String, _ words: String...) async throws -> Tools.Result {
        let server = pool.server
        let reach = [
            "--server", "https://127.0.0.1:\(server.port)/", "--certificate", server.state + "/tls/server.crt",
            "--user", user, "--password-file", server.state + ".\(user)",
        ]
        return try await Tools.run(Products.pitstop, ["rollout"] + words + reach)
    }

    private static func time(_ seconds: Double) -> String {
        Date(timeIntervalSinceNow: seconds).formatted(.iso8601)
    }
}
