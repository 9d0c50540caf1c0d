@testable import Planner
import Testing

/// The figures of `docs/design/planner.md`, and pools small enough to follow with a pencil.
@Suite("Bounds by hand")
struct BoundsByHandTests {
    /// Equal hosts of 64 GiB with so many VMs of 16 GiB each; one move takes 68 s.
    private func pool(_ vms: [Int]) -> UpdateInstance {
        var pool = UpdateInstance(
            name: "equal",
            hosts: vms.indices.map { .init(id: "h\($0)", memory: 65_536, isMaster: $0 == 0) },
            vms: []
        )
        for (host, count) in vms.enumerated() {
            for vm in 0..<count { pool.vms.append(.init(id: "v\(host)-\(vm)", memory: 16_384, host: "h\(host)")) }
        }
        return pool
    }

    private func bounds(_ pool: UpdateInstance) throws -> [String: Int] {
        let certificate = try Planner.certificate(of: pool)
        return Dictionary(uniqueKeysWithValues: certificate.mixed.map { ($0.name, $0.value) })
    }

    @Test("the table of the design document")
    func table() throws {
        #expect(
            try bounds(threeHosts()) == [
                "chain": 1080, "crossing": 1148, "parallel limit": 540, "waves": 1080, "memory area": 1020,
                "cascade": 1131,
                "waste area": 1042,
            ]
        )
    }

    @Test("three hosts take turns: two long moves are not both under way while a host is down")
    func relay() throws {
        // 80 GiB: 16 must cross before the first other host is down and 16 after it is back, 17 s on four slots; at most three of
        // the five VMs cross between, so one move of 68 s is before or after.
        let pool = pool([1, 2, 2])
        #expect(try bounds(pool)["relay"] == 540 + 2 * 540 + 68 + 17)
        let planned = try #require(try planned(pool, quick(.fastest, passes: 400)))
        #expect(planned.report.mixedSeconds == 540 + 2 * 540 + 68 + 68)
    }

    @Test("what fits on the master needs no turns")
    func noRelay() throws {
        #expect(try bounds(threeHosts())["relay"] == nil)
    }

    @Test("a third wave waits for the second to drain and to fill")
    func thirdWave() throws {
        // 18 VMs on seven hosts: two can be down at once, so four of the six others are down later. Two hosts drain and two fill:
        // three hosts' memory at 2 * 963.8 MiB/s, 102 s.
        let pool = pool([3, 3, 3, 3, 2, 2, 2])
        let bound = try #require(try bounds(pool)["third wave"])
        #expect((2261...2262).contains(bound))
        let planned = try #require(try planned(pool, quick(.fastest, passes: 400)))
        #expect(planned.report.mixedSeconds >= planned.certificate.mixedSeconds)
    }
}
