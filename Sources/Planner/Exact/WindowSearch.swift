/// The shortest window of a tiny pool: branch and bound over all that can begin whenever something ends.
///
/// Before the first update there is time for everything, and nothing needs to be under way while the master is down. So the
/// search begins, for every placement that can be reached with the master empty, when the master is back. From there on a step
/// that begins earlier is in nobody's way, so steps need to begin only when another ends.
struct WindowSearch {
    /// What was found.
    struct Result {
        var steps: [SmallPool.Step]
        var seconds: Int
        /// Whether no plan is shorter, because everything was looked at.
        var isOptimal: Bool
    }

    let pool: SmallPool
    /// Nothing is shorter: the search ends there.
    let bound: Int
    let most: Int
    private(set) var looks = 0
    private var best = Int.max / 2
    private var bestSteps: [SmallPool.Step] = []
    private var steps: [SmallPool.Step] = []
    private var earliest: [[Int32]: Int] = [:]
    private var quickest: [Int]

    static let mostVMs = 14
    static let mostHosts = 6

    /// Nil for pools that are too large for it.
    init?(_ pool: SmallPool, bound: Int, most: Int) {
        guard pool.vms <= Self.mostVMs, pool.hosts <= Self.mostHosts else { return nil }
        self.pool = pool
        self.bound = bound
        self.most = most
        quickest = (0..<pool.vms).flatMap { vm in
            (0..<pool.hosts).map { from in
                let others = (0..<pool.hosts).filter { $0 != from && pool.model.allowed.allows(Int32(vm), Int32($0)) }
                return others.map { Int(pool.model.duration(Int32(vm), Int32(from), Int32($0))) }.min() ?? 0
            }
        }
    }

    mutating func run() -> Result? {
        let (model, master) = (pool.model, Int(pool.model.master))
        let isFirst = master >= 0 && model.updates[master]
        if isFirst, !pool.keepsReserve(down: 1 << UInt32(master)) { return nil }
        let openings = StepSearch.openings(pool, most: min(4000, most / 4))
        guard let openings else { return nil }
        let masterTime = isFirst ? Int(model.updateTime[master]) : 0
        let soak = isFirst && master == Int(model.canary) ? model.instance.canary?.soak ?? 0 : 0
        var starts = openings.map { opening in
            var state = opening.state
            if isFirst { state.new |= 1 << UInt32(master) }
            let clock = Clockwork(pool, state, soak: soak)
            return (clock: clock, steps: opening.steps, bound: lowerBound(clock))
        }
        starts.sort { ($0.bound, $0.steps.count) < ($1.bound, $1.steps.count) }
        // A first round gives every placement a few looks, so that none of them uses up all.
        var isComplete = false
        for share in [most / 3 / max(1, starts.count), most] {
            earliest.removeAll(keepingCapacity: true)
            isComplete = true
            for start in starts where start.bound < best {
                if masterTime + best <= bound { break }
                guard looks < most else {
                    isComplete = false
                    break
                }
                steps = start.steps
                if isFirst { steps.append(.update(host: master)) }
                limit = min(most, looks + max(200, share))
                descend(start.clock, -1)
                if looks >= limit { isComplete = false }
            }
            if isComplete { break }
        }
        guard best < Int.max / 2 else { return nil }
        let seconds = masterTime + best
        return Result(steps: bestSteps, seconds: seconds, isOptimal: isComplete || seconds <= bound)
    }

    private var limit = 0

    /// When the last host can be back, at the earliest.
    private func lowerBound(_ clock: Clockwork) -> Int {
        var end = clock.now
        for host in 0..<pool.hosts where pool.goal >> UInt32(host) & 1 == 1 && !clock.isNew(host) {
            if clock.isDown(host) {
                end = max(end, Int(clock.backAt[host]))
                continue
            }
            var (longest, sum) = (0, 0)
            for vm in 0..<pool.vms where Int(clock.place[vm]) == host || Int(clock.target[vm]) == host {
                if Int(clock.place[vm]) == host, clock.isMoving(vm) {
                    let rest = Int(clock.moveEnd[vm]) - clock.now
                    longest = max(longest, rest)
                    sum += rest
                    continue
                }
                let seconds = quickest[vm * pool.hosts + host]
                let arrives = clock.isMoving(vm) ? Int(clock.moveEnd[vm]) - clock.now : 0
                longest = max(longest, arrives + seconds)
                sum += arrives + seconds
            }
            let slots = Int(pool.model.slots[host])
            let drained = max(longest, (sum + slots - 1) / slots)
            end = max(end, clock.now + drained + Int(pool.model.updateTime[host]))
        }
        return end
    }

    private mutating func descend(_ clock: Clockwork, _ last: Int) {
        looks += 1
        guard looks < limit, lowerBound(clock) < best else { return }
        if clock.isDone {
            best = lowerBound(clock)
            bestSteps = steps
            return
        }
        // What brings the update forward is begun before time passes, everything else is tried after that.
        branch(clock, last, crossing: true)
        wait(clock)
        branch(clock, last, crossing: false)
    }

    private mutating func wait(_ clock: Clockwork) {
        guard let next = clock.nextEnd else { return }
        var later = clock
        later.advance(to: next)
        let key = later.key
        if let known = earliest[key], known <= later.now { return }
        earliest[key] = later.now
        descend(later, -1)
    }

    /// Begins one more step, each set of steps in one order only.
    private mutating func branch(_ clock: Clockwork, _ last: Int, crossing: Bool) {
        let (hosts, all) = (pool.hosts, pool.hosts * (pool.vms + 1))
        let base = crossing ? 0 : all
        if crossing {
            for host in 0..<hosts where host > last && clock.canUpdate(host) {
                var next = clock
                next.update(host)
                steps.append(.update(host: host))
                descend(next, host)
                steps.removeLast()
            }
        }
        for vm in 0..<pool.vms where !clock.isMoving(vm) && base + (vm + 2) * hosts > last {
            let from = Int(clock.place[vm])
            // Of twins in one place the first that is free goes.
            if pool.twinsOf[vm] >= 0,
                pool.twins[pool.twinsOf[vm]].contains(where: {
                    $0 < vm && Int(clock.place[$0]) == from && !clock.isMoving($0)
                })
            {
                continue
            }
            for to in 0..<hosts where base + (vm + 1) * hosts + to > last {
                let crosses = clock.isNew(to) && !clock.isNew(from)
                guard crosses == crossing, clock.canMove(vm, to) else { continue }
                var next = clock
                next.move(vm, to)
                steps.append(.move(vm: vm, from: from, to: to))
                descend(next, base + (vm + 1) * hosts + to)
                steps.removeLast()
            }
        }
    }
}
