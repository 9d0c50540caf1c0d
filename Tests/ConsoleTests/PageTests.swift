import Datamodel
import Foundation
import Testing
import TestSupport

/// What pages show and refuse, in a real browser.
@Suite("The pages in a browser", .serialized, .browser)
struct PageTests {
    static let paths = ["/", "/hosts", "/vms", "/updates", "/updates?by=server", "/runs", "/tasks", "/trust", "/audit"]

    @Test("A role that may only look sees everything, and can change nothing")
    func looking() async throws {
        let site = try await Site()
        try site.add(user: "auditor", .readOnly)
        try await Browser.open(site.url) { browser in
            try await browser.go("/")
            try await browser.signIn("auditor")
            for path in Self.paths {
                try await browser.go(path)
                try await browser.wait(for: "main h1")
                #expect(try await !browser.text("body").contains("Install Update"), "\(path)")
            }
            #expect(try await status(of: "/do/install", "token=TOKEN", browser) == 403)
            #expect(
                try await status(
                    of: "/do/trust/pin",
                    "token=TOKEN&sha256=\(String(repeating: "a", count: 64))",
                    browser
                ) == 403
            )
            #expect(try await status(of: "/do/runs/any/cancel", "token=TOKEN", browser) == 403)
        }
        await site.server.terminate()
    }

    @Test("Posts without the page's token, guessed runs and oversized forms are refused; a VM's name stays text")
    func hostility() async throws {
        let site = try await Site()
        let name = "<img src=x onerror=document.title='owned'>"
        let vm = try await site.xe("vm-list", "is-control-domain=false", "--minimal").split(separator: ",")[0]
        _ = try await site.xe("vm-param-set", "uuid=\(vm)", "name-label=\(name)")
        let host = try await site.xe("host-list", "hostname=xs2", "--minimal")
        _ = try await site.xe("host-param-set", "uuid=\(host)", "name-label=\(name)")
        try await Browser.open(site.url) { browser in
            try await browser.go("/hosts")
            try await browser.type("root", into: "#user")
            try await browser.type("wrong", into: "#password")
            try await browser.press("Sign in")
            try await browser.wait(for: "not right", in: "#problem")
            try await browser.run("document.querySelector('#user').value = ''")
            try await browser.signIn()
            #expect(try await browser.path == "/hosts")
            try await browser.wait(for: name, in: "main")
            #expect(try await browser.run("return document.title").text?.contains("owned") == false)
            #expect(try await browser.run("return document.images.length").number == 0)

            #expect(try await status(of: "/do/install", "", browser) == 403)
            #expect(try await status(of: "/do/install", "token=\(String(repeating: "A", count: 43))", browser) == 403)
            #expect(
                try await status(of: "/do/install", "token=TOKEN&x=\(String(repeating: "y", count: 300_000))", browser)
                    == 413
            )
            #expect(try await status(of: "/do/runs/\(UUID().uuidString)/cancel", "token=TOKEN", browser) == 404)
            let headers = try await browser.runAsync(
                """
                const done = arguments[arguments.length - 1];
                Promise.all(['/', '/nowhere', '/sign-in', '/assets/console.css'].map(path => fetch(path)))
                  .then(all => done(all.map(r => r.headers.get('content-security-policy'))
                  .filter(p => p?.includes("frame-ancestors 'none'") && !p.includes('unsafe')).length));
                """
            )
            // What is not there is said to be missing by a page like the others.
            #expect(headers.number == 4)
            try await browser.go("/runs/\(UUID().uuidString)")
            try await browser.wait(for: "no such page", in: "h1")

            // An ended session leads back to the same step.
            try await browser.go("/updates?by=server")
            try await browser.press("Sign out")
            try await browser.wait(for: "#password")
            try await browser.go("/updates?by=server")
            try await browser.signIn()
            #expect(try await browser.path == "/updates?by=server")
        }
        await site.server.terminate()
    }

    @Test("A package that nobody trusts is named, and nothing of it stays")
    func badPackage() async throws {
        let site = try await Site()
        let stranger = try await SigningKey()
        let package = site.directory.file("stranger.xsupdate")
        try await stranger.sign(PackageProgram.script(uuid: UUID().uuidString.lowercased()), to: package)
        await stranger.stop()
        try await Browser.open(site.url) { browser in
            try await browser.go("/")
            try await browser.signIn()
            try await browser.press("Install Update…")
            try await browser.press("Next ›", to: "Select Update")
            try await browser.type(package, into: "#package")
            try await browser.wait(for: "This file was not taken", in: "[data-upload-text]")
            #expect(
                try await browser.run("return document.querySelector('[data-upload-text] a').href").text?
                    .hasSuffix("/trust") == true
            )
            // What is dropped is looked at as what is chosen, and a wrong file is named by its beginning.
            try await browser.run(
                """
                const dropped = new DataTransfer();
                dropped.items.add(new File(['nothing of the kind'], 'notes.txt'));
                document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true }));
                """
            )
            try await browser.wait(for: "This is no update package", in: "[data-upload-text]")
        }
        #expect(try await site.xe("patch-list", "--minimal").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.server.state + "/updates/incoming").isEmpty)
        await site.server.terminate()
    }

    @Test("Pages fit 360 pixels and 4K without sideways scrolling")
    func width() async throws {
        try await walk { page, browser async throws in
            #expect(try await browser.run("return innerWidth").number.map { $0 == 360 || $0 > 3000 } == true)
            let isTooWide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
            #expect(try await browser.run(isTooWide) == .bool(false), "\(page) is too wide")
        }
    }

    @Test("Pages break no rule for accessible pages, in light and dark", .enabled(if: Axe.script != nil, Axe.reason))
    func accessibility() async throws {
        try await walk { page, browser async throws in
            _ = try await browser.run(Axe.script ?? "")
            for scheme in ["light", "dark"] {
                try await browser.prefer(colours: scheme)
                let asksDark = "return matchMedia('(prefers-color-scheme: dark)').matches"
                #expect(try await browser.run(asksDark) == .bool(scheme == "dark"))
                let broken = try await browser.runAsync(
                    """
                    const done = arguments[arguments.length - 1];
                    axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 150)).join(' | ')).join('\\n')));
                    """
                )
                #expect(broken.text == "", "\(page), \(scheme)")
            }
        }
    }

    /// Shows every page in both sizes, and has each looked at.
    private func walk(_ look: @Sendable (_ page: String, Browser) async throws -> Void) async throws {
        let site = try await Site()
        let host = try await site.xe("host-list", "hostname=xs2", "--minimal")
        let vm = try await site.xe("vm-list", "is-control-domain=false", "--minimal").split(separator: ",")[0]
        let objects = ["/hosts/\(host)", "/vms/\(vm)"]
        var run: String?
        for size in [(3840, 2160), (360, 740)] {
            run = try await Browser.open(site.url, size: size) { [run] browser in
                try await browser.go("/")
                try await look("sign-in", browser)
                try await browser.signIn()
                for path in Self.paths + objects + [run].compactMap({ $0 }) {
                    try await browser.go(path)
                    try await look(path, browser)
                }
                // The second size finds the update installed.
                guard run == nil else { return run }
                try await browser.reachPrechecks(site)
                try await browser.reachMode()
                try await look("update mode", browser)
                let steps = ["Before You Start", "Select Update", "Select Servers", "Pre-checks"]
                for step in steps.reversed() {
                    try await browser.press("‹ Previous", to: step)
                    try await look(step, browser)
                }
                for step in steps.dropFirst() + ["Update Mode"] { try await browser.press("Next ›", to: step) }
                try await browser.press("Install update")
                try await browser.wait(for: "Succeeded", in: "#run-head")
                try await look("run", browser)
                return try await browser.path
            }
        }
        await site.server.terminate()
    }

    /// Posts a form from the page; `TOKEN` in it stands for the page's own.
    func status(of path: String, _ form: String, _ browser: Browser) async throws -> Int {
        let answer = try await browser.runAsync(
            """
            const [path, form, done] = arguments;
            const token = document.querySelector('meta[name=token]').content;
            fetch(path, { method: 'POST', body: new URLSearchParams(form.replace('TOKEN', token)), redirect: 'manual' })
              .then(r => done(r.status), e => done(-1));
            """,
            .string(path),
            .string(form)
        )
        return Int(answer.number ?? -2)
    }
}

/// The rules for accessible pages, where `Scripts/python-env.sh` has fetched them.
enum Axe {
    static let reason: Comment = "run Scripts/python-env.sh for the rules of axe-core"

    static let script: String? = {
        let folder =
            ProcessInfo.processInfo.environment["PITSTOP_PYTHON"]
            ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".pitstop/python").path
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/lib")) ?? []
        return versions.lazy.compactMap { version in
            try? String(
                contentsOfFile: "\(folder)/lib/\(version)/site-packages/axe_playwright_python/axe.min.js",
                encoding: .utf8
            )
        }.first
    }()
}
