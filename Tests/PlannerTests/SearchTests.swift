@testable import Planner
import Testing

@Suite("The search")
struct SearchTests {
    private func planOf(_ recipe: Recipe, _ pool: UpdateInstance) throws -> UpdatePlan {
        let pass = Pass(Model(pool))
        try #require(pass.run(recipe).solved)
        let plan = pass.plan()
        #expect(PlanChecker.check(plan, for: pool).isValid)
        return plan
    }

    /// Where a VM is when the first host goes down.
    private func place(_ vm: String, _ plan: UpdatePlan, _ pool: UpdateInstance) -> String? {
        var place = pool.vms.first { $0.id == vm }?.host
        for step in plan.steps.sorted(by: { $0.start < $1.start }) {
            if case .update = step.action { return place }
            if case .migrate(vm, _, let to) = step.action { place = to }
        }
        return place
    }

    @Test("a VM is exchanged for smaller ones before the window, onto a host or beside another VM")
    func exchange() throws {
        // h1 has one VM of 32 GiB, h2 four of 8 GiB and one of 16 GiB; h1 has no room for the 16 GiB unless its own VM leaves.
        var pool = UpdateInstance(
            name: "exchange",
            hosts: (0..<3).map { .init(id: "h\($0)", memory: 49_152, isMaster: $0 == 0) },
            vms: [.init(id: "large", memory: 32_768, host: "h1"), .init(id: "other", memory: 12_288, host: "h2")]
        )
        for small in 0..<3 { pool.vms.append(.init(id: "s\(small)", memory: 8192, host: "h2")) }
        let model = Model(pool)
        func position(_ id: String) -> Int32 { Int32(model.instance.vms.firstIndex { $0.id == id } ?? -1) }
        for goal in [Recipe.Exchange.Goal.host(2), .beside(position("other"))] {
            var recipe = Recipe()
            recipe.exchanges = [.init(vm: position("large"), goal: goal)]
            let plan = try planOf(recipe, pool)
            #expect(place("large", plan, pool) == "h2")
            if goal != .host(2) { #expect(place("other", plan, pool) == "h2") }
        }
        #expect(place("large", try planOf(Recipe(), pool), pool) == "h1")
    }

    @Test("VMs with long moves cross ahead of their hosts")
    func ahead() throws {
        let pool = SyntheticPool(hosts: 8, utilisation: 0.5).instance()
        var recipe = Recipe()
        recipe.ahead = 3
        let plan = try planOf(recipe, pool)
        #expect(plan != (try planOf(Recipe(), pool)))
    }

    @Test("its work is counted, and ends it, whatever the clock says")
    func work() throws {
        let model = Model(SyntheticPool(kind: .unequal, hosts: 16, utilisation: 0.65).instance())
        var looks: [Int] = []
        for _ in 0..<2 {
            var portfolio = Portfolio(model, lowerBound: 0, seed: 1, limit: .init(recipes: 10_000, looks: 300_000)) {
                true
            }
            portfolio.sweep(Recipe())
            portfolio.improveWindow(until: 1)
            #expect(portfolio.passes < 1000)
            #expect(portfolio.best(.window) != nil)
            looks.append(portfolio.pass.looks)
        }
        #expect(looks[0] == looks[1])
        #expect((300_000..<400_000).contains(looks[0]))
    }

    @Test("a pool that is proved to have no plan is not searched for one")
    func proved() throws {
        var options = quick(passes: 100_000)
        options.passes = nil
        let pool = SyntheticPool(kind: .unequal, hosts: 16, utilisation: 0.9, seed: 2).instance()
        guard case .impossible(let explanation) = try Planner.plan(pool, options: options) else {
            Issue.record("a plan in spite of the proof")
            return
        }
        #expect(!explanation.proofs.isEmpty)
        #expect(explanation.stuck != nil)
    }
}
