import Rollout

/// A pool, a run and what goes wrong, all from one seed.
public struct Scenario: Sendable {
    public var seed: UInt64
    public var faults: Faults
    public var spec: RunSpec
    /// When a controller is killed: at this boundary of its journal, counted from 0.
    public var crash: Crash?
    /// Seconds after which the operator cancels.
    public var cancelAfter: Int64?
    /// Seconds after which the pool would no longer install what was pinned; nil where it always does.
    public var withdrawnAfter: Int64?
    /// A host that dies, and when.
    public var death: Death?
    /// Whether migrations, package programs and restarts take exactly what the plan expects, instead of what chance has it.
    public var isOnTime = false
    var pool: SimulatedPool

    /// A host that dies once some host is in some phase of the run.
    public struct Death: Hashable, Sendable {
        public var host: String
        public var whenHost: String
        public var isIn: HostPhase

        public init(of host: String, when other: String, isIn phase: HostPhase) {
            self.host = host
            whenHost = other
            isIn = phase
        }
    }

    /// A kill at one boundary.
    public struct Crash: Hashable, Sendable, Codable {
        /// What is on disk afterwards.
        public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
            /// The record was not written at all.
            case before
            /// A part of it was.
            case torn
            /// All of it was, and nothing after it was done.
            case after
        }

        public var boundary: Int
        public var mode: Mode
        /// Whether what the hosts were doing ended with the controller, or goes on.
        public var breaksOff: Bool

