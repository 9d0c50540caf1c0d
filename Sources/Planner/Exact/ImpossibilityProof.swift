/// Why a pool has no plan, small enough to be checked by ``ProofChecker``, which shares nothing with the search that found it.
///
/// All but the last are about one host that is to be updated. While it is down, or at least a moment before that, it is empty,
/// and every VM is somewhere else. They hold for plans that stop no VM that can move.
enum ImpossibilityProof: Sendable {
    /// A VM on the host has nowhere else to be.
    case noPlace(vm: Int, host: Int)
    /// These VMs can be only on hosts that, without this one, have too little of something for all of them.
    case tooMuch(Resource, vms: [Int], host: Int)
    /// The hosts beside this one are too small to keep the reserve that HA asks for.
    case noReserve(host: Int)
    /// All that can be reached by moves and updates, one at a time; some host lacks the update in each of these states. VMs that are
    /// alike in everything are told apart by the order of their hosts only.
    case closed(Set<SmallPool.State>)

    enum Resource: Sendable, Equatable {
        case memory
        case cpus
        /// Places for members of the anti-affinity group of this position.
        case places(group: Int)
    }
}

/// Looks for a proof that is a sum.
struct ProofSearch {
    let pool: SmallPool

    func run() -> ImpossibilityProof? {
        let model = pool.model
        for host in 0..<pool.hosts where model.updates[host] {
            if !pool.keepsReserve(down: 1 << UInt32(host)) { return .noReserve(host: host) }
            let candidates: [UInt32] = (0..<pool.vms).map { self.candidates($0, without: host) }
            if let vm = candidates.firstIndex(of: 0) { return .noPlace(vm: vm, host: host) }
            // All hosts that some VMs are bound to, and any two such sets together.
            let bases: [UInt32] = Set(candidates).sorted()
            var sets = Set(bases)
            for first in bases.prefix(24) { for second in bases.prefix(24) { sets.insert(first | second) } }
            let all: UInt32 = (1 << UInt32(pool.hosts)) - 1
            sets.insert(all & ~(1 << UInt32(host)))
            for hosts in sets.sorted() {
                let bound = (0..<pool.vms).filter { candidates[$0] & ~hosts == 0 }
                if let proof = excess(bound, hosts, host) { return proof }
            }
        }
        return nil
    }

    private func candidates(_ vm: Int, without emptied: Int) -> UInt32 {
        let model = pool.model
        var set: UInt32 = 0
        for host in 0..<pool.hosts where host != emptied {
            let isHome = host == Int(model.home[vm])
            let fits = model.memory[vm] <= model.capacity[host] && model.vmCpus[vm] <= model.vcpus[host]
            if isHome || pool.canMove[vm] && fits && model.allowed.allows(Int32(vm), Int32(host)) {
                set |= 1 << UInt32(host)
            }
        }
        return set
    }

    private func excess(_ vms: [Int], _ hosts: UInt32, _ emptied: Int) -> ImpossibilityProof? {
        let model = pool.model
        let inside = (0..<pool.hosts).filter { hosts >> UInt32($0) & 1 == 1 }
        func sum(_ values: some Sequence<Int32>) -> Int { values.reduce(0) { $0 + Int($1) } }
        if sum(vms.map { model.memory[$0] }) > sum(inside.map { model.capacity[$0] }) {
            return .tooMuch(.memory, vms: vms, host: emptied)
        }
        if sum(vms.map { model.vmCpus[$0] }) > sum(inside.map { model.vcpus[$0] }) {
            return .tooMuch(.cpus, vms: vms, host: emptied)
        }
        for (position, group) in model.groups.antiAffinity.enumerated() {
            let members = vms.filter { group.members.contains(Int32($0)) }
            if members.count > inside.count * Int(group.limit) {
                return .tooMuch(.places(group: position), vms: members, host: emptied)
            }
        }
        return nil
    }
}
