/// How long the steps of a run took, read off its journal, so that the next plan can expect the same.
///
/// What was under way while no controller lived is left out: nobody measured it. All times are whole seconds.
public struct RunTimes: Codable, Hashable, Sendable {
    /// One live migration that succeeded.
    public struct Move: Codable, Hashable, Sendable {
        public var vm: String
        /// Uuids of the hosts.
        public var from: String
        public var to: String
        /// What the VM took on a host, MiB.
        public var memory: Int
        public var seconds: Int

        /// Creates a measurement.
        public init(vm: String, from: String, to: String, memory: Int, seconds: Int) {
            (self.vm, self.from, self.to, self.memory, self.seconds) = (vm, from, to, memory, seconds)
        }
    }

    /// From the start of the packages' programs to their end, by the host's uuid; of several updates added up.
    public var apply: [String: Int] = [:]
    /// From the order to restart until the host was in service again, by the host's uuid.
    public var restart: [String: Int] = [:]
    public var moves: [Move] = []

    /// Nothing measured.
    public init() {}

    /// Reads them off a journal, by going through its run once more.
    public init(_ contents: Journal.Contents) {
        var machine = RolloutMachine()
        var begun: [OperationID: Int64] = [:]
        var restarting: [String: Int64] = [:]
        var seen = 0
        for input in contents.records.compactMap(\.input) {
            let answered = machine.inFlight.first { $0.id == input.answeredOperation }
            _ = machine.handle(input)
            let now = machine.clock.elapsed
            if case .restarted = input { (begun, restarting) = ([:], [:]) }
            if let answered, let start = begun.removeValue(forKey: answered.id), case .result(_, .done, _) = input {
                take(answered.action, Int(now - start), machine.view)
            }
            for flight in machine.inFlight where flight.id.number > seen {
                begun[flight.id] = now
                if case .restartHost(let host, _) = flight.action { restarting[host] = now }
            }
            seen = machine.operations
            for host in machine.hosts {
                guard let start = restarting[host.id], host.phase == .done || host.phase == .failed else { continue }
                restarting[host.id] = nil
                if host.phase == .done { restart[host.id] = Int(now - start) }
            }
        }
    }

    private mutating func take(_ action: Action, _ seconds: Int, _ view: PoolView) {
        switch action {
        case .apply(_, let host): apply[host, default: 0] += seconds
        case .move(let vm, let from, let to):
            guard let memory = view.vm(vm)?.memory, memory > 0 else { return }
            moves.append(Move(vm: vm, from: from, to: to, memory: memory, seconds: seconds))
        default: return
        }
    }
}

extension Input {
    fileprivate var answeredOperation: OperationID? {
        if case .result(let id, _, _) = self { return id }
        return nil
    }
}
