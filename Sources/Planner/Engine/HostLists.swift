/// One doubly linked list of VMs per host, with constant-time insertion and removal and no allocation.
final class HostLists {
    private let heads: Column<Int32>
    private let tails: Column<Int32>
    private let nexts: Column<Int32>
    private let previouses: Column<Int32>

    init(hosts: Int, vms: Int) {
        heads = Column(repeating: -1, count: hosts)
        tails = Column(repeating: -1, count: hosts)
        nexts = Column(repeating: -1, count: vms)
        previouses = Column(repeating: -1, count: vms)
    }

    func reset() {
        heads.fill(-1)
        tails.fill(-1)
    }

    func first(_ host: Int32) -> Int32 { heads[host] }
    func next(_ vm: Int32) -> Int32 { nexts[vm] }

    func append(_ vm: Int32, _ host: Int32) {
        let tail = tails[host]
        nexts[vm] = -1
        previouses[vm] = tail
        if tail >= 0 { nexts[tail] = vm } else { heads[host] = vm }
        tails[host] = vm
    }

    func remove(_ vm: Int32, _ host: Int32) {
        let (before, after) = (previouses[vm], nexts[vm])
        if before >= 0 { nexts[before] = after } else { heads[host] = after }
        if after >= 0 { previouses[after] = before } else { tails[host] = before }
    }
}
