import Rollout
import Testing

@Suite("What a run expects of its rest")
struct RemainingTests {
    /// A run that has come to the first restart.
    private func underWay(_ spec: RunSpec = run(), hosts: Int = 3) -> Conversation {
        var talk = Conversation(spec, pool(hosts: hosts))
        talk.play(talk.start()) { _, action in
            if case .restartHost = action { true } else { false }
        }
        return talk
    }

    private func rest(_ talk: Conversation, after seconds: Int64 = 0) -> Int? {
        talk.machine.remainingSeconds(now: talk.moment.wall + seconds)
    }

    @Test("Nobody can say before there is a plan, and after the end there is no rest")
    func ends() {
        var talk = Conversation(run(), pool(hosts: 3))
        let first = talk.start()
        #expect(rest(talk) == nil)
        talk.play(first)
        #expect(talk.machine.stage == .ended(.succeeded) && rest(talk) == nil)
        #expect(talk.machine.expectations(now: talk.moment.wall).isEmpty)
    }

    @Test("It gets shorter as time goes by, until what is under way takes longer than it was planned to")
    func passes() throws {
        let talk = underWay()
        let now = try #require(rest(talk))
        #expect(rest(talk, after: 10) == now - 10)
        let late = try #require(rest(talk, after: 100_000))
        #expect(late > 0 && late < now, "the other hosts are still to come")
        #expect(rest(talk, after: 200_000) == late)
        #expect(rest(talk, after: -500) == rest(talk, after: -50), "a clock that was put back")
    }

    @Test("Hosts that are still to go down are expected in the plan's order, and none is that is down")
    func expectations() throws {
        let talk = underWay()
        let expected = talk.machine.expectations(now: talk.moment.wall)
        let down = try #require(talk.machine.hosts.first { $0.phase == .restarting })
        #expect(expected[down.id] == nil)
        #expect(expected.count == 2)
        for span in expected.values {
            #expect(span.start >= 0 && span.end > span.start)
            #expect(span.end <= rest(talk) ?? 0)
        }
    }

    @Test("Pauses between waves count")
    func soak() throws {
        var spec = run()
        spec.policy.maxParallel = 1
        let plain = try #require(rest(underWay(spec)))
        spec.policy.soak = 600
        #expect(try #require(rest(underWay(spec))) == plain + 2 * 600)
    }

    @Test("While somebody is waited for there is no end to tell")
    func waits() {
        var talk = underWay()
        _ = talk.say(.pause)
        #expect(rest(talk) == nil)
        _ = talk.say(.resume)
        #expect(rest(talk) != nil)
    }
}
