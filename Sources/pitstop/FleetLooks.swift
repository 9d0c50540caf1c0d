import ArgumentParser
import Fleet
import Foundation
import XenAPI

struct FleetStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show every pool: version, master, hosts, missing updates, runs, and whether it answers.",
        discussion: "Exit code 1: a pool did not answer, or is not the one that it should be."
    )
    @OptionGroup var options: FleetOptions
    @Option(help: ArgumentHelp("Only pools with this label. May be given several times.", valueName: "label"))
    var label: [String] = []
    @Option(help: ArgumentHelp("Pools that are asked at once.", valueName: "pools"))
    var atOnce = 32
    @Option(help: ArgumentHelp("Seconds that a pool may take to answer.", valueName: "seconds"))
    var timeLimit = 20
    @Flag(help: "Write the pools as JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(atOnce), (1...3600).contains(timeLimit) else {
            throw ValidationError("--at-once is 1 to 1000, --time-limit 1 to 3600 seconds.")
        }
    }

    func run() async throws {
        let pools = try await options.open().use { fleet in
            await fleet.pools.status(labels: label, atOnce: atOnce, within: .seconds(timeLimit))
        }
        if json { try StandardOutput.write(json: pools) } else { StandardOutput.write(text: PoolStatus.table(pools)) }
        if pools.contains(where: { !$0.isReachable }) { throw ExitCode.failure }
    }
}

struct FleetPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show the rings, what would be done where, and what stands in the way. Nothing is changed.",
        discussion: "Exit code 3: a pool is refused, whatever is waited for."
    )
    @OptionGroup var options: FleetOptions
    @OptionGroup var choices: FleetChoices
    @Flag(help: "Write the plan as JSON.")
    var json = false

    func run() async throws {
        let plan = try await options.open().use { fleet in
            await fleet.pools.plan(try await choices.spec(fleet))
        }
        if json { try StandardOutput.write(json: plan) } else { StandardOutput.write(text: plan.text) }
        if plan.isRefusing { throw ExitCode(3) }
    }
}

struct FleetShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a fleet run: rings, pools, what it waits for, what has happened."
    )
    @OptionGroup var options: FleetOptions
    @Argument(help: ArgumentHelp("The fleet run's id; without it the newest.", valueName: "run")) var id: String?
    @Flag(help: "Write everything as JSON.")
    var json = false

    func run() async throws {
        let report = try await options.open().read(id)
        if json { return try StandardOutput.write(json: report) }
        StandardOutput.write(text: report.text)
        for event in report.events.suffix(20) { StandardOutput.write(event.line) }
    }
}

struct FleetReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the evidence of a fleet run, with the evidence head of every pool's run.",
        discussion:
            "With --verify each pool is asked to prove its journal against that head; exit code 1 where one does not."
    )
    @OptionGroup var options: FleetOptions
    @Argument(help: ArgumentHelp("The fleet run's id; without it the newest.", valueName: "run")) var id: String?
    @Flag(help: "Ask each pool to prove its run's journal against the head that was noted.")
    var verify = false
    @Flag(help: "Write the report as JSON.")
    var json = false

    func run() async throws {
        let fleet = try options.open()
        let report = try await fleet.read(id)
        if json { try StandardOutput.write(json: report) } else { StandardOutput.write(text: report.text) }
        guard verify else { return }
        let broken = try await fleet.use { await $0.pools.verify(report) }
        for text in broken { StandardError.write(text) }
        guard broken.isEmpty else { throw ExitCode.failure }
        StandardError.write("Every pool's journal is whole and ends as it was noted.")
    }
}

extension FleetEvent {
    /// One line with the time in UTC.
    var line: String { "\(Timestamp(seconds: at).iso8601)  \(text)" }
}

extension PoolStatus {
    /// The pools for a terminal.
    static func table(_ pools: [PoolStatus]) -> String {
        let heads = ["POOL", "RING", "VERSION", "MASTER", "HOSTS", "MISSING", "EXPOSED", "RUN"]
        var rows = [heads]
        var remarks: [String] = []
        for pool in pools {
            guard pool.isReachable else {
                let seen = pool.seen.map { "since \(Timestamp(seconds: $0).iso8601)" } ?? "never seen"
                rows.append([pool.name, pool.ring, pool.hasAnswered ? "refused" : "unreachable", seen, "", "", "", ""])
                remarks.append("\(pool.name): \(pool.problem ?? "")")
                continue
            }
            let hosts = "\(pool.hosts)" + (pool.disabledHosts > 0 ? " (\(pool.disabledHosts) disabled)" : "")
            let missing = pool.missing.map { "\($0.updates)\($0.severity.isEmpty ? "" : " " + $0.severity)" }
            let hours = pool.missing.compactMap(\.exposedHours)
            let exposed = hours.isEmpty ? "" : "\(hours.reduce(0, &+)) h"
            let run =
                pool.run.map { "\($0.name) \($0.progress.portion(of: 100)) %\($0.holds.isEmpty ? "" : ", holds")" }
                ?? ""
            rows.append([
                pool.name, pool.ring, pool.versions.joined(separator: "/"), pool.master ?? "", hosts,
                missing.isEmpty ? "none known" : missing.joined(separator: ", "), exposed, run,
            ])
            for hold in pool.run?.holds ?? [] { remarks.append("\(pool.name): \(hold)") }
            if pool.owed > 0 {
                remarks.append(
                    "\(pool.name): runs still owe \(pool.owed == 1 ? "1 thing" : "\(pool.owed) things"): see 'pitstop rollout obligations'."
                )
            }
        }
        let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .trimmingSuffix { $0 == " " }
        }
        return (lines + remarks).joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
        var text = Substring(self)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
