import Rollout

/// Runs simulations by the number.
public enum Simulation {
    /// One seed with random faults.
    public static func run(seed: UInt64, faults: Faults? = nil) -> SimulationResult {
        World(Scenario(seed: seed, faults: faults)).run()
    }

    /// The command line that shows a failing seed again.
    public static func command(seed: UInt64) -> String {
        "pitstop rehearse --pool random --seed \(seed) --fault random"
    }
}
