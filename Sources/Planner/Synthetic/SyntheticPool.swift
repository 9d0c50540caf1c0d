/// Makes pools of any size for tests and benchmarks; the same seed gives the same pool everywhere.
public struct SyntheticPool: Sendable {
    /// What the pool is like.
    public enum Kind: String, Sendable, CaseIterable {
        /// Equal hosts of 252 GiB, no constraints beside memory and slots.
        case plain
        /// Limits on parallel updates, HA, storage clusters, anti-affinity, vCPU limits and some pinned VMs.
        case constrained
        /// Hosts of 124, 252 and 508 GiB, each as likely, whose reboots take a minute more or less.
        case unequal
    }

    /// What the pool is like.
    public var kind: Kind
    /// Hosts in the pool.
    public var hosts: Int
    /// Used part of the pool's memory, 0...1; a little less is reached when no further VM fits.
    public var utilisation: Double
    /// Chooses the pool among those of the same description.
    public var seed: UInt64
    /// Mean VM memory is 12 GiB; a factor below 1 gives more and smaller VMs.
    public var vmScale = 1.0

    /// Describes a pool.
    public init(kind: Kind = .plain, hosts: Int, utilisation: Double, seed: UInt64 = 1, vmScale: Double = 1) {
        self.kind = kind
        self.hosts = hosts
        self.utilisation = utilisation
        self.seed = seed
        self.vmScale = vmScale
    }

    /// Memory sizes in GiB with their shares in percent: many small VMs, few large ones.
    private static let sizes = [(2, 16.0), (4, 30.0), (8, 25.0), (16, 15.3), (32, 8.7), (64, 4.3), (128, 0.7)]
    private static let dirty = [(110, 70.0), (120, 25.0), (150, 5.0)]

    /// Makes the pool.
    public func instance() -> UpdateInstance {
        var random = SeededGenerator(seed: seed &+ UInt64(hosts) &* 7919 &+ UInt64(utilisation * 1000))
        var pool = UpdateInstance(
            name: "\(kind.rawValue)-n\(hosts)-u\(Int(utilisation * 100))-s\(seed)",
            hosts: makeHosts(&random),
            vms: []
        )
        fill(&pool, &random)
        if kind == .constrained { constrain(&pool, &random) }
        return pool
    }

    private func makeHosts(_ random: inout SeededGenerator) -> [UpdateInstance.Host] {
        (0..<hosts).map { index in
            var host = UpdateInstance.Host(
                id: Self.name("h", index, 4),
                memory: 252 * 1024,
                vcpus: 100_000,
                isMaster: index == 0
            )
            if kind == .unequal {
                host.memory = [124, 252, 508][random.below(3)] * 1024
                host.reboot += random.below(121) - 60
            }
            if kind == .constrained { host.vcpus = 400 }
            return host
        }
    }

    /// Places VMs on the least loaded of three random hosts until the pool is as full as asked.
    private func fill(_ pool: inout UpdateInstance, _ random: inout SeededGenerator) {
        let total = pool.hosts.reduce(0) { $0 + $1.memory }
        let wanted = Int(Double(total) * utilisation)
        var free = pool.hosts.map(\.memory)
        var cpus = pool.hosts.map(\.vcpus)
        var used = 0
        var misses = 0
        while used < wanted, misses < 5000 {
            let gib = Self.pick(Self.sizes, &random)
            let memory = max(256, Int(Double(gib * 1024) * vmScale))
            let vcpus = max(1, min(16, gib / 4))
            let tries = (0..<3).map { _ in random.below(hosts) }
            let host =
                tries.max {
                    Double(free[$0]) / Double(pool.hosts[$0].memory) < Double(free[$1]) / Double(pool.hosts[$1].memory)
                } ?? 0
            guard free[host] >= memory, cpus[host] >= vcpus, used + memory <= wanted + 2048 else {
                misses += 1
                continue
            }
            free[host] -= memory
            cpus[host] -= vcpus
            used += memory
            pool.vms.append(
                .init(
                    id: Self.name("v", pool.vms.count, 6),
                    memory: memory,
                    vcpus: vcpus,
                    host: pool.hosts[host].id,
                    dirtyPercent: Self.pick(Self.dirty, &random)
                )
            )
        }
    }

    private func constrain(_ pool: inout UpdateInstance, _ random: inout SeededGenerator) {
        pool.parameters.maxParallel = max(2, hosts / 10)
        pool.parameters.haFailures = hosts >= 16 ? 2 : 1
        let clusters = hosts >= 16 ? 4 : 1
        if clusters > 1 {
            let lists = (0..<clusters).map { cluster in
                pool.hosts.indices.filter { $0 % clusters == cluster }.map { pool.hosts[$0].id }
            }
            let clusterOf = Dictionary(
                uniqueKeysWithValues: lists.enumerated().flatMap { cluster, list in list.map { ($0, cluster) } }
            )
            for vm in pool.vms.indices where random.below(2) == 0 {
                pool.vms[vm].allowedHosts = lists[clusterOf[pool.vms[vm].host] ?? 0]
            }
        }
        for vm in pool.vms.indices where random.below(250) == 0 {
            pool.vms[vm].isAgile = false
            pool.vms[vm].stop = .suspend
        }
        // Groups of VMs that are apart already.
        var members = pool.vms.count / 10
        var taken = Set<Int>()
        while members > 1 {
            let size = min(members, 2 + random.below(4))
            members -= size
            var hostsUsed = Set<String>()
            var group: [String] = []
            for _ in 0..<(8 * size) where group.count < size {
                let vm = random.below(pool.vms.count)
                guard !taken.contains(vm), hostsUsed.insert(pool.vms[vm].host).inserted else { continue }
                taken.insert(vm)
                group.append(pool.vms[vm].id)
            }
            if group.count > 1 {
                pool.antiAffinity.append(.init(id: "g\(pool.antiAffinity.count)", vms: group))
            }
        }
    }

    private static func pick(_ choices: [(Int, Double)], _ random: inout SeededGenerator) -> Int {
        var point = random.unit() * choices.reduce(0) { $0 + $1.1 }
        for (value, share) in choices {
            point -= share
            if point < 0 { return value }
        }
        return choices[choices.count - 1].0
    }

    private static func name(_ letter: String, _ index: Int, _ width: Int) -> String {
        let digits = String(index)
        return letter + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
