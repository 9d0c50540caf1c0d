extension Unblocker {
    /// The VMs with the least memory in sum whose stop makes a plan possible; of equal sums, the fewest VMs.
    ///
    /// Sums are tried upwards from what the certificate says is missing.
    func smallestStops(among candidates: [Int32]) -> [Int32]? {
        guard !candidates.isEmpty, isPossible(stopping: candidates) else { return nil }
        let sums = SubsetSums(candidates.map { (Int(model.memory[Int($0)]), $0) })
        var target = certificate.obstacles.compactMap(\.missingMiB).max() ?? 1
        for _ in 0..<40 {
            guard let (sum, vms) = sums.least(atLeast: target) else { break }
            if isPossible(stopping: vms) { return vms }
            target = sum + 1
        }
        // Sums alone do not do it: leave out one VM after the other as long as the rest suffices.
        var needed = candidates
        for vm in candidates.sorted(by: { model.memory[Int($0)] > model.memory[Int($1)] }).prefix(200) {
            let fewer = needed.filter { $0 != vm }
            if !fewer.isEmpty, isPossible(stopping: fewer) { needed = fewer }
        }
        return needed
    }

    private func isPossible(stopping vms: [Int32]) -> Bool {
        var portfolio = Portfolio(model, lowerBound: 0, seed: 1, limit: .init(recipes: 12)) { true }
        var base = Recipe()
        base.maxParallel = model.instance.parameters.maxParallel
        base.setAside = vms
        portfolio.sweep(base)
        return portfolio.best(.window) != nil
    }
}

/// Which sums of memory a choice of VMs can have, with the fewest VMs for each.
private struct SubsetSums {
    private let unit: Int
    private let items: [(size: Int, vm: Int32)]
    /// Fewest items for each sum in units, and the item that was added last.
    private var counts: [Int32]
    private var last: [Int32]

    init(_ sizes: [(Int, Int32)]) {
        var unit = 0
        for (size, _) in sizes {
            var (a, b) = (unit, size)
            while b != 0 { (a, b) = (b, a % b) }
            unit = a
        }
        let total = sizes.reduce(0) { $0 + $1.0 }
        // A coarser unit bounds the table; sizes are rounded down, so a sum is never promised too much.
        unit = max(unit, total / 100_000 + 1)
        self.unit = unit
        items = sizes.sorted { ($0.0, $0.1) > ($1.0, $1.1) }.prefix(2000).map { (max(1, $0.0 / unit), $0.1) }
        let cells = items.reduce(1) { $0 + $1.size }
        counts = Array(repeating: .max, count: cells)
        last = Array(repeating: -1, count: cells)
        counts[0] = 0
        var reach = 0
        for (position, item) in items.enumerated() {
            for sum in stride(from: reach, through: 0, by: -1) where counts[sum] != .max {
                // Each sum keeps the first way that reached it with the fewest items; ways use items in one order.
                if counts[sum] + 1 < counts[sum + item.size] {
                    counts[sum + item.size] = counts[sum] + 1
                    last[sum + item.size] = Int32(position)
                }
            }
            reach += item.size
        }
    }

    /// The least sum that is not below a target, with VMs that make it.
    func least(atLeast target: Int) -> (sum: Int, vms: [Int32])? {
        var sum = (target + unit - 1) / unit
        while sum < counts.count {
            if counts[sum] != .max, let vms = choice(sum) { return (sum * unit, vms) }
            sum += 1
        }
        return nil
    }

    /// Follows the last items back; an item may have improved a smaller sum later, so a repeat ends the attempt.
    private func choice(_ sum: Int) -> [Int32]? {
        var vms: [Int32] = []
        var rest = sum
        while rest > 0 {
            let position = Int(last[rest])
            guard position >= 0, !vms.contains(items[position].vm) else { return nil }
            vms.append(items[position].vm)
            rest -= items[position].size
        }
        return vms
    }
}
