import Rollout
import Testing

/// Talks to a machine by hand: every effect is answered as a pool that does what it is told.
struct Conversation {
    var machine = RolloutMachine()
    var view: PoolView
    var time: Int64 = 0
    var seen: [Action] = []
    private var boots: [String: Int] = [:]
    private var stamps: [String: [String]] = [:]
    private let spec: RunSpec

    init(_ spec: RunSpec, _ view: PoolView) {
        self.spec = spec
        self.view = view
    }

    var moment: Moment { Moment(wall: 1_000_000 + time, steady: time) }

    mutating func start() -> [Effect] { machine.handle(.start(spec, at: moment)) }
    mutating func say(_ word: OperatorWord) -> [Effect] { machine.handle(.word(word, by: "ann", at: moment)) }

    /// Answers effects until nothing more is wanted, or `until` is met.
    mutating func play(_ effects: [Effect], until stop: (RolloutMachine, Action) -> Bool = { _, _ in false }) {
        var queue = effects
        while !queue.isEmpty {
            let effect = queue.removeFirst()
            seen.append(effect.action)
            if stop(machine, effect.action) { return }
            time += 1
            queue += machine.handle(.result(effect.id, answer(effect.action), at: moment))
            if queue.isEmpty, let wake = machine.nextWake, machine.waitsFor.isEmpty {
                time += wake
                queue += machine.handle(.tick(at: moment))
            }
        }
    }

    mutating func answer(_ action: Action) -> Outcome {
        switch action {
        case .observe: return .pool(view)
        case .plan(let request): return .plan(Planning.answer(request, effort: .init(passes: 1)))
        case .inspect(let host): return .host(report(host))
        case .apply(let update, let host): stamps[host, default: []].append(update)
        case .restartHost(let host, _):
            boots[host, default: 1] += 1
            if let index = view.hosts.firstIndex(where: { $0.id == host }) {
                view.hosts[index].bootID = "\(host)-\(boots[host] ?? 1)"
            }
        case .move(let vm, _, let to):
            if let index = view.vms.firstIndex(where: { $0.id == vm }) { view.vms[index].host = to }
        case .fix(.disableHA): view.haEnabled = false
        case .fix(.ejectISO(let vm, _)):
            if let index = view.vms.firstIndex(where: { $0.id == vm }) { view.vms[index].localISO = nil }
        case .disable(let host), .pay(.hostEnabled(let host)):
            if let index = view.hosts.firstIndex(where: { $0.id == host }) {
                if case .disable = action {
                    view.hosts[index].isEnabled = false
                } else {
                    view.hosts[index].isEnabled = true
                }
            }
        default: break
        }
        return .done
    }

    private func report(_ host: String) -> HostReport {
        let applied = stamps[host] ?? []
        var packages: [String: String] = [:]
        for update in spec.updates {
            for (name, version) in update.packages { packages[name] = applied.contains(update.uuid) ? version : "old" }
        }
        return HostReport(
            bootID: "\(host)-\(boots[host] ?? 1)",
            agentStart: Int64(applied.count),
            isEnabled: view.host(host)?.isEnabled ?? false,
            unpluggedStorage: [],
            stamps: applied,
            packages: packages,
            softwareVersion: [:],
            residents: view.residents(host).map(\.id)
        )
    }
}

func pool(hosts: Int = 2) -> PoolView {
    var view = PoolView()
    view.taken = 1_000_000
    view.lastBackup = 999_000
    for number in 1...hosts {
        var host = HostView(id: "h\(number)", name: "xs\(number)", memory: 8192)
        host.isMaster = number == 1
        host.productVersion = "6.0.2"
        host.bootID = "h\(number)-1"
        view.hosts.append(host)
        view.vms.append(VMView(id: "v\(number)", name: "web\(number)", host: "h\(number)", memory: 2048))
    }
    return view
}

