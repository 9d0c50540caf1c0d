import Datamodel
import Foundation
import PoolDatabase
import Rollout
import TestSupport
import Testing
import UpdatePackage
import XenAPI

@testable import Console
@testable import PoolRollout

@Suite("A form of a page that is not as it was shown any more")
struct ShownTests {
    private static let alpha = String(repeating: "aa", count: 32)
    private static let beta = String(repeating: "bb", count: 32)

    /// A console with something to press on every page: an update, a wizard, a run that is paused, a task, a pinned file.
    private func busyDesk() async throws -> (desk: Desk, update: String, wizard: Wizard, run: String) {
        let desk = try await Desk(role: .poolAdmin)
        let pool = try desk.database.snapshot.pool()
        try await desk.set("pool", pool, "wlb_enabled", .bool(true))
        let update = try await desk.addUpdate("Alpha", digest: Self.alpha)
        try await desk.database.transaction { transaction throws(APIError) in
            transaction.create(
                "task",
                Ref("OpaqueRef:task"),
                ["uuid": .string("task-1"), "name_label": .string("evacuate"), "status": .string("pending")]
            )
        }
        try desk.console.services.trust.pin(String(repeating: "ab", count: 32), note: "seen", now: 0)
        let wizard = try await desk.wizard(at: .updateMode)
        try await desk.console.wizards.change(wizard.id) { ($0.update, $0.acknowledged) = (update, Self.alpha) }
        let run = try await desk.rollouts.start(RunOptions(updates: [update]), by: "ann", holds: true)
        // The hosts are entered at the run's first look at the pool.
        var looks = 0
        while try await desk.rollouts.details(run).hosts.isEmpty, looks < 500 {
            looks += 1
            try await Task.sleep(for: .milliseconds(10))
        }
        try await desk.rollouts.say(.pause, to: run, by: "ann")
        return (desk, update, wizard, run)
    }

