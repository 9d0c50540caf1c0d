import PoolRollout
import Rollout
import Testing

@testable import Console
import TestSupport

@Suite("The wizard's answers")
struct WizardStateTests {
    @Test("become what the run is asked for, and nothing is fixed or stopped that nobody agreed to")
    func options() {
        var wizard = Wizard(id: "w", startedBy: "root", begun: 0)
        wizard.update = "u"
        #expect(wizard.options.updates == ["u"])
        #expect(wizard.options.fixes == [])
        #expect(wizard.options.consents.isEmpty)
        wizard.fixes = [.disableWLB]
        wizard.consents = ["vm": .suspend]
        wizard.isOneAtATime = true
        wizard.canary = "host"
        wizard.canaryMinutes = 5
        wizard.excluded = ["b", "a"]
        let options = wizard.options
        #expect(options.fixes == [.disableWLB] && options.policy.maxParallel == 1)
        #expect(options.policy.canary == .init(host: "host", soak: 300))
        #expect(options.consents == ["vm": .suspend] && options.excluded == ["a", "b"])
        wizard.mode = .manual
        #expect(wizard.options.policy.canary == nil)
    }

    @Test("make a group of pre-checks say what is left of it: a promised fix is no failure, and hides none")
    func outcome() {
        let balancing = Problem(.workloadBalancing, .blocking, "on", fix: .disableWLB)
        let other = Problem(.workloadBalancing, .blocking, "by hand")
        let warning = Problem(.workloadBalancing, .warning, "beware")
        let information = Problem(.workloadBalancing, .information, "by the way")
        var wizard = Wizard(id: "w", startedBy: "root", begun: 0)
        func word(_ problems: Problem...) -> String { PrecheckStep.outcome(problems, wizard).word }
        #expect(word() == "OK" && word(information) == "Information" && word(balancing) == "Failed")
        wizard.fixes = [.disableWLB]
        #expect(word(balancing) == "Will be fixed" && word(balancing, information) == "Will be fixed")
        #expect(word(balancing, warning) == "Warning" && word(balancing, other) == "Failed")
    }

    @Test("are on disk when they are given, and are there after a restart")
    func durability() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("console/wizards.json")
        let bell = Bell()
        let store = WizardStore(path: path, bell: bell) { 7 }
        let wizard = try await store.begin(by: "root")
        let heard = bell.count
        try await store.change(wizard.id) { $0.update = "u" }
        #expect(bell.count == heard + 1)
        let again = WizardStore(path: path, bell: bell) { 8 }
        #expect(await again[wizard.id]?.update == "u")
        #expect(await again["another"] == nil)
    }

    @Test("of more than fifty wizards that led to no run, the oldest make room")
    func limit() async throws {
        let directory = try TemporaryDirectory()
        let store = WizardStore(path: directory.file("wizards.json"), bell: Bell()) { 7 }
        for _ in 0..<WizardStore.limit + 3 { _ = try await store.begin(by: "root") }
        #expect(await store.all.count == WizardStore.limit)
    }
}
