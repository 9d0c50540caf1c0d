import Rollout

/// A run in a simulated copy of a pool, told step by step.
public struct Rehearsal: Sendable {
    public var result: SimulationResult
    /// One line for each step of the world, with the second at which it happened.
    public var log: [String]
    /// What the run would report.
    public var report: RunReport?

    /// Rehearses a run on a pool as it is.
    public init(view: PoolView, spec: RunSpec, seed: UInt64, faults: Faults) {
        self.init(Scenario(view: view, spec: spec, seed: seed, faults: faults))
    }

    /// Runs any scenario.
    public init(_ scenario: Scenario) {
        let world = World(scenario)
        world.isLogging = true
        result = world.run()
        log = world.log
        let head = result.journalHead
        report = world.machine.map { RunReport($0, journalHead: head) }
    }

    /// Replays a journal record by record.
    ///
    /// - Returns: what the run stood at after each input, in words.
    public static func replay(_ contents: Journal.Contents) -> [String] {
        var machine = RolloutMachine()
        var lines: [String] = []
        for record in contents.records {
            guard let input = record.input else { continue }
            let effects = machine.handle(input)
            let wanted = effects.map { "\($0.action)" }.joined(separator: ", ")
            lines.append("\(input.moment.wall) \(input.inShort)\(wanted.isEmpty ? "" : " => \(wanted)")")
        }
        return lines
    }
}
