import Foundation

/// One real browser without a window, as one person has it open: its own cookies, its own page.
public final class Browser: Sendable {
    private let driver: WebDriver
    private let session: String
    private let site: String
    private let process: Int32?
    /// Waiting ends after this, in seconds, however slow the machine is.
    private static let patience = 180.0

    /// It did not come to what was waited for.
    public struct TimedOut: Error, CustomStringConvertible {
        /// What was waited for, and what the page showed instead.
        public let description: String
    }

    /// Opens a browser, lends it to `body`, and closes it whatever happens. What it shows when `body` fails is kept as a
    /// picture.
    ///
    /// - Parameters:
    ///   - site: where paths lead to, such as `https://127.0.0.1:8443`.
    ///   - size: of the window, in pixels.
    @discardableResult
    public static func open<Result: Sendable>(
        _ site: String,
        size: (width: Int, height: Int) = (1280, 900),
        _ body: (Browser) async throws -> Result
    ) async throws -> Result {
        let browser = try await Browser(site, size)
        do {
            let result = try await body(browser)
            await browser.close()
            return result
        } catch {
            try? await browser.picture("failed-\(UUID().uuidString.prefix(8))")
            await browser.close()
            throw error
        }
    }

    private init(_ site: String, _ size: (width: Int, height: Int)) async throws {
        self.site = site
        driver = try await WebDriver.get()
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en-GB",
            "--window-size=\(size.width),\(size.height)",
        ]
        var options: [String: JSON] = ["args": .array(arguments.map(JSON.string))]
        if size.width < 500 {
            // No window of Chromium is narrower than that; a phone's screen is.
            let metrics: [String: JSON] = [
                "width": .number(Double(size.width)), "height": .number(Double(size.height)), "pixelRatio": .number(1),
            ]
            options["mobileEmulation"] = .object(["deviceMetrics": .object(metrics)])
        }
        let capabilities: [String: JSON] = [
            "browserName": .string("chrome"), "acceptInsecureCerts": .bool(true),
            "goog:chromeOptions": .object(options),
        ]
        let answer = try await driver.send(
            "POST",
            "/session",
            ["capabilities": .object(["alwaysMatch": .object(capabilities)])]
        )
        guard case .object(let facts) = answer, let id = facts["sessionId"]?.text else {
            throw WebDriver.Failure(kind: "no session", description: "\(answer)")
        }
        session = "/session/" + id
        // The driver does not take its browsers along when it is killed.
        var process: Int32?
        if case .object(let granted)? = facts["capabilities"] {
            process = granted["goog:processID"]?.number.map { Int32($0) }
        }
        self.process = process
        if let process { Leftovers.add(process: process) }
    }

    private func close() async {
        _ = try? await driver.send("DELETE", session)
        if let process { Leftovers.remove(process: process) }
    }

    /// Sends a command of WebDriver in this browser's session.
    @discardableResult
    func command(_ method: String, _ path: String, _ body: [String: JSON]? = nil) async throws -> JSON {
        try await driver.send(method, session + path, body)
    }

    /// Goes to a path of the site.
    public func go(_ path: String) async throws {
        _ = try await driver.send("POST", session + "/url", ["url": .string(site + path)])
    }

    /// Signs in on the page that is shown.
    public func signIn(_ user: String = "root", _ password: String = ServerProcess.password) async throws {
        try await type(user, into: "#user")
        try await type(password, into: "#password")
        try await press("Sign in")
        try await wait(for: "nav")
    }

    /// The path that is shown, with its query.
    public var path: String {
        get async throws { try await run("return location.pathname + location.search").text ?? "" }
    }

    /// Runs a script in the page.
    @discardableResult
    public func run(_ script: String, _ arguments: JSON...) async throws -> JSON {
        try await driver.send(
            "POST",
            session + "/execute/sync",
            ["script": .string(script), "args": .array(arguments)]
        )
    }

    /// Runs a script whose last argument is to be called with its result.
    public func runAsync(_ script: String, _ arguments: JSON...) async throws -> JSON {
        let body: [String: JSON] = ["script": .string(script), "args": .array(arguments)]
        return try await driver.send("POST", session + "/execute/async", body)
    }

    /// What an element shows; an empty string where there is none.
    public func text(_ selector: String = "main") async throws -> String {
        try await run("return document.querySelector(arguments[0])?.innerText ?? ''", .string(selector)).text ?? ""
    }

    /// What each of the elements shows.
    public func texts(_ selector: String) async throws -> [String] {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)"
        guard case .array(let texts) = try await run(script, .string(selector)) else { return [] }
        return texts.compactMap(\.text)
    }

    /// Waits until there is such an element.
    public func wait(for selector: String) async throws {
        try await wait("an element \(selector)") {
            try await self.run("return document.querySelector(arguments[0]) !== null", .string(selector)) == .bool(true)
        }
    }

    /// Waits until an element shows some text.
    public func wait(for text: String, in selector: String) async throws {
        try await wait("\"\(text)\" in \(selector)") { try await self.text(selector).contains(text) }
    }

    /// Waits for something.
    public func wait(_ what: String, until test: () async throws -> Bool) async throws {
        let end = Date().addingTimeInterval(Self.patience)
        while Date() < end {
            if try await test() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        let shown = (try? await text("body")) ?? ""
        throw TimedOut(description: "waited for \(what) at \(try await path), which shows: \(shown.prefix(1500))")
    }

    /// Clicks an element once it is there and nothing covers it.
    public func click(_ selector: String) async throws {
        try await retry(selector) { element in
            _ = try await self.driver.send("POST", "\(self.session)/element/\(element)/click", [:])
        }
    }

    /// Presses the button, link or summary that says this.
    public func press(_ label: String) async throws {
        let script = """
            const all = [...document.querySelectorAll('button, a, summary')];
            document.querySelectorAll('[data-press]').forEach(e => e.removeAttribute('data-press'));
            const found = all.find(e => e.innerText.trim() === arguments[0] && e.checkVisibility() && !e.disabled);
            found?.setAttribute('data-press', '');
            window.pressed = false;
            found?.addEventListener('click', () => { window.pressed = true }, { once: true, capture: true });
            const place = found?.getBoundingClientRect();
            return place ? `${place.x} ${place.y}` : ''
            """
        var place = ""
        // A page that is just being left takes its buttons along: then the one of the next page is looked for. A button that
        // moves, because the page changes above it, is pressed once it stands still. A press beside it, because the page changed
        // just then, is made again: the page that was left knows nothing of it.
        try await wait("a button \"\(label)\"") {
            let before = place
            place = try await self.run(script, .string(label)).text ?? ""
            guard !place.isEmpty, place == before else { return false }
            let failure = try await self.use("[data-press]") { element in
                _ = try await self.driver.send("POST", "\(self.session)/element/\(element)/click", [:])
            }
            guard failure == nil else { return false }
            return await (try? self.run("return window.pressed === false")) != .bool(true)
        }
    }

    /// Presses the button, link or summary that says this, and waits for the page with that heading.
    public func press(_ label: String, to heading: String) async throws {
        try await press(label)
        try await wait(for: heading, in: "h1")
    }

    /// Types into a field; for a field for files, the path of one.
    public func type(_ text: String, into selector: String) async throws {
        try await retry(selector) { element in
            _ = try await self.driver.send("POST", "\(self.session)/element/\(element)/value", ["text": .string(text)])
        }
    }

    /// Pages change while they are looked at: an element that was just replaced is found again.
    private func retry(_ selector: String, _ body: (String) async throws -> Void) async throws {
        var last: WebDriver.Failure?
        do {
            try await wait("\(selector), to be used") {
                last = try await self.use(selector, body)
                return last == nil
            }
        } catch let timedOut as TimedOut {
            throw TimedOut(description: "\(timedOut); last: \(last.map(\.description) ?? "nothing")")
        }
    }

    /// Uses an element once.
    ///
    /// - Returns: why it could not be used; nil where it was.
    private func use(_ selector: String, _ body: (String) async throws -> Void) async throws -> WebDriver.Failure? {
        do {
            let query: [String: JSON] = ["using": .string("css selector"), "value": .string(selector)]
            let found = try await driver.send("POST", session + "/element", query)
            guard case .object(let reference) = found, let element = reference.values.first?.text else {
                return WebDriver.Failure(kind: "no such element", description: selector)
            }
            try await body(element)
            return nil
        } catch let failure as WebDriver.Failure
            where failure.kind.contains("element") || failure.kind == "unexpected alert open"
        {
            return failure
        }
    }

    /// Where pictures of pages are kept.
    public static let pictures: String =
        ProcessInfo.processInfo.environment["PITSTOP_PICTURES"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".pitstop/pictures").path

    /// Takes a picture of what is shown, and keeps it under ``pictures``.
    public func picture(_ name: String) async throws {
        guard let text = try await driver.send("GET", session + "/screenshot").text,
            let data = Data(base64Encoded: text)
        else { return }
        try FileManager.default.createDirectory(atPath: Self.pictures, withIntermediateDirectories: true)
        try data.write(to: URL(filePath: "\(Self.pictures)/\(name).png"))
    }
}
