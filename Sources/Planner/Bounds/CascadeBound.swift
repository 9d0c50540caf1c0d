/// The cascade bound: how soon the last host can start when memory may flow to updated hosts as fast as their slots allow.
///
/// At every moment, what has not crossed must fit on the hosts that have not started. What has crossed is at most what the
/// hosts that are back can have taken in. Starting every host as early as these two allow is at least as good as any
/// plan at every moment, so the time at which the last host starts here is a lower bound for every plan.
struct CascadeBound {
    /// Capacities of the hosts other than the master, MiB.
    var capacities: [Int]
    /// Memory of the VMs, MiB.
    var memory: Int
    /// The master's capacity when it belongs to the same family of hosts.
    var masterCapacity: Int?
    /// Shortest update of the hosts, seconds.
    var update: Int
    /// MiB/s that one host can take in at best.
    var rate: Double
    /// Limit on parallel updates, 0 for none.
    var maxParallel: Int
    /// Most hosts that can be down at once by packing.
    var mostDown: Int

    /// Seconds after the master's return at which the last host can start; nil when the flow comes to a stop.
    func lastStart() -> Double? {
        let ascending = capacities.sorted()
        let descending = Array(ascending.reversed())
        let total = capacities.reduce(0, +)
        var filling = MinHeap()
        var updating = MinHeap()
        var time = 0.0
        var crossed = 0.0
        var lastFlow = 0.0
        func advance(to target: Double) {
            while let full = filling.first, full <= target {
                crossed += Double(filling.count) * rate * (full - lastFlow)
                lastFlow = full
                filling.removeFirst()
            }
            crossed += Double(filling.count) * rate * (target - lastFlow)
            lastFlow = target
        }
        if let masterCapacity { filling.insert(Double(masterCapacity) / rate) }
        var started = 0
        var startedCapacity = 0
        var returned = 0
        while started < capacities.count {
            let threshold = Double(memory - (total - startedCapacity - ascending[started]))
            let isAllowed = (maxParallel == 0 || updating.count < maxParallel) && updating.count < mostDown
            if isAllowed, crossed + 1e-6 >= threshold {
                updating.insert(time + Double(update))
                startedCapacity += ascending[started]
                started += 1
                if started == capacities.count { return time }
                continue
            }
            var next = updating.first ?? .infinity
            if isAllowed, filling.count > 0 {
                next = min(next, time + (threshold - crossed) / (Double(filling.count) * rate))
            }
            if isAllowed, let full = filling.first { next = min(next, full) }
            guard next < .infinity else { return nil }
            time = max(time, next)
            advance(to: time)
            while let done = updating.first, done <= time + 1e-9 {
                updating.removeFirst()
                filling.insert(time + Double(returned < descending.count ? descending[returned] : 0) / rate)
                returned += 1
            }
        }
        return time
    }

    /// The same for unequal hosts, with started capacity as a fluid in steps of five seconds; every host that is back
    /// counts as if it were the smallest, which fills fastest.
    func lastStartByCapacity(mostDownMiB: Int) -> Double? {
        let step = 5.0
        let total = Double(capacities.reduce(0, +))
        let fill = Double(capacities.min() ?? 0) / rate
        let updateSteps = Int((Double(update) / step).rounded(.down))
        let fillSteps = max(1, Int((fill / step).rounded(.up)))
        var started: [Double] = []
        for index in 0...200_000 {
            let end = Double(index + 1) * step
            var crossed = masterCapacity.map { $0 > 0 ? min(Double($0), rate * end) : 0 } ?? 0
            let newest = index - updateSteps
            if newest >= 0 {
                let full = newest - fillSteps
                if full >= 0 { crossed += started[full] }
                var position = max(0, full + 1)
                while position <= newest {
                    // At the newest position nothing may have been decided yet when updates take less than one step.
                    guard position < started.count else { break }
                    let gain = started[position] - (position > 0 ? started[position - 1] : 0)
                    if gain > 0 {
                        crossed += gain * min(1, (end - (Double(position) * step + Double(updateSteps) * step)) / fill)
                    }
                    position += 1
                }
            }
            let before = index - updateSteps - 1 >= 0 ? started[index - updateSteps - 1] : 0
            var value = min(total, min(total - Double(memory) + crossed, before + Double(mostDownMiB)))
            value = max(value, started.last ?? 0)
            started.append(value)
            if value >= total - 0.5 { return Double(index) * step }
            let span = 2 * (updateSteps + fillSteps)
            if index + 1 > 2 * span, value <= started[started.count - 1 - span] + 1e-6 { return nil }
        }
        return nil
    }
}

/// A binary heap of times, least first.
private struct MinHeap {
    private var items: [Double] = []
    var first: Double? { items.first }
    var count: Int { items.count }

    mutating func insert(_ value: Double) {
        items.append(value)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < items.count else { return }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < items[parent] else { return }
            items.swapAt(child, parent)
            parent = child
        }
    }
}
