import Fleet
import Foundation
import Testing

@Suite("The run of a pool")
struct PoolRunTests {
    private func spec(_ run: String) -> FleetSpec { FleetSpec(run: run, startedBy: "ann", update: nil, rings: []) }

    @Test("has the same id however often it is asked for, and another one in each pool and each fleet run")
    func ids() {
        let (one, two) = (spec("f1"), spec("f2"))
        #expect(one.run(at: "berlin") == one.run(at: "berlin"))
        #expect(Set([one.run(at: "berlin"), one.run(at: "tokyo"), two.run(at: "berlin")]).count == 3)
        let id = one.run(at: "berlin")
        #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
    }
}
