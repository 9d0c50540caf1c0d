/// Runs passes with different recipes, keeps the best, and improves it by small changes until the budget is spent.
struct Portfolio {
    /// A recipe with what it achieved.
    struct Candidate {
        var recipe: Recipe
        var outcome: Outcome
    }

    /// What "better" means.
    enum Goal { case window, moves }

    /// How much a search may do. Both are counts, so that what is found depends on no clock.
    struct Limit {
        /// Recipes that are tried.
        var recipes: Int
        /// Looks of all passes, see ``Pass/looks``.
        var looks = Int.max
    }

    let model: Model
    let pass: Pass
    let lowerBound: Int
    private let limit: Limit
    /// The part of the limit that may be used, 1 unless the search was told to go on.
    private var most = 1.0
    private let shouldContinue: () -> Bool
    var random: SeededGenerator
    private(set) var passes = 0
    private var repeats = 0
    /// The best plans with different windows, best first.
    private(set) var elite: [Candidate] = []
    /// What has been run: no recipe is worth a second pass.
    private var tries = Set<Recipe>()
    /// The best found for each number of prepared hosts.
    private(set) var curve: [Int: Candidate] = [:]
    /// A pass that failed, for the explanation when none succeeds.
    private(set) var failure: Outcome?

    /// The search ends at its limit or when `shouldContinue` says so, but not before it has looked for any plan at all.
    init(_ model: Model, lowerBound: Int, seed: UInt64, limit: Limit, shouldContinue: @escaping () -> Bool) {
        self.model = model
        self.lowerBound = lowerBound
        self.limit = limit
        self.shouldContinue = shouldContinue
        pass = Pass(model)
        random = SeededGenerator(seed: seed)
    }

    func spend() -> Bool { passes < min(limit.recipes, 8) || effort < most && shouldContinue() }

    /// Lets the search go on for another part of its limit.
    mutating func allow(_ more: Double) { most = max(most, effort) + more }

    /// The used part of the limit, 0...1, and above where ``allow(_:)`` was called.
    var effort: Double {
        // To think of the same again costs little, but in a tiny pool there is nothing new in the end.
        let recipes = Double(passes) + Double(repeats) / 8
        return max(recipes / Double(limit.recipes), Double(pass.looks) / Double(limit.looks))
    }

    /// The effort when so many more recipes will have been tried, if looks do not end the search before.
    func effort(after more: Int) -> Double { effort + Double(more) / Double(limit.recipes) }

    /// Whether there is time to follow several plans.
    var isLong: Bool { limit.recipes >= 800 }

    /// Runs one recipe; nil when it found no plan, or was run before.
    mutating func tried(_ recipe: Recipe, goal: Goal = .window) -> Candidate? {
        guard tries.insert(recipe).inserted else {
            repeats += 1
            return nil
        }
        passes += 1
        let outcome = pass.run(recipe)
        guard outcome.solved else {
            if failure == nil { failure = outcome }
            return nil
        }
        let candidate = Candidate(recipe: recipe, outcome: outcome)
        if goal == .window { enter(candidate) }
        if let known = curve[outcome.prepared], !Self.isBetter(outcome, known.outcome, goal) { return candidate }
        curve[outcome.prepared] = candidate
        return candidate
    }

    private mutating func enter(_ candidate: Candidate) {
        guard !elite.contains(where: { $0.outcome.mixed == candidate.outcome.mixed }) else { return }
        let place = elite.firstIndex { Self.isBetter(candidate.outcome, $0.outcome, .window) } ?? elite.count
        guard place < 8 else { return }
        elite.insert(candidate, at: place)
        if elite.count > 8 { elite.removeLast() }
    }

    static func isBetter(_ a: Outcome, _ b: Outcome, _ goal: Goal) -> Bool {
        if a.hostsLeft != b.hostsLeft { return a.hostsLeft < b.hostsLeft }
        switch goal {
        case .window:
            return (a.mixed, a.moves, a.movedMiB, a.unevenness) < (b.mixed, b.moves, b.movedMiB, b.unevenness)
        case .moves:
            return (a.moves, a.mixed, a.movedMiB, a.unevenness) < (b.moves, b.mixed, b.movedMiB, b.unevenness)
        }
    }

    /// The best of all that was found.
    func best(_ goal: Goal) -> Candidate? {
        var best: Candidate?
        for prepared in curve.keys.sorted() {
            guard let candidate = curve[prepared] else { continue }
            if let known = best, !Self.isBetter(candidate.outcome, known.outcome, goal) { continue }
            best = candidate
        }
        return best
    }

    /// The fewest prepared hosts whose window is at most `tolerance` percent above the best one, and not above
    /// `promised` seconds unless the best one is.
    func fewestPrepared(tolerance: Int, promised: Int) -> Candidate? {
        guard let best = best(.window) else { return nil }
        let mixed = best.outcome.mixed
        let limit = max(mixed, min(mixed + mixed * tolerance / 100, promised > 0 ? promised : .max))
        return curve.values
            .filter { $0.outcome.mixed <= limit && $0.outcome.hostsLeft == best.outcome.hostsLeft }
            .min { ($0.outcome.prepared, $0.outcome.mixed) < ($1.outcome.prepared, $1.outcome.mixed) }
    }

    /// The trade-off that was found, by prepared hosts.
    func points() -> [CurvePoint] {
        curve.sorted { $0.key < $1.key }.map { prepared, candidate in
            CurvePoint(
                preparedHosts: prepared,
                mixedSeconds: candidate.outcome.mixed,
                migrations: candidate.outcome.moves,
                movedMiB: candidate.outcome.movedMiB
            )
        }
    }
}
