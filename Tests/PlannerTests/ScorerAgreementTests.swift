import Foundation
import Planner
import Testing

@Suite(
    "The checker agrees with the scorer",
    .enabled(if: Shared.hasScorer, "needs python3 and ../shared/planning/score.py")
)
struct ScorerAgreementTests {
    /// One plan for one instance, changed at random; most changes break a rule.
    private func mutated(_ plan: UpdatePlan, _ pool: UpdateInstance, _ random: inout SeededGenerator) -> UpdatePlan {
        var plan = plan
        for _ in 0...random.below(2) where !plan.steps.isEmpty {
            let index = random.below(plan.steps.count)
            let host = pool.hosts[random.below(pool.hosts.count)].id
            switch random.below(8) {
            case 0: plan.steps[index].start += random.below(61) - 30
            case 1: plan.steps[index].start = max(0, plan.steps[index].start - random.below(400))
            case 2: plan.steps.remove(at: index)
            case 3: plan.steps.append(plan.steps[index])
            case 4: plan.steps.swapAt(index, random.below(plan.steps.count))
            case 5:
                if case .migrate(let vm, let from, _) = plan.steps[index].action {
                    plan.steps[index].action = .migrate(vm: vm, from: from, to: host)
                }
            case 6: plan.steps[index].start += 1
            default:
                guard !pool.vms.isEmpty else { continue }
                let vm = pool.vms[random.below(pool.vms.count)].id
                let choices: [UpdatePlan.Action] = [
                    .suspend(vm: vm), .resume(vm: vm, host: host), .shutdown(vm: vm), .boot(vm: vm, host: host),
                ]
                plan.steps.append(.init(start: random.below(3000), action: choices[random.below(4)]))
            }
        }
        return plan
    }

    /// Runs the scorer once over many cases; its answers, one line each: `1|0 mixed migrations mib`, and the bounds.
    private func scored(_ pools: [UpdateInstance], _ plans: [(pool: Int, plan: UpdatePlan)]) throws -> (
        plans: [String], bounds: [String]
    ) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, pool) in pools.enumerated() {
            try Data(pool.json()).write(to: folder.appendingPathComponent("i\(index).json"))
        }
        var lines = ""
        for (index, entry) in plans.enumerated() {
            try Data(entry.plan.json()).write(to: folder.appendingPathComponent("p\(index).json"))
            lines += "\(entry.pool)\n"
        }
        try Data(lines.utf8).write(to: folder.appendingPathComponent("list"))
        let script = """
            import sys, json, importlib.util
            spec = importlib.util.spec_from_file_location("score", sys.argv[1]); s = importlib.util.module_from_spec(spec)
            sys.dont_write_bytecode = True; spec.loader.exec_module(s)
            d = sys.argv[2] + "/"; B = {}
            real = s.bounds
            for n in range(int(sys.argv[3])):
                I = s.load(d + "i%d.json" % n); b = real(I); B[n] = (I, b)
                print("B", b["mixed_lb"], b["migrations_lb"], b["mib_lb"], int(bool(b["infeasible"])))
            for k, n in enumerate(open(d + "list")):
                I, b = B[int(n)]; s.bounds = lambda I: b
                r = s.score(I, json.load(open(d + "p%d.json" % k)))
                print("P", int(r["valid"]), r["mixed_s"], r["migrations"], r["stopped_vms"], r["downtime_vm_s"])
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Shared.python))
        process.arguments = ["-B", "-c", script, Shared.scorer, folder.path, String(pools.count)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let all = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        return (all.filter { $0.hasPrefix("P") }, all.filter { $0.hasPrefix("B") })
    }

    @Test("on thousands of valid and broken plans, and on every bound")
    func agreement() throws {
        var random = SeededGenerator(seed: 42)
        var pools: [UpdateInstance] = []
        var plans: [(pool: Int, plan: UpdatePlan)] = []
        for seed in 1...220 {
            var pool = randomPool(UInt64(seed))
            pool.parameters.newerOnly = seed % 9 != 0
            pools.append(pool)
            guard let planned = try planned(pool, quick()) else { continue }
            plans.append((pools.count - 1, planned.plan))
            for _ in 0..<25 { plans.append((pools.count - 1, mutated(planned.plan, pool, &random))) }
        }
        let answers = try scored(pools, plans)
        #expect(plans.count > 2000)
        #expect(answers.plans.count == plans.count)
        var valid = 0
        for (entry, answer) in zip(plans, answers.plans) {
            let report = PlanChecker.check(entry.plan, for: pools[entry.pool])
            let ours = "P \(report.isValid ? 1 : 0)"
            if report.isValid {
                valid += 1
                let figures =
                    "\(ours) \(report.mixedSeconds) \(report.migrations) \(report.stoppedVMs) \(report.downtimeSeconds)"
                #expect(figures == answer, "\(pools[entry.pool].name)")
            } else {
                #expect(
                    answer.hasPrefix(ours),
                    "\(pools[entry.pool].name): \(report.violations.first?.description ?? "")"
                )
            }
        }
        #expect(valid > 100 && valid < plans.count - 500)
        for (pool, answer) in zip(pools, answers.bounds) {
            // The planner proves more about the window than the scorer, but never less.
            let certificate = try Planner.certificate(of: pool)
            let theirs = answer.split(separator: " ").compactMap { Int($0) }
            try #require(theirs.count == 4)
            #expect(certificate.fastSeconds >= theirs[0], "\(pool.name)")
            #expect(
                [certificate.moves.value, certificate.movedMiB.value, certificate.obstacles.isEmpty ? 0 : 1]
                    == Array(theirs.dropFirst()),
                "\(pool.name)"
            )
        }
    }
}
