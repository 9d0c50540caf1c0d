/// The search of ``DrainBound`` for one pool and one step; times are counted in steps from the master's return.
struct DrainSearch {
    private let bound: DrainBound
    private let step: Double
    private let stepSeconds: Int
    /// MiB withheld by a host of each kind, from `lead` steps before its start on.
    private var shapes: [[Int32]] = []
    private var lead: [Int] = []
    private var left: [Int] = []
    /// MiB that may still be withheld at each time.
    private var slack: [Int32]
    private var starts: [(kind: Int, at: Int)] = []
    private var latest: [Int] = []
    private(set) var tries = 0
    private let downSteps: [Int]
    /// Whether fewer hosts may be down than memory allows; the argument of tightness is about memory only.
    private let countBinds: Bool

    init(_ bound: DrainBound, step stepSeconds: Int, limit: Int) {
        self.bound = bound
        self.stepSeconds = stepSeconds
        let step = Double(stepSeconds)
        self.step = step
        var longest = 0
        for kind in bound.kinds {
            // A start in the step a is between a and a + 1: it drains until a + 1 and is back from a + update on.
            let lead = Int((Double(kind.capacity) / bound.rate / step).rounded(.up)) + 1
            var shape: [Int32] = []
            var offset = -lead
            while true {
                let holds = offset <= 0 ? bound.rate * step * Double(1 - offset) : 0
                let took = max(0, bound.rate * (step * Double(offset) - Double(kind.update)))
                let held = min(Double(kind.capacity), max(offset <= 0 ? holds : 0, took))
                let waste = Int32((Double(kind.capacity) - held).rounded(.down))
                if offset > 0, waste == 0 { break }
                shape.append(waste)
                offset += 1
            }
            shapes.append(shape)
            self.lead.append(lead)
            longest = max(longest, shape.count)
        }
        downSteps = bound.kinds.map { $0.update / stepSeconds }
        left = bound.kinds.map(\.count)
        let smallest = bound.kinds.map(\.capacity).min() ?? 0
        countBinds =
            bound.mostDown < bound.kinds.reduce(0) { $0 + $1.count }
            && bound.mostDown * smallest + smallest <= bound.spare
        let steps = limit / stepSeconds + longest + 2
        slack = (0..<steps).map { at in
            let filled = min(Double(bound.masterCapacity), bound.rate * step * Double(at))
            return Int32(bound.spare) - Int32((Double(bound.masterCapacity) - filled).rounded(.down))
        }
    }

    /// Whether no placement brings all hosts back by a time; false too when the budget is used up.
    mutating func isImpossible(within target: Int) -> Bool {
        latest = bound.kinds.map { ($0.update <= target ? (target - $0.update) / stepSeconds : -1) }
        return !place(from: 0) && tries < DrainBound.budget
    }

    /// Whether the hosts that are left can be placed, none before a step; true when the budget is used up.
    private mutating func place(from first: Int) -> Bool {
        if left.allSatisfy({ $0 == 0 }) { return true }
        if tries >= DrainBound.budget { return true }
        let last = latest.indices.filter { left[$0] > 0 }.map { latest[$0] }.min() ?? -1
        guard first <= last else { return false }
        for at in first...last {
            guard isTight(before: at) else { return false }
            guard downHosts(at) < bound.mostDown else { continue }
            for kind in left.indices where left[kind] > 0 {
                // Of equal starts the kinds come in order.
                if let previous = starts.last, previous.at == at, previous.kind > kind { continue }
                tries += 1
                guard fits(kind, at) else { continue }
                change(kind, at, by: -1)
                left[kind] -= 1
                starts.append((kind, at))
                let done = canEnd(from: at) && place(from: at)
                starts.removeLast()
                left[kind] += 1
                change(kind, at, by: 1)
                if done { return true }
            }
        }
        return false
    }

    /// Hosts that are surely down at the beginning of a step's end, by packing and operator's limit.
    private func downHosts(_ at: Int) -> Int {
        starts.count { $0.at + downSteps[$0.kind] > at + 1 }
    }

    private func fits(_ kind: Int, _ at: Int) -> Bool {
        let shape = shapes[kind]
        let offset = at - lead[kind]
        for position in max(0, -offset)..<shape.count where slack[offset + position] < shape[position] { return false }
        return true
    }

    private mutating func change(_ kind: Int, _ at: Int, by sign: Int32) {
        let offset = at - lead[kind]
        for position in max(0, -offset)..<shapes[kind].count {
            slack[offset + position] += sign * shapes[kind][position]
        }
    }

    /// In a placement with the least sum of starts none can be one step earlier with the others as they are. What is out of
    /// reach of hosts that start from a step on can be tested for that already.
    private mutating func isTight(before at: Int) -> Bool {
        guard !countBinds else { return true }
        let reach = lead.max() ?? 0
        for (position, start) in starts.enumerated() where start.at > 0 && start.at + reach < at {
            if position > 0, starts[position - 1] == start { continue }
            guard start.at + reach + 1 >= at || position >= starts.count - 1 else { continue }
            change(start.kind, start.at, by: 1)
            let isEarlier = fits(start.kind, start.at - 1)
            change(start.kind, start.at, by: -1)
            if isEarlier { return false }
        }
        return true
    }

    /// Whether the hosts that are left, none starting before a step, may still be back in time; when not, no placement of
    /// them needs to be tried.
    private func canEnd(from first: Int) -> Bool {
        let kinds = left.indices.filter { left[$0] > 0 }
        guard let last = kinds.map({ latest[$0] }).max() else { return true }
        let capacity = Double(kinds.map { bound.kinds[$0].capacity }.min() ?? 0)
        let update = Double(kinds.map { bound.kinds[$0].update }.min() ?? 0)
        guard let earliest = earliestStarts(from: first, upTo: last, capacity, update) else { return false }
        guard kinds.count == 1 else { return true }
        // At every time each of them holds at most what it can still send, or what it has taken in.
        for at in first...last + 1 {
            let holds = bound.rate * step * Double(last + 1 - at)
            var withheld = 0.0
            for start in earliest {
                let took = bound.rate * (step * Double(at - start) - update)
                withheld += max(0, capacity - max(holds, took))
            }
            if withheld > Double(slack[at]) + 1 { return false }
        }
        return true
    }

    /// The cascade bound from here on: when each of the hosts that are left can start if those before it started as early
    /// as they could, and drained in no time; nil when one would be too late. No placement is ahead of this.
    private func earliestStarts(from first: Int, upTo last: Int, _ capacity: Double, _ update: Double) -> [Int]? {
        var starts: [Int] = []
        var at = first
        for _ in 0..<left.reduce(0, +) {
            while at <= last {
                var withheld = capacity
                for start in starts {
                    let took = bound.rate * (step * Double(at + 1 - start) - update)
                    withheld += max(0, capacity - max(0, took))
                }
                if withheld <= Double(slack[at + 1]) + 1 { break }
                at += 1
            }
            guard at <= last else { return nil }
            starts.append(at)
        }
        return starts
    }
}
