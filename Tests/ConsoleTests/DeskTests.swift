import Datamodel
import Foundation
import Rollout
import TestSupport
import Testing
import XenAPI

@testable import Console
@testable import PoolRollout

@Suite("The console's answers")
struct DeskTests {
    /// A server that finds a run under way whose journal can not be used.
    private func deskWithUnreadableRun(role: Role = .poolOperator) async throws -> Desk {
        try await Desk(role: role) { directory in
            try Data("no journal\n".utf8).write(to: URL(filePath: directory.file("runs/broken.journal")))
            try Data("broken".utf8).write(to: URL(filePath: directory.file("runs/active")))
        }
    }

    @Test("A run whose journal can not be used is given up on its page, and by nobody who may only look")
    func givingUp() async throws {
        let desk = try await deskWithUnreadableRun()
        let page = try await desk.get("/runs/broken")
        #expect(page.status == 200)
        #expect(page.text.contains("action=\"/do/runs/broken/cancel\""))
        #expect(page.text.contains("it is given up, and another can begin"))
        #expect(!page.text.contains("/do/runs/broken/pause"))
        #expect(try await desk.post("/do/runs/broken/cancel").status == 303)
        #expect(try await !desk.get("/runs/broken").text.contains("action=\"/do/runs/broken/cancel\""))
        #expect(try Data(contentsOf: URL(filePath: desk.directory.file("runs/active"))).isEmpty)

        let reader = try await deskWithUnreadableRun(role: .readOnly)
        #expect(try await !reader.get("/runs/broken").text.contains("action=\"/do/runs/broken/cancel\""))
        #expect(try await reader.post("/do/runs/broken/cancel").status == 403)
    }

    @Test("A report that can not be made says why; only a run that there is not has no page")
    func reports() async throws {
        let desk = try await deskWithUnreadableRun()
        for ending in ["txt", "html", "json"] {
            let report = try await desk.get("/runs/broken/report." + ending)
            #expect(report.status == 409 && report.text.contains("journal"), "\(ending)")
            #expect(try await desk.get("/runs/none/report." + ending).status == 404)
        }
        #expect(try await desk.get("/runs/none").status == 404)
    }

    @Test("A wrong password is told as one, and nothing else is")
    func signingIn() async throws {
        let desk = try await Desk()
        desk.refuseSignIns(APIError("SESSION_AUTHENTICATION_FAILED", ["ann", "no"]))
        let wrong = try await desk.post("/do/sign-in", "user=ann&password=wrong")
        #expect(wrong.status == 401 && wrong.text.contains("The user name or the password is not right."))
        desk.refuseSignIns(APIError("HOST_STILL_BOOTING"))
        let other = try await desk.post("/do/sign-in", "user=ann&password=right")
        #expect(other.status == 409 && other.text.contains("HOST_STILL_BOOTING"))
        #expect(!other.text.contains("not right"))
    }

    @Test("An error without words says what to do next")
    func errorsWithoutWords() {
        #expect(PageError(APIError("ODD")).text.contains("code ODD. Reload the page"))
        #expect(PageError(APIError("ODD", ["xs1 is off."])).text == "xs1 is off. (ODD)")
    }

    @Test("A consent names a VM and a way, and whoever may only look gives none")
    func consentRoles() async throws {
        let reader = try await Desk(role: .readOnly)
        #expect(try await reader.post("/do/runs/any/consent", "vm=v&way=suspend").status == 403)
        let desk = try await deskWithUnreadableRun()
        #expect(try await desk.post("/do/runs/none/consent", "vm=v&way=suspend").status == 404)
        #expect(try await desk.post("/do/runs/broken/consent", "vm=v&way=destroy").status == 404)
        #expect(try await desk.post("/do/runs/broken/consent", "vm=v&way=suspend").status == 409)
    }
}
