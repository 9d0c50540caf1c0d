import Datamodel
import Rollout
import Testing
import XenAPI

@testable import PoolRollout

@Suite("A run that is asked for twice")
struct RunAgainTests {
    @Test("A time that is past begins no run")
    func past() async throws {
        let desk = try await Desk(role: .poolOperator)
        let update = try await desk.addUpdate("Alpha", digest: String(repeating: "aa", count: 32))
        var options = RunOptions(updates: [update])
        options.policy.notBefore = 1_000
        let error = await #expect(throws: APIError.self) {
            try await desk.rollouts.start(options, by: "ann", holds: true)
        }
        #expect(error?.parameters.first == "at" && error?.parameters.last?.contains("still to come") == true)
        #expect(await desk.rollouts.activeRun == nil)
    }

    @Test("Under its own id it is begun once, whatever became of it; another one is refused while it goes on")
    func again() async throws {
        let desk = try await Desk(role: .poolOperator)
        let update = try await desk.addUpdate("Alpha", digest: String(repeating: "aa", count: 32))
        var options = RunOptions(updates: [update], run: "11111111-2222-4333-8444-555555555555")
        let run = try await desk.rollouts.start(options, by: "ann", holds: true)
        #expect(run == options.run)
        #expect(try await desk.rollouts.start(options, by: "ann", holds: true) == run)
        options.run = "11111111-2222-4333-8444-666666666666"
        await #expect(throws: APIError("ROLLOUT_ACTIVE", [run])) {
            try await desk.rollouts.start(options, by: "ann", holds: true)
        }
        try await desk.rollouts.say(.cancel, to: run, by: "ann")
        while await desk.rollouts.activeRun != nil { await Task.yield() }
        options.run = run
        #expect(try await desk.rollouts.start(options, by: "ann", holds: true) == run)
        #expect(await desk.rollouts.activeRun == nil)
    }
}
