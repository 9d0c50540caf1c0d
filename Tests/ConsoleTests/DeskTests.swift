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
        #expect(try await desk.press("cancel", on: "/runs/broken").location == "/runs/broken")
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
        let untaken = PageError(APIError("INVALID_PATCH"))
        #expect(untaken.title == "This file was not taken" && untaken.next?.path == "/trust")
        #expect(PageError(APIError("INVALID_PATCH", ["It is cut."])).text.contains("It is cut."))
        #expect(PageError(APIError("ODD", ["xs1 is off."])).text == "xs1 is off. (ODD)")
    }

    @Test("A step left with a time that is past keeps every other answer, and the time to be mended")
    func pastDeadline() async throws {
        let desk = try await Desk()
        let wizard = try await desk.wizard(at: .updateMode)
        let path = "/do" + wizard.path(.updateMode)
        let shown = "&shown=" + Form.encode(await desk.shown(wizard, on: .updateMode))
        let answers = "mode=automatic&canary=h&canary-minutes=7&barrier=yes&finish-by=2001-01-01T00%3A00"
        #expect(try await desk.post(path, answers + "&go=previous" + shown).status == 303)
        let kept = try #require(await desk.console.wizards[wizard.id])
        #expect(kept.hasBarrier && kept.canary == "h" && kept.canaryMinutes == 7)
        #expect(kept.finishBy == nil && kept.unusableFinishBy == "2001-01-01T00:00")
        _ = try await desk.post(path, "mode=automatic&canary-minutes=7&finish-by=2030-01-01T00%3A00&go=stay" + shown)
        let mended = try #require(await desk.console.wizards[wizard.id])
        #expect(mended.finishBy == 1_893_456_000 && mended.unusableFinishBy == nil && !mended.hasBarrier)
        // Manual mode does not show the field: its answer is kept, and means nothing there.
        _ = try await desk.post(path, "mode=manual&go=stay" + shown)
        let manual = try #require(await desk.console.wizards[wizard.id])
        #expect(manual.finishBy == 1_893_456_000 && manual.options.policy.finishBy == nil)
    }

    @Test("An answer that could not be written is not said to be kept, by whatever button")
    func fullDisk() async throws {
        let desk = try await Desk()
        let wizard = try await desk.wizard(at: .updateMode)
        let path = "/do" + wizard.path(.updateMode)
        let shown = "&shown=" + Form.encode(await desk.shown(wizard, on: .updateMode))
        #expect(try await desk.post(path, "mode=manual&go=stay" + shown).text == "kept")
        // A file where the folder was is a disk that takes nothing.
        try FileManager.default.removeItem(atPath: desk.directory.file("console"))
        try Data().write(to: URL(filePath: desk.directory.file("console")))
        for go in ["stay", "previous", "next"] {
            let answer = try await desk.post(path, "mode=manual&go=" + go + shown)
            #expect(answer.status == 507, "\(go)")
            #expect(answer.text.contains("The answers could not be kept"))
            #expect(answer.text.contains("make room on its disk"))
        }
    }

    @Test("A consent names a VM and a way, and whoever may only look gives none")
    func consentRoles() async throws {
        let reader = try await Desk(role: .readOnly)
        #expect(try await reader.post("/do/runs/any/consent", "vm=v&way=suspend").status == 403)
        let desk = try await deskWithUnreadableRun()
        #expect(try await desk.post("/do/runs/none/consent", "vm=v&way=suspend").status == 404)
        #expect(try await desk.post("/do/runs/broken/consent", "vm=v&way=destroy").status == 404)
        let shown = Form.encode(try await desk.shown(run: "broken", for: "consent"))
        #expect(try await desk.post("/do/runs/broken/consent", "vm=v&way=suspend&shown=" + shown).status == 409)
    }
}
