import Foundation
import TestSupport
import Testing

/// What an operator agrees to before a run, and nothing else, is what the run does.
extension WizardTests {
    @Test("promises one fix by its own link, takes it back, and the run makes just the one that was promised")
    func singleFix() async throws {
        // Two hosts can take in the VMs of each other while the third is in maintenance mode.
        let site = try await Site(hosts: 3)
        let pool = try await site.xe("pool-list", "--minimal")
        _ = try await site.xe("pool-param-set", "uuid=\(pool)", "wlb-enabled=true")
        let vm = try await site.xe("vm-list", "name-label=web-1", "--minimal")
        _ = try await site.xe("vm-param-set", "uuid=\(vm)", "other-config:auto_poweron=true")
        let second = try await site.xe("host-list", "hostname=xs2", "--minimal")
        _ = try await site.xe("host-disable", "uuid=\(second)")
        try await site.openAtPrechecks { browser in
            try await browser.wait(for: "Workload balancing is on", in: "#checks")
            #expect(try await browser.solution(of: "Workload balancing is on") == "Pause workload balancing")
            #expect(try await browser.solution(of: "xs2 is in maintenance mode") == "Take it along in maintenance mode")
            #expect(try await browser.solution(of: "VM web-1 is powered on") == "Turn automatic power-on off")

            // One link, one promise.
            try await browser.press("Pause workload balancing")
            try await browser.wait(for: "Promised: Pause workload balancing.", in: "#checks")
            #expect(try await browser.solution(of: "xs2 is in maintenance mode") == "Take it along in maintenance mode")
            #expect(try await browser.text("#verdict").contains("need to resolve"))
            #expect(try await !browser.isEnabled("button[name=go][value=next]"))

            // All of them, but not the host that somebody has in maintenance mode; and back again, one at a time.
            try await browser.press("Fix All")
            try await browser.wait(for: "Promised: Turn automatic power-on off.", in: "#checks")
            #expect(try await browser.text("#checks").contains("Promised: Take it along in maintenance mode") == false)
            try await browser.press("Take it along in maintenance mode")
            try await browser.wait(for: "The run makes 3 fixes first.", in: "#verdict")
            for text in ["Take it along in maintenance mode", "Turn automatic power-on off"] {
                try await browser.click("button[aria-label^='Undo: \(text)']")
                try await browser.wait("the promise to be taken back: \(text)") {
                    try await browser.text("#checks").contains("Promised: \(text)") == false
                }
            }
            #expect(try await browser.solution(of: "Workload balancing is on").hasPrefix("Promised:"))
            #expect(try await browser.text("#verdict").contains("need to resolve"))

            // Where the answer takes its time, the page says who is being asked.
            _ = try await browser.run("addEventListener('submit', (event) => event.preventDefault(), { once: true })")
            try await browser.press("Check Again")
            try await browser.wait(for: "Every host, the package and the planner", in: "[data-working]")
            try await browser.wait("another press to count") {
                try await browser.run("return document.getElementById('step').dataset.sent ?? null") == .null
            }

            // Somebody resolves the other one; Check Again sees it.
            _ = try await site.xe("host-enable", "uuid=\(second)")
            try await browser.press("Check Again")
            try await browser.wait(for: "Nothing stands in the way. The run makes 1 fix first.", in: "#verdict")
            try await browser.picture("13-promised")
            try await browser.reachMode()
            try await browser.press("Install update")
            try await browser.wait(for: "Succeeded", in: "#run-head")
            let debts = try await browser.text("#run-debts")
            #expect(debts.contains("workload balancing on") && !debts.contains("Owed"))
            #expect(!debts.contains("automatic power-on"))
            let log = try await browser.text("#log-lines")
            #expect(log.contains("Pause workload balancing: done."))
            #expect(!log.contains("Turn automatic power-on off: done."))
        }
        #expect(try await site.xe("pool-list", "params=wlb-enabled", "--minimal") == "true")
        await site.server.terminate()
    }

