import Rollout
import Testing

@Suite("Success is looked at")
struct LooksTests {
    private func update(_ packages: [String: String]) -> RunSpec {
        var spec = run()
        spec.updates[0].packages = packages
        return spec
    }

    @Test(
        "What runs is what the package brings, however hosts spell it",
        arguments: [
            ("xen-hypervisor", "4.1.2-6.0.2.363.23467", "xen", "4.1.2-6.0.2.363.23467", true),
            ("xen-hypervisor", "4.1.2-6.0.2.363.23467", "xen", "4.1.2-6.0.2.361.23407", false),
            ("xen-hypervisor", "4.13.5-9.38", "xen", "4.13.5-9.380", false),
            // Without the release nobody can tell; another version is another version.
            ("xen-hypervisor", "4.1.2-6.0.2.363.23467", "xen", "4.1.2", true),
            ("xen-hypervisor", "4.1.2-6.0.2.363.23467", "xen", "4.1.1", false),
            (
                "kernel-xen", "2.6.32.12-0.7.1.xs6.0.2.542.170665", "linux", "2.6.32.12-0.7.1.xs6.0.2.542.170665xen",
                true
            ),
            ("kernel-xen", "2.6.32.43-0.4.1.xs1.6.10.734", "linux", "2.6.32.12-0.7.1.xs6.0.2.542.170665xen", false),
            ("kernel-core", "5.14.0-362.8.1.el9_3", "linux", "5.14.0-362.8.1.el9_3.x86_64", true),
            ("kernel", "5.14.0-362.8.1.el9_3", "linux", "5.14.0-162.6.1.el9_1.x86_64", false),
            ("kernel-default", "6.4.0-150600.21.2", "linux", "6.4.0-150600.21-default", true),
            ("kernel-default", "6.4.0-150600.21.2", "linux", "6.4.0-150600.20-default", false),
            // XenServer 7 and later give the kernel a version of its own.
            ("kernel", "4.19.19-7.0.23.1.xcpng8.2", "linux", "4.19.0+1", true),
            ("linux-image-6.1.0-18-amd64:amd64", "6.1.76-1", "linux", "6.1.0-18-amd64", true),
            ("linux-image-6.1.0-18-amd64:amd64", "6.1.76-1", "linux", "6.1.0-17-amd64", false),
            ("linux-image-amd64:amd64", "6.1.76-1", "linux", "6.1.0-17-amd64", true),
            ("xen-hypervisor-4.17-amd64:amd64", "4.17.3-1", "xen", "4.17.3", true),
            ("xen-hypervisor-4.17-amd64:amd64", "4.17.3-1", "xen", "4.16.6", false),
            // Packages that say nothing of what runs.
            ("kernel-headers", "5.14.0-362.8.1.el9_3", "linux", "5.14.0-162.6.1.el9_1.x86_64", true),
            ("openssl", "1.0-2", "linux", "5.14.0-162.6.1.el9_1.x86_64", true),
        ]
    )
    func spellings(package: String, version: String, part: String, running: String, isDone: Bool) {
        var talk = Conversation(update([package: version]), pool())
        talk.software = [part: running]
        talk.play(talk.start())
        #expect((talk.machine.stage == .ended(.succeeded)) == isDone)
        if !isDone {
            #expect(talk.phase("h1") == .failed)
            #expect(talk.machine.waitsFor.first?.contains(running) == true)
            #expect(
                talk.machine.waitsFor.first?.contains(version.prefix { $0 != "-" }) == true || package.contains("amd64")
            )
        }
    }

    @Test("A host that has the update on its disk and runs what was there before is no updated host")
    func alreadyApplied() {
        var view = pool()
        for index in view.hosts.indices {
            view.hosts[index].applied = ["u1"]
            view.hosts[index].softwareVersion = ["xen": "4.1.2-6.0.2.361.23407"]
        }
        let spec = update(["xen-hypervisor": "4.1.2-6.0.2.363.23467"])
        #expect(view.hosts.allSatisfy { !$0.has(spec.updates) })
        for index in view.hosts.indices { view.hosts[index].softwareVersion = ["xen": "4.1.2-6.0.2.363.23467"] }
        #expect(view.hosts.allSatisfy { $0.has(spec.updates) })
    }

    @Test("VMs that somebody's restart has stopped are deviations with a downtime, and listed")
    func off() throws {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { machine, action in
            if case .observe = action { return machine.stage == .finishing }
            return false
        }
        let lost = ["web1", "web3"]
        for index in talk.view.vms.indices where lost.contains(talk.view.vms[index].name) {
            talk.view.vms[index].power = .halted
            talk.view.vms[index].host = nil
        }
        let gone = "web2"
        talk.view.vms.removeAll { $0.name == gone }
        let outcome = talk.answer(.observe)
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        let report = RunReport(talk.machine, journalHead: "")
        for name in lost {
            #expect(report.deviations.contains("VM \(name) ran when the run began, and does not run at its end."))
            let line = try #require(report.vms.first { $0.name == name })
            #expect(line.after == "halted")
            #expect(line.before?.hasPrefix("running on xs") == true)
        }
        #expect(report.deviations.contains("VM \(gone) does not exist any more."))
        #expect(report.vms.first { $0.name == gone }?.after == "not there")
    }

    @Test("The time for which a VM is off is counted, whoever stopped it")
    func downtime() throws {
        var talk = Conversation(run(), pool(hosts: 4))
        var looks = 0
        talk.play(talk.start()) { machine, action in
            if case .observe = action, machine.stage == .rolling { looks += 1 }
            return looks == 2
        }
        let name = talk.view.vms[3].name
        talk.view.vms[3].power = .halted
        talk.view.vms[3].host = nil
        let outcome = talk.answer(.observe)
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        let line = try #require(RunReport(talk.machine, journalHead: "").vms.first { $0.name == name })
        #expect(line.downtime > 0)
    }

    @Test(
        "High availability that is switched on in the middle is seen before the next host goes down; nobody fences it"
    )
    func highAvailability() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in if case .apply(_, "h1") = action { true } else { false } }
        talk.view.haEnabled = true
        talk.view.haFailures = 2
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        #expect(talk.machine.holds.map(\.subject) == [.fix])
        #expect(talk.machine.waitsFor.first?.contains("High availability is on") == true)
        #expect(!talk.seen.contains { if case .restartHost = $0 { true } else { false } })
        // Resumed without a fix, it is seen again.
        talk.play(talk.say(.resume) + tick(&talk))
        #expect(talk.machine.holds.map(\.subject) == [.fix])
        talk.play(talk.say(.fixAll) + tick(&talk))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.contains(.fix(.disableHA(failures: 2))))
        #expect(talk.seen.suffix(2) == [.pay(.haEnabled(failures: 2)), .observe])
    }

    private func tick(_ talk: inout Conversation) -> [Effect] {
        talk.time += 10
        return talk.machine.handle(.tick(at: talk.moment))
    }

    @Test("What somebody switches on again while the run had it off is owed no more")
    func switchedOn() {
        var view = pool(hosts: 3)
        view.haEnabled = true
        view.haFailures = 1
        var talk = Conversation(run(), view)
        talk.play(talk.start()) { _, action in if case .apply(_, "h1") = action { true } else { false } }
        talk.view.haEnabled = true
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        #expect(talk.machine.obligations.first { $0.debt == .haEnabled(failures: 1) }?.state == .void)
        talk.view.haEnabled = false
        talk.play(talk.say(.resume) + tick(&talk))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(!talk.seen.contains(.pay(.haEnabled(failures: 1))))
    }

    @Test("A fix that is refused is not owed, and is made once the run is resumed")
    func refusedFix() {
        var view = pool()
        view.haEnabled = true
        view.haFailures = 1
        var talk = Conversation(run(), view)
        for _ in 1...4 {
            talk.play(talk.machine.spec == nil ? talk.start() : talk.say(.resume)) { _, action in
                action == .fix(.disableHA(failures: 1))
            }
            talk.play(talk.machine.handle(.result(talk.last, .failed("the disk is full."), at: talk.moment)))
            #expect(talk.machine.waitsFor.first?.hasPrefix("Turn HA off did not succeed. the disk is full.") == true)
            #expect(!talk.machine.obligations.contains { $0.state == .open })
        }
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("Guidance that nobody knows is kept, shown, and no success before somebody has followed it")
    func guidance() {
        let word = Guidance(rawValue: "restartDeviceModel")
        var talk = Conversation(run([Fixture.update(guidance: [.restartHost, word])]), pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.partly))
        #expect(talk.machine.problems.contains { $0.text.contains("'restartDeviceModel'") })
        let report = RunReport(talk.machine, journalHead: "")
        #expect(report.outstanding.contains { $0.contains("restartDeviceModel") })
        #expect(report.deviations.contains { $0.contains("restartDeviceModel") })
    }

    @Test(
        "An impossible deadline is refused before anything is applied; one that cuts the plan short is told beside it"
    )
    func deadlines() {
        func problems(_ change: (inout RunPolicy) -> Void) -> [Problem] {
            var spec = run()
            change(&spec.policy)
            var talk = Conversation(spec, pool(hosts: 4))
            talk.play(talk.start()) { machine, _ in machine.stage != .surveying }
            return talk.machine.problems.filter { $0.check == .specification }
        }
        #expect(problems { $0.finishBy = 1_000_035 }.map(\.severity) == [.blocking])
        #expect(problems { $0.windows = [.init(start: 1_000_000, end: 1_000_600)] }.map(\.severity) == [.blocking])
        let short = problems { $0.finishBy = 1_001_000 }
        #expect(short.map(\.severity) == [.information, .warning])
        #expect(short.last?.text.contains("1970-01-12T14:03:20Z") == true)
        let barrier = problems {
            $0.finishBy = 1_001_000
            $0.hasBarrier = true
        }
        #expect(barrier.last?.severity == .blocking)
        #expect(problems { $0.finishBy = 1_100_000 }.map(\.severity) == [.information])
    }

    @Test("Mixed state neither falls nor stands still while a host that was given up is down")
    func mixedState() {
        var spec = run()
        spec.policy.maxFailedHosts = 1
        var talk = Conversation(spec, pool(hosts: 3))
        talk.spoiled = ["h2"]
        var last: Int64 = 0
        talk.play(talk.start()) { machine, _ in
            let now = machine.mixedState(now: 1_000_000 + (machine.events.last?.at ?? 0) - 1_000_000).seconds
            #expect(now >= last)
            last = now
            return false
        }
        #expect(talk.machine.stage == .ended(.partly))
        #expect(talk.machine.mixedState(now: 2_000_000).goesOn)
        #expect(RunReport(talk.machine, journalHead: "").mixedSeconds >= last)
    }
}

private enum Fixture {
    static func update(guidance: [Guidance]) -> UpdateFacts {
        UpdateFacts(uuid: "u1", label: "XS602E1", sha256: "00", guidance: guidance, packages: ["kernel1": "2.0-1"])
    }
}
