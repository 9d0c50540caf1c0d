/// Martello and Toth's bound L2: how many bins of a capacity a set of sizes needs at least.
///
/// For every threshold `a`: sizes above `C - a` fill a bin alone, sizes above `C / 2` need one each, and what is at least
/// `a` besides can only use what those leave.
func binsNeeded(_ sizes: [Int], capacity: Int) -> Int {
    guard !sizes.isEmpty, capacity > 0 else { return 0 }
    let descending = sizes.sorted(by: >)
    let count = descending.count
    var prefix = [0]
    prefix.reserveCapacity(count + 1)
    for size in descending { prefix.append(prefix[prefix.count - 1] + size) }
    /// How many sizes are greater than a value.
    func above(_ value: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if descending[middle] > value { low = middle + 1 } else { high = middle }
        }
        return low
    }
    var thresholds = [0]
    for size in descending.reversed() where 2 * size <= capacity && size != thresholds[thresholds.count - 1] {
        thresholds.append(size)
        if thresholds.count > 400 { break }
    }
    var best = ceilDivide(prefix[count], capacity)
    for threshold in thresholds {
        let alone = above(capacity - threshold)
        let large = max(above(capacity / 2), alone)
        let counted = max(threshold > 0 ? above(threshold - 1) : count, large)
        let inLarge = prefix[large] - prefix[alone]
        let rest = prefix[counted] - prefix[large]
        let extra = max(0, ceilDivide(rest - ((large - alone) * capacity - inLarge), capacity))
        best = max(best, large + extra)
    }
    return best
}

/// Quotient rounded up, for a positive divisor.
func ceilDivide(_ a: Int, _ b: Int) -> Int {
    a >= 0 ? (a + b - 1) / b : -(-a / b)
}
