/// Runs passes with different recipes, keeps the best, and improves it by small changes until the budget is spent.
struct Portfolio {
    /// A recipe with what it achieved.
    struct Candidate {
        var recipe: Recipe
        var outcome: Outcome
    }

    /// What "better" means.
    enum Goal { case window, moves }

    let model: Model
    let pass: Pass
    let lowerBound: Int
    private let spend: () -> Bool
    private var random: SeededGenerator
    private(set) var passes = 0
    /// The best found for each number of prepared hosts.
    private(set) var curve: [Int: Candidate] = [:]
    /// A pass that failed, for the explanation when none succeeds.
    private(set) var failure: Outcome?

    /// `spend` is asked before every pass and says whether there is budget for it.
    init(_ model: Model, lowerBound: Int, seed: UInt64, spend: @escaping () -> Bool) {
        self.model = model
        self.lowerBound = lowerBound
        self.spend = spend
        pass = Pass(model)
        random = SeededGenerator(seed: seed)
    }

    /// Runs one recipe; nil when it found no plan.
    mutating func tried(_ recipe: Recipe, goal: Goal = .window) -> Candidate? {
        passes += 1
        let outcome = pass.run(recipe)
        guard outcome.solved else {
            if failure == nil { failure = outcome }
            return nil
        }
        let candidate = Candidate(recipe: recipe, outcome: outcome)
        if let known = curve[outcome.prepared], !Self.isBetter(outcome, known.outcome, goal) { return candidate }
        curve[outcome.prepared] = candidate
        return candidate
    }

