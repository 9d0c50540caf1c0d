import Datamodel
import Foundation
import PoolDatabase
import PoolOperations

import Rollout
import Testing
import XenAPI

@testable import Console
@testable import PoolRollout

@Suite("The page of a host")
struct HostPageTests {
    private func hosts(_ desk: Desk) -> [Row] { HostOrder.hosts(desk.database.snapshot) }

    @Test("says what it is, what it runs, and what would happen if it were emptied now")
    func facts() async throws {
        let desk = try await Desk()
        let host = hosts(desk)[0]
        let page = try await desk.get("/hosts/" + host.uuid).text
        for words in [
            "<bdi>xs1</bdi> (master)", "Enabled", "192.0.2.2", "Shared storage", "eth0", "If it were emptied now",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        for vm in desk.database.snapshot.guests where vm.runsOn == host.ref {
            #expect(page.contains("href=\"/vms/\(vm.uuid)\""), "\(vm.nameLabel)")
        }
        #expect(try await desk.get("/hosts/none").status == 404)
    }

    @Test("takes a host into maintenance by the messages that everybody sends: disabled, noted, emptied")
    func maintenance() async throws {
        let desk = try await Desk()
        desk.answer(.string("OpaqueRef:task"))
        let host = hosts(desk)[1]
        let answer = try await desk.press("maintenance", on: "/hosts/" + host.uuid)
        #expect(answer.location == "/tasks")
        let ref = host.ref.rawValue
        #expect(
            desk.messages == [
                "host.disable \(ref)", "host.remove_from_other_config \(ref) MAINTENANCE_MODE",
                "host.add_to_other_config \(ref) MAINTENANCE_MODE true", "Async.host.evacuate \(ref)",
            ]
        )
    }

    @Test("offers a restart only of a host that is disabled and empty, whoever asks and however")
    func restart() async throws {
        let desk = try await Desk()
        desk.answer(.string(""))
        let host = hosts(desk)[1]
        let page = "/hosts/" + host.uuid
        func form() async throws -> PostedForm? {
            PostedForm.all(in: try await desk.get(page).text).first {
                $0.action.hasSuffix("/restart") && $0.action.contains(host.uuid)
            }
        }
        #expect(try await form() == nil)
        #expect(try await desk.get(page).text.contains("Take it into maintenance first"))
        try await desk.set("host", host, "enabled", .bool(false))
        #expect(try await form() == nil)
        #expect(try await desk.get(page).text.contains("would go down with it"))
        // A form that was made by hand shows all that there is, and is refused all the same.
        let facts = HostFacts(
            try #require(desk.database.snapshot.row("host", host.ref)),
            desk.database.snapshot,
            RunNow(nil)
        )
        let shown = Form.encode(facts.shown(for: .restart).text)
        #expect(try await desk.post("/do\(page)/restart", "shown=" + shown).status == 409)
        for vm in desk.database.snapshot.guests where vm.runsOn == host.ref {
            try await desk.set("VM", vm, "resident_on", .string(Ref.null.rawValue))
        }
        #expect(try await desk.post(try #require(try await form())).location == page)
        #expect(desk.messages == ["host.reboot \(host.ref.rawValue)"])
    }

    @Test("has no buttons for those who may only look, and refuses their posts")
    func looking() async throws {
        let desk = try await Desk(role: .vmPowerAdmin)
        let host = hosts(desk)[0]
        #expect(try await !desk.get("/hosts/" + host.uuid).text.contains("/do/hosts/"))
        for act in HostAction.allCases {
            #expect(try await desk.post("/do/hosts/\(host.uuid)/\(act.rawValue)").status == 403)
        }
        let vm = try #require(desk.database.snapshot.guests.first)
        #expect(try await desk.get("/vms/" + vm.uuid).text.contains("/do/vms/"))
        #expect(try await !Desk(role: .vmAdmin).get("/vms/" + vm.uuid).text.contains("/do/vms/"))
    }

