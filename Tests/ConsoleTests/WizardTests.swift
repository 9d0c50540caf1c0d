import Foundation
import TestSupport
import Testing

/// The wizard in a real browser, one after another: a browser is heavy.
@Suite("The wizard in a browser", .serialized, .browser)
struct WizardTests {
    @Test("installs the hotfix in automatic mode, as the article says, and forgets no answer on the way")
    func automatic() async throws {
        let site = try await Site(hosts: 3)
        try await Browser.open(site.url) { browser in
            try await browser.go("/runs")
            try await browser.picture("01-sign-in")
            try await browser.signIn()
            #expect(try await browser.path == "/runs")
            try await browser.go("/")
            try await browser.wait(for: "No update has been uploaded", in: "#updates")

            try await browser.press("Install Update…")
            try await browser.wait(for: "Before You Start", in: "h1")
            try await browser.picture("02-before-you-start")
            try await browser.press("Next ›")

            // Nothing chosen: the message is beside the list.
            try await browser.wait(for: "#package")
            try await browser.press("Next ›")
            try await browser.wait(for: "Choose an update", in: "#problem-no-update")
            // The zip is named before it is uploaded.
            try await browser.type(site.hotfix.zip, into: "#package")
            try await browser.wait(for: "extract it first", in: "[data-upload-text]")
            try await browser.run("document.querySelector('#package').value = ''")
            try await browser.type(site.hotfix.package, into: "#package")
            try await browser.wait(for: "#claims")
            #expect(try await browser.text("#chosen").contains("restart of each host"))
            try await browser.press("Next ›")
            try await browser.wait(for: "Confirm this", in: "#problem-claims")
            try await browser.click("#claims")
            try await browser.picture("03-select-update")
            try await browser.press("Next ›")

            try await browser.wait(for: "xs1 (master)", in: "#servers")
            try await browser.picture("04-select-servers")
            try await browser.press("Next ›")
            try await browser.wait(for: "Nothing stands in the way", in: "#verdict")
            try await browser.picture("05-pre-checks")
            try await browser.reachMode()
            try await browser.wait(for: "svg.gantt")
            try await browser.click("#ending-home")
            // An answer that can not be written is told beside the buttons, and is no more once another can be.
            let folder = site.server.state + "/console"
            try FileManager.default.moveItem(atPath: folder, toPath: folder + ".aside")
            try Data().write(to: URL(filePath: folder))
            try await browser.click("#approve-yes")
            try await browser.wait(for: "The answers could not be kept", in: "#problem-keep")
            try FileManager.default.removeItem(atPath: folder)
            try FileManager.default.moveItem(atPath: folder + ".aside", toPath: folder)
            try await browser.click("#approve-yes")
            try await browser.wait("the message to go") { try await browser.text("#problem-keep").isEmpty }
            // A time that is past is flagged where it stands, and costs no other answer.
            try await browser.run(
                "const f = document.querySelector('#finish-by'); f.value = '2001-01-01T00:00'; f.dispatchEvent(new Event('input', { bubbles: true }))"
            )
            // The plan follows the answer; going back and forth loses neither.
            for step in ["Pre-checks", "Select Servers", "Select Update"] {
                try await browser.press("‹ Previous", to: step)
            }
            #expect(try await browser.run("return document.querySelector('#claims').checked") == .bool(true))
            for step in ["Select Servers", "Pre-checks", "Update Mode"] { try await browser.press("Next ›", to: step) }
            #expect(try await browser.run("return document.querySelector('#ending-home').checked") == .bool(true))
            try await browser.wait(for: "still to come", in: "#problem-finish-by")
            let described =
                "const f = document.querySelector('#finish-by'); return f.value + ' ' + f.getAttribute('aria-describedby')"
            #expect(try await browser.run(described).text == "2001-01-01T00:00 problem-finish-by")
            try await browser.press("Install update")
            try await browser.wait("the refusal") { try await browser.path.contains("problem=finish-by") }
            try await browser.wait(for: "#problem-finish-by")
            try await browser.run(
                "const f = document.querySelector('#finish-by'); f.value = ''; for (const name of ['input', 'change']) f.dispatchEvent(new Event(name, { bubbles: true }))"
            )
            try await browser.wait("the flag to go") {
                try await browser.run("return document.querySelector('#problem-finish-by') === null") == .bool(true)
            }
            try await browser.run("document.querySelector('#policy').scrollIntoView()")
            try await browser.picture("06-update-mode")

            try await browser.press("Install update")
            try await browser.wait(for: ".lanes")
            try await browser.wait(for: "Updated", in: ".lane")
            try await browser.picture("07-install")
            try await browser.wait(for: "Succeeded", in: "#run-head")
            try await browser.wait(for: "Given back", in: "#run-debts")
            try await browser.press("Finish ›")
            try await browser.wait(for: "openssl", in: "#finish")
            try await browser.picture("08-finish")
            try await browser.go("/")
            try await browser.wait(for: "Fully applied", in: "#updates")
            try await browser.picture("09-pool")
        }
        #expect(
            try await site.xe("patch-list", "name-label=XS602ECC031", "params=hosts", "--minimal").split(separator: ",")
                .count == 3
        )
        await site.server.terminate()
    }

    @Test("keeps the last of two answers also where the first is slow on its way")
    func order() async throws {
        let site = try await Site()
        try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.run(
                """
                const post = window.fetch;
                window.kept = 0;
                let pause = 1500;
                window.fetch = async (...request) => {
                  const turn = pause;
                  pause = 0;
                  await new Promise((resolve) => setTimeout(resolve, turn));
                  const answer = await post(...request);
                  window.kept += 1;
                  return answer;
                };
                """
            )
            for _ in 1...2 { try await browser.click("#approve-yes") }
            try await browser.wait("both answers to be kept") {
                try await browser.run("return window.kept >= 2") == .bool(true)
            }
            try await browser.run("location.reload()")
            try await browser.wait("the page to be read again") {
                try await browser.run("return window.kept === undefined") == .bool(true)
            }
            try await browser.wait(for: "#approve-yes")
            #expect(try await browser.run("return document.querySelector('#approve-yes').checked") == .bool(false))
        }
        await site.server.terminate()
    }

    @Test("takes a time to begin and what else a run can be asked for, and flags what can not be used where it stands")
    func furtherOptions() async throws {
        let site = try await Site(hosts: 2)
        func fill(_ field: String, _ text: String) -> String {
            """
            const f = document.querySelector('#option-\(field)'); f.closest('details').open = true; f.value = '\(text)';
            for (const name of ['input', 'change']) f.dispatchEvent(new Event(name, { bubbles: true }))
            """
        }
        try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.run(fill("windows", "Saturday night"))
            try await browser.wait(for: "Wanted is START/END", in: "#problem-option-windows")
            try await browser.press("Install update")
            try await browser.wait(for: "Put right what is flagged", in: "#problem-further")
            try await browser.run(fill("windows", ""))
            try await browser.wait("the flag to go") {
                try await browser.run("return document.querySelector('#problem-option-windows') === null")
                    == .bool(true)
            }
            try await browser.run(fill("at", "2099-01-02T03:04"))
            try await browser.run(fill("max_failed_hosts", "1"))
            try await browser.wait(for: "svg.gantt")
            try await browser.press("Install update")
            try await browser.wait(for: "2099", in: "#run-head")
        }
        await site.server.terminate()
    }

    @Test("gives the tasks in order in manual mode, and ticks them off as the operator restarts the hosts by xe")
    func manual() async throws {
        let site = try await Site()
        try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.click("#mode-manual")
            try await browser.wait(for: "Restart these hosts in this order (master always first):", in: "#tasks")
            #expect(try await browser.tasks() == ["☐ xs1 (master)", "☐ xs2"])
            let saved = try await browser.runAsync(
                "const done = arguments[0]; fetch(document.querySelector('#plan a[download]').href).then(r => r.text()).then(done)"
            ).text
            #expect(saved?.contains("1. [ ] xs1 (master)\n  2. [ ] xs2\n") == true)
            try await browser.press("Install update")
            let ready = " — ready: move its VMs away, then restart it, both from its page"
            try await browser.wait("both hosts to be ready") {
                try await browser.tasks() == ["☐ xs1 (master)" + ready, "☐ xs2" + ready]
            }
            // Applied on both, and restarted by nobody.
            let hosts = try await site.xe("patch-list", "name-label=XS602ECC031", "params=hosts", "--minimal")
            #expect(hosts.split(separator: ",").count == 2)
            #expect(try await browser.text("#run-head").contains("0 of 2"))
            for host in ["xs1", "xs2"] {
                let uuid = try await site.xe("host-list", "hostname=\(host)", "--minimal")
                _ = try await site.xe("host-disable", "uuid=\(uuid)")
                _ = try await site.xe("host-evacuate", "uuid=\(uuid)")
                _ = try await site.xe("host-reboot", "uuid=\(uuid)")
                try await browser.wait("\(host) ticked off") {
                    try await browser.tasks().contains { $0.hasPrefix("☑ " + host) }
                }
                // Each ticks off itself, and not the next.
                if host == "xs1" { #expect(try await browser.tasks() == ["☑ xs1 (master) — done", "☐ xs2" + ready]) }
            }
            try await browser.wait(for: "Succeeded", in: "#run-head")
            #expect(try await browser.tasks() == ["☑ xs1 (master) — done", "☑ xs2 — done"])
            #expect(try await browser.text("#run-head").contains("2 of 2"))
            #expect(try await browser.text("#evidence").contains("openssl"))
            try await browser.picture("10-manual")
        }
        await site.server.terminate()
    }

    @Test("turns HA off at one click and on again at the end, and two browsers show the same")
    func fix() async throws {
        let site = try await Site(hosts: 3)
        let storage = try await site.xe("sr-list", "shared=true", "type=nfs", "--minimal").split(separator: ",")
        _ = try await site.xe("pool-ha-enable", "heartbeat-sr-uuids=\(storage.first ?? "")")
        try await site.openAtPrechecks { first in
            try await first.wait(for: "High availability is on", in: "#checks")
            #expect(try await first.text("#verdict").contains("need to resolve"))
            try await first.picture("11-problem")
            let path = try await first.path
            try await Browser.open(site.url) { second in
                try await second.go(path)
                try await second.signIn()
                try await second.wait(for: "High availability is on", in: "#checks")
                try await first.press("Turn HA off")
                // What one does, the other sees.
                try await second.wait(for: "HA is turned on again at the end", in: "#checks")
                try await first.reachMode()
                try await first.press("Install update")
                try await first.wait(for: ".lanes")
                try await second.go(first.path)
                try await second.wait(for: ".lanes")
                try await first.wait(for: "Succeeded", in: "#run-head")
                try await second.wait(for: "Succeeded", in: "#run-head")
                let debts = try await second.text("#run-debts")
                #expect(debts == (try await first.text("#run-debts")))
                #expect(debts.contains("Given back"))
            }
        }
        #expect(try await site.xe("pool-list", "params=ha-enabled", "--minimal") == "true")
        await site.server.terminate()
    }

    @Test("goes on after the browser was closed, and after the coordinator was killed")
    func survival() async throws {
        let site = try await Site()
        let path = try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.click("#approve-yes")
            try await browser.press("Install update")
            try await browser.wait(for: "Approve", in: ".lanes")
            return try await browser.path
        }
        // Nobody looks; somebody comes back.
        let again = try await Browser.open(site.url) { browser in
            try await browser.go(path)
            try await browser.signIn()
            #expect(try await browser.path == path)
            try await browser.wait(for: "Approve", in: ".lanes")
            await site.server.kill()
            try await browser.wait(for: "connection to the coordinator is lost", in: "#status")
            let again = try await Site(after: site)
            // The page comes back by itself, without signing in.
            try await browser.wait("the page to follow again") { try await browser.text("#status").isEmpty }
            for _ in 1...2 {
                try await browser.press("Approve")
                try await browser.wait("the approval to be heard") {
                    let state = try await browser.text("#run-head")
                    let lanes = try await browser.text(".lanes")
                    return state.contains("Succeeded") || lanes.contains("Updated") && lanes.contains("Approve")
                }
            }
            try await browser.wait(for: "Succeeded", in: "#run-head")
            #expect(try await browser.path == path)
            #expect(try await browser.text("#run-head").contains("2 of 2"))
            // What was there before the crash is still there.
            #expect(try await browser.text("#log-lines").contains("root approves xs1."))
            return again
        }
        await again.server.terminate()
    }
}

extension Browser {
    /// The lines of the list of tasks.
    func tasks() async throws -> [String] {
        try await texts("#tasks li").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