        public init(boundary: Int, mode: Mode, breaksOff: Bool) {
            self.boundary = boundary
            self.mode = mode
            self.breaksOff = breaksOff
        }
    }

    /// A random pool and run.
    ///
    /// - Parameter isEarly: whether it is the world that this seed made before it had groups, windows by the minute, and the
    ///   later kinds of faults.
    public init(seed: UInt64, faults: Faults? = nil, isEarly: Bool = false) {
        var random = SeededGenerator(seed: seed)
        self.seed = seed
        self.faults = faults ?? .random(&random, isEarly: isEarly)
        pool = Self.makePool(&random)
        spec = Self.makeSpec(&random, pool, seed)
        guard !isEarly else { return }
        var later = SeededGenerator(seed: seed ^ 0x3C3C_C3C3_5A5A_1111)
        addLater(&later)
        var latest = SeededGenerator(seed: seed ^ 0x7E57_A27E_0DD5_2222)
        if latest.percent(8) { spec.onlyRestarts() }
        if latest.percent(10), !spec.policy.goesHome, spec.mode == .automatic { spec.policy.balances = true }
        var newest = SeededGenerator(seed: seed ^ 0x11D4_A8B1_900D_3333)
        if newest.percent(10) {
            spec.policy.pairs = [Gate(name: "backups", kind: .command(path: "backups", arguments: []))]
        }
        if newest.percent(6), !spec.updates.isEmpty { withdrawnAfter = Int64(newest.below(3600)) }
        guard latest.percent(15) else { return }
        for index in pool.hosts.indices { pool.hosts[index].isMended = latest.percent(50) }
    }

    /// A plain pool of so many hosts with up to four VMs of a quarter of its memory on each, and a run without frills.
    public init(hosts: Int, guests: Int = 2, seed: UInt64 = 1, faults: Faults = .none) {
        var pool = SimulatedPool()
        for number in 1...max(1, hosts) {
            pool.hosts.append(
                SimulatedHost(id: "h\(number)", name: "xs\(number)", isMaster: number == 1, memory: 16384)
            )
            for guest in ["web", "mail", "shop", "dns"].prefix(guests) where hosts > 1 {
                pool.vms.append(
                    SimulatedVM(id: "\(guest)\(number)", name: "\(guest)-\(number)", memory: 4096, host: "h\(number)")
                )
            }
        }
        pool.haEnabled = hosts > 1
        pool.haFailures = 1
        self.init(pool: pool, seed: seed, faults: faults)
        spec.policy.approveEachHost = false
    }

    /// A pool as it was recorded, for a rehearsal.
    public init(view: PoolView, spec: RunSpec, seed: UInt64, faults: Faults) {
        var pool = SimulatedPool()
        pool.haEnabled = view.haEnabled
        pool.haFailures = view.haFailures
        pool.wlbEnabled = view.wlbEnabled
        pool.groups = view.groups ?? []
        pool.hosts = view.hosts.map { seen in
            var host = SimulatedHost(id: seen.id, name: seen.name, isMaster: seen.isMaster, memory: seen.memory)
            host.isUp = seen.isLive
            host.isEnabled = seen.isEnabled
            host.maxMigrations = seen.maxMigrations
            host.stamps = Set(seen.applied)
            host.packages = host.stamps
            host.running = host.stamps.subtracting(seen.awaitingRestart)
            return host
        }
        pool.vms = view.vms.map { seen in
            var vm = SimulatedVM(id: seen.id, name: seen.name, memory: seen.memory, host: seen.host)
            vm.power = seen.power
            vm.allowedHosts = seen.allowedHosts
            vm.tie = seen.tie
            vm.iso = seen.localISO
            vm.startsWithHost = seen.startsWithHost
            vm.isHVM = seen.isHVM
            vm.isStoppedByHand = seen.power != .running
            return vm
        }
        self.init(pool: pool, seed: seed, faults: faults)
        self.spec = spec
    }

    private init(pool: SimulatedPool, seed: UInt64, faults: Faults) {
        self.pool = pool
        self.seed = seed
        self.faults = faults
        spec = RunSpec(run: "run-\(seed)", startedBy: "root", updates: [Self.update(1, [.restartHost])])
    }

    /// An update that nobody published.
    public static func update(_ number: Int, _ guidance: [Guidance]) -> UpdateFacts {
        // The first brings a kernel, the second a hypervisor: what has to run afterwards.
        let component = number == 1 ? "kernel" : "xen-hypervisor"
        return UpdateFacts(
            uuid: "update-\(number)",
            label: "XS602E\(number)",
            sha256: String(repeating: "0", count: 64),
            guidance: guidance,
            packages: ["tools-\(number)": "2.6.32-\(number)", component: "2.6.32-1.\(number)"],
            installationSize: 1 << 20
        )
    }

    private static func makePool(_ random: inout SeededGenerator) -> SimulatedPool {
        var pool = SimulatedPool()
        let hosts = random.percent(5) ? 1 : random.within(2...6)
        for number in 1...hosts {
            var host = SimulatedHost(
                id: "h\(number)",
                name: "xs\(number)",
                isMaster: number == 1,
                memory: random.percent(20) ? 24576 : 16384
            )
            if random.percent(4) { host.isEnabled = false }
            if random.percent(4) { host.lacksStorage = true }
            pool.hosts.append(host)
        }
        let share = random.within(20...75)
        for index in pool.hosts.indices {
            var used = 0
            let room = pool.hosts[index].memory * share / 100
            while pool.vms.count < 40 {
                let memory = [1024, 2048, 4096, 4096, 8192][random.below(5)]
                guard used + memory <= room else { break }
                used += memory
                let number = pool.vms.count + 1
                var vm = SimulatedVM(id: "v\(number)", name: "vm-\(number)", memory: memory, host: pool.hosts[index].id)
                if random.percent(3) { vm.iso = "drivers.iso" }
                if random.percent(3) { vm.startsWithHost = true }
                vm.isHVM = random.percent(50)
                if random.percent(2) { vm.tie = .device }
                if random.percent(3), hosts > 2 {
                    let other = pool.hosts[random.below(hosts)].id
                    vm.allowedHosts = Array(Set([pool.hosts[index].id, other])).sorted()
                }
                pool.vms.append(vm)
            }
        }
        for _ in 0..<random.below(3) {
            let number = pool.vms.count + 1
            var vm = SimulatedVM(id: "v\(number)", name: "vm-\(number)", memory: 2048, host: nil)
            vm.power = .halted
            vm.isStoppedByHand = true
            pool.vms.append(vm)
        }
        pool.haEnabled = random.percent(30)
        pool.haFailures = 1
        pool.wlbEnabled = random.percent(15)
        return pool
    }

    private static func makeSpec(_ random: inout SeededGenerator, _ pool: SimulatedPool, _ seed: UInt64) -> RunSpec {
        let guidance: [Guidance] = random.percent(85) ? [.restartHost] : random.percent(60) ? [.restartXAPI] : []
        var updates = [update(1, guidance)]
        if random.percent(25) { updates.append(update(2, random.percent(50) ? [.restartXAPI] : [.restartHost])) }
        var spec = RunSpec(run: "run-\(seed)", startedBy: "root", updates: updates)
        if random.percent(20) { spec.updates[0].guidance.append(random.percent(50) ? .restartHVM : .restartPV) }
        if random.percent(8) { spec.mode = .manual }
        if random.percent(10), pool.hosts.count > 2 { spec.excluded = [pool.hosts[pool.hosts.count - 1].id] }
        for vm in pool.vms where vm.tie != nil && random.percent(70) {
            let way: Consent.Way = random.percent(50) ? .suspend : .shutdown
            spec.consents.append(Consent(run: spec.run, vm: vm.id, way: way, givenBy: "root"))
        }
        for vm in pool.vms where spec.restart != .host && vm.tie == nil && vm.power == .running && random.percent(30) {
            spec.consents.append(Consent(run: spec.run, vm: vm.id, way: .shutdown, givenBy: "root"))
        }
        spec.policy = makePolicy(&random, pool)
        return spec
    }

    private static func makePolicy(_ random: inout SeededGenerator, _ pool: SimulatedPool) -> RunPolicy {
        var policy = RunPolicy()
        policy.maxParallel = random.percent(30) ? random.within(1...2) : 0
        policy.maxFailedHosts = random.percent(25) ? random.within(1...2) : 0
        policy.approveEachHost = random.percent(8)
        policy.goesHome = random.percent(15)
        policy.hasBarrier = random.percent(8)
        policy.soak = random.percent(15) ? 600 : 0
        if random.percent(10), pool.hosts.count > 1 { policy.canary = .init(host: "h2", soak: 1800) }
        if random.percent(25) { policy.gates = [Gate(name: "page", kind: .http(url: "https://example.com/"))] }
        if random.percent(10) {
            policy.scripts = [Gate(name: "backup", kind: .command(path: "/bin/true", arguments: []))]
        }
        if random.percent(10) { policy.finishBy = World.epoch + Int64(random.within(1...6)) * 3600 }
        if random.percent(8) {
            let start = World.epoch + Int64(random.below(4)) * 3600
            policy.windows = [
                .init(start: start, end: start + 3 * 3600), .init(start: start + 86_400, end: start + 108_000),
            ]
        }
        return policy
    }
}
