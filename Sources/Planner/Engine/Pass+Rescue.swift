/// What is tried when nothing is under way and hosts are still old.
extension Pass {
    func rescue() -> Bool {
        if pendingMoves > 0, park() { return true }
        guard windowOpen, remaining > 0 else { return false }
        if !heldSlow.isEmpty {
            for host in heldSlow { newIndex.insert(host, free: free[host]) }
            heldSlow.removeAll()
            recipe.avoidsSlow = false
            capacityArrived = true
            return true
        }
        let left = sourceOrder.filter { !committed[$0] && phase[$0] == .old }.sorted {
            (model.capacity[Int($0)] - free[$0], $0) < (model.capacity[Int($1)] - free[$1], $1)
        }
        for depth in 1...(model.hostCount <= 64 ? 3 : 2) {
            for host in left.prefix(48) where crossEjecting(host, depth, withOld: false) { return true }
        }
        for depth in 1...2 {
            for host in left.prefix(48) where crossEjecting(host, depth, withOld: true) { return true }
        }
        if let host = left.first {
            outcome.stuckHost = host
        }
        return false
    }

    /// Empties a host with ejections on the new side and, as a last resort, into other old hosts.
    private func crossEjecting(_ host: Int32, _ depth: Int, withOld: Bool) -> Bool {
        let wasOpen = oldIndex.contains(host)
        if wasOpen { oldIndex.remove(host, free: free[host]) }
        let done = allOrNothing {
            for vm in contents(host) {
                if placeTightly(vm, newIndex, ejecting: 0) || placeTightly(vm, newIndex, ejecting: depth)
                    || withOld
                        && (placeTightly(vm, oldIndex, ejecting: 0) || placeTightly(vm, oldIndex, ejecting: depth))
                {
                    continue
                }
                outcome.stuckVM = vm
                return false
            }
            return true
        }
        if done { commit(host) } else if wasOpen { oldIndex.insert(host, free: free[host]) }
        return done
    }
}