    @Test("says which run restarts it, and leaves it to the run")
    func inRun() async throws {
        let desk = try await Desk()
        let host = hosts(desk)[1]
        let snapshot = desk.database.snapshot
        var run = RunDetails(unreadable: "run-7", problem: "")
        run.name = "Alpha"
        run.state = .rolling
        run.hosts = [Self.host(host, .returning)]
        let now = RunNow(run)
        let facts = HostFacts(host, snapshot, now)
        #expect(facts.state.kind == .restarting && now.holds(host) && !now.holds(hosts(desk)[0]))
        let why = String(decoding: BodyVersion(facts.state.why).page.bytes, as: UTF8.self)
        #expect(why.contains("href=\"/runs/run-7\"") && why.contains("Coming back") && why.contains("data-since=\"5\""))
        let buttons = String(decoding: BodyVersion(HostButtons(facts: facts).html).page.bytes, as: UTF8.self)
        #expect(!buttons.contains("<form") && buttons.contains("looks after this host now"))
        // In manual mode it is the operator who restarts the host.
        run.hosts = [Self.host(host, .awaitingOperator)]
        #expect(!RunNow(run).holds(host))
        run.finished = 9
        #expect(RunNow(run).run == nil)
    }

    static func host(_ row: Row, _ phase: HostPhase) -> RunDetails.Host {
        RunDetails.Host(
            uuid: row.uuid,
            name: row.nameLabel,
            isMaster: false,
            phase: phase,
            since: 5,
            expectedSeconds: nil,
            wave: nil,
            reason: nil,
            begun: nil,
            ended: nil,
            isUpdated: false,
            needsApproval: false,
            canRetry: false,
            canSkip: false,
            bootBefore: "",
            bootAfter: "",
            packagesBefore: [:],
            packagesAfter: [:]
        )
    }
}

@Suite("The page of a VM")
struct VMPageTests {
    @Test("says where it runs, what it has and what ties it, and moves it")
    func facts() async throws {
        let desk = try await Desk()
        desk.answer(.string("OpaqueRef:task"))
        let hosts = HostOrder.hosts(desk.database.snapshot)
        let vm = try #require(desk.database.snapshot.guests.first { $0.runsOn == hosts[0].ref })
        let page = try await desk.get("/vms/" + vm.uuid).text
        #expect(
            page.contains("href=\"/hosts/\(hosts[0].uuid)\"") && page.contains("Nothing: it can move while it runs")
        )
        let answer = try await desk.press("move", on: "/vms/" + vm.uuid, ["to": hosts[1].uuid])
        #expect(answer.location == "/tasks")
        #expect(desk.messages == ["Async.VM.pool_migrate \(vm.ref.rawValue) \(hosts[1].ref.rawValue) …"])
        try await desk.set("VM", vm, "blocked_operations", .pairs(["pool_migrate": "it is being measured"]))
        #expect(try await desk.get("/vms/" + vm.uuid).text.contains("its owner forbids it (it is being measured)"))
    }

    @Test("is there for VMs alone: control domains and templates have none")
    func others() async throws {
        let desk = try await Desk()
        let domain = try #require(desk.database.snapshot.rows("VM").first { !$0.isGuest })
        #expect(try await desk.get("/vms/" + domain.uuid).status == 404)
        #expect(try await desk.get("/vms/none").status == 404)
    }
}

@Suite("What a host's or a VM's page can not do")
struct RefusedActionTests {
    @Test("is told by names, with the code, and a task that has failed likewise")
    func words() async throws {
        let desk = try await Desk()
        let hosts = HostOrder.hosts(desk.database.snapshot)
        desk.refuse(APIError("HOST_OFFLINE", [hosts[1].ref.rawValue]))
        let answer = try await desk.press("toolstack", on: "/hosts/" + hosts[1].uuid)
        #expect(answer.status == 409)
        #expect(answer.text.contains("xs2 does not answer: look at its console, and bring it back. (HOST_OFFLINE)"))
        let vm = try #require(desk.database.snapshot.guests.first)
        try await desk.database.transaction { transaction throws(APIError) in
            transaction.create(
                "task",
                Ref("OpaqueRef:task"),
                [
                    "uuid": .string("task-1"), "name_label": .string("Async.VM.pool_migrate"),
                    "status": .string("failure"),
                    "error_info": .strings(["VM_HAS_PCI_ATTACHED", vm.ref.rawValue]),
                ]
            )
        }
        let tasks = try await desk.get("/tasks").text
        #expect(tasks.contains("VM \(vm.nameLabel) holds a PCI device") && !tasks.contains("OpaqueRef"))
    }
}
