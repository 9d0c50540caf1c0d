/// Lanes: a few chains of hosts that are given the quickest sources, so that they can do one host more.
extension Pass {
    /// Sources for the lanes, best first: quick to drain, and without a single long move, which no hole could shorten.
    func orderLanes() {
        let weights = recipe.sourceWeights
        var keyed = sourceOrder.map { host in
            let drain = drainTime(host)
            let key = Float(drain.longest) + Float(drain.sum) / Float(model.slots[Int(host)])
            return (key: key * (weights.isEmpty ? 1 : weights[Int(host)]), host: host)
        }
        keyed.sort { ($0.key, $0.host) < ($1.key, $1.host) }
        laneOrder = keyed.map(\.host)
        laneHead = 0
    }

    func isQueuedFast(_ host: Int32) -> Bool {
        recipe.fastLanes > 0 && fastQueue.contains(host)
    }

    /// Gives each free lane the quickest source.
    func commitFast() {
        while freeLanes > 0 {
            if fastQueue.isEmpty { queueFast(1) }
            guard let host = fastQueue.first, crossWhole(host) else { return }
            fastQueue.removeFirst()
            freeLanes -= 1
            isFast[host] = true
            commit(host)
            // What was planned into holes before must not wait behind other hosts' swaps there.
            var vm = outgoing.first(host)
            while vm >= 0 {
                incoming.remove(vm, place[vm])
                incoming.prepend(vm, place[vm])
                vm = outgoing.next(vm)
            }
        }
    }

    private func queueFast(_ count: Int) {
        while fastQueue.count < count, laneHead < laneOrder.count {
            let host = laneOrder[laneHead]
            if !committed[host], phase[host] == .old { fastQueue.append(host) }
            laneHead += 1
        }
    }

    /// Shares the holes on updated hosts among the sources that are next in the fast lanes: always the one that would take
    /// longest gives a VM, and when its longest move is the reason, that one.
    ///
    /// Holes are few, and each is looked for again whenever a host is back: with a hundred lanes, going through all of them
    /// every time took most of a pass.
    func fillHolesFast() {
        queueFast(recipe.fastLanes)
        var lanes = fastQueue.prefix(Self.mostLanesSharing).map { FastLane(host: $0, self) }
        while let next = lanes.indices.max(by: { (lanes[$0].drain, $1) < (lanes[$1].drain, $0) }) {
            let lane = lanes[next]
            var target: Int32 = -1
            let position = (lane.isBoundByOne ? lane.vms.prefix(1) : lane.vms[...]).firstIndex { vm in
                target = newIndex.tightest(model.memory[Int(vm)]) { hasRoom(vm, $0) }
                return target >= 0
            }
            guard let position else {
                lanes.remove(at: next)
                continue
            }
            assign(lane.vms[position], to: target)
            lanes[next].remove(at: position, self)
            if lanes[next].vms.isEmpty { lanes.remove(at: next) }
        }
        for host in fastQueue { noteIfEmpty(host) }
        fastQueue.removeAll { phase[$0] != .old }
    }

    private static let mostLanesSharing = 48
}

/// A source that is next in a fast lane, with what it still has to send.
private struct FastLane {
    let host: Int32
    /// Largest first.
    private(set) var vms: [Int32]
    /// Sum of the moves' seconds.
    private var seconds: Int
    /// Seconds until it is empty, at least.
    private(set) var drain = 0
    /// Whether its longest move takes longer than all of them on all slots.
    private(set) var isBoundByOne = false

    init(host: Int32, _ pass: Pass) {
        self.host = host
        vms = pass.contents(host, byWork: true).filter { pass.model.movable[Int($0)] }
        seconds = vms.reduce(0) { $0 + Int(pass.model.duration($1, host, host)) }
        estimate(pass)
    }

    mutating func remove(at position: Int, _ pass: Pass) {
        seconds -= Int(pass.model.duration(vms.remove(at: position), host, host))
        estimate(pass)
    }

    private mutating func estimate(_ pass: Pass) {
        let slots = Int(pass.model.slots[Int(host)])
        let longest = vms.first.map { Int(pass.model.duration($0, host, host)) } ?? 0
        drain = max(longest, seconds / slots)
        isBoundByOne = longest * slots > seconds
    }
}
