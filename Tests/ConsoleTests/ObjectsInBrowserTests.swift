import Foundation
import TestSupport
import Testing

/// Hosts and VMs, and what waits for somebody, as people meet them.
extension PageTests {
    @Test("A list follows what is typed, and its address says what is shown")
    func searching() async throws {
        let site = try await Site()
        try await Browser.open(site.url) { browser in
            try await browser.go("/vms")
            try await browser.signIn()
            try await browser.wait(for: "1 to 8 of 8.", in: "#vms")
            try await browser.type("web-2", into: "#q")
            try await browser.wait(for: "1 to 1 of 1, out of 8.", in: "#vms")
            #expect(try await browser.run("return document.activeElement.id").text == "q")
            #expect(try await browser.run("return new URLSearchParams(location.search).get('q')").text == "web-2")
            // The page goes on following what changes.
            let vm = try await site.xe("vm-list", "name-label=web-2", "--minimal")
            _ = try await site.xe("vm-param-set", "uuid=\(vm)", "name-label=web-2 renamed")
            try await browser.wait(for: "web-2 renamed", in: "#vms")
            try await browser.run("document.querySelector('#vms tbody a').click()")
            try await browser.wait(for: "web-2 renamed", in: "h1")
            #expect(try await browser.path == "/vms/\(vm)")
        }
        await site.server.terminate()
    }

    @Test("A host is taken into maintenance on its page, its VMs move away, and it is taken out again")
    func maintenance() async throws {
        let site = try await Site()
        let host = try await site.xe("host-list", "hostname=xs2", "--minimal")
        try await Browser.open(site.url) { browser in
            try await browser.go("/hosts/\(host)")
            try await browser.signIn()
            try await browser.wait(for: "Enabled", in: "#host-head")
            try await browser.click("#sure-maintenance summary")
            try await browser.wait(for: "4 VMs move to other hosts", in: "#sure-maintenance")
            try await browser.click("#sure-maintenance button")
            try await browser.wait(for: "host.evacuate", in: "#tasks")
            try await browser.go("/hosts/\(host)")
            try await browser.wait(for: "Maintenance mode", in: "#host-head")
            try await browser.wait(for: "No VM runs here.", in: "#host-vms")
            #expect(try await site.xe("host-param-get", "uuid=\(host)", "param-name=enabled") == "false")
            try await browser.wait(for: "#sure-restart")
            try await browser.click("#sure-service summary")
            try await browser.click("#sure-service button")
            try await browser.wait(for: "Enabled", in: "#host-head")
            #expect(try await site.xe("host-param-get", "uuid=\(host)", "param-name=enabled") == "true")
        }
        await site.server.terminate()
    }

    @Test("A run that waits for a word is told by the title of whatever page is open, until the word is said")
    func holds() async throws {
        let site = try await Site()
        try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.click("#approve-yes")
            try await browser.press("Install update")
            try await browser.wait(for: "Approve", in: ".lanes")
            try await browser.go("/trust")
            try await browser.wait("the title to tell the hold") {
                try await browser.run("return document.title").text?.hasPrefix("⚠ ") == true
            }
            try await browser.wait(for: "waits for an approval", in: "#attention")
            for host in ["xs1", "xs2"] {
                try await browser.go("/")
                try await browser.wait(for: "button[aria-label='Approve: \(host)']")
                #expect(try await site.server.rollout(["approve", host]).code == 0)
            }
            try await browser.wait(for: "Succeeded", in: "#last-runs")
            try await browser.wait("the title to tell no hold") {
                try await browser.run("return document.title").text?.hasPrefix("⚠ ") == false
            }
        }
        await site.server.terminate()
    }
}
