/// The recipes that are tried before anything is improved.
extension Portfolio {
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
        // The order of hosts is not all that can differ: where single VMs go matters as much in tight pools.
        for round in 0..<4000 {
            guard spend(), curve.isEmpty else { return }
            var recipe = base
            recipe.prepared = 1 + random.below(min(6, Int(model.hostCount)))
            if round % 2 == 1 { recipe.deviation = random.next() | 1 }
            recipe.packsTogether = random.below(3) == 0
            recipe.order = Recipe.Order.allCases[random.below(Recipe.Order.allCases.count)]
            recipe.spreads = random.below(4) == 0
            recipe.resumesLate = random.below(2) == 0
            recipe.seedsFamilies = random.below(2) == 0
            recipe.sourceWeights = noise()
            recipe.preparationWeights = noise()
            _ = tried(recipe)
        }
    }

    private mutating func noise() -> [Float] {
        var weights: [Float] = []
        for _ in 0..<model.hostCount { weights.append(Float(0.5 + random.unit())) }
        return weights
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
        if isUneven {
            for part in [8, 4, 2, 1] {
                var variant = recipe
                variant.ahead = model.longest.count / part
                list.insert(variant, at: 0)
            }
        }
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
}
