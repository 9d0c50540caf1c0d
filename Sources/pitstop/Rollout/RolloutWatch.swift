import ArgumentParser
import Basics
import PoolRollout
import Rollout
import Synchronization
import XenAPI
import XenAPIClient

struct RolloutWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a run until it ends.",
        discussion: """
            Exit code 0: every host runs the update, and nothing is owed; 1: the run ended otherwise, or holds for longer than --wait-limit; \
            4: the server went away and did not come back in time. Ctrl-C leaves the run going.
            """
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @OptionGroup var patience: RunPatience

    func run() async throws {
        try await server.use { session in
            let reference = try await choice.reference(session)
            try await RunFollower(session: session, reference: reference, patience: patience).follow()
        }
    }
}

/// How long a run is followed without anything happening.
struct RunPatience: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Seconds after which following ends: of a server that went away (otherwise 1200), and of a run that waits for \
            somebody (otherwise never). The run itself goes on.
            """,
            valueName: "seconds"
        )
    )
    var waitLimit: Int?

    func validate() throws {
        if let waitLimit, waitLimit < 0 { throw ValidationError("--wait-limit is a number of seconds.") }
    }

    /// For how long a server may be away.
    var silence: Duration { .seconds(waitLimit ?? 1200) }
    /// For how long a run may wait for somebody; nil for as long as it likes.
    var hold: Duration? { waitLimit.map { .seconds($0) } }
}

/// Shows a run as it goes on: its log as lines, and on a terminal a bar below them.
struct RunFollower {
    let session: ServerSession
    let reference: Value
    let patience: RunPatience

    func follow() async throws {
        var shown = 0
        var waits: [String] = []
        let clock = ContinuousClock()
        var waitsSince = clock.now
        while true {
            let run = try await look()
            wipe()
            for event in run.events.dropFirst(shown) { StandardOutput.write("\(event.clock)  \(event.text)") }
            shown = run.events.count
            if run.state == .ended || run.problem != nil {
                StandardOutput.write(run.sentence)
                // What the run owes still is not as it was before it.
                let isPaid = !run.obligations.contains { $0.state == .open }
                guard run.ending == .succeeded || run.ending == .nothingToDo, isPaid else { throw ExitCode.failure }
                return
            }
            if run.waitsFor != waits {
                (waits, waitsSince) = (run.waitsFor, clock.now)
                for hold in waits { StandardError.write("The run waits: \(hold)") }
            } else if !run.holds.isEmpty, let limit = patience.hold, clock.now - waitsSince > limit {
                StandardError.write(
                    "Nobody took away what the run waits for. It goes on waiting; follow it with 'pitstop rollout watch'."
                )
                throw ExitCode.failure
            }
            draw(run)
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Asks how far the run is, for as long as the server may be away.
    private func look() async throws -> RunDetails {
        let isAway = Mutex(false)
        let answer: String
        do throws(XenAPIError) {
            let text = try await Persistence(for: patience.silence).run { error in
                guard
                    isAway.withLock({ isAway in
                        defer { isAway = true }; return !isAway
                    })
                else { return }
                wipe()
                StandardError.write("\(error) The run goes on when the server is back; waiting for it.")
            } _: { () throws(XenAPIError) in
                // A look is short, whatever else the server does.
                try await session.client.call("rollout.describe", [reference], within: .seconds(60)).text ?? ""
            }
            if isAway.withLock({ $0 }) { StandardError.write("The server is back.") }
            answer = text
        } catch {
            guard error.isPassing else { throw ServerSession.words(error) }
            StandardError.write(
                "The server has been away for \(patience.silence.components.seconds) s, and is not waited for any longer. "
                    + "Start it again: the run goes on by itself, and 'pitstop rollout watch' follows it."
            )
            throw ExitCode(4)
        }
        return try ServerSession.decode(RunDetails.self, answer, of: "rollout.describe")
    }

    private func draw(_ run: RunDetails) {
        guard StandardOutput.isTerminal else { return }
        let filled = run.progress.portion(of: 30)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        StandardOutput.draw("[\(bar)] \(run.sentence.prefix(90).escaped(for: .line))")
    }

    private func wipe() {
        if StandardOutput.isTerminal { StandardOutput.draw("\r\u{1B}[K") }
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
        lines += ["", "\(aim == .install ? "Mixed state" : "Restarts") \(mixedSeconds) s\(planned)"]
        if let rest = remainingSeconds { lines.append("The rest takes \(rest) s as planned") }
        for hold in waitsFor { lines.append("Waits: \(hold)") }
        for debt in obligations where debt.state == .open { lines.append("Owes \(debt.number): \(debt.text)") }
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n")
    }
}
