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
    private let limit: Int
    private let shouldContinue: () -> Bool
    private var random: SeededGenerator
    private(set) var passes = 0
    /// The best plans with different windows, best first.
    private var elite: [Candidate] = []
    /// What has been run: no recipe is worth a second pass.
    private var tries = Set<Recipe>()
    /// The best found for each number of prepared hosts.
    private(set) var curve: [Int: Candidate] = [:]
    /// A pass that failed, for the explanation when none succeeds.
    private(set) var failure: Outcome?

    /// The search ends after `limit` passes or when `shouldContinue` says so, but not before it has looked for any plan at all.
    init(_ model: Model, lowerBound: Int, seed: UInt64, limit: Int, shouldContinue: @escaping () -> Bool) {
        self.model = model
        self.lowerBound = lowerBound
        self.limit = limit
        self.shouldContinue = shouldContinue
        pass = Pass(model)
        random = SeededGenerator(seed: seed)
    }

    private func spend() -> Bool { passes < min(limit, 8) || passes < limit && shouldContinue() }

    /// Runs one recipe; nil when it found no plan, or was run before.
    mutating func tried(_ recipe: Recipe, goal: Goal = .window) -> Candidate? {
        guard tries.insert(recipe).inserted else { return nil }
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
    ///
    /// The most promising come first, because on the largest pools there is time for two dozen passes only.
    mutating func sweep(_ base: Recipe) {
        var most = base
        most.prepared = Int(model.hostCount)
        for preparation in [Recipe.Preparation.leastLoad, .smallVMs] {
            guard spend() else { return }
            most.preparation = preparation
            _ = tried(most)
        }
        // More prepared hosts mean fewer in every chain.
        most.preparation = curve.max { $0.key < $1.key }?.value.recipe.preparation ?? .leastLoad
        for variant in laneVariants(most, lanesForRemainder()) + unequalVariants(most) {
            guard spend() else { return }
            _ = tried(variant)
        }
        let largest = curve.keys.max() ?? 1
        for prepared in Self.counts(upTo: largest, isLarge: model.vmCount > 30_000) {
            var recipe = best(.window)?.recipe ?? base
            recipe.prepared = prepared
            for order in [Recipe.Order.longestDrain, .smallestLoad] {
                guard spend() else { return }
                recipe.order = order
                _ = tried(recipe)
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
    static func counts(upTo largest: Int, isLarge: Bool) -> [Int] {
        if isLarge { return [largest * 15 / 16, largest / 2, 1].filter { $0 > 0 } }
        var counts = Set([largest, 1])
        var distance = 1
        while distance < largest {
            counts.insert(largest - distance)
            distance = largest <= 24 ? distance + 1 : max(distance + 1, distance * 3 / 2)
        }
        return counts.filter { $0 > 0 }.sorted(by: >)
    }

    /// With hosts of different sizes it matters which of them are prepared.
    private func unequalVariants(_ recipe: Recipe) -> [Recipe] {
        guard Set(model.capacity).count > 1 else { return [] }
        var list: [Recipe] = []
        for preparation in Recipe.Preparation.allCases {
            for order in [Recipe.Order.longestDrain, .smallestLoad, .largestHost] {
                var variant = recipe
                (variant.preparation, variant.order) = (preparation, order)
                list.append(variant)
            }
        }
        return list
    }

    /// Numbers of lanes about as large as the number of hosts left over when every chain does the same number.
    private func lanesForRemainder() -> [Int] {
        let chains = curve.keys.max() ?? 1
        let rest = (model.updates.count { $0 } - 1) % max(1, chains)
        guard rest > 0, rest * 3 < chains * 2 else { return [0] }
        let around = [rest, rest + rest / 2 + 1, 2 * rest, rest + 1, rest - 1, rest + 2]
        return around.filter { $0 > 0 } + [0]
    }

    private func laneVariants(_ recipe: Recipe, _ lanes: [Int]) -> [Recipe] {
        var list: [Recipe] = []
        for partly in model.vmCount > 30_000 ? [true] : [true, false] {
            for count in lanes where count < max(2, recipe.prepared) {
                var variant = recipe
                (variant.preparesPartly, variant.fastLanes) = (partly, count)
                list.append(variant)
                guard count > 0, model.vmCount <= 30_000 else { continue }
                variant.lanesFromMaster = true
                list.append(variant)
            }
        }
        return list
    }

    /// Whether hosts differ in size or in the time of their update.
    private var isUneven: Bool {
        !model.capacity.allSatisfy { $0 == model.capacity[0] }
            || !model.updateTime.allSatisfy { $0 == model.updateTime[0] }
    }

    private func refinements(_ recipe: Recipe) -> [Recipe] {
        let slowHosts = Set(model.share).count > 1
        var list = laneVariants(recipe, [1, 2, 3, 4, 5, 6, 8, 12] + lanesForRemainder().map { $0 * 2 })
        for variant in list {
            var other = variant
            other.predrain = .none
            list.append(other)
        }
        let orders: [Recipe.Order] = isUneven ? Recipe.Order.allCases : [.longestDrain, .smallestLoad]
        for order in orders {
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

    /// Improves the best plans of the sweep, all a little, the better half of them further, and so on down to one.
    ///
    /// Where a change can lead depends on where it starts; with passes to spare it pays to start from several.
    mutating func improveWindow(rounds: Int) {
        var left = rounds
        var field = elite
        let stage = rounds / 4
        while field.count > 1, rounds >= 800 {
            for position in field.indices {
                field[position] = improve(field[position], rounds: stage / field.count)
            }
            left -= stage
            field.sort { Self.isBetter($0.outcome, $1.outcome, .window) }
            field.removeLast(field.count / 2)
        }
        if let best = best(.window) { improve(best, rounds: left) }
    }

    /// Changes a candidate a little at a time and keeps what is no worse, until nothing is left to gain or to spend.
    @discardableResult
    mutating func improve(_ start: Candidate, rounds: Int, goal: Goal = .window) -> Candidate {
        var current = start
        var found = start
        var sinceGain = 0
        for _ in 0..<rounds {
            if goal == .window, (best(.window)?.outcome.mixed ?? .max) <= lowerBound { return found }
            guard spend() else { return found }
            var recipe = current.recipe
            sinceGain += 1
            if sinceGain > 400 {
                // A kick: several changes to the best at once, kept whatever they do.
                recipe = found.recipe
                for _ in 0..<4 { change(&recipe, current.outcome.critical) }
            } else {
                change(&recipe, current.outcome.critical)
            }
            guard let next = tried(recipe, goal: goal) else { continue }
            if Self.isBetter(next.outcome, found.outcome, goal) { found = next }
            let (a, b) = (next.outcome, current.outcome)
            let isBetter =
                goal == .moves
                ? (a.moves, a.mixed) < (b.moves, b.mixed) : (a.mixed, a.returnSum) < (b.mixed, b.returnSum)
            let isEqual = a.mixed == b.mixed && (goal == .moves ? a.moves == b.moves : a.returnSum == b.returnSum)
            if sinceGain > 400 || a.hostsLeft <= b.hostsLeft && (isBetter || isEqual) { current = next }
            if sinceGain > 400 || isBetter { sinceGain = 0 }
        }
        return found
    }

    private mutating func change(_ recipe: inout Recipe, _ critical: [Int32]) {
        switch random.below(16) {
        case 0: recipe.fastLanes = max(0, recipe.fastLanes + random.below(5) - 2)
        case 1: if random.below(2) == 0 { recipe.preparesPartly.toggle() } else { recipe.lanesFromMaster.toggle() }
        case 2: recipe.predrain = [.none, .head, .tail][random.below(3)]
        case 3: recipe.spreads.toggle()
        case 4: recipe.strict.toggle()
        case 5: recipe.order = Recipe.Order.allCases[random.below(4)]
        case 13: if random.below(2) == 0 { recipe.avoidsSlow.toggle() } else { recipe.packsTogether.toggle() }
        case 14, 15: recipe.deviation = random.below(3) == 0 ? 0 : random.next()
        case 12: recipe.preparation = Recipe.Preparation.allCases[random.below(Recipe.Preparation.allCases.count)]
        case 6, 7, 8: disturb(&recipe.preparationWeights, critical)
        default: disturb(&recipe.sourceWeights, critical)
        }
        if random.below(3) == 0 { disturb(&recipe.sourceWeights, critical) }
    }

    /// Changes the weights of a few hosts; every second time of one that the window's end depends on.
    private mutating func disturb(_ weights: inout [Float], _ critical: [Int32]) {
        if weights.isEmpty { weights = Array(repeating: 1, count: Int(model.hostCount)) }
        for _ in 0...random.below(3) {
            let isCritical = !critical.isEmpty && random.below(2) == 0
            let host = isCritical ? Int(critical[random.below(critical.count)]) : random.below(weights.count)
            weights[host] *= Float(0.5 + 1.5 * random.unit())
        }
    }

    private mutating func noise() -> [Float] {
        var weights: [Float] = []
        for _ in 0..<model.hostCount { weights.append(Float(0.5 + random.unit())) }
        return weights
    }
}
