import Foundation
import TestSupport
import Testing

/// Pages without a mouse, without scripts, and over a session that has ended.
extension PageTests {
    @Test("The wizard can be walked from signing in to the end of the run with the keyboard alone")
    func keyboard() async throws {
        let site = try await Site()
        _ = try await site.xe("patch-upload", "file-name=\(site.hotfix.package)")
        try await Browser.open(site.url) { browser in
            try await browser.go("/")
            try await browser.tab(to: "#user")
            try await browser.type("root")
            try await browser.press(.tab)
            try await browser.type(ServerProcess.password)
            try await browser.press(.enter)
            try await browser.wait(for: "nav")
            // The first stop of every page leads past its head.
            try await browser.press(.tab)
            #expect(try await browser.run("return document.activeElement.innerText").text == "Skip to the content")
            try await browser.tab(to: "button", saying: "Install Update…")
            try await browser.press(.enter)
            try await browser.wait(for: "Before You Start", in: "h1")
            try await browser.tab(to: "button", saying: "Next ›")
            try await browser.press(.enter)
            try await browser.wait(for: "Select Update", in: "h1")
            try await browser.tab(to: "input[name=update]")
            try await browser.press(.space)
            try await browser.wait(for: "#claims")
            try await browser.tab(to: "#claims")
            try await browser.press(.space)
            for step in ["Select Servers", "Pre-checks", "Update Mode"] {
                try await browser.tab(to: "button", saying: "Next ›")
                try await browser.press(.enter)
                try await browser.wait(for: step, in: "h1")
            }
            try await browser.tab(to: "#approve-yes")
            try await browser.press(.space)
            try await browser.tab(to: "button", saying: "Install update")
            try await browser.press(.enter)
            try await browser.wait(for: "Approve", in: ".lanes")
            for host in ["xs1", "xs2"] {
                try await browser.tab(to: "button[aria-label='Approve: \(host)']")
                try await browser.press(.enter)
                try await browser.wait(for: "root approves \(host).", in: "#log-lines")
            }
            try await browser.wait(for: "Succeeded", in: "#run-head")
            #expect(try await browser.text("#run-head").contains("2 of 2"))
        }
        await site.server.terminate()
    }

    @Test("The log has a time on every line, follows its end unless its reader has scrolled up, and is copied whole")
    func log() async throws {
        let site = try await Site()
        try await site.openAtPrechecks { browser in
            try await browser.reachMode()
            try await browser.click("#approve-yes")
            try await browser.press("Install update")
            try await browser.wait(for: "Approve", in: ".lanes")
            // So low that few lines fill it.
            try await browser.run(
                """
                const low = new CSSStyleSheet();
                low.replaceSync('.log { max-height: 5rem }');
                document.adoptedStyleSheets = [low];
                const log = document.querySelector('.log');
                log.scrollTop = log.scrollHeight;
                """
            )
            let toEnd = "const l = document.querySelector('.log'); return l.scrollHeight - l.scrollTop - l.clientHeight"
            // Somebody else approves, so that this page stays as it is.
            #expect(try await site.server.rollout(["approve", "xs1"]).code == 0)
            try await browser.wait(for: "button[aria-label='Approve: xs2']")
            try await browser.wait("the log to show its end") { try await browser.run(toEnd).number ?? 99 < 2 }

            try await browser.run("document.querySelector('.log').scrollTop = 0")
            try await browser.wait("the reader to be further up") { try await browser.run(toEnd).number ?? 0 > 24 }
            #expect(try await site.server.rollout(["approve", "xs2"]).code == 0)
            try await browser.wait(for: "Succeeded", in: "#run-head")
            #expect(try await browser.run("return document.querySelector('.log').scrollTop").number == 0)

            let lines = try await browser.texts("#log-lines li")
            #expect(lines.count > 10)
            for line in lines {
                #expect(line.prefixMatch(of: /\d{4}-?\d\d-?\d\dT\d\d:\d\d:\d\dZ +\S/) != nil, "\(line)")
            }
            try await browser.allowReadingClipboard()
            try await browser.press("Copy the log")
            try await browser.wait(for: "Copied", in: "[data-copy]")
            let copied = try await browser.runAsync(
                "const done = arguments[0]; navigator.clipboard.readText().then(done, e => done('' + e))"
            ).text
            #expect(copied?.split(separator: "\n") == lines.joined(separator: "\n").split(separator: "\n"))
        }
        await site.server.terminate()
    }

    @Test("A session that has ended leads back to the same step of the wizard, with its answers")
    func endedSession() async throws {
        let site = try await Site()
        try await site.openAtPrechecks { browser in
            try await browser.press("‹ Previous", to: "Select Servers")
            try await browser.click("input[name=host]:not([disabled])")
            let step = try await browser.path
            let chosen = "return [...document.querySelectorAll('input[name=host]')].map(e => e.checked)"
            try await browser.wait("the answer to be kept") {
                try await browser.run("return document.querySelector('[data-touched]') === null") == .bool(true)
            }
            let before = try await browser.run(chosen)
            #expect(before == .array([.bool(false), .bool(true)]))
            try await browser.forgetCookies()
            try await browser.press("Next ›")
            try await browser.wait(for: "#password")
            #expect(try await browser.path.hasPrefix("/sign-in?to="))
            try await browser.signIn()
            #expect(try await browser.path == step)
            #expect(try await browser.run(chosen) == before)
        }
        await site.server.terminate()
    }

    @Test("Without scripts every page can be read, and says how to upload with xe")
    func withoutScripts() async throws {
        let site = try await Site()
        _ = try await site.xe("patch-upload", "file-name=\(site.hotfix.package)")
        try await Browser.open(site.url) { browser in
            try await browser.turnScriptsOff()
            try await browser.go("/")
            try await browser.signIn()
            for path in Self.paths {
                try await browser.go(path)
                #expect(try await browser.text("main").count > 10, "\(path)")
            }
            try await browser.go("/updates")
            #expect(try await browser.text("main").contains("XS602ECC031"))
            try await browser.press("Install Update…", to: "Before You Start")
            try await browser.press("Next ›", to: "Select Update")
            try await browser.wait(for: "xe patch-upload", in: "#step")
            #expect(try await !browser.text("#step").contains("drop it here"))
            // The forms work all the same.
            try await browser.click("input[name=update]")
            try await browser.press("Next ›")
            try await browser.click("#claims")
            try await browser.press("Next ›", to: "Select Servers")
        }
        await site.server.terminate()
    }
}
