import Planner
import Testing

@Suite("The checker refuses each kind of violation")
struct PlanCheckerTests {
    /// The master's VM moves to h1, the others cross; 22,000 s apart so that single steps can be changed.
    private func validPlan() -> UpdatePlan {
        UpdatePlan(steps: [
            .init(start: 0, action: .migrate(vm: "v0", from: "h0", to: "h1")),
            .init(start: 100, action: .update(host: "h0")),
            .init(start: 700, action: .migrate(vm: "v0", from: "h1", to: "h0")),
            .init(start: 700, action: .migrate(vm: "v1", from: "h1", to: "h0")),
            .init(start: 900, action: .update(host: "h1")),
            .init(start: 1500, action: .migrate(vm: "v2", from: "h2", to: "h1")),
            .init(start: 1700, action: .update(host: "h2")),
        ])
    }

    private func violations(_ pool: UpdateInstance, _ change: (inout UpdatePlan) -> Void = { _ in }) -> String {
        var plan = validPlan()
        change(&plan)
        return PlanChecker.check(plan, for: pool).violations.map(\.description).joined(separator: "\n")
    }

    @Test("a correct plan passes, with its figures")
    func correct() {
        let report = PlanChecker.check(validPlan(), for: threeHosts())
        #expect(report.isValid)
        #expect(report.mixedSeconds == 1700 + 540 - 100)
        #expect(report.migrations == 4)
        #expect(report.mostMigrationsOfOneVM == 2)
        #expect(report.movedMiB == 4 * 16_384)
    }

    @Test("a host must be empty when its update starts")
    func notEmpty() {
        #expect(violations(threeHosts()) { $0.steps.removeLast(2) }.contains("h2 is never updated"))
        #expect(violations(threeHosts()) { $0.steps[6].start = 1510 }.contains("still holds 1 VMs"))
    }

    @Test("the master goes first and nothing overlaps its reboot")
    func masterFirst() {
        #expect(violations(threeHosts()) { $0.steps[4].start = 95 }.contains("before the master h0 is back"))
        #expect(violations(threeHosts()) { $0.steps[3].start = 300 }.contains("overlaps the reboot of the master"))
    }

    @Test("no VM moves to an older host")
    func newerOnly() {
        let text = violations(threeHosts()) {
            $0.steps.append(.init(start: 1550, action: .migrate(vm: "v0", from: "h0", to: "h2")))
        }
        #expect(text.contains("older h2"))
    }

    @Test("memory counts at both ends of a move")
    func memory() {
        var pool = threeHosts()
        pool.hosts[1].memory = 20_000
        #expect(violations(pool).contains("h1 would need 32768 MiB but has 20000"))
    }

    @Test("vCPUs, slots and allowed hosts are limits")
    func otherLimits() {
        var pool = threeHosts()
        pool.hosts[0].maxMigrations = 1
        #expect(violations(pool).contains("more than 1 migrations"))
        pool = threeHosts()
        for vm in pool.vms.indices { pool.vms[vm].vcpus = 3 }
        pool.hosts[1].vcpus = 5
        #expect(violations(pool).contains("virtual CPUs"))
        pool = threeHosts()
        pool.vms[2].allowedHosts = ["h0", "h2"]
        #expect(violations(pool).contains("can not run on h1"))
        pool.vms[2].isAgile = false
        #expect(violations(pool).contains("can not be moved live"))
    }

    @Test("anti-affinity counts a moving VM at both ends")
    func antiAffinity() {
        var pool = threeHosts()
        pool.antiAffinity = [.init(id: "apart", vms: ["v0", "v1"])]
        #expect(violations(pool).contains("group apart has too many VMs on h1"))
    }

    @Test("availability counts members that run and do not move")
    func availability() {
        var pool = threeHosts()
        pool.availability = [.init(id: "web", vms: ["v0", "v1", "v2"], minimumUp: 2)]
        #expect(violations(pool).contains("group web has too few"))
        pool.availability[0].minimumUp = 1
        #expect(violations(pool).isEmpty)
    }

    @Test("HA keeps room for failures while a host is down")
    func highAvailability() {
        var pool = threeHosts()
        pool.parameters.haFailures = 1
        pool.hosts[2].memory = 40_000
        #expect(violations(pool).contains("after 1 host failures"))
    }

    @Test("parallel limit, order, canary and deadline hold")
    func operatorRules() {
        var pool = threeHosts()
        pool.parameters.maxParallel = 1
        #expect(violations(pool).isEmpty)
        pool.hosts[1].after = ["h2"]
        #expect(violations(pool).contains("h1 starts before h2 is back"))
        pool = threeHosts()
        pool.canary = .init(host: "h1", soak: 600)
        #expect(violations(pool).contains("before the canary h1 has run for 600 s"))
        pool.canary = .init(host: "h1", soak: 200)
        #expect(violations(pool).isEmpty)
        pool = threeHosts()
        pool.parameters.finishBy = 2000
        #expect(violations(pool).contains("after the deadline of 2000 s"))
    }

    @Test("a VM is stopped only as its policy says, and runs again at the end")
    func stops() {
        var pool = threeHosts()
        let suspend = UpdatePlan.Step(start: 650, action: .suspend(vm: "v2"))
        #expect(violations(pool) { $0.steps.append(suspend) }.contains("may not be stopped by suspend"))
        pool.vms[2].stop = .suspend
        #expect(violations(pool) { $0.steps.append(suspend) }.contains("does not run at the end"))
        let text = violations(pool) {
            $0.steps[5] = suspend
            $0.steps.append(.init(start: 2300, action: .resume(vm: "v2", host: "h2")))
        }
        #expect(text.isEmpty)
    }
}
