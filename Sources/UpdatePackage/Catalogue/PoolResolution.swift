/// What the catalogue says about a pool, whose hosts may differ.
public struct PoolResolution: Sendable {
    /// The hosts' resolutions, in the order of the hosts.
    public var hosts: [Resolution]
    /// Every update that some host needs, in one order that suits all of them; nil where no such order exists.
    public var order: [Int]?

    /// Hosts (by place) that need the update.
    public func hostsNeeding(_ update: Int) -> [Int] {
        hosts.indices.filter { hosts[$0].sequence.contains(update) }
    }
}

extension Solver {
    /// Resolves every host, and merges their sequences without putting an update before one that it needs.
    public func resolve(_ hosts: [HostState]) -> PoolResolution {
        let resolutions = hosts.map(resolve)
        return PoolResolution(hosts: resolutions, order: Self.merge(resolutions))
    }

    /// Kahn's algorithm over the needs of all hosts; where several updates may come next, the first of the catalogue does.
    static func merge(_ resolutions: [Resolution]) -> [Int]? {
        let count = 1 + (resolutions.lazy.flatMap(\.sequence).max() ?? -1)
        var later = [[Int]](repeating: [], count: count)
        var waiting = [Int](repeating: -1, count: count)
        for resolution in resolutions {
            for update in resolution.sequence where waiting[update] < 0 { waiting[update] = 0 }
            for (update, earlier) in resolution.before where !later[earlier].contains(update) {
                later[earlier].append(update)
                waiting[update] += 1
            }
        }
        let needed = waiting.count { $0 >= 0 }
        var ready = Heap(waiting.indices.filter { waiting[$0] == 0 })
        var order: [Int] = []
        while let update = ready.removeLeast() {
            order.append(update)
            for next in later[update] {
                waiting[next] -= 1
                if waiting[next] == 0 { ready.insert(next) }
            }
        }
        return order.count == needed ? order : nil
    }
}

/// A binary heap of numbers, the least on top.
private struct Heap {
    private var items: [Int]

    /// Takes numbers that are in ascending order, which is a heap already.
    init(_ ascending: [Int]) { items = ascending }

    mutating func insert(_ item: Int) {
        items.append(item)
        var place = items.count - 1
        while place > 0, items[(place - 1) / 2] > items[place] {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeLeast() -> Int? {
        guard let least = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return least }
        items[0] = last
        var place = 0
        while true {
            var child = 2 * place + 1
            if child >= items.count { return least }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            if items[place] <= items[child] { return least }
            items.swapAt(place, child)
            place = child
        }
    }
}