func update(_ number: Int = 1, _ guidance: [Guidance] = [.restartHost]) -> UpdateFacts {
    UpdateFacts(
        uuid: "u\(number)",
        label: "XS602E\(number)",
        sha256: "00",
        guidance: guidance,
        packages: ["kernel\(number)": "2.0-\(number)"],
        installationSize: 1 << 20
    )
}

func run(_ updates: [UpdateFacts] = [update()]) -> RunSpec { RunSpec(run: "r1", startedBy: "ann", updates: updates) }

@Suite("The machine")
struct MachineTests {
    @Test("A plain run updates the master first, and every host is observed to be new")
    func plain() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.machine.hosts.allSatisfy { $0.isNew && $0.phase == .done })
        let restarted = talk.seen.compactMap { if case .restartHost(let host, _) = $0 { host } else { nil } }
        #expect(restarted.first == "h1")
        #expect(restarted.count == 3)
    }

    @Test("A host is disabled before it is emptied, and emptied before anything is applied")
    func order() throws {
        var talk = Conversation(run(), pool())
        talk.play(talk.start())
        let disabled = try #require(talk.seen.firstIndex(of: .disable(host: "h1")))
        let moved = try #require(talk.seen.firstIndex { if case .move(_, "h1", _) = $0 { true } else { false } })
        let applied = try #require(talk.seen.firstIndex(of: .apply(update: "u1", host: "h1")))
        #expect(disabled < moved)
        #expect(moved < applied)
    }

    @Test("Several updates share one restart, and the strongest guidance absorbs the weaker")
    func oneRestart() {
        var talk = Conversation(run([update(1, [.restartXAPI]), update(2, [.restartHost])]), pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.count { if case .restartHost = $0 { true } else { false } } == 2)
        #expect(!talk.seen.contains { if case .restartAgent = $0 { true } else { false } })
        #expect(Restart(for: [update(1, [.restartXAPI]), update(2, [])]) == .agent)
        #expect(Restart(for: [update(1, [.restartHVM])]) == .none)
    }

    @Test("What is switched off is owed before it is switched off, and given back at the end")
    func obligations() {
        var view = pool()
        view.haEnabled = true
        view.haFailures = 1
        var talk = Conversation(run(), view)
        talk.play(talk.start()) { machine, action in
            if case .fix(.disableHA) = action {
                #expect(machine.obligations.contains { $0.debt == .haEnabled(failures: 1) && $0.state == .open })
                return false
            }
            if case .disable(let host) = action {
                #expect(machine.obligations.contains { $0.debt == .hostEnabled(host: host) && $0.state == .open })
            }
            return false
        }
        #expect(talk.seen.last == .pay(.haEnabled(failures: 1)))
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("Only what was agreed to is fixed, and a blocking problem without agreement holds the run before any fix")
    func singleFixes() {
        var view = pool()
        view.haEnabled = true
        view.haFailures = 1
        view.vms[0].startsWithHost = true
        var spec = run()
        spec.fixes = [.disableHA(failures: 1)]
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        let made = talk.seen.compactMap { action -> Fix? in if case .fix(let fix) = action { fix } else { nil } }
        #expect(made == [.disableHA(failures: 1)])
        #expect(talk.machine.stage == .ended(.succeeded))

        view.wlbEnabled = true
        talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        #expect(!talk.seen.contains { if case .fix = $0 { true } else { false } })
        #expect(talk.machine.obligations.isEmpty)
    }

    @Test("A VM that can not move holds the run until somebody allows it to be stopped")
    func consent() {
        var view = pool()
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        #expect(talk.machine.waitsFor.first?.contains("VM web2 can not leave xs2") == true)
        #expect(!talk.seen.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("A consent for another run stops nothing")
    func foreignConsent() {
        var spec = run()
        spec.consents = [Consent(run: "another", vm: "v2", way: .suspend, givenBy: "bob")]
        var view = pool()
        view.vms[1].tie = .device
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.consents.isEmpty)
        #expect(!talk.seen.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("Cancelled before anything is applied, a host goes back into service unchanged")
    func cancel() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { machine, action in
            action == .precheck(update: "u1", host: "h1") && machine.stage == .rolling
        }
        #expect(talk.machine.cancelPreview.contains("xs1 will go back into service unchanged"))
        let effects = talk.say(.cancel)
        #expect(effects.isEmpty)
        let precheck = OperationID(run: "r1", number: talk.seen.count)
        talk.play(talk.machine.handle(.result(precheck, .done, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.view.hosts.allSatisfy { $0.isEnabled })
        #expect(!talk.seen.contains { if case .apply = $0 { true } else { false } })
    }

    @Test("Stopped after this host, the run finishes it and begins no other")
    func stopAfterHost() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        _ = talk.say(.stopAfterHost)
        let apply = OperationID(run: "r1", number: talk.seen.count)
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(apply, outcome, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.stopped))
        #expect(talk.machine.hosts.map(\.isNew) == [true, false, false])
        #expect(talk.view.hosts.allSatisfy { $0.isEnabled })
    }

    @Test("Nothing begins that would not be back before the deadline")
    func deadline() {
        var spec = run()
        spec.policy.finishBy = 1_000_000 + 600
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.stopped))
        #expect(!talk.seen.contains { if case .disable = $0 { true } else { false } })
    }

    @Test("A red gate holds the run and says why; green lets it go on")
    func gate() {
        var spec = run()
        spec.policy.gates = [Gate(name: "shop", kind: .http(url: "https://shop.example/"))]
        var talk = Conversation(spec, pool())
        talk.play(talk.start()) { _, action in if case .check = action { true } else { false } }
        let check = OperationID(run: "r1", number: talk.seen.count)
        _ = talk.machine.handle(.result(check, .failed("status 503."), at: talk.moment))
        #expect(talk.machine.waitsFor == ["Health gate shop is red: status 503. Resume checks it again."])
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("Each host waits for its approval where that is asked for")
    func approval() {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.waitsFor == ["xs1 waits for an approval."])
        talk.play(talk.say(.approve(host: "h1")))
        #expect(talk.machine.waitsFor == ["xs2 waits for an approval."])
        talk.play(talk.say(.approve(host: "h2")))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("At the barrier the update is applied everywhere and nothing has restarted")
    func barrier() {
        var spec = run()
        spec.policy.hasBarrier = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .barrier)
        #expect(talk.seen.count { if case .apply = $0 { true } else { false } } == 2)
        #expect(!talk.seen.contains { if case .restartHost = $0 { true } else { false } })
        talk.play(talk.say(.proceed))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.count { if case .apply = $0 { true } else { false } } == 2)
    }

    @Test("An update that every host has is a run that says so and ends")
    func nothingToDo() {
        var view = pool()
        for index in view.hosts.indices { view.hosts[index].applied = ["u1"] }
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.nothingToDo))
        #expect(talk.seen == [.observe])
    }

    @Test("An empty pool, an unknown host and a run without updates are refused")
    func refused() {
        var unknown = run()
        unknown.excluded = ["h99"]
        for (spec, view) in [(run(), PoolView()), (unknown, pool()), (run([]), pool())] {
            var talk = Conversation(spec, view)
            talk.play(talk.start())
            #expect(talk.machine.stage == .ended(.refused))
            #expect(talk.machine.problems.contains { $0.check == .specification })
        }
    }

    @Test("A duplicate answer, and one to a question that nobody asked, change nothing")
    func duplicates() {
        var talk = Conversation(run(), pool())
        let first = talk.start()
        let observed = Outcome.pool(talk.view)
        let next = talk.machine.handle(.result(first[0].id, observed, at: talk.moment))
        #expect(!next.isEmpty)
        let again = talk.machine.handle(.result(first[0].id, observed, at: talk.moment))
        let stray = talk.machine.handle(.result(OperationID(run: "r1", number: 99), .done, at: talk.moment))
        #expect(again.isEmpty)
        #expect(stray.isEmpty)
    }

    @Test("The report tells moves, versions and a downtime of nothing")
    func report() throws {
        var talk = Conversation(run(), pool())
        talk.play(talk.start())
        let report = RunReport(talk.machine, journalHead: "abc")
        #expect(report.ending == .succeeded)
        #expect(report.vms.allSatisfy { $0.downtime == 0 })
        #expect(report.vms.contains { $0.moves > 0 })
        #expect(report.stillExposed.isEmpty)
        #expect(report.text.contains("kernel1 old -> 2.0-1"))
        #expect(report.html.contains("<h1>Run r1: succeeded</h1>"))
        #expect(String(decoding: try report.json(), as: UTF8.self).contains("\"journalHead\" : \"abc\""))
    }

    @Test(
        "Before anything is changed every package, script and the planner is asked, and all problems are told at once"
    )
    func inquiry() {
        var spec = run()
        spec.policy.scripts = [Gate(name: "backup", kind: .command(path: "/bin/false", arguments: []))]
        var talk = Conversation(spec, pool())
        talk.view.haEnabled = true
        var queue = talk.start()
        var asked: [Action] = []
        while !queue.isEmpty {
            let effect = queue.removeFirst()
            asked.append(effect.action)
            let outcome: Outcome =
                switch effect.action {
                case .precheck(_, "h2"): .failed("WRONG_SERVER_VERSION.")
                case .check: .checked(isWell: false, output: "no backup since Friday")
                default: talk.answer(effect.action)
                }
            queue += talk.machine.handle(.result(effect.id, outcome, at: talk.moment))
        }
        #expect(talk.machine.problems.map(\.check) == [.highAvailability, .package, .script])
        #expect(talk.machine.problems.last?.text.contains("no backup since Friday") == true)
        #expect(talk.machine.problems[1].offers == [.leaveOut(host: "h2")])
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        // Nothing is switched off for a run that can not begin.
        #expect(!asked.contains { if case .fix = $0 { true } else { false } })
    }

    @Test("A taken offer removes its problem, and the run goes on")
    func offers() throws {
        var view = pool(hosts: 3)
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let offer = try #require(talk.machine.problems.flatMap(\.offers).first)
        #expect(offer == .stop(vm: "v2", way: .suspend))
        talk.play(talk.say(Offer.leaveOut(host: "h2").word(run: "r1", by: "ann")))
        #expect(talk.machine.stage == .ended(.partly))
        #expect(talk.machine.hosts.map(\.isNew).filter { $0 }.count == 2)
    }

    @Test("Where no host restarts, guests are restarted with a consent, and listed without one")
    func guests() {
        var spec = run([update(1, [.restartPV])])
        spec.consents = [Consent(run: "r1", vm: "v1", way: .shutdown, givenBy: "ann")]
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        let stopped = talk.seen.compactMap { if case .stop(let stop, _) = $0 { stop.consent.vm } else { nil } }
        #expect(stopped == ["v1"])
        #expect(talk.seen.contains(.pay(.vmRunning(vm: "v1", host: "h1", way: .shutdown))))
        let left = RunReport(talk.machine, journalHead: "").outstanding
        #expect(left == ["Restart VM web2 on xs2: an update asks for it, and it runs since before."])
        var absorbed = Conversation(run([update(1, [.restartHost, .restartPV])]), pool())
        absorbed.play(absorbed.start())
        #expect(RunReport(absorbed.machine, journalHead: "").outstanding.isEmpty)
    }

    @Test("What a word leads to is said before, with the hosts' names")
    func consequences() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        let cancel = talk.machine.consequence(of: .cancel)
        #expect(cancel.contains("xs1 will be finished first."))
        #expect(cancel.contains("xs2, xs3 without the update"))
        #expect(cancel.contains("host xs1 enabled"))
        #expect(talk.machine.consequence(of: .pause).hasPrefix("xs1 will be carried on until back."))
        #expect(talk.machine.consequence(of: .skip(host: "h2")).contains("xs2 stays without the update"))
    }
}
