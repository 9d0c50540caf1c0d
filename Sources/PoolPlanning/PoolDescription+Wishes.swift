import Planner
public import PoolControl
public import PoolDatabase

extension PoolDescription.Groups {
    /// Takes in the groups that the operator has written down beside the pool.
    mutating func add(_ wishes: PoolWishes, _ snapshot: Snapshot) {
        remarks += wishes.remarks(on: snapshot)
        for group in wishes.groups {
            let vms = group.vms.compactMap { PoolWishes.vm($0, snapshot)?.uuid }
            guard vms.count > 1 else { continue }
            if let least = group.available {
                available[group.name, default: .init()].vms += vms
                available[group.name, default: .init()].minimumUp = least
            } else {
                apart[group.name, default: []] += vms
            }
        }
    }
}

extension PoolWishes {
    /// What of the groups the pool has nothing for, one sentence each.
    public func remarks(on snapshot: Snapshot) -> [String] {
        groups.flatMap { group in
            group.vms.compactMap { name in
                guard Self.vm(name, snapshot) == nil else { return nil }
                return
                    "The group \(group.name) names VM \(name), and the pool has no such VM, or several of that name: name it by its uuid."
            }
        }
    }

    /// A VM by uuid, or by a name that no other has.
    static func vm(_ name: String, _ snapshot: Snapshot) -> Row? {
        if let row = snapshot.row("VM", uuid: name) { return row }
        let named = snapshot.rows("VM").filter { $0.nameLabel == name && !$0.bool("is_control_domain") }
        let real = named.filter { !$0.bool("is_a_template") }
        return real.count == 1 ? real[0] : nil
    }
}
