import ArgumentParser
import Fleet
import Foundation
import Storage

struct FleetStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Begin a fleet run, and carry it out until it ends; its id is printed first.",
        discussion: """
            Killed, or begun again with the same update, it goes on where it was: no pool is begun twice. Ctrl-C leaves the pools' \
            own runs going. Exit code 1: it ended otherwise than wanted.
            """
    )
    @OptionGroup var options: FleetOptions
    @OptionGroup var choices: FleetChoices

    func run() async throws {
        try await options.open().use { fleet in
            let spec = try await choices.spec(fleet)
            try await fleet.carryOut(try await Self.isUnfinished(spec, fleet) ? nil : spec)
        }
    }

    /// Whether the newest run wants the same, and has not ended.
    private static func isUnfinished(_ spec: FleetSpec, _ fleet: OpenedFleet) async throws -> Bool {
        guard try await !fleet.runs.all().isEmpty else { return false }
        let last = try await fleet.runs.read().machine
        guard let before = last.spec, !last.isEnded else { return false }
        return before.update?.id == spec.update?.id
    }
}

struct FleetResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a fleet run that was paused, or whose process has ended, and carry it out.",
        discussion: "Where another process carries it out, that one is told, and this command ends."
    )
    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.open().use { fleet in
            let machine = try await fleet.unfinished()
            if machine.pausedBy != nil { try await fleet.say(.resume, to: machine) }
            if try await fleet.isCarriedOut() {
                return StandardError.write("Another process carries it out, and was told.")
            }
            try await fleet.carryOut(nil)
        }
    }
}

struct FleetCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Begin nothing any more; pools that have begun go on to their end, which is waited for.",
        discussion: "To end a pool's own run too, say so to that pool: pitstop rollout cancel --server URL."
    )
    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.open().use { fleet in
            try await fleet.say(.cancel, to: try await fleet.unfinished())
            if try await fleet.isCarriedOut() { return }
            // Nobody else would write down what becomes of the pools that have begun.
            do { try await fleet.carryOut(nil) } catch let code as ExitCode where code == .failure { return }
        }
    }
}

struct FleetPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Begin nothing new; pools that have begun go on."
    )
    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.open().use { fleet in try await fleet.tell(.pause, try await fleet.unfinished()) }
    }
}

struct FleetSkip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Leave out a pool that has not begun, or all such pools of a ring."
    )
    @OptionGroup var options: FleetOptions
    @Option(help: "The pool.") var pool: String?
    @Option(help: "The ring.") var ring: String?

    func validate() throws {
        guard (pool == nil) != (ring == nil) else { throw ValidationError("Name either --pool or --ring.") }
    }

    func run() async throws {
        try await options.open().use { fleet in
            let machine = try await fleet.unfinished()
            if let ring {
                try machine.requireRing(ring)
                return try await fleet.tell(.skipRing(ring), machine)
            }
            guard let record = pool.flatMap(machine.pool) else {
                throw OperatorError("The fleet run has no pool \(pool ?? ""): see 'pitstop fleet show'.")
            }
            guard !record.isActive else {
                throw OperatorError(
                    "\(record.name) has begun already: speak to its own run, with 'pitstop rollout' there."
                )
            }
            try await fleet.tell(.skipPool(record.name), machine)
        }
    }
}

struct FleetApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a ring begin, or go on although a canary did not get there."
    )
    @OptionGroup var options: FleetOptions
    @Argument(help: "The ring.") var ring: String

    func run() async throws {
        try await options.open().use { fleet in
            let machine = try await fleet.unfinished()
            try machine.requireRing(ring)
            try await fleet.tell(.approve(ring: ring), machine)
        }
    }
}

extension FleetMachine {
    fileprivate func requireRing(_ name: String) throws {
        guard rings.contains(where: { $0.name == name }) else {
            throw OperatorError(
                "The fleet run has no ring \(name): it has \(rings.map(\.name).joined(separator: ", "))."
            )
        }
    }
}

extension OpenedFleet {
    /// The newest run, which has not ended.
    fileprivate func unfinished() async throws -> FleetMachine {
        let machine = try await runs.read().machine
        guard !machine.isEnded, machine.spec != nil else {
            throw OperatorError("The newest fleet run has ended: 'pitstop fleet report' tells how.")
        }
        return machine
    }

    fileprivate func say(_ word: FleetWord, to machine: FleetMachine) async throws {
        guard let run = machine.spec?.run else { return }
        try await runs.say(word, to: run, by: Self.user)
    }

    /// Says a word, and tells when it is heard.
    fileprivate func tell(_ word: FleetWord, _ machine: FleetMachine) async throws {
        try await say(word, to: machine)
        guard try await !isCarriedOut() else { return }
        StandardError.write("Nobody carries the fleet run out now: 'pitstop fleet resume' does, and hears it first.")
    }

    /// Whether a process carries a run of this fleet out.
    fileprivate func isCarriedOut() async throws -> Bool {
        do {
            let lease = try await runs.lease(holder: "")
            await lease.release()
            return false
        } catch is FleetError {
            return true
        }
    }

    /// Carries a run out to its end, and shows what happens.
    ///
    /// - Parameter spec: nil to go on with the newest run.
    fileprivate func carryOut(_ spec: FleetSpec?) async throws {
        let holder = "\(Self.user), process \(ProcessInfo.processInfo.processIdentifier)"
        let keeper = try await FleetKeeper(spec, in: runs, holder: holder, performer: pools, now: secondsNow)
        let machine = await keeper.machine
        StandardOutput.write(machine.spec?.run ?? "")
        for name in machine.pools.map(\.name) where file.pool(name) == nil { throw FleetError.lostPool(name) }
        let first = spec == nil ? machine.events.count : 0
        if spec == nil { StandardError.write("It goes on. \(machine.sentence)") }
        try await keeper.carryOut(from: first) { StandardOutput.write($0.line) }
        guard case .ended(.succeeded) = await keeper.machine.stage else { throw ExitCode.failure }
    }
}