    @Test(
        "does nothing, whichever form of the console it is and whatever of it has changed, and leads back to its page"
    )
    func everyForm() async throws {
        let (desk, update, wizard, run) = try await busyDesk()
        let pages =
            ["/", "/hosts", "/updates", "/updates?by=server", "/updates/" + update, "/runs", "/runs/" + run, "/tasks"]
            + ["/trust", "/audit"] + Wizard.Step.allCases.prefix(5).map(wizard.path)
            + ["/hosts/" + host(desk).uuid, "/vms", "/vms/" + guest(desk).uuid]
        // A page that is added is looked at here, too.
        for route in desk.console.routes.all {
            #expect(pages.contains { desk.console.routes.pattern(of: $0) == route.pattern }, "\(route.pattern)")
        }
        var pressed: Set<String> = []
        var free: Set<String> = []
        for page in pages {
            for form in PostedForm.all(in: try await desk.get(page).text) {
                let ending = String(form.action.split(separator: "/").last ?? "")
                if form.shown.isEmpty { free.insert(ending) } else { pressed.insert(ending) }
                for name in form.shown {
                    // Some things only one of the buttons goes by.
                    let button =
                        name == "offers" ? ["fix": "all"] : ["go": "next", "host": "", "way": "suspend", "vm": "v"]
                    let before = try await state(desk, run)
                    let own = form.fields.filter { $0.key == "host" }
                    let answer = try await desk.post(form.older(name), button.merging(own) { $1 })
                    #expect(answer.status == 303, "\(form.action) \(name)")
                    #expect(answer.location?.contains("?changed=") == true, "\(form.action) \(name)")
                    #expect(answer.location?.contains(name) == true, "\(form.action) \(name)")
                    #expect(try await state(desk, run) == before, "\(form.action) \(name)")
                    let anew = try await desk.get(answer.location ?? "")
                    #expect(anew.status == 200 && anew.text.contains("Nothing was done"), "\(form.action) \(name)")
                }
            }
        }
        #expect(
            pressed.isSuperset(of: [
                "install", "select-servers", "pre-checks", "update-mode", "resume", "cancel", "stop-after-host",
                "remove",
            ])
        )
        // What these act on stands in the form itself, or is right at any time.
        #expect(
            free.isSubset(of: [
                "install", "restart", "sign-out", "before-you-start", "select-update", "pause", "key", "pin",
            ])
        )
    }

    private func host(_ desk: Desk) -> Row { HostOrder.hosts(desk.database.snapshot)[0] }
    private func guest(_ desk: Desk) -> Row { desk.database.snapshot.guests[0] }

    @Test("does nothing with a host or a VM, whichever button it is and whatever has changed")
    func everyObject() async throws {
        let desk = try await Desk(role: .poolAdmin)
        desk.answer(.string("OpaqueRef:task"))
        let (first, second) = (HostOrder.hosts(desk.database.snapshot)[0], HostOrder.hosts(desk.database.snapshot)[1])
        var pressed: Set<String> = []
        for page in ["/vms/" + guest(desk).uuid, "/hosts/" + first.uuid, "/hosts/" + second.uuid] {
            // Of two hosts no VM can move while one is out of service.
            if page.hasSuffix(second.uuid) { try await desk.set("host", second, "enabled", .bool(false)) }
            let forms = PostedForm.all(in: try await desk.get(page).text).filter { $0.action.hasPrefix("/do" + page) }
            for form in forms {
                pressed.insert(String(form.action.split(separator: "/").last ?? ""))
                #expect(!form.shown.isEmpty, "\(form.action)")
                for name in form.shown {
                    let answer = try await desk.post(form.older(name), ["to": second.uuid])
                    #expect(answer.location == page + "?changed=" + name, "\(form.action)")
                    #expect(try await desk.get(answer.location ?? "").text.contains("Nothing was done"))
                }
                #expect(try await desk.post(form, ["shown": ""]).location?.contains("?changed=") == true)
            }
        }
        #expect(desk.messages.isEmpty)
        #expect(pressed == ["maintenance", "service", "evacuate", "toolstack", "verify", "move"])
    }

    @Test("says no word to a run, whichever word it is")
    func everyWord() async throws {
        let (desk, _, _, run) = try await busyDesk()
        let words = [
            "resume", "cancel", "stop-after-host", "proceed", "fix-all", "consent", "skip", "retry", "approve",
        ]
        for word in words {
            let details = try await desk.rollouts.details(run)
            let host = try #require(details.hosts.first).uuid
            let shown = RunFacts(details, desk.database.snapshot).shown(for: word, host)
            #expect(!shown.facts.isEmpty, "\(word)")
            let form = PostedForm(
                action: "/do/runs/\(run)/\(word)",
                fields: ["host": host, "vm": "v", "way": "suspend", "shown": shown.text],
                buttons: []
            )
            let before = try await state(desk, run)
            for fact in shown.facts {
                let answer = try await desk.post(form.older(fact.name))
                #expect(answer.location?.hasSuffix("?changed=" + fact.name) == true, "\(word) \(fact.name)")
            }
            #expect(try await desk.post(form, ["shown": ""]).location?.contains("?changed=") == true, "\(word)")
            #expect(try await state(desk, run) == before, "\(word)")
        }
    }

    /// Everything that a form could have changed.
    private func state(_ desk: Desk, _ run: String) async throws -> [String] {
        let details = try await desk.rollouts.details(run)
        let wizards = await desk.console.wizards.all
        return [
            details.events.map(\.text).joined(separator: "\n"), "\(details.pausedBy ?? "") \(details.state)",
            String(decoding: try JSONEncoder().encode(wizards.map(\.options.updates)), as: UTF8.self),
            "\(wizards.map { "\($0.id) \($0.reached) \($0.excluded.sorted()) \($0.fixes.count) \($0.consents)" })",
            "\(try desk.console.services.trust.decisions().pinned.count)", "\(desk.calls)",
        ]
    }

    @Test("installs nothing where another tab has chosen another update, and where it names none")
    func staleTab() async throws {
        let desk = try await Desk()
        let (alpha, beta) = (
            try await desk.addUpdate("Alpha", digest: Self.alpha), try await desk.addUpdate("Beta", digest: Self.beta)
        )
        let wizard = try await desk.wizard(at: .updateMode)
        try await desk.console.wizards.change(wizard.id) { ($0.update, $0.acknowledged) = (alpha, Self.alpha) }
        let page = wizard.path(.updateMode)
        let tabA = try #require(
            PostedForm.all(in: try await desk.get(page).text).first { $0.action == "/do" + page }
        )
        // A script that says nothing of what it was shown begins nothing.
        #expect(try await desk.post("/do" + page, "mode=automatic&go=next").location?.contains("changed=") == true)
        #expect(
            try await desk.press("select-update", on: wizard.path(.selectUpdate), ["update": beta, "go": "stay"]).text
                == "kept"
        )
        let answer = try await desk.post(tabA, ["mode": "automatic", "go": "next"])
        let location = try #require(answer.location)
        #expect(location.hasPrefix(page + "?changed=update"))
        // The page shows as far as the answers lead now, and says what it is about.
        let anew = try await desk.get(location).text
        #expect(anew.contains("The update</strong>: now <bdi>Beta</bdi>") && anew.contains("Security claims"))
        #expect(await desk.rollouts.runs.isEmpty)
        // Not even with a form that shows all of it: nobody has confirmed the note of Beta.
        let shown = await desk.shown(wizard, on: .updateMode)
        let jumped = try await desk.post(tabA, ["mode": "automatic", "go": "next", "shown": shown])
        #expect(jumped.location == wizard.path(.selectUpdate))
        try await desk.console.wizards.change(wizard.id) { $0.reached = .updateMode }
        let unclaimed = try await desk.post(tabA, ["mode": "automatic", "go": "next", "shown": shown])
        #expect(unclaimed.location?.contains("select-update?problem=claims") == true)
        #expect(await desk.rollouts.runs.isEmpty)
    }

    @Test("begins no run but the one whose plan was shown, even where the pool changes in that very moment")
    func otherRun() async throws {
        let desk = try await Desk()
        let update = try await desk.addUpdate("Alpha", digest: Self.alpha)
        let wizard = try await desk.wizard(at: .updateMode)
        try await desk.console.wizards.change(wizard.id) { ($0.update, $0.acknowledged) = (update, Self.alpha) }
        let page = wizard.path(.updateMode)
        var form: PostedForm?
        for _ in 0..<200 where form?.fields["expecting"] == nil {
            form = PostedForm.all(in: try await desk.get(page).text).first { $0.action == "/do" + page }
            try await Task.sleep(for: .milliseconds(10))
        }
        let shown = try #require(form)
        #expect(shown.fields["expecting"]?.isEmpty == false)
        let answer = try await desk.post(shown, ["mode": "automatic", "go": "next", "expecting": "another-run-then"])
        // The pre-checks of this pool may have more to say; no run is begun either way.
        #expect(answer.status == 303 && answer.location?.hasPrefix(page + "?") == true, "\(answer.location ?? "")")
        #expect(await desk.rollouts.runs.isEmpty)
    }

    @Test("leaves out no host that it did not offer")
    func hostThatCameBack() async throws {
        let desk = try await Desk()
        let update = try await desk.addUpdate("Alpha", digest: Self.alpha)
        let wizard = try await desk.wizard(at: .selectServers)
        try await desk.console.wizards.change(wizard.id) { ($0.update, $0.acknowledged) = (update, Self.alpha) }
        let hosts = HostOrder.hosts(desk.database.snapshot)
        let metrics = try #require(desk.database.snapshot.row("host_metrics", hosts[1].ref("metrics")))
        try await desk.set("host_metrics", metrics, "live", .bool(false))
        let page = wizard.path(.selectServers)
        let form = try #require(PostedForm.all(in: try await desk.get(page).text).first { $0.action == "/do" + page })
        try await desk.set("host_metrics", metrics, "live", .bool(true))
        let answer = try await desk.post(form, ["host": hosts[0].uuid, "go": "next"])
        #expect(answer.location == page + "?changed=host-" + hosts[1].uuid)
        #expect(try await desk.get(answer.location ?? "").text.contains("now <bdi>can be chosen</bdi>"))
        // A script that names the hosts it wants leaves out none either.
        #expect(try await desk.post("/do" + page, "host=\(hosts[0].uuid)&go=next").location == wizard.path(.prechecks))
        #expect(await desk.console.wizards[wizard.id]?.excluded.isEmpty == true)
        // Seen and not ticked, it is left out.
        let chosen = try await desk.press("select-servers", on: page, ["host": hosts[0].uuid, "go": "next"])
        #expect(chosen.location == wizard.path(.prechecks))
        #expect(await desk.console.wizards[wizard.id]?.excluded == [hosts[1].uuid])
    }

    @Test("A step that the answers do not lead to yet keeps nothing")
    func jumping() async throws {
        let desk = try await Desk()
        let wizard = try await desk.wizard(at: .selectUpdate)
        let shown = Form.encode(await desk.shown(wizard, on: .updateMode))
        let answer = try await desk.post("/do" + wizard.path(.updateMode), "mode=manual&go=stay&shown=" + shown)
        #expect(answer.location == wizard.path(.selectUpdate))
        #expect(await desk.console.wizards[wizard.id]?.mode == .automatic)
    }
}