    static func isBetter(_ a: Outcome, _ b: Outcome, _ goal: Goal) -> Bool {
        if a.hostsLeft != b.hostsLeft { return a.hostsLeft < b.hostsLeft }
        switch goal {
        case .window: return (a.mixed, a.moves, a.movedMiB) < (b.mixed, b.moves, b.movedMiB)
        case .moves: return (a.moves, a.mixed, a.movedMiB) < (b.moves, b.mixed, b.movedMiB)
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

    // MARK: Sweeps

    /// Tries the recipes that are good for most pools, with as many prepared hosts as fit and with fewer.
    mutating func sweep(_ base: Recipe) {
        guard spend() else { return }
        var most = base
        most.prepared = Int(model.hostCount)
        _ = tried(most)
        let largest = curve.keys.max() ?? 1
        for prepared in Self.counts(upTo: largest) {
            var recipe = base
            recipe.prepared = prepared
            for variant in variants(recipe) {
                guard spend() else { return }
                _ = tried(variant)
            }
        }
        guard let best = best(.window) else { return rescueSweep(base) }
        for variant in refinements(best.recipe) {
            guard spend() else { return }
            _ = tried(variant)
        }
    }

    /// Tries recipes that prepare as little as possible.
    mutating func sweepForMoves(_ base: Recipe) {
        for prepared in [1, 2] {
            for seeds in [false, true] {
                for order in Recipe.Order.allCases {
                    for predrain in [Recipe.Predrain.none, .head, .tail] {
                        guard spend() else { return }
                        var recipe = base
                        (recipe.prepared, recipe.seedsFamilies, recipe.order, recipe.predrain) = (
                            prepared, seeds, order, predrain
                        )
                        _ = tried(recipe, goal: base.maxParallel == 1 ? .window : .moves)
                    }
                }
            }
            if !curve.isEmpty { return }
        }
        rescueSweep(base)
    }

    /// When the usual recipes fail: everything that may help, from the gentlest preparation up.
    private mutating func rescueSweep(_ given: Recipe) {
        var base = given
        base.ejections = 20_000
        for late in [false, true] {
            for seeds in [true, false] {
                for order in Recipe.Order.allCases {
                    for prepared in [1, 2, 3, 4, 6, 8] where prepared <= Int(model.hostCount) {
                        guard spend(), curve.isEmpty else { return }
                        var recipe = base
                        (recipe.resumesLate, recipe.seedsFamilies) = (late, seeds)
                        (recipe.order, recipe.prepared) = (order, prepared)
                        _ = tried(recipe)
                    }
                }
            }
        }
        for _ in 0..<400 {
            guard spend(), curve.isEmpty else { return }
            var recipe = base
            recipe.prepared = 1 + random.below(min(6, Int(model.hostCount)))
            recipe.resumesLate = random.below(2) == 0
            recipe.seedsFamilies = random.below(2) == 0
            recipe.sourceWeights = noise()
            recipe.preparationWeights = noise()
            _ = tried(recipe)
        }
    }

    /// Numbers of prepared hosts worth trying: all of them up to 24, then ever wider steps.
    static func counts(upTo largest: Int) -> [Int] {
        var counts = Set([largest, 1])
        var distance = 1
        while distance < largest {
            counts.insert(largest - distance)
            distance = largest <= 24 ? distance + 1 : max(distance + 1, distance * 3 / 2)
        }
        return counts.filter { $0 > 0 }.sorted(by: >)
    }

    private func variants(_ recipe: Recipe) -> [Recipe] {
        var list: [Recipe] = []
        for order in [Recipe.Order.longestDrain, .smallestLoad] {
            var variant = recipe
            variant.order = order
            list.append(variant)
        }
        return list
    }

    private func refinements(_ recipe: Recipe) -> [Recipe] {
        var list: [Recipe] = []
        let slowHosts = Set(model.share).count > 1
        for partly in [false, true] {
            for lanes in [0, 1, 2, 3, 4, 5, 6, 8, 12] where lanes < max(2, recipe.prepared) {
                var variant = recipe
                (variant.preparesPartly, variant.fastLanes) = (partly, lanes)
                list.append(variant)
                variant.predrain = .none
                list.append(variant)
            }
        }
        for order in Recipe.Order.allCases {
            for strict in [false, true] {
                for slow in slowHosts ? [false, true] : [false] {
                    var variant = recipe
                    (variant.order, variant.strict, variant.avoidsSlow) = (order, strict, slow)
                    list.append(variant)
                    variant.spreads = true
                    list.append(variant)
                    variant.predrain = .head
                    list.append(variant)
                }
            }
        }
        return list
    }

    // MARK: Improvement

    /// Changes a candidate a little at a time and keeps what is no worse, until nothing is left to gain or to spend.
    mutating func improve(_ start: Candidate, rounds: Int, goal: Goal = .window) {
        var current = start
        for _ in 0..<rounds {
            if goal == .window, (best(.window)?.outcome.mixed ?? .max) <= lowerBound { return }
            guard spend() else { return }
            var recipe = current.recipe
            change(&recipe)
            guard let next = tried(recipe, goal: goal) else { continue }
            let (a, b) = (next.outcome, current.outcome)
            if a.hostsLeft <= b.hostsLeft,
                goal == .moves
                    ? (a.moves, a.mixed) <= (b.moves, b.mixed) : (a.mixed, a.returnSum) <= (b.mixed, b.returnSum)
            {
                current = next
            }
        }
    }

    private mutating func change(_ recipe: inout Recipe) {
        switch random.below(12) {
        case 0: recipe.fastLanes = max(0, recipe.fastLanes + random.below(5) - 2)
        case 1: recipe.preparesPartly.toggle()
        case 2: recipe.predrain = [.none, .head, .tail][random.below(3)]
        case 3: recipe.spreads.toggle()
        case 4: recipe.strict.toggle()
        case 5: recipe.order = Recipe.Order.allCases[random.below(4)]
        case 6, 7, 8: disturb(&recipe.preparationWeights)
        default: disturb(&recipe.sourceWeights)
        }
        if random.below(3) == 0 { disturb(&recipe.sourceWeights) }
    }

    private mutating func disturb(_ weights: inout [Float]) {
        if weights.isEmpty { weights = Array(repeating: 1, count: Int(model.hostCount)) }
        for _ in 0...random.below(3) {
            weights[random.below(weights.count)] *= Float(0.5 + 1.5 * random.unit())
        }
    }

    private mutating func noise() -> [Float] {
        var weights: [Float] = []
        for _ in 0..<model.hostCount { weights.append(Float(0.5 + random.unit())) }
        return weights
    }
}
