/// What is done when every host is back and nothing is under way: moves that the mixed state does not wait for.
extension Pass {
    func afterWindow() {
        isWoundUp = true
        guard remaining == 0 else { return }
        switch recipe.ending {
        case .stay: break
        case .home: goHome()
        case .level: level()
        }
    }

    /// Plans every VM back to where it was; all hosts are up by now, so the first state is possible again.
    private func goHome() {
        for vm in 0..<model.vmCount where model.movable[Int(vm)] && place[vm] >= 0 {
            assign(vm, to: model.home[Int(vm)])
        }
    }

    /// Plans VMs from hosts that are fuller than the mean to hosts that are less full, until no VM fits that way.
    ///
    /// A VM goes only where it does not lift its new host above the mean, nor leave its old one below it. So none moves twice,
    /// and the fewest large ones go, since the largest that may go is taken first.
    private func level() {
        let hosts = (0..<model.hostCount).filter(newIndex.contains)
        let capacity = hosts.reduce(0) { $0 + Int(model.capacity[Int($1)]) }
        guard capacity > 0 else { return }
        let mean = 1 - Double(newIndex.totalFree) / Double(capacity)
        /// MiB above the mean, below it when negative.
        func excess(_ host: Int32) -> Double {
            Double(model.capacity[Int(host)]) * (1 - mean) - Double(free[host])
        }
        func slack(_ host: Int32) -> Double { Double(model.capacity[Int(host)]) / Double(Self.levelParts) }
        let donors = hosts.filter { excess($0) > slack($0) }.sorted { (excess($0), $1) > (excess($1), $0) }
        for donor in donors {
            for vm in contents(donor) where model.movable[Int(vm)] && !halted[vm] {
                let memory = Double(model.memory[Int(vm)])
                guard memory <= excess(donor) + slack(donor) else { continue }
                var looks = 0
                let target = newIndex.emptiest(model.memory[Int(vm)]) { host in
                    looks += 1
                    return looks > Self.mostLooks
                        || memory <= slack(host) - excess(host) && hasRoom(vm, host)
                }
                if target >= 0, looks <= Self.mostLooks { assign(vm, to: target) }
                if excess(donor) <= slack(donor) { break }
            }
        }
    }

    /// Hosts within this part of their memory of the mean count as level.
    private static let levelParts = 50
    private static let mostLooks = 64

    /// How unevenly the memory is used: mean square of the hosts' used parts, weighted by capacity, in millionths. The mean
    /// itself is the same for every plan of a pool, so the smaller figure is the more even one.
    func unevenness() -> Int {
        guard model.totalCapacity > 0 else { return 0 }
        var sum = 0.0
        for host in 0..<model.hostCount {
            let capacity = Double(max(1, model.capacity[Int(host)]))
            let used = capacity - Double(free[host])
            sum += used * used / capacity
        }
        return Int(1_000_000 * sum / Double(model.totalCapacity))
    }
}
