import Foundation

/// Other ways to use a page: by the keyboard alone, in the dark, without scripts.
extension Browser {
    /// Keys that have no character, as WebDriver names them.
    public enum Key: String, Sendable {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case space = " "
        case down = "\u{E015}"
    }

    /// Presses keys, wherever the focus is.
    public func press(_ keys: Key...) async throws { try await type(keys: keys.map(\.rawValue)) }

    /// Types a text, wherever the focus is.
    public func type(_ text: String) async throws { try await type(keys: text.map(String.init)) }

    /// Presses Tab until the focus is on an element that matches a selector, and, where a label is given, says just that.
    /// The page may change meanwhile, so that more than one round may be needed.
    public func tab(to selector: String, saying label: String? = nil) async throws {
        let script = """
            const at = document.activeElement;
            return at.matches(arguments[0]) && (arguments[1] === null || at.innerText.trim() === arguments[1]);
            """
        try await wait("the focus on \(selector) \(label ?? "")") {
            for _ in 1...60 {
                try await self.press(.tab)
                let found = try await self.run(script, .string(selector), label.map(JSON.string) ?? .null)
                if found == .bool(true) { return true }
            }
            return false
        }
    }

    private func type(keys: [String]) async throws {
        let steps = keys.flatMap { key -> [JSON] in
            ["keyDown", "keyUp"].map { .object(["type": .string($0), "value": .string(key)]) }
        }
        let keyboard: [String: JSON] = ["type": .string("key"), "id": .string("keyboard"), "actions": .array(steps)]
        try await command("POST", "/actions", ["actions": .array([.object(keyboard)])])
    }

    /// Shows pages as for somebody who prefers `light` or `dark`.
    public func prefer(colours scheme: String) async throws {
        let feature: [String: JSON] = ["name": .string("prefers-color-scheme"), "value": .string(scheme)]
        try await develop("Emulation.setEmulatedMedia", ["features": .array([.object(feature)])])
    }

    /// Turns the scripts of pages off from the next page on. Those of the test still run.
    public func turnScriptsOff() async throws {
        try await develop("Emulation.setScriptExecutionDisabled", ["value": .bool(true)])
    }

    /// Lets pages read what was copied, without asking.
    public func allowReadingClipboard() async throws {
        let permission: [String: JSON] = ["name": .string("clipboard-read")]
        try await command("POST", "/permissions", ["descriptor": .object(permission), "state": .string("granted")])
    }

    /// Forgets all cookies, as when a session has ended.
    public func forgetCookies() async throws { try await command("DELETE", "/cookie") }

    private func develop(_ name: String, _ parameters: [String: JSON]) async throws {
        try await command(
            "POST",
            "/goog/cdp/execute",
            ["cmd": .string(name), "params": .object(parameters)]
        )
    }
}
