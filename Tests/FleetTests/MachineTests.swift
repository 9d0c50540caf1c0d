@testable import Fleet
import Testing

/// A machine that is told things, one after another.
struct Told {
    var machine = FleetMachine()
    var now: Int64 = 0
    var words = 0
    let spec: FleetSpec

    init(
        _ rings: [FleetSpec.Ring],
        atOnce: Int = 10,
        failedPools: Int = 0,
        failedHosts: Int = 0,
        policy: FleetPolicy = FleetPolicy()
    ) {
        spec = FleetSpec(
            run: "run",
            startedBy: "root",
            update: FleetUpdate(id: "u", label: "U"),
            rings: rings,
            atOnce: atOnce,
            failedPools: failedPools,
            failedHosts: failedHosts,
            policy: policy
        )
        machine.handle(.start(spec, at: 0))
        tick()
    }

    mutating func tick(_ seconds: Int64 = 1, open: Set<String>? = nil) {
        now += seconds
        machine.handle(.time(now, open: open ?? Set(spec.rings.map(\.name))))
    }

    mutating func tell(_ pool: String, _ outcome: FleetOutcome) {
        machine.handle(.outcome(pool: pool, outcome, at: now))
    }

    mutating func say(_ word: FleetWord) {
        words += 1
        machine.handle(.word(word, number: words, by: "ann", at: now))
    }

    mutating func ready(_ pools: String...) {
        for pool in pools { tell(pool, .prepared(.ready)) }
        tick()
    }

    mutating func begun(_ pool: String) { tell(pool, .begun(.run("r-\(pool)"))) }

    mutating func ended(_ pool: String, _ ending: String = "succeeded", failedHosts: Int = 0) {
        let end = RunEnd(
            ending: ending,
            doneHosts: 3 - failedHosts,
            failedHosts: failedHosts,
            head: "h-\(pool)",
            text: "t"
        )
        tell(pool, .seen(.ended(end)))
        tick()
    }

    mutating func carry(_ pools: String...) {
        for pool in pools {
            begun(pool)
            ended(pool)
        }
    }

    mutating func well(_ pools: String...) {
        for pool in pools { tell(pool, .checked(.well)) }
        tick()
    }

    var active: [String] { machine.pools.filter(\.isActive).map(\.name) }
}

@Suite("A fleet run")
struct MachineTests {
    private func ring(_ name: String, _ pools: [String], canaries: [String] = [], soak: Int64 = 0) -> FleetSpec.Ring {
        FleetSpec.Ring(name: name, pools: pools, canaries: canaries, soak: soak)
    }

    @Test("looks at all pools of a ring before any of them begins")
    func prechecksFirst() {
        var run = Told([ring("a", ["p", "q"])])
        #expect(run.machine.effects == [.prepare(pool: "p"), .prepare(pool: "q")])
        run.ready("p")
        #expect(run.active == [])
        run.ready("q")
        #expect(run.active == ["p", "q"])
    }

    @Test("begins at most so many pools at once, of the fleet and of the ring")
    func atOnce() {
        var run = Told([ring("a", ["p", "q", "r"])], atOnce: 2)
        run.ready("p", "q", "r")
        #expect(run.active == ["p", "q"])
        run.begun("p")
        run.ended("p")
        #expect(run.active == ["q", "r"])
        var narrow = Told([FleetSpec.Ring(name: "a", pools: ["p", "q"], atOnce: 1)])
        narrow.ready("p", "q")
        #expect(narrow.active == ["p"])
    }

    @Test("lets a ring begin once the one before is done, has soaked, and is well")
    func rings() {
        var run = Told([ring("a", ["p"], soak: 600), ring("b", ["q"])])
        run.ready("p")
        run.carry("p")
        #expect(run.machine.rings[0].phase == .soak(until: run.now + 600))
        run.tick(599)
        #expect(run.machine.effects == [])
        run.tick(1)
        #expect(run.machine.effects == [.check(pool: "p")])
        run.well("p")
        #expect(run.machine.effects == [.prepare(pool: "q")])
        run.ready("q")
        run.carry("q")
        run.well("q")
        #expect(run.machine.stage == .ended(.succeeded))
    }

    @Test("lets canaries go first, and the others only once they have soaked and are well")
    func canaries() {
        var run = Told([ring("a", ["p", "q"], canaries: ["q"], soak: 60)])
        run.ready("p", "q")
        #expect(run.active == ["q"])
        run.carry("q")
        run.tick(59)
        #expect(run.active == [])
        run.tick(1)
        run.well("q")
        #expect(run.active == ["p"])
    }

