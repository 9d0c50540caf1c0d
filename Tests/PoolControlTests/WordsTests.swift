import PoolControl
import Testing
import XenAPI

@Suite struct UpdateGuidanceTests {
    @Test(arguments: [
        ("restartHost", UpdateGuidance.restartHost), ("reboot_host", .restartHost), ("RebootHost", .restartHost),
        ("reboot_host_on_livepatch_failure", .restartHost), ("restartXAPI", .restartToolstack),
        ("restart_toolstack", .restartToolstack), ("EvacuateHost", .evacuateHost), ("restart_vm", .restartVM),
    ])
    func `the words of every generation mean the same`(word: String, guidance: UpdateGuidance) {
        #expect(UpdateGuidance(word: word) == guidance)
        #expect(guidance.isKnown)
    }

    @Test func `a word that nobody knows is kept, and known as that`() {
        let word = UpdateGuidance(word: "reboot_twice")
        #expect(word.rawValue == "reboot_twice")
        #expect(!word.isKnown)
    }
}

@Suite struct RunMarkTests {
    @Test func `a mark is read as it was written`() {
        let mark = RunMark(run: "4a1c", epoch: 7, since: Timestamp(seconds: 1_700_000_000))
        #expect(RunMark(mark.text) == mark)
    }

    @Test(arguments: ["", "run=a", "run=a epoch=x since=20260101T00:00:00Z", "run=a epoch=1 since=now", "true"])
    func `what somebody else wrote is no mark`(text: String) { #expect(RunMark(text) == nil) }
}

@Suite struct CapabilityTests {
    @Test func `what a pool lacks is told with its reason, and all else it has`() {
        let capabilities = PoolCapabilities(lacking: [.acting: "it is a recording"])
        #expect(!capabilities.has(.acting))
        #expect(capabilities.lack(of: .acting) == "it is a recording")
        for ability in PoolCapabilities.Ability.allCases where ability != .acting {
            #expect(capabilities.has(ability))
            #expect(capabilities.lack(of: ability) == nil)
        }
    }
}
