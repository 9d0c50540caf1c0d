@testable import Planner
import Testing

/// Pools so small that all that can be done to them can be gone through.
@Suite("Complete searches of small pools")
struct ExactSearchTests {
    /// Two to four hosts and two to six VMs with every kind of constraint, tight enough that many have no plan.
    private func tinyPool(_ seed: UInt64) -> UpdateInstance {
        var random = SeededGenerator(seed: seed)
        let count = 2 + random.below(3)
        var pool = UpdateInstance(name: "tiny-\(seed)", hosts: [], vms: [])
        pool.parameters.maxParallel = random.below(3)
        pool.parameters.haFailures = random.below(5) == 0 ? 1 : 0
        pool.parameters.streamRate = [110, 300][random.below(2)]
        for index in 0..<count {
            pool.hosts.append(
                .init(
                    id: "h\(index)",
                    memory: [16, 32, 32, 48][random.below(4)] * 1024,
                    vcpus: random.below(3) == 0 ? 8 : 1000,
                    nicRate: [110, 1200][random.below(2)],
                    maxMigrations: 1 + random.below(3),
                    apply: 20,
                    reboot: 30 + random.below(200),
                    isMaster: index == 0,
                    isUpdated: index == 0 && random.below(10) == 0
                )
            )
        }
        var free = pool.hosts.map { ($0.memory, $0.vcpus) }
        for index in 0..<(2 + random.below(5)) {
            let (host, memory, cpus) = (
                random.below(count), [2, 4, 8, 16][random.below(4)] * 1024, 1 + random.below(4)
            )
            guard free[host].0 >= memory, free[host].1 >= cpus else { continue }
            free[host] = (free[host].0 - memory, free[host].1 - cpus)
            var vm = UpdateInstance.VM(id: "v\(index)", memory: memory, vcpus: cpus, host: "h\(host)")
            if random.below(4) == 0 {
                vm.allowedHosts = pool.hosts.map(\.id).filter { $0 == vm.host || random.below(2) == 0 }
            }
            if random.below(16) == 0 { vm.isAgile = false }
            pool.vms.append(vm)
        }
        var hosts = Set<String>()
        let apart = pool.vms.filter { hosts.insert($0.host).inserted }.map(\.id)
        if random.below(3) == 0, apart.count > 1 { pool.antiAffinity = [.init(id: "apart", vms: apart)] }
        if random.below(4) == 0, pool.vms.count > 1 {
            let members = pool.vms.prefix(3).map(\.id)
            pool.availability = [.init(id: "up", vms: members, minimumUp: members.count - random.below(2))]
        }
        if random.below(5) == 0, count > 2 { pool.canary = .init(host: "h\(count - 1)", soak: 100) }
        if random.below(5) == 0, count > 2 { pool.hosts[1].after = ["h\(count - 1)"] }
        return pool
    }

    /// Whether single steps lead to the end, by going through them all; nil when there are too many.
    private func hasPlan(_ pool: UpdateInstance) -> Bool? {
        let steps = SingleSteps(pool)
        var known: Set = [steps.canonical(steps.start)]
        var left = Array(known)
        while let state = left.popLast() {
            if steps.isEnd(state) { return true }
            guard known.count < 20_000 else { return nil }
            for next in steps.next(state).map(steps.canonical) where known.insert(next).inserted { left.append(next) }
        }
        return false
    }

    @Test("a pool is called impossible exactly when going through everything finds no plan", arguments: 0..<10)
    func feasibility(slice: Int) throws {
        var (planned, proved) = (0, 0)
        for seed in (slice * 40)..<(slice * 40 + 40) {
            let pool = tinyPool(UInt64(7000 + seed))
            guard let hasPlan = hasPlan(pool) else { continue }
            var options = quick(passes: 100)
            options.policy = Planner.Policy.allCases[seed % 4]
            switch try Planner.plan(pool, options: options) {
            case .planned(let update):
                #expect(hasPlan, "\(pool.name)")
                #expect(update.report.isValid, "\(pool.name)")
                planned += 1
            case .impossible(let explanation):
                #expect(!hasPlan, "\(pool.name): \(explanation.summary)")
                #expect(!explanation.proofs.isEmpty, "\(pool.name): \(explanation.summary)")
                proved += 1
            }
        }
        #expect(planned > 5 && proved > 2)
    }

    @Test("no bound is above the shortest window", arguments: 0..<10)
    func bounds(slice: Int) throws {
        var optima = 0
        for seed in (slice * 40)..<(slice * 40 + 40) {
            let pool = tinyPool(UInt64(7000 + seed))
            let certificate = try Planner.certificate(of: pool)
            // Without a bound to stop at, so that a wrong one is found out.
            guard let exact = ExactSearch(Model(pool), maxParallel: pool.parameters.maxParallel, most: 2000),
                let shortest = exact.shortest(bound: 0, looks: 8000)
            else { continue }
            #expect(certificate.obstacles.isEmpty, "\(pool.name): \(certificate.obstacles)")
            for bound in certificate.mixed {
                #expect(bound.value <= shortest.report.mixedSeconds, "\(pool.name): \(bound)")
            }
            guard shortest.isOptimal else { continue }
            optima += 1
            let plan = try planned(pool, quick(.fastest, passes: 20))
            #expect(plan.map { $0.report.mixedSeconds >= shortest.report.mixedSeconds } ?? true, "\(pool.name)")
        }
        #expect(optima > 3)
    }

    @Test("two runs are equal")
    func deterministic() throws {
        let model = Model(tinyPool(7003))
        let plans = (0..<2).map { _ in
            ExactSearch(model, maxParallel: 0, most: 2000)?.shortest(bound: 0, looks: 8000)?.plan
        }
        #expect(plans[0] == plans[1])
    }

    @Test("a proof that leaves something out is refused")
    func refusedProofs() throws {
        let model = Model(threeHosts())
        let checker = ProofChecker(instance: model.instance)
        let pool = try #require(SmallPool(model, maxParallel: 0))
        #expect(checker.argument(.noPlace(vm: 0, host: 0)) == nil)
        #expect(checker.argument(.tooMuch(.memory, vms: [0, 1, 2], host: 0)) == nil)
        #expect(checker.argument(.noReserve(host: 0)) == nil)
        #expect(checker.argument(.closed([pool.start])) == nil)
        #expect(checker.argument(.closed([])) == nil)
    }

    @Test("what is proved is said with its figures, and without a proof how much was looked at")
    func words() throws {
        // 24 GiB that only two hosts can run, of which each has 16.
        var pool = threeHosts()
        for host in pool.hosts.indices { pool.hosts[host].memory = 16_384 }
        for vm in pool.vms.indices { pool.vms[vm].memory = 12_288 }
        pool.vms.removeLast()
        for vm in pool.vms.indices { pool.vms[vm].allowedHosts = ["h0", "h1"] }
        guard case .impossible(let explanation) = try Planner.plan(pool, options: quick()) else {
            Issue.record("a plan")
            return
        }
        #expect(explanation.summary.hasPrefix("no plan exists: "))
        let unproved = Explanation(proofs: [], stuck: nil, unblockSets: [], looks: 12)
        #expect(unproved.summary == "no plan was found in 12 looks, and no proof that there is none")
    }
}
