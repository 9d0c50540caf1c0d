import ArgumentParser
import Foundation
import Rollout
import RolloutSimulation

/// `pitstop rehearse`: a run in simulated time, with what may go wrong.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Runs a rollout in simulated time, with faults, on a pool that is not there.",
        discussion: """
            Where the run holds, somebody in the simulation speaks: the offers that prechecks and planner make (to stop a VM, to \
            leave a host out) are taken at random, by the seed, as are the words resume, retry and skip.
            Exit code 0: the run ended, or held with a reason; 1: an invariant was broken, and the seed is printed; 3: the \
            package is made for another version than that of the recorded hosts.
            Faults: \(Faults.names.keys.sorted().joined(separator: ", ")); random mixes them all.
            """
    )

    @Option(
        help: """
            embedded:N for a plain pool of N hosts, dump:FILE for a recorded one, xenapi:FILE for one that speaks XenAPI and \
            is only looked at, random for one out of the seed.
            """
    )
    var pool = "embedded:3"

    @Option(
        help: "The package that is rehearsed. Nothing in it is run. Without it, an update that restarts every host."
    )
    var update: String?

    @Flag(help: "Rehearse a run that restarts each host once and installs nothing.")
    var restartOnly = false

    @Option(help: "Chooses the pool (for random) and everything that happens by chance.")
    var seed: UInt64 = 1

    @Option(help: "What goes wrong; may be given several times, as NAME or NAME=PERCENT.")
    var fault: [String] = []

    @Option(help: "How many seeds to run, from --seed on.")
    var seeds: UInt64 = 1

    @Option(help: "Replays a run's journal instead, step by step.")
    var replay: String?

    @Flag(help: "Prints every step.")
    var verbose = false

    func validate() throws {
        _ = try faults()
        if restartOnly, update != nil { throw ValidationError.installsNothing }
        if pool != "random", hosts == nil, dump == nil, remote == nil {
            throw ValidationError(
                "--pool is embedded:N with N from 1 to 64, dump:FILE, xenapi:FILE, or random; it is \(pool)."
            )
        }
    }

    func run() async throws {
        if let replay { return try replayJournal(replay) }
        let (facts, madeFor) = try await RehearsedUpdate.facts(update)
        let recorded =
            if let remote {
                try await RehearsedUpdate.pool(reachedBy: remote, updates: facts)
            } else {
                try await dump.asyncMap { try await RehearsedUpdate.pool(recordedIn: $0, updates: facts) }
            }
        if let recorded, let madeFor {
            do {
                try madeFor.check(recorded.hosts.map { ($0.name, $0.productVersion) })
            } catch let refusal as MadeFor.Refused {
                StandardError.write("pitstop rehearse: \(refusal)")
                throw ExitCode(3)
            }
        }
        var failed = false
        for seed in (0..<max(1, seeds)).lazy.map({ seed &+ $0 }) {
            let rehearsal = Rehearsal(try scenario(seed, facts, recorded))
            if verbose { rehearsal.log.forEach { StandardOutput.write($0) } }
            if seeds == 1, let report = rehearsal.report { StandardOutput.write(text: report.text) }
            if let violation = rehearsal.result.violations.first {
                failed = true
                let faults = fault.map { " --fault \($0)" }.joined()
                let package = update.map { " --update \($0)" } ?? (restartOnly ? " --restart-only" : "")
                StandardError.write(
                    "\(violation): pitstop rehearse --pool \(pool)\(package) --seed \(seed)\(faults) --verbose"
                )
            }
        }
        if failed { throw ExitCode(1) }
    }

    private var hosts: Int? {
        guard pool.hasPrefix("embedded"), let count = Int(pool.split(separator: ":").dropFirst().first ?? "3") else {
            return nil
        }
        return (1...64).contains(count) ? count : nil
    }

    private var dump: String? { pool.hasPrefix("dump:") && pool.count > 5 ? String(pool.dropFirst(5)) : nil }

    private var remote: String? { pool.hasPrefix("xenapi:") && pool.count > 7 ? String(pool.dropFirst(7)) : nil }

    private func scenario(_ seed: UInt64, _ updates: [UpdateFacts], _ recorded: PoolView?) throws -> Scenario {
        let scenario = try installation(seed, updates, recorded)
        return restartOnly ? scenario.onlyRestarting() : scenario
    }

    private func installation(_ seed: UInt64, _ updates: [UpdateFacts], _ recorded: PoolView?) throws -> Scenario {
        let faults = try faults()
        guard hosts != nil || recorded != nil else { return Scenario(seed: seed, faults: faults) }
        var generator = SeededGenerator(seed: seed)
        let chosen = faults ?? .random(&generator)
        if let recorded {
            let spec = RunSpec(run: "rehearsal-\(seed)", startedBy: "root", updates: updates)
            return Scenario(view: recorded, spec: spec, seed: seed, faults: chosen)
        }
        var scenario = Scenario(hosts: hosts ?? 3, seed: seed, faults: chosen)
        scenario.spec.updates = updates
        return scenario
    }

    /// Nil for random faults.
    private func faults() throws -> Faults? {
        var faults = Faults.none
        for text in fault {
            if text == "random" { return nil }
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let share = parts.count > 1 ? Int(parts[1]) : 30
            guard let share, (0...100).contains(share), faults.set(parts.first ?? "", to: share) else {
                let known = Faults.names.keys.sorted().joined(separator: ", ")
                throw ValidationError("There is no fault \(text): use random, or one of \(known).")
            }
        }
        return faults
    }

    private func replayJournal(_ path: String) throws {
        do throws(JournalError) {
            let contents = try Journal.read(try JournalFile.bytes(of: path), digest: Journal.sha256)
            Rehearsal.replay(contents).forEach { StandardOutput.write($0) }
            if contents.torn > 0 {
                StandardOutput.write("The last \(contents.torn) bytes are a record that was not written whole.")
            }
        } catch {
            StandardError.write(error.description)
            throw ExitCode(1)
        }
    }
}
