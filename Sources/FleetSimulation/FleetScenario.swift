public import Fleet

/// What a simulated fleet is, and what happens to it.
public struct FleetScenario: Sendable {
    public var seed: UInt64
    public var spec: FleetSpec
    /// Of a hundred pools, or looks, how many meet a fault.
    public var faults: Int
    /// Whether the process that carries the run out is killed now and then.
    public var kills = true
    /// Whether operators say more than what is asked of them.
    public var words = true

    /// A random scenario.
    ///
    /// - Parameter pools: how many; nil for a few.
    public init(seed: UInt64, pools: Int? = nil) {
        var dice = Dice(seed: seed)
        self.seed = seed
        let count = pools ?? dice.number(1...12)
        let ringCount = min(count, dice.number(1...4))
        var rings: [FleetSpec.Ring] = []
        var next = 0
        for index in 0..<ringCount {
            // The rings grow, as those of people do.
            let left = count - next - (ringCount - index - 1)
            let size = index == ringCount - 1 ? left : max(1, min(left, left / (ringCount - index + 1)))
            let names = (next..<(next + size)).map { "pool\($0)" }
            next += size
            rings.append(
                FleetSpec.Ring(
                    name: "ring\(index)",
                    pools: names,
                    canaries: dice.chance(50) ? Array(names.shuffled(using: &dice).prefix(dice.number(1...2))) : [],
                    soak: dice.seconds(0...7200),
                    atOnce: dice.chance(30) ? dice.number(1...max(1, size)) : .max,
                    needsApproval: dice.chance(20),
                    windows: dice.chance(30) ? [FleetWindow("22:00-04:00")].compactMap { $0 } : []
                )
            )
        }
        let isLarge = count >= 100
        func remedy() -> FleetPolicy.Remedy { dice.chance(50) ? .wait : .skip }
        spec = FleetSpec(
            run: "run",
            startedBy: "root",
            update: FleetUpdate(id: "update", label: "update"),
            rings: rings,
            atOnce: isLarge ? dice.number(20...100) : dice.number(1...4),
            failedPools: isLarge ? count / 5 : dice.number(0...3),
            failedHosts: isLarge ? count : dice.number(0...6),
            policy: FleetPolicy(
                running: remedy(),
                unreachable: remedy(),
                lacking: remedy(),
                prechecks: remedy(),
                patience: dice.seconds(3600...86_400)
            )
        )
        faults = isLarge ? dice.number(0...5) : dice.number(0...30)
    }
}

/// What became of a simulated fleet run.
public struct FleetResult: Sendable {
    /// What must never be and was; empty where all is well.
    public var violations: [String] = []
    /// How the run ended; nil where it did not.
    public var ending: FleetMachine.Ending?
    /// Records that its journal would have.
    public var records = 0
    /// Times that its process was killed.
    public var kills = 0
    /// Pools at which a run was begun.
    public var begun = 0
    /// Simulated seconds.
    public var seconds: Int64 = 0
}

/// Simulated fleet runs.
public enum FleetSimulation {
    /// Runs a random scenario to its end.
    public static func run(seed: UInt64, pools: Int? = nil) -> FleetResult {
        run(FleetScenario(seed: seed, pools: pools))
    }

    /// Runs a scenario to its end.
    public static func run(_ scenario: FleetScenario) -> FleetResult {
        var world = FleetWorld(scenario)
        return world.run()
    }
}
