/// The drain bound: how soon all hosts of a small pool can be back when every one of them has to drain and to fill again.
///
/// A host that goes down at a time S holds, at an earlier time t, at most what its slots can still send until S; one that is
/// back since E holds at most what they have taken in since. So every host withholds a trapezoid of memory from the pool, and
/// at no moment may all of them together withhold more than the pool has to spare. The search places these trapezoids in
/// time, in the order of their starts, and proves that they do not fit before a certain time; the cascade bound lets the
/// memory of hosts that are down later go at any rate, and the memory area forgets that hosts come whole.
struct DrainBound {
    /// Hosts that withhold the same: capacity in MiB, seconds of the update, and how many there are besides the master.
    struct Kind {
        var capacity: Int
        var update: Int
        var count: Int
    }

    var kinds: [Kind]
    var masterCapacity: Int
    /// MiB that the pool can spare, with all hosts up.
    var spare: Int
    /// MiB/s that one host can send, or take in, at best.
    var rate: Double
    /// Most hosts that can be down at once.
    var mostDown: Int
    /// Placements that may be tried; when they are used up, what is proved by then counts.
    static let budget = 120_000
    /// Seconds of one step of time, coarse ones first: rounding is always in favour of the hosts, so coarse steps prove less,
    /// but soon.
    static let steps = [40, 20, 10]

    /// Seconds after the master's return before which not all hosts can be back, if that is more than `known`.
    func lastReturn(above known: Int) -> Int? {
        var proved = known
        // A host is surely down at the end of the step in which it starts only if its update takes longer than a step.
        let quickest = kinds.map(\.update).min() ?? 0
        for step in Self.steps where step < quickest {
            var search = DrainSearch(self, step: step, limit: 2 * known)
            while proved < 2 * known, search.isImpossible(within: proved) {
                // The same holds until the last start of some kind falls into the next step.
                proved = kinds.map { (max(0, proved - $0.update) / step + 1) * step + $0.update }.min() ?? proved + 1
            }
        }
        return proved > known ? proved : nil
    }
}
