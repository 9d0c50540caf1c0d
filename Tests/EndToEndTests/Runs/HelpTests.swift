import TestSupport
import Testing

/// Every command of `pitstop rollout` explains itself.
struct HelpTests {
    @Test(
        "Each has a sentence on what it does, and one on every argument and option",
        arguments: [
            "start", "prechecks", "list", "show", "watch", "pause", "resume", "stop-after-host", "cancel", "proceed",
            "fix-all", "skip", "retry", "approve", "consent", "report", "obligations", "verify-journal",
        ]
    )
    func help(command: String) async throws {
        let told = try await Tools.run(Products.pitstop, ["rollout", command, "--help"])
        #expect(told.code == 0)
        let lines = told.output.split(separator: "\n").map(String.init)
        let overview = lines.prefix { !$0.hasPrefix("USAGE: ") }.joined(separator: " ")
        #expect(overview.hasPrefix("OVERVIEW: ") && overview.contains("."))
        for (index, line) in lines.enumerated() where line.hasPrefix("  -") || line.hasPrefix("  <") {
            // The explanation begins in column 26, on this line or on the next.
            let own = line.count > 26 ? String(line.dropFirst(26)) : ""
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            let explained = own.contains { $0.isLetter } || next.hasPrefix(String(repeating: " ", count: 26))
            #expect(explained, "\(command): \(line)")
        }
        let isKnown = try await Tools.run(Products.pitstop, ["rollout", "--help"]).output.contains("  \(command) ")
        #expect(isKnown)
    }
}
