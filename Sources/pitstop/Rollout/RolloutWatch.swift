import ArgumentParser
import Foundation
import PoolRollout
import Rollout
import XenAPI

struct RolloutWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a run until it ends.",
        discussion: "Exit code 0: every host runs the update; 1: the run ended otherwise. Ctrl-C leaves the run going."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice

    func run() async throws {
        try await server.use { session in
            let reference = try await choice.reference(session)
            try await RunFollower(session: session, reference: reference).follow()
        }
    }
}

/// Shows a run as it goes on: its log as lines, and on a terminal a bar below them.
struct RunFollower {
    let session: ServerSession
    let reference: Value

    func follow() async throws {
        var shown = 0
        while true {
            let run = try await session.json(RunDetails.self, "rollout.describe", [reference])
            wipe()
            for event in run.events.dropFirst(shown) { StandardOutput.write("\(event.clock)  \(event.text)") }
            shown = run.events.count
            if run.state == .ended || run.problem != nil {
                StandardOutput.write(run.sentence)
                guard run.ending == .succeeded || run.ending == .nothingToDo else { throw ExitCode.failure }
                return
            }
            draw(run)
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func draw(_ run: RunDetails) {
        guard StandardOutput.isTerminal else { return }
        let filled = run.progress.portion(of: 30)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        FileHandle.standardOutput.write(Data("[\(bar)] \(run.sentence.prefix(90))".utf8))
    }

    private func wipe() {
        if StandardOutput.isTerminal { FileHandle.standardOutput.write(Data("\r\u{1B}[K".utf8)) }
    }
}

extension RunEvent {
    /// The time of day in UTC.
    var clock: String { String(Timestamp(seconds: at).iso8601.dropFirst(9)) }
}

extension RunDetails {
    /// The run as a page for a terminal.
    var page: String {
        var lines = ["\(name)  run \(run)", sentence, ""]
        for host in hosts {
            let wave = host.wave.map { "wave \($0 + 1)" } ?? ""
            let reason = host.reason.map { " (\($0))" } ?? ""
            lines.append("  \(host.name)\(host.isMaster ? " (master)" : "")  \(host.phase.rawValue)  \(wave)\(reason)")
        }
        for move in moves { lines.append("  \(move.vmName) is on its way: \(move.progress.portion(of: 100)) %") }
        let planned = plannedMixedSeconds.map { ", \($0) s planned" } ?? ""
        lines += ["", "Mixed state \(mixedSeconds) s\(planned)"]
        for hold in waitsFor { lines.append("Waits: \(hold)") }
        for debt in obligations where debt.state == .open { lines.append("Owes \(debt.number): \(debt.text)") }
        return lines.joined(separator: "\n")
    }
}
