import Rollout

/// How a simulation came out.
public struct SimulationResult: Sendable {
    public var seed: UInt64
    public var ending: Ending?
    /// Broken invariants; empty for a run that is as it should be.
    public var violations: [String]
    public var simulatedSeconds: Int64
    public var steps: Int
    /// Places of the journal at which the controller could have died.
    public var boundaries: Int
    /// Open obligations at the end.
    public var open: [Obligation]
    /// The world at the end, in one line: what a resumed run has to agree upon with an uninterrupted one.
    public var summary: String
    public var journal: [UInt8]
    /// The digest of the journal's last record.
    public var journalHead: String
}
