import Planner
import Testing

@Suite("Bad input is one line with field and value")
struct InputErrorTests {
    private func problem(_ json: String) -> String {
        do {
            _ = try UpdateInstance(json: Array(json.utf8))
            return "accepted"
        } catch {
            return error.description
        }
    }

    private func pool(hosts: String = host(), vms: String = vm(), rest: String = "") -> String {
        "{\"format\":\"pool-update-instance/1\",\"params\":{},\"hosts\":[\(hosts)],\"vms\":[\(vms)]\(rest)}"
    }

    private static func host(_ id: String = "h0", memory: String = "1024", more: String = ",\"master\":true") -> String
    {
        "{\"id\":\"\(id)\",\"mem_mib\":\(memory),\"nic_mibps\":100,\"apply_s\":1,\"reboot_s\":1\(more)}"
    }

    private static func vm(_ id: String = "v0", memory: String = "512", host: String = "h0", more: String = "")
        -> String
    {
        "{\"id\":\"\(id)\",\"mem_mib\":\(memory),\"host\":\"\(host)\"\(more)}"
    }

    @Test("a good file is accepted")
    func good() { #expect(problem(pool()) == "accepted") }

    @Test(
        "each mistake names its field and value",
        arguments: [
            (pool: [host(memory: "-5")], vms: [vm()], say: "hosts[0].mem_mib: -5 is not between"),
            (pool: [host(memory: "1e3")], vms: [vm()], say: "hosts[0].mem_mib: 1e3 is not a whole number"),
            (pool: [host(memory: "\"big\"")], vms: [vm()], say: "hosts[0].mem_mib: \"big\" is not a number"),
            (pool: [host(memory: "99999999999999999999999")], vms: [vm()], say: "is too large"),
            (pool: [host(), host()], vms: [vm()], say: "hosts[1].id: h0 names a second host"),
            (pool: [host(), host("h1")], vms: [vm()], say: "hosts[1].master: h1 is a second master beside h0"),
            (pool: [host(more: "")], vms: [vm()], say: "no host is the master"),
            (pool: [host()], vms: [vm(host: "h9")], say: "vms[0].host: \"h9\" is no host of this instance"),
            (
                pool: [host()], vms: [vm(memory: "2048")],
                say: "vms[0].mem_mib: 2048 is more than the 1024 MiB of its host h0"
            ),
            (pool: [host()], vms: [vm(), vm()], say: "vms[1].id: v0 names a second VM"),
            (
                pool: [host()], vms: [vm(), vm("v1", memory: "700")],
                say: "hosts[0].mem_mib: 1024 is less than the 1212 MiB"
            ),
            (pool: [host()], vms: [vm(more: ",\"hosts\":[\"h0\",\"hx\"]")], say: "vms[0].hosts[1]: \"hx\" is no host"),
            (
                pool: [host()], vms: [vm(more: ",\"stop\":\"kill\"")],
                say: "vms[0].stop: \"kill\" is not never, suspend or shutdown"
            ),
            (
                pool: [host(more: ",\"master\":true,\"after\":[\"h1\"]"), host("h1", more: ",\"after\":[\"h0\"]")],
                vms: [vm()], say: "closes a circle"
            ),
        ]
    )
    func mistakes(_ example: (pool: [String], vms: [String], say: String)) {
        let text = problem(pool(hosts: example.pool.joined(separator: ","), vms: example.vms.joined(separator: ",")))
        #expect(text.contains(example.say))
        #expect(!text.contains("\n"))
    }

    @Test("groups, canary and broken JSON are named too")
    func others() {
        #expect(
            problem(pool(rest: ",\"anti_affinity\":[{\"id\":\"g\",\"vms\":[\"v7\"]}]")).contains(
                "anti_affinity[0].vms[0]: \"v7\" is no VM"
            )
        )
        #expect(problem(pool(rest: ",\"canary\":{\"host\":\"h7\"}")).contains("canary.host: \"h7\" is no host"))
        #expect(
            problem(pool(rest: ",\"availability\":[{\"id\":\"g\",\"vms\":[\"v0\"],\"min_up\":2}]")).contains(
                "availability[0].min_up: 2"
            )
        )
        #expect(problem("{\"hosts\":[").contains("this is not JSON"))
        #expect(problem("[]").contains("is not an object"))
        #expect(problem("{}").contains("hosts: is missing"))
        #expect(problem(String(repeating: "[", count: 100_000)).count < 300)
    }

    @Test("an empty pool has an empty plan")
    func emptyPool() throws {
        let pool = try UpdateInstance(json: Array("{\"hosts\":[],\"vms\":[]}".utf8))
        let planned = try #require(try planned(pool, quick()))
        #expect(planned.plan.steps.isEmpty)
        #expect(planned.report.isValid)
    }

    @Test("instances and plans survive writing and reading")
    func roundTrip() throws {
        var pool = SyntheticPool(kind: .constrained, hosts: 16, utilisation: 0.5).instance()
        pool.canary = .init(host: "h0003", soak: 5)
        pool.hosts[4].after = ["h0003"]
        pool.parameters.finishBy = 99_999
        pool.vms[0].id = "tab\t\"quote\" \\ ü"
        pool.availability = [.init(id: "a", vms: [pool.vms[0].id, pool.vms[1].id], minimumUp: 1)]
        #expect(try UpdateInstance(json: pool.json()) == pool)
        let plan = UpdatePlan(
            planner: "p",
            instance: "i",
            steps: [
                .init(start: 1, action: .migrate(vm: "a", from: "b", to: "c")),
                .init(start: 2, action: .update(host: "b")),
                .init(start: 3, action: .suspend(vm: "a")), .init(start: 4, action: .resume(vm: "a", host: "b")),
                .init(start: 5, action: .shutdown(vm: "a")), .init(start: 6, action: .boot(vm: "a", host: "b")),
            ]
        )
        #expect(try UpdatePlan(json: plan.json()) == plan)
        #expect(throws: InputError.self) {
            try UpdatePlan(json: Array("{\"steps\":[{\"op\":\"fly\",\"start\":0}]}".utf8))
        }
        #expect(throws: InputError.self) {
            try UpdatePlan(json: Array("{\"steps\":[{\"op\":\"update\",\"host\":\"h\",\"start\":1.5}]}".utf8))
        }
    }
}
