/// The drain bound, which is searched for and therefore only for small pools.
extension LowerBounds {
    /// Hosts up to which the search is worth its time.
    static let mostHostsForDrains = 20

    mutating func drains() {
        guard instance.parameters.newerOnly, everyoneUpdates, masterUpdates, others.count > 1, !crossing.isEmpty,
            Int(model.hostCount) <= Self.mostHostsForDrains, mostDownOfPool > 0, certificate.obstacles.isEmpty
        else { return }
        let memory = crossingMemory
        let rate = bestRate(Array(0..<model.hostCount), crossing)
        let spare = model.totalCapacity - memory
        guard rate > 0, spare <= Int(Int32.max) else { return }
        // Hosts of one size count with the quickest update among them.
        var kinds: [DrainBound.Kind] = []
        for host in others {
            let (capacity, update) = (Int(model.capacity[Int(host)]), Int(model.updateTime[Int(host)]))
            if let known = kinds.firstIndex(where: { $0.capacity == capacity }) {
                kinds[known].count += 1
                kinds[known].update = min(kinds[known].update, update)
            } else {
                kinds.append(.init(capacity: capacity, update: update, count: 1))
            }
        }
        guard kinds.count <= 4 else { return }
        let bound = DrainBound(
            kinds: kinds.sorted { $0.capacity > $1.capacity },
            masterCapacity: Int(model.capacity[Int(model.master)]),
            spare: spare,
            rate: rate,
            mostDown: mostDownOfPool
        )
        guard let back = bound.lastReturn(above: certificate.mixedSeconds - masterTime) else { return }
        add(
            Certificate.drain,
            masterTime + back,
            "a host sends and takes in at most \(Int(rate)) MiB/s, so each withholds memory for longer than its update, and the"
                + " pool can miss \(spare) MiB at a time: in no order are all \(others.count) hosts back sooner than"
                + " \(back) s after the master"
        )
    }
}
