import Rollout
import Testing

@Suite("Prechecks")
struct PrecheckTests {
    private func problems(_ change: (inout PoolView) -> Void, _ spec: RunSpec = run()) -> [Problem] {
        var view = pool()
        change(&view)
        return Prechecks.problems(view, spec)
    }

    @Test("A healthy pool has none")
    func healthy() {
        #expect(problems { _ in }.isEmpty)
    }

    @Test("All problems are found at once, in the order of the checks")
    func allAtOnce() {
        let found = problems { view in
            view.haEnabled = true
            view.hosts[0].isLive = false
            view.hosts[1].freeBytes = 1
            view.vms[1].localISO = "tools.iso"
        }
        #expect(found.map(\.check) == [.liveness, .highAvailability, .diskSpace, .media, .memory])
    }

    @Test("Each names its host or VM, and what fixes it has an undo where something is switched off")
    func texts() throws {
        let found = problems { view in
            view.haEnabled = true
            view.vms[1].localISO = "tools.iso"
            view.vms[0].startsWithHost = true
            view.hosts[1].unpluggedStorage = ["iscsi"]
            view.hosts[1].clockSkew = 300
            view.hosts[0].isLicensed = false
        }
        let texts = found.map(\.text)
        #expect(texts.contains { $0.contains("iscsi") && $0.contains("xs2") })
        #expect(texts.contains { $0.contains("web2") && $0.contains("tools.iso") })
        #expect(texts.contains { $0.contains("xs1") && $0.contains("licence") })
        let fixes = found.compactMap(\.fix)
        #expect(fixes.count == 4)
        for fix in fixes { #expect((fix.debt == nil) == (fix.undo == nil)) }
    }

    @Test("What a host lacks for an update blocks, in its own words")
    func obstacles() {
        let found = problems { $0.hosts[1].obstacles = ["it has neither rpm nor dpkg"] }
        let texts = found.filter { $0.severity == .blocking }.map(\.text)
        #expect(texts.contains("xs2 can not be updated: it has neither rpm nor dpkg."))
    }

    @Test("A VM with nowhere to go blocks, unless it may be stopped")
    func nowhere() {
        var spec = run()
        let blocked = problems { $0.vms[1].allowedHosts = ["h2"] }
        #expect(blocked.map(\.check) == [.evacuation])
        spec.consents = [Consent(run: "r1", vm: "v2", way: .shutdown, givenBy: "ann")]
        #expect(problems({ $0.vms[1].allowedHosts = ["h2"] }, spec).isEmpty)
    }

    @Test("An update that asks for no restart of the host needs no evacuation")
    func noRestart() {
        #expect(
            problems(
                {
                    $0.vms[1].tie = .device; $0.haEnabled = true
                },
                run([update(1, [.restartXAPI])])
            ).isEmpty
        )
    }

    @Test("Another active run, a mixed state and an old backup are told")
    func others() {
        let found = problems { view in
            view.otherRun = "r0"
            view.hosts[0].applied = ["u1"]
            view.lastBackup = 0
        }
        #expect(found.map(\.check) == [.otherRun, .alreadyApplied, .mixedState, .backup])
        #expect(found.map(\.severity) == [.blocking, .information, .warning, .warning])
    }
}
