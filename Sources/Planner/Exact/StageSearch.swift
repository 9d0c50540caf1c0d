/// Empties one host after the other: for each it packs the VMs on the others, and then looks for moves that lead there.
///
/// Not complete, but it reaches far where ``StepSearch`` sees only what is near: in pools in which nearly every host has to be
/// packed anew before one is empty.
struct StageSearch {
    let pool: SmallPool
    let most: Int
    private(set) var looks = 0
    private var failed = Set<SmallPool.State>()

    init(_ pool: SmallPool, most: Int) {
        self.pool = pool
        self.most = most
    }

    /// The steps of a plan, or nil when none was found.
    mutating func run() -> [SmallPool.Step]? { follow(pool.start) }

    private mutating func follow(_ state: SmallPool.State) -> [SmallPool.Step]? {
        if state.new & pool.goal == pool.goal { return [] }
        guard looks < most, !failed.contains(pool.canonical(state)) else { return nil }
        let load = Load(pool, state.place)
        let turn = (0..<pool.hosts)
            .filter { pool.isTurn($0, state.new) && pool.keepsReserve(down: 1 << UInt32($0)) }
            .sorted { (load.memory[$0], $0) < (load.memory[$1], $1) }
        for seed in UInt64(1)...4 {
            for host in turn {
                guard let way = emptied(host, state, seed) else { continue }
                var next = way.state
                next.new |= 1 << UInt32(host)
                if let rest = follow(next) { return way.steps + [.update(host: host)] + rest }
            }
        }
        failed.insert(pool.canonical(state))
        return nil
    }

    private mutating func emptied(_ host: Int, _ state: SmallPool.State, _ seed: UInt64) -> (
        state: SmallPool.State, steps: [SmallPool.Step]
    )? {
        guard state.place.contains(UInt8(host)) else { return (state, []) }
        guard looks < most, var packing = PackingSearch(pool, state, emptied: host, seed: seed) else { return nil }
        let target = packing.run(rounds: 400)
        looks += packing.looks / 16 + 1
        guard let target else { return nil }
        return way(from: state, to: target)
    }

    /// Moves that bring every VM to its target, one after the other; some go somewhere else first.
    private mutating func way(from start: SmallPool.State, to target: [UInt8]) -> (
        state: SmallPool.State, steps: [SmallPool.Step]
    )? {
        func misplaced(_ state: SmallPool.State) -> Int { zip(state.place, target).count { $0 != $1 } }
        var states = [start]
        var ways: [(parent: Int, step: SmallPool.Step)] = [(-1, .update(host: -1))]
        var known: Set = [start]
        var queue = [[Int]](repeating: [], count: pool.vms + 1)
        queue[misplaced(start)].append(0)
        for _ in 0..<600 {
            guard let cost = queue.firstIndex(where: { !$0.isEmpty }), let index = queue[cost].popLast() else {
                return nil
            }
            if cost == 0 { return (states[index], path(ways, index)) }
            looks += 1
            let state = states[index]
            let load = Load(pool, state.place)
            for vm in 0..<pool.vms where state.place[vm] != target[vm] {
                let (from, goal) = (Int(state.place[vm]), Int(target[vm]))
                for to in 0..<pool.hosts where to != from && pool.mayCross(from, to, state.new) {
                    guard pool.mayCross(to, goal, state.new),
                        load.takes(vm, to, pool, isThere: { Int(state.place[$0]) == to })
                    else { continue }
                    var reached = state
                    reached.place[vm] = UInt8(to)
                    guard known.insert(reached).inserted else { continue }
                    queue[misplaced(reached)].append(states.count)
                    states.append(reached)
                    ways.append((index, .move(vm: vm, from: from, to: to)))
                }
            }
        }
        return nil
    }

    private func path(_ ways: [(parent: Int, step: SmallPool.Step)], _ last: Int) -> [SmallPool.Step] {
        var steps: [SmallPool.Step] = []
        var index = last
        while ways[index].parent >= 0 {
            steps.append(ways[index].step)
            index = ways[index].parent
        }
        return steps.reversed()
    }
}