@Suite("Being signed in")
struct SignedInTests {
    @Test("ends at the next request once the password or the role is another one")
    func cookies() async throws {
        let desk = try await Desk()
        #expect(try await desk.get("/").status == 200)
        desk.change(mark: "another password")
        let answer = try await desk.get("/")
        #expect(answer.status == 303 && answer.location?.hasPrefix("/sign-in") == true)
        #expect(try await desk.post("/do/install").location?.hasPrefix("/sign-in") == true)
        // It does not come back.
        desk.change(mark: "")
        #expect(try await desk.get("/").status == 303)
    }

    @Test("ends the streams that are open, too, and no event is sent after it", arguments: [true, false])
    func streams(_ signsOut: Bool) async throws {
        let desk = try await Desk()
        var pieces = try await desk.follow("/").makeAsyncIterator()
        #expect(await pieces.next()?.contains("event: here") == true)
        if signsOut { _ = try await desk.post("/do/sign-out") } else { desk.change(mark: "another password") }
        let pool = try desk.database.snapshot.pool()
        try await desk.set("pool", pool, "name_label", .string("secret"))
        while let piece = await pieces.next() { #expect(!piece.contains("secret")) }
    }

    @Test(
        "The stream of a page takes any address",
        arguments: ["/?=", "/?%3F%3D", "?", "", "/?a&=b&&", "=?=?=", "/hosts?%zz"]
    )
    func addresses(_ page: String) async throws {
        let desk = try await Desk()
        _ = try await desk.header("Content-Type", of: "/live?page=" + Form.encode(page))
    }

    @Test("An address where nothing is says so to everybody")
    func missing() async throws {
        let desk = try await Desk()
        for address in ["/install", "/nowhere", "/a/b/c"] {
            #expect(try await desk.get(address).text.contains("There is no such page"), "\(address)")
        }
        desk.change(mark: "gone")
        let answer = try await desk.get("/nowhere")
        #expect(answer.status == 404 && answer.text.contains("There is no such page"))
        #expect(!answer.text.contains("class=\"banner\""))
    }
}
