/// Small changes to the best recipes.
extension Portfolio {
    /// Improves the best plans of the sweep, all a little, the better half of them further, and so on down to one.
    ///
    /// Where a change can lead depends on where it starts; with passes to spare it pays to start from several.
    mutating func improveWindow(until end: Double) {
        var field = elite
        let stage = (end - effort) / 4
        while field.count > 1, isLong {
            let begin = effort
            for position in field.indices {
                let share = stage * Double(position + 1) / Double(field.count)
                field[position] = improve(field[position], until: begin + share)
            }
            field.sort { Self.isBetter($0.outcome, $1.outcome, .window) }
            field.removeLast(field.count / 2)
        }
        if let best = best(.window) { improve(best, until: end) }
    }

    /// Changes a candidate a little at a time and keeps what is no worse, until nothing is left to gain or to spend.
    ///
    /// In small pools a little worse will do, too, ever less so: one VM more or less on a host can turn the whole rest around, and
    /// what is a step back by itself may be half of a good change.
    @discardableResult
    mutating func improve(_ start: Candidate, until end: Double, goal: Goal = .window) -> Candidate {
        var current = start
        var found = start
        var sinceGain = 0
        let begin = effort
        let isPatient = goal == .window && model.hostCount <= Self.mostHostsForExchanges && isLong
        while effort < end, spend() {
            if goal == .window, (best(.window)?.outcome.mixed ?? .max) <= lowerBound { return found }
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
            var isKept = isBetter || isEqual
            if isPatient, !isKept {
                let patience = 0.01 * random.unit() * max(0, end - effort) / (end - begin)
                isKept = Double(a.mixed) <= Double(b.mixed) + patience * Double(found.outcome.mixed)
            }
            if sinceGain > 400 || a.hostsLeft <= b.hostsLeft && isKept { current = next }
            if sinceGain > 400 || isBetter { sinceGain = 0 }
        }
        return found
    }

    private mutating func change(_ recipe: inout Recipe, _ critical: [Int32]) {
        let exchanges = model.hostCount <= Self.mostHostsForExchanges
        switch random.below(exchanges ? 22 : 16) {
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
        case 16, 17: recipe.ahead = max(0, min(model.longest.count, recipe.ahead + random.below(7) - 3))
        case 18...: exchange(&recipe)
        default: disturb(&recipe.sourceWeights, critical)
        }
        if random.below(3) == 0 { disturb(&recipe.sourceWeights, critical) }
    }

    /// In larger pools one VM more or less on a host decides nothing.
    private static let mostHostsForExchanges: Int32 = 32

    /// Adds an exchange, of a large VM rather than of a small one, or forgets one.
    private mutating func exchange(_ recipe: inout Recipe) {
        guard model.vmCount > 0 else { return }
        if !recipe.exchanges.isEmpty, recipe.exchanges.count >= 16 || random.below(3) == 0 {
            recipe.exchanges.remove(at: random.below(recipe.exchanges.count))
            return
        }
        if model.longest.count > 1, random.below(2) == 0 {
            let (vm, other) = (random.below(model.longest.count), random.below(model.longest.count))
            recipe.exchanges.append(.init(vm: model.longest[vm], goal: .beside(model.longest[other])))
            return
        }
        var vm = Int32(random.below(Int(model.vmCount)))
        for _ in 0..<2 {
            let other = Int32(random.below(Int(model.vmCount)))
            if model.work[Int(other)] > model.work[Int(vm)] { vm = other }
        }
        recipe.exchanges.append(.init(vm: vm, goal: .host(Int32(random.below(Int(model.hostCount))))))
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
}
