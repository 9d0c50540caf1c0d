/// The memory that is of no use while hosts drain and fill, and the fewest moves.
extension LowerBounds {
    mutating func wasteArea() {
        guard instance.parameters.newerOnly, everyoneUpdates, masterUpdates, !others.isEmpty, !crossing.isEmpty else {
            return
        }
        let total = crossingMemory
        let spare = model.totalCapacity - total
        guard spare > 0 else { return }
        let ratio = crossing.map { Double(model.memory[Int($0)]) / Double(max(1, fastest[Int($0)])) }.max() ?? 0
        let cleanest = crossing.map { instance.vms[Int($0)].dirtyPercent }.min() ?? 100
        func fillTime(_ host: Int32) -> Double {
            let rate =
                min(ratio, 100 * Double(model.share[Int(host)]) / Double(cleanest)) * Double(model.slots[Int(host)])
            return Double(model.capacity[Int(host)]) / rate
        }
        func saved(_ room: Int, _ hosts: [Int32]) -> Double {
            var room = room
            var sum = 0.0
            for host in hosts.sorted(by: { fillTime($0) > fillTime($1) }) where room > 0 {
                let used = min(Int(model.capacity[Int(host)]), room)
                sum += Double(used) * fillTime(host) / 2
                room -= used
            }
            return sum
        }
        var area = others.reduce(0.0) {
            $0 + Double(model.capacity[Int($1)]) * (Double(model.updateTime[Int($1)]) + fillTime($1))
        }
        area += Double(model.capacity[Int(model.master)]) * fillTime(model.master) / 2
        area -= saved(spare - Int(model.capacity[Int(model.master)]), others) + saved(spare, updated)
        add(
            "waste area",
            Int(Double(masterTime) + max(0, area / Double(spare))),
            "a host's memory is of no use while it drains, updates and fills; \(spare) MiB can be missed at a time"
        )
    }

    mutating func moves() {
        let leaving = crossing.filter { model.updates[Int(model.home[Int($0)])] }
        let twice =
            instance.parameters.newerOnly && everyoneUpdates && masterUpdates
            ? crossing.filter { model.home[Int($0)] == model.master } : []
        certificate.moves = .init(
            name: "moves",
            value: leaving.count + twice.count,
            argument: "each of \(leaving.count) VMs leaves its host once"
                + (twice.isEmpty ? "" : ", and the \(twice.count) on the master move to an old host first")
        )
        let memory = (leaving + twice).reduce(0) { $0 + Int(model.memory[Int($1)]) }
        certificate.movedMiB = .init(name: "memory moved", value: memory, argument: certificate.moves.argument)
    }
}
