import Datamodel
import Foundation
import PoolDatabase
import PoolOperations
import Rollout
import Testing
import XenAPI

@testable import Console
@testable import PoolRollout

@Suite("The overview")
struct OverviewTests {
    private static let digest = String(repeating: "aa", count: 32)

    /// A console on whose pool a run is held.
    private func heldDesk(role: Role = .poolOperator) async throws -> (desk: Desk, run: String) {
        let desk = try await Desk(role: role)
        let update = try await desk.addUpdate("Alpha", digest: Self.digest)
        let run = try await desk.rollouts.start(RunOptions(updates: [update]), by: "ann", holds: true)
        try await desk.rollouts.say(.pause, to: run, by: "ann")
        return (desk, run)
    }

    @Test("shows the run under way, what it waits for, and the button that lets it go on")
    func run() async throws {
        let (desk, run) = try await heldDesk()
        let page = try await desk.get("/").text
        #expect(page.contains("href=\"/runs/\(run)\"") && page.contains("ann has paused the run."))
        #expect(page.contains("action=\"/do/runs/\(run)/resume\""))
        let (reader, other) = try await heldDesk(role: .readOnly)
        let looked = try await reader.get("/").text
        #expect(looked.contains("/runs/\(other)") && !looked.contains("/do/runs/"))
        #expect(try await desk.get("/tasks").text.contains("Besides the run nothing has run"))
    }

    @Test("A hold is told by the title of every page, beside Runs and in a line above the page, until it is over")
    func everyPage() async throws {
        let (desk, run) = try await heldDesk()
        for path in ["/", "/hosts", "/vms", "/updates", "/runs", "/runs/" + run, "/tasks", "/trust", "/audit"] {
            let page = try await desk.get(path).text
            let title = try #require(page.firstMatch(of: /<title>(.*?)<\/title>/)?.1)
            #expect(title.hasPrefix("⚠ "), "\(path)")
            #expect(page.contains("class=\"badge\">⚠ ") && page.contains("data-holds=\"⚠ "), "\(path)")
            // Where the page itself says it, it is said once.
            #expect(page.contains("</a> waits: ") == !["/", "/tasks", "/runs/" + run].contains(path), "\(path)")
        }
        let quiet = try await Desk().get("/hosts").text
        #expect(quiet.contains("<title>Hosts — ") && quiet.contains("data-holds=\"\""))
    }

    @Test("names hosts that are not in service, and why")
    func outOfService() async throws {
        let desk = try await Desk()
        let hosts = HostOrder.hosts(desk.database.snapshot)
        #expect(try await desk.get("/").text.contains("None: every host answers and takes VMs."))
        let metrics = try #require(desk.database.snapshot.row("host_metrics", hosts[0].ref("metrics")))
        try await desk.set("host_metrics", metrics, "live", .bool(false))
        try await desk.set("host", hosts[1], "enabled", .bool(false))
        try await desk.set("host", hosts[1], "other_config", .pairs(["MAINTENANCE_MODE": "true"]))
        let page = try await desk.get("/").text
        #expect(page.contains("it does not answer: look at its console"))
        #expect(page.contains("somebody has taken it into maintenance"))
    }

    @Test("says until when the certificate holds, and adds up for how long hosts have lacked an update")
    func health() async throws {
        let desk = try await Desk()
        #expect(try await desk.get("/").text.contains(", in 10 days"))
        let gap = MissingUpdates.Gap(
            uuid: "u",
            label: "Alpha",
            severity: "important",
            published: 7200,
            hosts: ["xs1", "xs2"],
            isKnown: false
        )
        let unknown = MissingUpdates.Gap(
            uuid: "v",
            label: "Beta",
            severity: "",
            published: nil,
            hosts: ["xs1"],
            isKnown: true
        )
        #expect(MissingUpdates.exposure([gap, unknown], now: 7200 + 36_000) == 20)
        #expect(MissingUpdates.exposure([unknown], now: 9) == nil)
        let html = MissingUpdates(gaps: [unknown, gap], now: 43_200).html
        let text = String(decoding: BodyVersion(html).page.bytes, as: UTF8.self)
        let (rated, unrated) = (text.firstRange(of: "important"), text.firstRange(of: "not rated"))
        #expect(try #require(rated).lowerBound < #require(unrated).lowerBound)
        #expect(text.contains(">20<") && text.contains("not known"))
    }

    @Test("shows how full hosts are, and how the last runs went")
    func load() async throws {
        let desk = try await Desk()
        let page = try await desk.get("/").text
        #expect(page.contains("aria-label=\"Memory in use on xs1\"") && page.contains("There has been none."))
        let (held, run) = try await heldDesk()
        try await held.rollouts.say(.cancel, to: run, by: "ann")
        var looks = 0
        while await held.rollouts.activeRun != nil, looks < 500 {
            looks += 1
            try await Task.sleep(for: .milliseconds(10))
        }
        let after = try await held.get("/").text
        #expect(after.contains("Cancelled") && after.contains("The last runs, the newest first"))
    }
}
