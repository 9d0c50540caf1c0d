/// Everything that a run can learn. Inputs are journaled before they are handled.
public enum Input: Codable, Hashable, Sendable {
    case start(RunSpec, at: Moment)
    case word(OperatorWord, by: String, at: Moment)
    case result(OperationID, Outcome, at: Moment)
    case tick(at: Moment)
    /// A controller has read the journal and takes over.
    case restarted(at: Moment)

    /// When it was taken.
    public var moment: Moment {
        switch self {
        case .start(_, let at), .word(_, _, let at), .result(_, _, let at), .tick(let at), .restarted(let at): at
        }
    }
}

/// Names one effect of one run, so that doing it twice is doing it once.
public struct OperationID: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    public let run: String
    public let number: Int

    public init(run: String, number: Int) {
        self.run = run
        self.number = number
    }

    public var description: String { "\(run)/\(number)" }
    public static func < (a: OperationID, b: OperationID) -> Bool { a.number < b.number }
}

/// What became of an effect.
public enum Outcome: Codable, Hashable, Sendable {
    case done
    /// It did not succeed; the sentence says why.
    case failed(String)
    /// The one to be asked does not answer.
    case unreachable(String)
    /// It never began, or was broken off without a trace. Only an answer to a question after a restart.
    case lost
    case pool(PoolView)
    case host(HostReport)
    case plan(PlanAnswer)
}
