/// The cascade bound: how soon the last host can start when memory may flow to updated hosts as fast as their slots allow.
///
/// At every moment, what has not crossed must fit on the hosts that have not started. What has crossed is at most what the
/// hosts that are back can have taken in. Starting every host as early as these two allow is at least as good as any
/// plan at every moment, so the time at which the last host starts here is a lower bound for every plan.
struct CascadeBound {
    /// A limit on what has crossed: hosts take in `rate` MiB/s each, and `bonus` MiB come on top in all.
    ///
    /// Some VMs move faster than `rate`; the bonus is what they carry beyond `rate` times their moves' seconds. A rate below
    /// the best costs a bonus, but holds for the mixture of VMs that really has to cross.
    struct Flow {
        var rate: Double
        var bonus: Double
    }

    /// Capacities of the hosts other than the master, MiB.
    var capacities: [Int]
    /// Memory of the VMs, MiB.
    var memory: Int
    /// The master's capacity when it belongs to the same family of hosts.
    var masterCapacity: Int?
    /// Shortest update of the hosts, seconds.
    var update: Int
    /// What hosts can take in; every entry holds, so the least counts at each moment.
    var flows: [Flow]
    /// Limit on parallel updates, 0 for none.
    var maxParallel: Int
    /// Most hosts that can be down at once by packing.
    var mostDown: Int

    /// Seconds after the master's return at which the last host can start; nil when the flow comes to a stop.
    func lastStart() -> Double? {
        let ascending = capacities.sorted()
        let descending = Array(ascending.reversed())
        let total = capacities.reduce(0, +)
        var fillings = flows.map(Filling.init)
        var updating = MinHeap()
        var time = 0.0
        if let masterCapacity {
            for index in fillings.indices { fillings[index].add(masterCapacity, at: 0) }
        }
        var started = 0
        var startedCapacity = 0
        var returned = 0
        while started < capacities.count {
            let threshold = Double(memory - (total - startedCapacity - ascending[started]))
            let isAllowed = (maxParallel == 0 || updating.count < maxParallel) && updating.count < mostDown
            if isAllowed, fillings.allSatisfy({ $0.crossed + 1e-6 >= threshold }) {
                updating.insert(time + Double(update))
                startedCapacity += ascending[started]
                started += 1
                if started == capacities.count { return time }
                continue
            }
            var next = updating.first ?? .infinity
            if isAllowed {
                next = min(next, fillings.reduce(time) { max($0, $1.reaches(threshold, from: time)) })
                for filling in fillings { next = min(next, filling.nextFull) }
            }
            guard next < .infinity else { return nil }
            time = max(time, next)
            for index in fillings.indices { fillings[index].advance(to: time) }
            while let done = updating.first, done <= time + 1e-9 {
                updating.removeFirst()
                let capacity = returned < descending.count ? descending[returned] : 0
                for index in fillings.indices { fillings[index].add(capacity, at: time) }
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
        let updateSteps = Int(Double(update) / step)
        let smallest = Double(capacities.min() ?? 0)
        let slowest = smallest / (flows.map(\.rate).min() ?? 1)
        let mostFillSteps = max(1, Int((slowest / step).rounded(.up)))
        var started: [Double] = []
        for index in 0...200_000 {
            let end = Double(index + 1) * step
            let newest = index - updateSteps
            let crossed = flows.reduce(Double.infinity) { least, flow in
                let master = masterCapacity.map { $0 > 0 ? min(Double($0), flow.rate * end) : 0 } ?? 0
                let fill = smallest / flow.rate
                let taken = takenIn(started, newest, end - Double(updateSteps) * step, step, fill)
                return min(least, flow.bonus + master + taken)
            }
            // What started in the steps after `newest` is down together when this step ends; what started before can be back.
            let before = updateSteps == 0 ? total : newest >= 0 ? started[newest] : 0
            var value = min(total, min(total - Double(memory) + crossed, before + Double(mostDownMiB)))
            value = max(value, started.last ?? 0)
            started.append(value)
            if value >= total - 0.5 { return Double(index) * step }
            let span = 2 * (updateSteps + mostFillSteps)
            if index + 1 > 2 * span, value <= started[started.count - 1 - span] + 1e-6 { return nil }
        }
        return nil
    }

    /// What hosts that started in the steps up to `newest` have taken in `end` seconds after the first could be back, when each
    /// fills in `fill` seconds.
    private func takenIn(_ started: [Double], _ newest: Int, _ end: Double, _ step: Double, _ fill: Double) -> Double {
        guard newest >= 0 else { return 0 }
        let full = newest - max(1, Int((fill / step).rounded(.up)))
        var sum = full >= 0 ? started[full] : 0
        var position = max(0, full + 1)
        // At the newest position nothing may have been decided yet when updates take less than one step.
        while position <= newest, position < started.count {
            let gain = started[position] - (position > 0 ? started[position - 1] : 0)
            if gain > 0 { sum += gain * min(1, (end - Double(position) * step) / fill) }
            position += 1
        }
        return sum
    }
}

/// What has crossed by one limit.
private struct Filling {
    private let rate: Double
    private(set) var crossed: Double
    private var ends = MinHeap()
    private var lastFlow = 0.0

    init(_ flow: CascadeBound.Flow) {
        rate = flow.rate
        crossed = flow.bonus
    }

    /// When the next of the hosts that fill is full.
    var nextFull: Double { ends.first ?? .infinity }

    mutating func add(_ capacity: Int, at time: Double) { ends.insert(time + Double(capacity) / rate) }

    /// When so much has crossed if no host is full or back before.
    func reaches(_ threshold: Double, from time: Double) -> Double {
        if crossed + 1e-6 >= threshold { return time }
        return ends.count > 0 ? time + (threshold - crossed) / (Double(ends.count) * rate) : .infinity
    }

    mutating func advance(to target: Double) {
        while let full = ends.first, full <= target {
            crossed += Double(ends.count) * rate * (full - lastFlow)
            lastFlow = full
            ends.removeFirst()
        }
        crossed += Double(ends.count) * rate * (target - lastFlow)
        lastFlow = target
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