    @Test("stops no VM without a consent that names it, brings it back where it was, and puts a disc back in its drive")
    func consent() async throws {
        let site = try await Site.withTiedGuests()
        try await site.openAtPrechecks { browser in
            try await browser.wait(for: "VM web-1 can not leave xs1: it has a disk on local storage", in: "#checks")
            try await browser.wait(for: "VM mail-2 on xs2 has tools.iso in its drive", in: "#checks")
            let offers = try await browser.solution(of: "VM web-1 can not leave xs1")
            #expect(offers == "Let the run suspend web-1\nLet the run shut web-1 down\nLeave xs1 out")
            try await browser.press("Eject the ISO")
            try await browser.wait(for: "Promised: Eject the ISO.", in: "#checks")
            // Fixes are no consent.
            #expect(try await !browser.isEnabled("button[name=go][value=next]"))

            try await browser.press("Let the run suspend web-1")
            try await browser.wait(for: "VM web-1 may be suspended by this run", in: "#consents")
            try await browser.wait(for: "Nothing stands in the way", in: "#verdict")
            try await browser.click("#consents button")
            try await browser.wait(for: "need to resolve", in: "#verdict")
            #expect(try await browser.text("#consents").isEmpty)
            #expect(try await !browser.isEnabled("button[name=go][value=next]"))
            try await browser.picture("14-consent")

            try await browser.press("Let the run suspend web-1")
            try await browser.wait(for: "Nothing stands in the way", in: "#verdict")
            try await browser.reachMode()
            try await browser.press("Install update")
            try await browser.wait(for: "Succeeded", in: "#run-head")
            let debts = try await browser.text("#run-debts")
            #expect(
                debts.contains("VM web-1 running on xs1") && debts.contains("ISO tools.iso in the drive of VM mail-2")
            )
            #expect(!debts.contains("Owed"))
            // Everybody else moved; nobody else was stopped.
            let log = try await browser.text("#log-lines").split(separator: "\n")
            let stops = log.filter { $0.contains("is stopped") }
            #expect(
                !stops.isEmpty && stops.allSatisfy { $0.contains("web-1 is stopped (suspend), as root allowed.") },
                "\(stops)"
            )
        }
        let first = try await site.xe("host-list", "hostname=xs1", "--minimal")
        #expect(try await site.xe("vm-list", "name-label=web-1", "params=power-state", "--minimal") == "running")
        #expect(try await site.xe("vm-list", "name-label=web-1", "params=resident-on", "--minimal") == first)
        await site.server.terminate()
    }

    @Test("a run that is held for a VM goes on once its page was told that this VM may be stopped")
    func heldForConsent() async throws {
        let site = try await Site.withTiedGuests()
        _ = try await site.xe("patch-upload", "file-name=\(site.hotfix.package)")
        let begun = try await site.server.rollout(["start", "--update", "XS602ECC031", "--hold"])
        let run = begun.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try await Browser.open(site.url) { browser in
            try await browser.go("/runs/" + run)
            try await browser.signIn()
            try await browser.wait(for: "VM web-1 can not leave xs1", in: "#run-consents")
            try await browser.click("#sure-consent summary")
            try await browser.picture("17-held")
            try await browser.press("It may be suspended")
            try await browser.wait(for: "root allows VM web-1 to be suspended.", in: "#log-lines")
            // A consent is no fix: the disc that is in the way still is.
            try await browser.press("Fix All")
            try await browser.wait(for: "Succeeded", in: "#run-head")
            #expect(try await browser.text("#run-consents").isEmpty)
        }
        #expect(try await site.xe("vm-list", "name-label=web-1", "params=power-state", "--minimal") == "running")
        await site.server.terminate()
    }

    @Test(
        "shows what it could not give back, with the reason, and a button that gives it back later; a host can be left out"
    )
    func obligation() async throws {
        let site = try await Site.withTiedGuests()
        let disc = try await site.xe("vdi-list", "name-label=tools.iso", "--minimal")
        try await site.openAtPrechecks { browser in
            try await browser.press("Eject the ISO")
            do { try await browser.wait(for: "Promised: Eject the ISO.", in: "#checks") } catch {
                // Where the checks changed under the press, the page was shown anew, and a person presses once more.
                try await browser.press("Eject the ISO")
                try await browser.wait(for: "Promised: Eject the ISO.", in: "#checks")
            }
            try await browser.press("Leave xs1 out")
            // It is the master, and its members would become newer than it: that takes a word of its own.
            try await browser.wait(for: "xs1 is the master and is left out", in: "#checks")
            #expect(try await !browser.isEnabled("button[name=go][value=next]"))
            try await browser.press("Take the risk of an older master")
            try await browser.wait(for: "The master stays older than the other hosts", in: "#consents")
            try await browser.wait(for: "Nothing stands in the way", in: "#verdict")
            try await browser.reachMode()
            try await browser.click("#approve-yes")
            try await browser.press("Install update")
            try await browser.wait(for: "button[aria-label='Approve: xs2']")
            // Somebody takes the disc away while it is owed.
            _ = try await site.xe("vdi-param-set", "uuid=\(disc)", "name-label=elsewhere.iso")
            try await browser.click("button[aria-label='Approve: xs2']")
            try await browser.wait(for: "Give Back Now", in: "#run-debts")
            let debts = try await browser.text("#run-debts")
            #expect(debts.contains("Owed") && debts.contains("The ISO tools.iso is no longer there."))
            #expect(try await browser.text("#run-head").contains("1 of"))
            try await browser.picture("16-owed")

            _ = try await site.xe("vdi-param-set", "uuid=\(disc)", "name-label=tools.iso")
            try await browser.press("Give Back Now")
            try await browser.wait("the disc to be given back") {
                let debts = try await browser.text("#run-debts")
                return debts.contains("Given back") && !debts.contains("Owed")
            }
        }
        let drive = try await site.xe("vbd-list", "type=CD", "params=vdi-uuid", "--minimal")
        #expect(drive == disc)
        await site.server.terminate()
    }
}

extension Browser {
    /// What the pre-checks offer beside a problem.
    func solution(of problem: String) async throws -> String {
        try await run(
            "return [...document.querySelectorAll('#checks tr')].find(r => r.innerText.includes(arguments[0]))?.cells[2].innerText.trim()",
            .string(problem)
        ).text ?? ""
    }

    /// Whether a button can be pressed.
    func isEnabled(_ selector: String) async throws -> Bool {
        try await run("return document.querySelector(arguments[0])?.disabled === false", .string(selector))
            == .bool(true)
    }
}
