/// What the catalogue says about one host.
public struct Resolution: Sendable {
    /// Why an update is, or is not, part of the sequence. Updates are named by their numbers in the catalogue.
    public enum Verdict: Hashable, Sendable {
        /// Its stamp is on the host.
        case applied
        /// It is contained in an update that is applied.
        case contained(in: Int)
        /// It is part of the sequence, at this position.
        case planned(at: Int)
        /// It is contained in an update of the sequence, or in one that the host should have instead.
        case superseded(by: Int)
        /// The catalogue's minimal list does without it.
        case notNeeded
        /// It conflicts with an update that is applied or comes first.
        case conflict(with: Int)
        /// An update that it requires can not be had: left out itself, for a reason of its own.
        case unmet(requirement: Int)
        /// An update that it requires is not in the catalogue.
        case unknownRequirement
        /// It and this update require one another.
        case cycle(with: Int)
    }

    /// The number of the host's version in the catalogue; nil where the catalogue does not know it.
    public var version: Int?
    /// The updates of that version, and those that they need, by number in catalogue order, with their verdicts.
    public var verdicts: [(update: Int, verdict: Verdict)]
    /// The smallest set that brings the host up to date, in an order in which requirements come first.
    public var sequence: [Int]
    /// Updates that could be applied right now, in catalogue order.
    public var applicableNow: [Int]
    /// For each update of the sequence, which updates of the sequence must come before it.
    var before: [(update: Int, earlier: Int)]

    /// Whether nothing is missing that can be had. Updates left out for a reason do not count.
    public var isUpToDate: Bool { version != nil && sequence.isEmpty }

    /// The updates that the host lacks and that are not covered by others, in catalogue order.
    public var missing: [Int] {
        verdicts.compactMap { update, verdict in
            switch verdict {
            case .applied, .contained, .superseded, .notNeeded: nil
            case .planned, .conflict, .unmet, .unknownRequirement, .cycle: update
            }
        }
    }
}

extension Resolution.Verdict {
    /// The verdict in one word, for programs.
    public var word: String {
        switch self {
        case .applied: "applied"
        case .contained: "contained"
        case .planned: "planned"
        case .superseded: "superseded"
        case .notNeeded: "not_needed"
        case .conflict: "conflict"
        case .unmet: "unmet"
        case .unknownRequirement: "unknown_requirement"
        case .cycle: "cycle"
        }
    }
}

extension CatalogueIndex {
    /// A verdict in words.
    public func explain(_ verdict: Resolution.Verdict) -> String {
        func label(_ number: Int) -> String { catalogue.updates[number].label }
        return switch verdict {
        case .applied: "applied"
        case .contained(let other): "contained in \(label(other)), which is applied"
        case .planned(let position): "to be applied, number \(position + 1)"
        case .superseded(let other): "superseded by \(label(other))"
        case .notNeeded: "not needed to be up to date"
        case .conflict(let other): "left out: it conflicts with \(label(other))"
        case .unmet(let other): "left out: it requires \(label(other)), which can not be applied"
        case .unknownRequirement: "left out: it requires an update that the catalogue does not know"
        case .cycle(let other): "left out: it and \(label(other)) require one another"
        }
    }
}
