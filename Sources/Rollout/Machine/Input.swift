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

// As it is spelled: a journal is full of them.
extension OperationID {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let slash = text.lastIndex(of: "/"), let number = Int(text[text.index(after: slash)...]) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no operation")
        }
        self.init(run: String(text[..<slash]), number: number)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
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
    /// Somebody else has decided meanwhile what becomes of its subject, and that was left so; the sentence says what there
    /// is now.
    case overtaken(String)
    /// What was owed is given back, though not just as it was; the sentence says how.
    case paidOtherwise(String)
    case pool(PoolView)
    case host(HostReport)
    case plan(PlanAnswer)
    /// A gate or a script has been asked, and this is what it said.
    case checked(isWell: Bool, output: String)
    /// The VMs that can not leave a host, as the pool itself says.
    case evacuation([JudgedVM])
}
