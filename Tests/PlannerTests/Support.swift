import Foundation
import Planner
import Testing

/// Files that may lie beside a checkout; tests that need them say so when they are absent.
enum Shared {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/planning").standardizedFileURL
    static let scorer = folder.appendingPathComponent("score.py").path
    static let hasInstances = FileManager.default.fileExists(atPath: folder.appendingPathComponent("instances").path)
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let hasScorer = python != nil && FileManager.default.fileExists(atPath: scorer)

    static func instance(_ name: String) throws -> UpdateInstance {
        let file = folder.appendingPathComponent("instances/\(name).json")
        return try UpdateInstance(json: Array(try Data(contentsOf: file)))
    }
}

/// A small pool made at random, with any mix of constraints; many of them have no plan.
func randomPool(_ seed: UInt64) -> UpdateInstance {
    var random = SeededGenerator(seed: seed)
    let count = 2 + random.below(6)
    var pool = UpdateInstance(name: "random-\(seed)", hosts: [], vms: [])
    pool.parameters.maxParallel = random.below(3) == 0 ? 1 + random.below(3) : 0
    pool.parameters.haFailures = random.below(4) == 0 ? 1 : 0
    pool.parameters.streamRate = [110, 300, 1000][random.below(3)]
    for index in 0..<count {
        pool.hosts.append(
            .init(
                id: "h\(index)",
                memory: [32, 64, 64, 128][random.below(4)] * 1024,
                vcpus: random.below(3) == 0 ? 40 : 1_000_000,
                nicRate: [110, 1200, 1200][random.below(3)],
                maxMigrations: 1 + random.below(4),
                apply: random.below(200),
                reboot: 60 + random.below(500),
                isMaster: index == 0,
                wantsUpdate: index == 0 || random.below(12) != 0
            )
        )
    }
    var free = pool.hosts.map(\.memory)
    var cpus = pool.hosts.map(\.vcpus)
    let load = 0.3 + 0.5 * random.unit()
    for index in 0..<(3 + random.below(5 * count)) {
        let memory = [1024, 2048, 4096, 8192, 16384, 32768][random.below(6)]
        let host = random.below(count)
        let vcpus = 1 + random.below(4)
        guard Double(free[host] - memory) > (1 - load) * Double(pool.hosts[host].memory), cpus[host] >= vcpus else {
            continue
        }
        free[host] -= memory
        cpus[host] -= vcpus
        var vm = UpdateInstance.VM(
            id: "v\(index)",
            memory: memory,
            vcpus: vcpus,
            host: "h\(host)",
            dirtyPercent: 100 + random.below(60)
        )
        if random.below(8) == 0 {
            vm.allowedHosts = pool.hosts.map(\.id).filter { $0 == vm.host || random.below(2) == 0 }
        }
        if random.below(20) == 0 { vm.isAgile = false }
        if random.below(6) == 0 { vm.stop = random.below(2) == 0 ? .suspend : .shutdown }
        pool.vms.append(vm)
    }
    if random.below(3) == 0 { addAntiAffinity(&pool, &random) }
    return pool
}

private func addAntiAffinity(_ pool: inout UpdateInstance, _ random: inout SeededGenerator) {
    var hosts = Set<String>()
    var members: [String] = []
    for vm in pool.vms where random.below(3) == 0 && hosts.insert(vm.host).inserted { members.append(vm.id) }
    if members.count > 1 { pool.antiAffinity.append(.init(id: "apart", vms: members)) }
}

/// The plan, or nil when there is none.
func planned(_ pool: UpdateInstance, _ options: Planner.Options) throws -> PlannedUpdate? {
    if case .planned(let planned) = try Planner.plan(pool, options: options) { return planned }
    return nil
}

/// Options for tests: few passes, no search for ways out.
func quick(_ policy: Planner.Policy = .balanced, passes: Int = 30) -> Planner.Options {
    var options = Planner.Options()
    options.policy = policy
    options.passes = passes
    options.explains = false
    return options
}

/// Three equal hosts with one VM each: small enough to follow by hand.
func threeHosts() -> UpdateInstance {
    UpdateInstance(
        name: "three",
        hosts: (0..<3).map { .init(id: "h\($0)", memory: 65_536, isMaster: $0 == 0) },
        vms: (0..<3).map { .init(id: "v\($0)", memory: 16_384, host: "h\($0)") }
    )
}
