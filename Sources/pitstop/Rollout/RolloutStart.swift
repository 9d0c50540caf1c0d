import ArgumentParser
import Foundation
import XenAPI

struct RolloutStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Begin a run; its id is printed.",
        discussion: """
            Exit code 3: prechecks refused it; every problem is printed, and nothing was changed. With --wait also 1: the \
            run ended otherwise than wanted; 4: the server went away and did not come back in time.
            """
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choices: RunChoices

    @Flag(help: "Begin although prechecks fail: the run holds until the problems are fixed.")
    var hold = false

    @Option(
        help: ArgumentHelp(
            """
            Change nothing before this time: 2026-11-26T22:00:00Z, 2026-11-26T23:00:00+01:00, or 22:00 for the next one by this \
            machine's clock. The prechecks are asked now, and again then.
            """,
            valueName: "time"
        ),
        transform: StartTime.init
    )
    var at: StartTime?

    @Flag(help: "Follow the run until it ends, as 'watch' does.")
    var wait = false

    @OptionGroup var patience: RunPatience

    func run() async throws {
        try await server.use { session in
            let updates = try await choices.updates(session)
            let reference: Value
            do {
                reference = try await session.call("rollout.start", updates, choices.words(hold: hold, at: at?.text))
            } catch let refusal as ServerRefusal where refusal.isPrecheck {
                for problem in refusal.error.parameters { StandardError.write(problem) }
                throw ExitCode(3)
            }
            let run = try await session.call("rollout.get_uuid", reference).text ?? ""
            StandardOutput.write(run)
            if wait {
                try await RunFollower(session: session, reference: reference, patience: patience).follow()
            }
        }
    }
}

struct RolloutPrechecks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prechecks",
        abstract: "Show what stands in the way of a run. Nothing is changed.",
        discussion: "Exit code 3: a run would be refused."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choices: RunChoices
    @Flag(help: "Write the problems as JSON.")
    var json = false

    func run() async throws {
        let problems = try await server.use { session in
            try await session.call("rollout.prechecks", try await choices.updates(session), choices.words())
                .elements ?? []
        }
        if json { StandardOutput.write(String(decoding: JSON.encode(.set(problems)), as: UTF8.self)) }
        for problem in problems where !json {
            let fix = problem["fix"]?.text ?? ""
            let undo = problem["undo"]?.text ?? ""
            let advice = fix.isEmpty ? "" : " [\(fix)\(undo.isEmpty ? "" : "; \(undo)")]"
            let offers = problem["offers"]?.text ?? ""
            let flags = offers.split(separator: " ").map { "--" + $0.replacing("=", with: " ") }.joined(separator: " ")
            let offer = flags.isEmpty ? "" : " [\(flags)]"
            StandardOutput.write("\(problem["severity"]?.text ?? ""): \(problem["text"]?.text ?? "")\(advice)\(offer)")
        }
        let refused = problems.contains { problem in
            problem["refuses"]?.text == "true"
        }
        if refused { throw ExitCode(3) }
    }
}
