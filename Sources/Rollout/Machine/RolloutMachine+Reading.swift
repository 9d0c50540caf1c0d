/// What whoever shows a run reads off its machine.
extension RolloutMachine {
    /// A migration that was begun and has not ended.
    public struct MoveUnderWay: Hashable, Sendable {
        public var vm: String
        public var from: String
        public var to: String
        /// Seconds since the epoch.
        public var begun: Int64
        /// What the plan expects it to take.
        public var expectedSeconds: Int?
    }

    /// The migrations that are under way.
    public var movesUnderWay: [MoveUnderWay] {
        inFlight.compactMap { flight in
            guard case .move(let vm, let from, let to) = flight.action else { return nil }
            let step = flight.step.flatMap { index in
                active.flatMap { $0.plan.steps.indices.contains(index) ? $0.plan.steps[index] : nil }
            }
            return MoveUnderWay(
                vm: vm,
                from: from,
                to: to,
                begun: flight.begun,
                expectedSeconds: step.map { $0.end - $0.start }
            )
        }
    }

    /// What the plan under way expects a host to take from going down to being back, in seconds.
    public func expectedSeconds(host: String) -> Int? {
        active?.plan.steps.first { $0.work == .update(host: host) }.map { $0.end - $0.start }
    }

    /// Whether anything that the run wanted done has not come back.
    public var awaitsOutcomes: Bool { !inFlight.isEmpty }

    /// Writes down when hosts entered the phase that they are in.
    mutating func dateSteps() {
        for index in hosts.indices where hosts[index].datedPhase != hosts[index].phase {
            hosts[index].datedPhase = hosts[index].phase
            hosts[index].since = clock.wall
        }
    }
}
