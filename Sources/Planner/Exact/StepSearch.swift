/// Goes through all that can be done to a pool in single steps, the most promising first.
struct StepSearch {
    enum Result {
        case found([SmallPool.Step])
        /// Everything that can be reached, and no state of it has all hosts updated.
        case exhausted(Set<SmallPool.State>)
        case unfinished
    }

    let pool: SmallPool
    /// States that have been looked at.
    private(set) var looks = 0
    private var states: [SmallPool.State] = []
    private var ways: [(parent: Int, step: SmallPool.Step)] = []
    private var known = Set<SmallPool.State>()
    private var queue: [[Int32]]

    init(_ pool: SmallPool) {
        self.pool = pool
        queue = Array(repeating: [], count: (pool.hosts + 1) * Self.grain)
    }

    private static let grain = 64

    /// Looks at `most` states at the most.
    mutating func run(most: Int) -> Result {
        let start = pool.canonical(pool.start)
        known.insert(start)
        keep(start, -1, .update(host: -1))
        var lowest = 0
        while lowest < queue.count {
            guard let next = queue[lowest].popLast() else {
                lowest += 1
                continue
            }
            guard looks < most else { return .unfinished }
            looks += 1
            let state = states[Int(next)]
            for (step, reached) in Self.steps(pool, state) {
                let reached = pool.canonical(reached)
                guard known.insert(reached).inserted else { continue }
                let cost = keep(reached, Int(next), step)
                if reached.new & pool.goal == pool.goal { return .found(path(to: states.count - 1)) }
                lowest = min(lowest, cost)
            }
        }
        return .exhausted(known)
    }

    /// All states with the master empty, or all if it has the update, before any host is updated; nil when there are too many.
    static func openings(_ pool: SmallPool, most: Int) -> [(state: SmallPool.State, steps: [SmallPool.Step])]? {
        var search = StepSearch(pool)
        let start = pool.canonical(pool.start)
        search.known.insert(start)
        search.keep(start, -1, .update(host: -1))
        var next = 0
        while next < search.states.count {
            guard search.states.count <= most else { return nil }
            for (step, reached) in steps(pool, search.states[next]) {
                guard case .move = step else { continue }
                let reached = pool.canonical(reached)
                if search.known.insert(reached).inserted { search.keep(reached, next, step) }
            }
            next += 1
        }
        let master = Int(pool.model.master)
        let isFirst = master >= 0 && pool.model.updates[master]
        return search.states.indices.compactMap { index in
            let state = search.states[index]
            guard !isFirst || !state.place.contains(UInt8(master)) else { return nil }
            let steps = search.path(to: index)
            return (pool.after(steps), steps)
        }
    }

    @discardableResult
    private mutating func keep(_ state: SmallPool.State, _ parent: Int, _ step: SmallPool.Step) -> Int {
        let cost = promise(state)
        queue[cost].append(Int32(states.count))
        states.append(state)
        ways.append((parent, step))
        return cost
    }

    /// How far a state seems from the end: hosts that are left, and how much the emptiest of them holds.
    private func promise(_ state: SmallPool.State) -> Int {
        let load = Load(pool, state.place)
        let left = (pool.goal & ~state.new).nonzeroBitCount
        var least = Self.grain - 1
        for host in 0..<pool.hosts where pool.isTurn(host, state.new) {
            let memory = Int(load.memory[host]) * (Self.grain - 2) / max(1, Int(pool.model.capacity[host]))
            let cpus = Int(load.cpus[host]) * (Self.grain - 2) / max(1, Int(pool.model.vcpus[host]))
            least = min(least, max(memory, cpus))
        }
        return left * Self.grain + max(0, least)
    }

    /// What can be done next, with what comes of it.
    static func steps(_ pool: SmallPool, _ state: SmallPool.State) -> [(SmallPool.Step, SmallPool.State)] {
        var next: [(SmallPool.Step, SmallPool.State)] = []
        let load = Load(pool, state.place)
        for vm in 0..<pool.vms where pool.canMove[vm] {
            let from = Int(state.place[vm])
            for to in 0..<pool.hosts where to != from && pool.mayCross(from, to, state.new) {
                guard load.takes(vm, to, pool, isThere: { Int(state.place[$0]) == to }) else { continue }
                var reached = state
                reached.place[vm] = UInt8(to)
                next.append((.move(vm: vm, from: from, to: to), reached))
            }
        }
        for host in 0..<pool.hosts where load.residents[host] == 0 && pool.isTurn(host, state.new) {
            guard pool.keepsReserve(down: 1 << UInt32(host)) else { continue }
            var reached = state
            reached.new |= 1 << UInt32(host)
            next.append((.update(host: host), reached))
        }
        return next
    }

    /// The steps to a state, with the VMs that are really there: among twins any does.
    private func path(to index: Int) -> [SmallPool.Step] {
        var steps: [SmallPool.Step] = []
        var index = index
        while ways[index].parent >= 0 {
            steps.append(ways[index].step)
            index = ways[index].parent
        }
        var place = pool.start.place
        return steps.reversed().map { step in
            guard case .move(let vm, let from, let to) = step else { return step }
            let twins = pool.twinsOf[vm] < 0 ? [vm] : pool.twins[pool.twinsOf[vm]]
            let real = twins.first { Int(place[$0]) == from } ?? vm
            place[real] = UInt8(to)
            return .move(vm: real, from: from, to: to)
        }
    }
}

extension SmallPool {
    /// The state after some steps.
    func after(_ steps: [Step]) -> State {
        var state = start
        for step in steps {
            switch step {
            case .move(let vm, _, let to): state.place[vm] = UInt8(to)
            case .update(let host): state.new |= 1 << UInt32(host)
            }
        }
        return state
    }
}