    @Test("holds where a canary did not get there, until the ring is approved")
    func canaryHold() {
        var run = Told([ring("a", ["p", "q"], canaries: ["q"])], failedPools: 1)
        run.ready("p", "q")
        run.begun("q")
        run.ended("q", "cancelled")
        run.tick()
        #expect(run.machine.rings[0].phase == .canaryHold)
        run.tick(10_000)
        #expect(run.active == [])
        run.say(.approve(ring: "a"))
        run.tick()
        #expect(run.active == ["p"])
    }

    @Test("waits for approval where a ring needs it; it may be given before")
    func approval() {
        let guarded = FleetSpec.Ring(name: "a", pools: ["p"], needsApproval: true)
        var run = Told([guarded])
        #expect(run.machine.effects == [])
        run.say(.approve(ring: "a"))
        run.tick()
        #expect(run.machine.effects == [.prepare(pool: "p")])
        var early = Told([ring("z", ["o"]), guarded])
        early.say(.approve(ring: "a"))
        early.ready("o")
        early.carry("o")
        early.well("o")
        #expect(early.machine.effects == [.prepare(pool: "p")])
    }

    @Test("begins pools in the ring's window only; those that have begun go on")
    func windows() {
        var run = Told([ring("a", ["p", "q"])], atOnce: 1)
        run.tell("p", .prepared(.ready))
        run.tell("q", .prepared(.ready))
        run.tick(open: [])
        #expect(run.active == [])
        run.tick(open: ["a"])
        run.begun("p")
        run.tell("p", .seen(.ended(RunEnd(ending: "succeeded", doneHosts: 3, head: "h", text: "t"))))
        run.tick(open: [])
        #expect(run.active == [])
        run.tick(open: ["a"])
        #expect(run.active == ["q"])
    }

    @Test("spends its budget of pools: with one more nothing is begun, and what has begun is waited for")
    func poolBudget() {
        var run = Told([ring("a", ["p", "q", "r", "s"])], atOnce: 2, failedPools: 1)
        run.ready("p", "q", "r", "s")
        for pool in ["p", "q"] { run.begun(pool) }
        run.ended("p", "cancelled")
        #expect(run.active == ["q", "r"])
        run.begun("r")
        run.ended("r", "cancelled")
        #expect(run.machine.stage == .stopping(.budget))
        #expect(run.active == ["q"])
        run.ended("q")
        #expect(run.machine.stage == .ended(.budget))
        #expect(run.machine.pool("s")?.phase == .skipped("More failed than was allowed."))
    }

    @Test("spends its budget of hosts while runs go on")
    func hostBudget() {
        var run = Told([ring("a", ["p", "q"])], atOnce: 1, failedPools: 5, failedHosts: 1)
        run.ready("p", "q")
        run.begun("p")
        run.tell("p", .seen(.going(failedHosts: 1, holds: [])))
        #expect(run.machine.stage == .going)
        run.tell("p", .seen(.going(failedHosts: 2, holds: [])))
        #expect(run.machine.stage == .stopping(.budget))
        run.ended("p", "partly", failedHosts: 2)
        #expect(run.machine.failedHosts == 2)
        #expect(run.machine.stage == .ended(.budget))
    }

    @Test(
        "leaves out or waits for what stands in the way, as the policy says",
        arguments: [Obstacle.Kind.running, .unreachable, .lacking, .prechecks]
    )
    func policy(kind: Obstacle.Kind) {
        func policy(_ remedy: FleetPolicy.Remedy) -> FleetPolicy {
            FleetPolicy(running: remedy, unreachable: remedy, lacking: remedy, prechecks: remedy, patience: 3600)
        }
        var skipping = Told([ring("a", ["p"])], policy: policy(.skip))
        skipping.tell("p", .prepared(.obstacle(Obstacle(kind, "why"))))
        #expect(skipping.machine.pool("p")?.phase == .skipped("why"))
        skipping.tick()
        #expect(skipping.machine.stage == .ended(.partly))

        var waiting = Told([ring("a", ["p"])], policy: policy(.wait))
        waiting.tell("p", .prepared(.obstacle(Obstacle(kind, "why"))))
        #expect(waiting.machine.effects == [.prepare(pool: "p")])
        waiting.ready("p")
        #expect(waiting.active == ["p"])

        var patient = Told([ring("a", ["p"])], policy: policy(.wait))
        patient.tell("p", .prepared(.obstacle(Obstacle(kind, "why"))))
        patient.tick(3600)
        #expect(patient.machine.pool("p")?.isSettled == true)
        #expect(patient.machine.stage == .ended(.partly))
    }

    @Test("counts a pool that is another one as failed, whatever the policy")
    func refused() {
        var run = Told([ring("a", ["p"])])
        run.tell("p", .prepared(.obstacle(Obstacle(.refused, "another pool"))))
        #expect(run.machine.pool("p")?.phase == .failed("another pool"))
        #expect(run.machine.stage == .stopping(.budget))
    }

