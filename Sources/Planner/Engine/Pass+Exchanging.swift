/// Single VMs that decide how long a host takes to drain: exchanged between old hosts before the window, or sent ahead.
extension Pass {
    /// Plans a VM onto another old host, and as many smaller ones from there elsewhere as do not fit any more; nothing when
    /// they find no place.
    func carryOut(_ exchange: Recipe.Exchange) {
        let vm = exchange.vm
        let (host, kept): (Int32, Int32) =
            switch exchange.goal {
            case .host(let host): (host, -1)
            case .beside(let other): (place[other], other)
            }
        guard host >= 0, place[vm] >= 0, place[vm] != host, oldIndex.contains(host), oldIndex.contains(place[vm]),
            model.movable[Int(vm)], !halted[vm], mayTake(vm, host), model.memory[Int(vm)] <= model.capacity[Int(host)]
        else { return }
        _ = allOrNothing {
            assign(vm, to: host)
            // The largest that is not more than what is missing goes first; when none is left, smaller ones make the rest.
            for isWhole in [true, false] {
                for other in contents(host) where free[host] < 0 && other != vm && other != kept {
                    let size = model.memory[Int(other)]
                    guard size < model.memory[Int(vm)], !isWhole || size <= -free[host] else { continue }
                    _ = placeTightly(other, oldIndex, ejecting: 0, except: host)
                }
            }
            return free[host] >= 0
        }
    }

    /// Plans the VMs with the longest moves onto updated hosts before anything else goes there.
    func crossAhead() {
        for vm in model.longest.prefix(recipe.ahead) {
            let from = place[vm]
            guard from >= 0, phase[from] == .old, !committed[from], model.updates[Int(from)] else { continue }
            let target = newIndex.emptiest(model.memory[Int(vm)]) { hasRoom(vm, $0) }
            guard target >= 0 else { continue }
            assign(vm, to: target)
            noteIfEmpty(from)
        }
    }
}
