@testable import Planner
import Testing

@Suite("The drain bound")
struct DrainBoundTests {
    /// A master and so many followers, all of 1000 MiB and full but for the room of one, drained at 10 MiB/s, one down at a time.
    private func fullHosts(_ count: Int) -> DrainBound {
        DrainBound(
            kinds: [.init(capacity: 1000, update: 540, count: count)],
            masterCapacity: 1000,
            spare: 1000,
            rate: 10,
            mostDown: 1
        )
    }

    @Test("one follower that must be down, drained and filled by nobody: its update alone")
    func one() {
        let bound = fullHosts(1)
        // The pool is full but for one host: the follower drains 1000 MiB at 10 MiB/s into the master, then updates.
        let back = bound.lastReturn(above: 540)
        #expect(back.map { $0 > 620 && $0 <= 640 } == true)
    }

    @Test("a chain of full hosts costs a drain for each of them")
    func chain() {
        let bound = fullHosts(3)
        let back = bound.lastReturn(above: 3 * 540)
        // Rounding to steps of 10 s costs at most two steps a host.
        #expect(back.map { $0 > 3 * 640 - 60 && $0 <= 3 * 640 } == true)
    }

    @Test("it raises the bound of 16 hosts at 65 % and stays below every plan", arguments: 1...3)
    func sixteenHosts(seed: UInt64) throws {
        let pool = SyntheticPool(hosts: 16, utilisation: 0.65, seed: seed).instance()
        let planned = try #require(try planned(pool, quick(.fastest, passes: 200)))
        #expect(planned.certificate.binding?.name == "drain")
        #expect(planned.certificate.mixedSeconds > planned.certificate.fastSeconds)
        #expect(planned.report.mixedSeconds >= planned.certificate.mixedSeconds)
    }

    @Test("no plan for pools of one, two or three sizes beats it", arguments: [3, 5, 8, 12])
    func smallPools(hosts: Int) throws {
        for kind in [SyntheticPool.Kind.plain, .unequal] {
            for (seed, load) in [(1, 0.4), (2, 0.5), (3, 0.6), (4, 0.65)] {
                let pool = SyntheticPool(kind: kind, hosts: hosts, utilisation: load, seed: UInt64(seed)).instance()
                guard let planned = try planned(pool, quick(.fastest, passes: 400)) else { continue }
                #expect(planned.report.mixedSeconds >= planned.certificate.mixedSeconds, "\(pool.name)")
            }
        }
    }
}
