/// A host as the solver sees it.
public struct HostState: Hashable, Sendable {
    /// The host's uuid.
    public var uuid: String
    /// Its product version.
    public var productVersion: String
    /// Its build number, where known.
    public var build: String?
    /// Uuids of the stamps on it.
    public var applied: Set<String>

    /// Describes a host.
    public init(uuid: String, productVersion: String, build: String? = nil, applied: Set<String>) {
        self.uuid = uuid
        self.productVersion = productVersion
        self.build = build
        self.applied = applied
    }
}

/// Works out what hosts lack. Pure, and quick enough for thousands of hosts: one solver serves them all, one after the other.
public struct Solver: Sendable {
    /// The catalogue in use.
    public let index: CatalogueIndex
    /// Strongly connected partner of each update, or -1.
    private let cyclePartner: [Int]

    /// Prepares a solver.
    public init(_ index: CatalogueIndex) {
        self.index = index
        var partner = [Int](repeating: -1, count: index.requires.count)
        for cycle in RequirementCycles.find(index.requires) {
            for (place, member) in cycle.enumerated() { partner[member] = cycle[(place + 1) % cycle.count] }
        }
        cyclePartner = partner
    }

    /// What one host lacks, what can be applied to it now, and in which order it is brought up to date.
    public func resolve(_ host: HostState) -> Resolution {
        var run = SolverRun(index: index, cyclePartner: cyclePartner, host: host)
        return run.resolve()
    }
}

/// The work for one host.
private struct SolverRun {
    private enum State: UInt8 { case untouched, open, done }

    /// A node of the search, and how far it has come.
    private struct Call {
        var node: Int
        var edge = 0
        var failed: Resolution.Verdict?
    }

    let index: CatalogueIndex
    let cyclePartner: [Int]
    let version: Int?
    private var applied: [Bool]
    /// By which update each one is there, or will be when its turn comes: itself, or one that contains it; -1 for none.
    private var provider: [Int]
    private var wanted: [Bool]
    private var state: [State]
    private var verdict: [Resolution.Verdict?]
    private var calls: [Call] = []
    private var sequence: [Int] = []
    private var before: [(update: Int, earlier: Int)] = []

    init(index: CatalogueIndex, cyclePartner: [Int], host: HostState) {
        self.index = index
        self.cyclePartner = cyclePartner
        let count = index.catalogue.updates.count
        applied = [Bool](repeating: false, count: count)
        provider = [Int](repeating: -1, count: count)
        wanted = applied
        state = [State](repeating: .untouched, count: count)
        verdict = [Resolution.Verdict?](repeating: nil, count: count)
        let found = index.catalogue.version(product: host.productVersion, build: host.build)
        version = found.flatMap { index.catalogue.versions.firstIndex(of: $0) }
        for number in index.numbers.of(host.applied) { applied[number] = true }
    }

    mutating func resolve() -> Resolution {
        markApplied()
        guard let version else {
            return Resolution(version: nil, verdicts: [], sequence: [], applicableNow: [], before: [])
        }
        let (members, candidates, isMember) = index.versions[version]
        let targets = candidates.filter { !applied[$0] }
        for target in targets { wanted[target] = true }
        for target in targets { plan(target) }
        for number in members where verdict[number] == nil {
            let better = index.supersededBy.first(of: number) { wanted[$0] }
            verdict[number] = better.map { .superseded(by: $0) } ?? .notNeeded
        }
        var verdicts: [(update: Int, verdict: Resolution.Verdict)] = []
        verdicts.reserveCapacity(members.count)
        for number in verdict.indices {
            guard let verdict = verdict[number] else { continue }
            // Of other versions only what the sequence touches is worth telling.
            if wasThere(verdict), !isMember[number] { continue }
            verdicts.append((number, verdict))
        }
        return Resolution(
            version: version,
            verdicts: verdicts,
            sequence: sequence,
            applicableNow: members.filter(isApplicableNow),
            before: before
        )
    }

    private func wasThere(_ verdict: Resolution.Verdict) -> Bool {
        switch verdict {
        case .applied, .contained: true
        default: false
        }
    }

    /// What is applied, and what is contained in that.
    private mutating func markApplied() {
        for number in applied.indices where applied[number] {
            verdict[number] = .applied
            provide(number)
        }
        for number in applied.indices where !applied[number] && provider[number] >= 0 {
            verdict[number] = .contained(in: provider[number])
            applied[number] = true
        }
    }

    private mutating func provide(_ number: Int) {
        provider[number] = number
        for inner in index.supersedes[number] where provider[inner] < 0 { provider[inner] = number }
    }

    /// Puts an update into the sequence after everything that it requires. Iterative depth-first search.
    private mutating func plan(_ target: Int) {
        guard enter(target) else { return }
        // Most updates require nothing that is not there already; they need no search.
        if !requirementsAreThere(target) { search(target) } else { leave(target, failed: nil) }
    }

    private mutating func search(_ target: Int) {
        calls.removeAll(keepingCapacity: true)
        calls.append(Call(node: target))
        while let call = calls.last {
            if call.failed == nil, call.edge < index.requires.count(of: call.node) {
                calls[calls.count - 1].edge += 1
                step(into: index.requires[call.node, call.edge], from: call.node)
                continue
            }
            calls.removeLast()
            leave(call.node, failed: call.failed ?? unmet(call.node))
        }
    }

    private func requirementsAreThere(_ node: Int) -> Bool {
        index.requires.first(of: node) { $0 < 0 || provider[$0] < 0 } == nil
    }

    /// Whether a node still needs work; settles those that can be judged at once.
    private mutating func enter(_ node: Int) -> Bool {
        guard state[node] == .untouched, verdict[node] == nil else { return false }
        if cyclePartner[node] >= 0 {
            verdict[node] = .cycle(with: cyclePartner[node])
            state[node] = .done
            return false
        }
        state[node] = .open
        return true
    }

    private mutating func step(into requirement: Int, from node: Int) {
        if requirement < 0 {
            calls[calls.count - 1].failed = .unknownRequirement
        } else if provider[requirement] < 0 {
            let choice = candidate(for: requirement, of: node)
            if enter(choice) { calls.append(Call(node: choice)) }
        }
    }

    /// The update to plan for a requirement: one that is wanted anyway and contains it, or else the required one itself.
    private func candidate(for requirement: Int, of node: Int) -> Int {
        if wanted[requirement] { return requirement }
        return index.supersededBy.first(of: requirement) { wanted[$0] && $0 != node && state[$0] == .untouched }
            ?? requirement
    }

    /// After all requirements were visited: the first that is still not there.
    private func unmet(_ node: Int) -> Resolution.Verdict? {
        index.requires.first(of: node) { $0 >= 0 && provider[$0] < 0 }.map { .unmet(requirement: $0) }
    }

    private mutating func leave(_ node: Int, failed: Resolution.Verdict?) {
        state[node] = .done
        if let failed {
            verdict[node] = failed
        } else if provider[node] >= 0 {
            verdict[node] = .superseded(by: provider[node])
        } else if let other = index.conflicts.first(of: node, where: { provider[$0] >= 0 }) {
            verdict[node] = .conflict(with: other)
        } else {
            verdict[node] = .planned(at: sequence.count)
            for requirement in index.requires[node] where !applied[requirement] {
                before.append((node, provider[requirement]))
            }
            sequence.append(node)
            provide(node)
        }
    }

    private func isApplicableNow(_ number: Int) -> Bool {
        !applied[number] && index.requires.first(of: number) { $0 < 0 || !applied[$0] } == nil
            && index.conflicts.first(of: number) { applied[$0] } == nil
    }
}
