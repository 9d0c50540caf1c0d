/// What no plan can better, with the argument for each figure; or why no plan can exist.
public struct Certificate: Sendable, Equatable {
    /// One lower bound.
    public struct Bound: Sendable, Equatable {
        /// A short name, as in `cascade`.
        public var name: String
        /// Seconds, moves or MiB.
        public var value: Int
        /// Why no plan is below the value, with the numbers of this pool.
        public var argument: String
    }

    /// A proof that no plan exists.
    public struct Obstacle: Sendable, Equatable {
        public enum Kind: String, Sendable { case memory, packing, highAvailability, virtualMachine, cascade, exact }
        public var kind: Kind
        /// The VM, for ``Kind/virtualMachine``; else empty.
        public var vm = ""
        /// MiB that are missing, when that can be said.
        public var missingMiB: Int?
        /// The proof, with the numbers of this pool.
        public var argument: String
    }

    /// Lower bounds on the mixed state, seconds; the largest one counts.
    public var mixed: [Bound] = []
    /// Fewest live migrations.
    public var moves = Bound(name: "moves", value: 0, argument: "")
    /// Least memory moved, MiB.
    public var movedMiB = Bound(name: "memory moved", value: 0, argument: "")
    /// Fewest waves, the master's own included.
    public var waves = Bound(name: "waves", value: 0, argument: "")
    /// Proofs that no plan exists; empty when none was found, which does not mean that one exists.
    public var obstacles: [Obstacle] = []

    /// Bounds that the plan beside them disproves. There are none unless a bound's derivation is wrong.
    public var refuted: [Bound] = []

    /// The same without the bounds that a valid plan disproves, which are kept as ``refuted``.
    func without(refutedBy report: PlanReport) -> Certificate {
        var certificate = self
        certificate.refuted = mixed.filter { $0.value > report.mixedSeconds }
        certificate.mixed.removeAll { $0.value > report.mixedSeconds }
        return certificate
    }

    /// The best lower bound on the mixed state, seconds.
    public var mixedSeconds: Int { mixed.map(\.value).max() ?? 0 }

    /// The best bound that is a formula, without the searched one: what ratios of different pools are compared by.
    public var fastSeconds: Int { mixed.filter { $0.name != Self.drain }.map(\.value).max() ?? 0 }

    /// The name of the bound that is searched for, in small pools only.
    static let drain = "drain"

    /// The bound that gives ``mixedSeconds``.
    public var binding: Bound? { mixed.max { $0.value < $1.value } }
}
