import ArgumentParser
import Foundation
import PoolRollout
import Rollout
import UpdatePackage
import XenAPI

/// `pitstop rollout schedule`: runs that were begun for a later time.
struct RolloutSchedule: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show the runs that wait for their time, and take them back.",
        subcommands: [List.self, Cancel.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the runs that wait for their time (start --at), or have windows for it (start --window)."
        )
        @OptionGroup var server: ServerOptions
        @Flag(help: "Write them as JSON.")
        var json = false

        func run() async throws {
            let runs = try await server.use { try await ScheduledRun.all(in: $0) }
            if json {
                let list = runs.map { run in
                    JSONText.fields([
                        "uuid": .string(run.details.run), "name": .string(run.details.name),
                        "started_by": .string(run.details.startedBy), "at": .string(run.time ?? ""),
                        "has_begun": .bool(run.hasBegun),
                        "windows": .strings(run.windows),
                    ])
                }
                return StandardOutput.write(text: JSONText.list(list).text)
            }
            guard !runs.isEmpty else { return StandardOutput.write("No run waits for its time.") }
            for run in runs {
                StandardOutput.write("\(run.details.run)  \(run.details.name)  \(run.details.sentence)")
                if let time = run.time { StandardOutput.write("    changes nothing before \(time)") }
                for window in run.windows { StandardOutput.write("    hosts may go down \(window)") }
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Take a run back that waits for its time and has changed nothing yet."
        )
        @OptionGroup var server: ServerOptions
        @Argument(help: "The run's id; may be left out where only one waits.")
        var run: String?

        func run() async throws {
            try await server.use { session in
                let waiting = try await ScheduledRun.all(in: session).filter { run == nil || $0.details.run == run }
                guard let only = waiting.first, waiting.count == 1 else {
                    throw OperatorError(
                        "No such run waits for its time: 'pitstop rollout schedule list' shows those that do."
                    )
                }
                guard !only.hasBegun else {
                    throw OperatorError(
                        "\(only.details.name) has begun: 'pitstop rollout cancel' ends it at its next safe point, and says what that "
                            + "leaves."
                    )
                }
                try await session.call("rollout.cancel", .string(only.reference))
                StandardOutput.write("\(only.details.name) is taken back: nothing was changed.")
            }
        }
    }
}

/// A run that goes on and has a time, or windows, for it.
private struct ScheduledRun {
    let reference: String
    let details: RunDetails

    /// Those of a pool.
    static func all(in session: ServerSession) async throws -> [ScheduledRun] {
        let records = try await session.call("rollout.get_all_records").members ?? []
        var runs: [ScheduledRun] = []
        for record in records where !["ended", "unreadable"].contains(record.value["state"]?.text) {
            let details = try await session.json(RunDetails.self, "rollout.describe", [.string(record.key)])
            if details.notBefore != nil || details.windows != nil {
                runs.append(ScheduledRun(reference: record.key, details: details))
            }
        }
        return runs
    }

    /// Whether it has changed anything.
    var hasBegun: Bool {
        !details.obligations.isEmpty || details.hosts.contains { $0.begun != nil }
    }

    var time: String? { details.notBefore.map { Timestamp(seconds: $0).iso8601 } }

    var windows: [String] {
        (details.windows ?? []).map {
            "\(Timestamp(seconds: $0.start).iso8601) to \(Timestamp(seconds: $0.end).iso8601)"
        }
    }
}