    @Test("pauses: nothing new, what has begun goes on; and resumes")
    func pause() {
        var run = Told([ring("a", ["p", "q"])], atOnce: 1)
        run.ready("p", "q")
        run.say(.pause)
        run.carry("p")
        run.tick()
        #expect(run.active == [])
        run.say(.resume)
        run.tick()
        #expect(run.active == ["q"])
    }

    @Test("is cancelled: a pool that has begun goes on, one that may have begun is only asked, and none begins")
    func cancel() {
        var run = Told([ring("a", ["p", "q", "r"])], atOnce: 2)
        run.ready("p", "q", "r")
        run.begun("p")
        run.say(.cancel)
        #expect(run.machine.effects == [.watch(pool: "p", run: "r-p"), .settle(pool: "q")])
        run.tell("q", .begun(.none))
        #expect(run.active == ["p", "q"])
        run.tick(FleetMachine.longestBeginning)
        run.tell("q", .begun(.none))
        #expect(run.active == ["p"])
        run.ended("p")
        #expect(run.machine.stage == .ended(.cancelled))
        #expect(run.machine.pool("p")?.isDone == true)
    }

    @Test("skips a pool or a ring that has not begun, and leaves alone what has")
    func skip() {
        var run = Told([ring("a", ["p", "q"]), ring("b", ["r", "s"])], atOnce: 1)
        run.ready("p", "q")
        run.say(.skipPool("p"))
        #expect(run.active == ["p"])
        run.say(.skipPool("q"))
        run.say(.skipRing("b"))
        run.carry("p")
        run.well("p")
        #expect(run.machine.stage == .ended(.partly))
    }

    @Test("asks again, and begins nothing twice, where nobody knows whether a run was begun")
    func lostAnswer() {
        var run = Told([ring("a", ["p"])])
        run.tell("p", .prepared(.ready))
        run.tick()
        #expect(run.machine.effects == [.begin(pool: "p")])
        run.tell("p", .begun(.unknown("the answer was lost")))
        run.tick(60)
        #expect(run.machine.effects == [.begin(pool: "p")])
        run.tell("p", .begun(.run("r")))
        #expect(run.machine.effects == [.watch(pool: "p", run: "r")])
        run.tell("p", .begun(.run("other")))
        #expect(run.machine.pool("p")?.run == "r")
    }

    @Test("counts a pool as failed that is not well after it has soaked, or knows nothing of its run")
    func unwell() {
        var run = Told([ring("a", ["p"]), ring("b", ["q"])])
        run.ready("p")
        run.carry("p")
        run.tick()
        run.tell("p", .checked(.unwell("hosts are disabled")))
        #expect(run.machine.failedPools == 1)
        #expect(run.machine.stage == .stopping(.budget))
        var gone = Told([ring("a", ["p"])])
        gone.ready("p")
        gone.begun("p")
        gone.tell("p", .seen(.gone))
        // It may have started again just now.
        gone.tick(599)
        gone.tell("p", .seen(.gone))
        #expect(gone.machine.failedPools == 0)
        gone.tick(1)
        gone.tell("p", .seen(.gone))
        #expect(gone.machine.failedPools == 1)
    }

    @Test("gives up a pool that is silent for longer than it is waited for")
    func silence() {
        var run = Told([ring("a", ["p"])], policy: FleetPolicy(patience: 3600))
        run.ready("p")
        run.begun("p")
        run.tell("p", .seen(.silent("no answer")))
        run.tick(3599)
        #expect(run.active == ["p"])
        run.tell("p", .seen(.going(failedHosts: 0, holds: [])))
        run.tell("p", .seen(.silent("no answer")))
        run.tick(3599)
        #expect(run.active == ["p"])
        run.tick(1)
        #expect(run.machine.failedPools == 1)
    }

    @Test("begins no run where every host has the update")
    func hasIt() {
        var run = Told([ring("a", ["p"], soak: 600), ring("b", ["q"])])
        run.tell("p", .prepared(.hasIt))
        run.tick()
        #expect(run.machine.effects == [.check(pool: "p")])
        run.well("p")
        run.tell("q", .prepared(.hasIt))
        run.tick()
        run.well("q")
        #expect(run.machine.stage == .ended(.succeeded))
    }

    @Test("hears each word once, in order")
    func words() {
        var run = Told([ring("a", ["p"])])
        run.machine.handle(.word(.pause, number: 2, by: "ann", at: 1))
        #expect(run.machine.pausedBy == nil)
        run.say(.pause)
        run.machine.handle(.word(.resume, number: 1, by: "ann", at: 2))
        #expect(run.machine.pausedBy == "ann")
    }
}
