import Rollout
import Testing

@Suite("A run with a time")
struct ScheduleTests {
    private static let begin: Int64 = 1_007_200

    private func spec() -> RunSpec {
        var spec = run()
        spec.policy.notBefore = Self.begin
        return spec
    }

    /// A run that waits for its time.
    private func waiting(_ view: PoolView) -> Conversation {
        var talk = Conversation(spec(), view)
        talk.play(talk.start())
        return talk
    }

    private func wake(_ talk: inout Conversation) {
        talk.time = Self.begin - 1_000_000
        talk.seen = []
        talk.play(talk.machine.handle(.tick(at: talk.moment)))
    }

    @Test("It looks at the pool when it is begun, changes nothing before its time, and looks again then")
    func waits() {
        var view = pool()
        view.haEnabled = true
        var talk = waiting(view)
        #expect(talk.machine.stage == .surveying)
        #expect(talk.machine.waitsFor == ["The run begins at 1970-01-12T15:46:40Z."])
        #expect(talk.seen.contains(.observe) && talk.machine.obligations.isEmpty)
        #expect(!talk.seen.contains { if case .fix = $0 { true } else { false } })
        talk.time += 3600
        #expect(talk.machine.handle(.tick(at: talk.moment)).isEmpty, "an hour is not enough")
        #expect((1...60).contains(talk.machine.nextWake ?? 0), "the time of day may be set meanwhile")
        wake(&talk)
        #expect(talk.seen.first == .observe)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("A precheck that holds no more at that time holds the run, with the reason")
    func holds() throws {
        var talk = waiting(pool())
        talk.view.hosts[1].isLive = false
        wake(&talk)
        #expect(talk.machine.stage == .surveying)
        #expect(try #require(talk.machine.holds.first).subject == .prechecks)
        #expect(talk.machine.hosts.allSatisfy { $0.begun == nil })
    }

    @Test("What is in the way when it is begun is told, and forgotten where it is gone by then")
    func earlyProblem() {
        var view = pool()
        view.hosts[1].isLive = false
        var talk = waiting(view)
        #expect(talk.machine.holds.isEmpty)
        #expect(talk.machine.events.contains { $0.text.contains("would keep it from beginning") })
        talk.view.hosts[1].isLive = true
        wake(&talk)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("What people do with the pool meanwhile is no deviation, and a host that came is updated, too")
    func meanwhile() {
        var talk = waiting(pool())
        talk.view.vms[0].power = .halted
        talk.view.vms[0].host = nil
        talk.view.hosts += pool(hosts: 3).hosts.suffix(1)
        wake(&talk)
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(!talk.machine.events.contains { [.deviation, .vmLost].contains($0.kind) })
        #expect(talk.machine.hosts.count == 3 && talk.machine.hosts.allSatisfy(\.isNew))
    }

    @Test("It is cancelled as any run, before its time and without a trace in the pool")
    func cancelled() {
        var talk = waiting(pool())
        talk.play(talk.say(.cancel))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.machine.obligations.isEmpty && talk.machine.hosts.allSatisfy { $0.begun == nil })
    }

    @Test("A controller that takes it over waits for the same time, and a word of before stays")
    func takenOver() {
        var talk = waiting(pool())
        talk.play(talk.say(.skip(host: "h2")))
        talk.play(talk.machine.handle(.restarted(at: Moment(wall: talk.moment.wall, steady: 0))))
        #expect(talk.machine.waitsFor == ["The run begins at 1970-01-12T15:46:40Z."])
        wake(&talk)
        #expect(talk.phase("h1") == .done && talk.phase("h2") == .skipped)
    }
}
