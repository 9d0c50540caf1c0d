import PoolDatabase
import PoolOperations
import Rollout
import Testing
import XenAPI

@testable import PoolRollout
@testable import PoolServer

/// A run is begun as it was shown, or not at all.
@Suite("What was shown before a run")
struct RevisionTests {
    private let update = UpdateFacts(uuid: "u1", label: "XS602E1", sha256: "aa", guidance: [.restartHost])

    private func revision(_ bench: Bench, _ spec: RunSpec) throws -> RunRevision {
        RunRevision(try PoolView(bench.api.pool.database.snapshot, updates: spec.updates, now: 0), spec)
    }

    @Test("It stays as long as the update, the hosts and what stands in the way do, and says which has changed")
    func changes() async throws {
        let bench = try await Bench()
        var spec = RunSpec(run: "r", startedBy: "ann", updates: [update])
        let shown = try revision(bench, spec)
        spec.run = "another"
        spec.startedBy = "bob"
        #expect(try revision(bench, spec).change(since: shown.description) == nil)

        var other = spec
        other.updates[0].sha256 = "bb"
        #expect(try revision(bench, other).change(since: shown.description) == "the update is another one")
        var fewer = spec
        fewer.excluded = [try #require(bench.api.pool.database.snapshot.rows("host").last?.uuid)]
        #expect(try revision(bench, fewer).change(since: shown.description)?.contains("other hosts take part") == true)

        let pool = try bench.api.pool.database.snapshot.pool().ref
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool", pool, "wlb_enabled", .bool(true))
        }
        #expect(try revision(bench, spec).change(since: shown.description) == "the pre-checks find something else")
        #expect(try revision(bench, spec).change(since: "nonsense") == "it is not known what was shown")
    }

    @Test("A VM that moves changes nothing that was shown")
    func moves() async throws {
        let bench = try await Bench()
        let spec = RunSpec(run: "r", startedBy: "ann", updates: [update])
        let shown = try revision(bench, spec)
        let snapshot = bench.api.pool.database.snapshot
        let vm = try #require(
            snapshot.rows("VM").first { $0.string("power_state") == "Running" && !$0.bool("is_control_domain") }
        )
        let other = try #require(snapshot.rows("host").first { $0.ref != vm.ref("resident_on") })
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("VM", vm.ref, "resident_on", .string(other.ref.rawValue))
        }
        #expect(try revision(bench, spec) == shown)
    }
}
