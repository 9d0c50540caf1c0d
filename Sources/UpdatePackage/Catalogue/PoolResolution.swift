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
        var edges: [Int: Set<Int>] = [:]
        var waiting: [Int: Int] = [:]
        for resolution in resolutions {
            for update in resolution.sequence { waiting[update, default: 0] += 0 }
            for (update, earlier) in resolution.before where edges[earlier, default: []].insert(update).inserted {
                waiting[update, default: 0] += 1
            }
        }
        var ready = waiting.filter { $0.value == 0 }.map(\.key).sorted(by: >)
        var order: [Int] = []
        while let update = ready.popLast() {
            order.append(update)
            for later in edges[update] ?? [] {
                let left = (waiting[later] ?? 1) - 1
                waiting[later] = left
                if left == 0 {
                    let place = ready.firstIndex { $0 < later } ?? ready.endIndex
                    ready.insert(later, at: place)
                }
            }
        }
        return order.count == waiting.count ? order : nil
    }
}
