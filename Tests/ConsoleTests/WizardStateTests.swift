import Datamodel
import Foundation
import PoolRollout
import Rollout
import Synchronization
import TestSupport
import Testing

@testable import Console

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

    @Test("lead past the choice of an update where hosts are only restarted")
    func restarting() async throws {
        let desk = try await Desk()
        let begun = try await desk.press("restart", on: "/hosts")
        let path = try #require(begun.location)
        #expect(path.hasSuffix("/before-you-start"))
        let first = try await desk.get(path).text
        #expect(first.contains("restarts each host of this pool once") && !first.contains("Select Update"))
        let next = try await desk.press("before-you-start", on: path, ["go": "next"])
        #expect(next.location?.hasSuffix("/select-servers") == true)
        let wizard = try #require(await desk.console.wizards.all.first)
        #expect(wizard.options.restartsOnly && wizard.options.updates.isEmpty)
        #expect(try await desk.get(wizard.path(.selectUpdate)).status == 404)
        let checks = try await desk.press("select-servers", on: wizard.path(.selectServers), ["go": "next"])
        #expect(checks.location?.hasSuffix("no-hosts") == true)
        #expect(try await !Desk(role: .readOnly).get("/hosts").text.contains("/do/restart"))
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

    @Test("that could not be kept change nothing, and can be given again")
    func refused() async throws {
        let directory = try TemporaryDirectory()
        let folder = directory.file("console")
        let store = WizardStore(path: folder + "/wizards.json", bell: Bell()) { 7 }
        let wizard = try await store.begin(by: "root")
        try FileManager.default.moveItem(atPath: folder, toPath: folder + ".aside")
        try Data().write(to: URL(filePath: folder))
        await #expect(throws: PageError.self) { try await store.change(wizard.id) { $0.approvesEach = true } }
        await #expect(throws: PageError.self) { try await store.begin(by: "root") }
        #expect(await store[wizard.id]?.approvesEach == false)
        #expect(await store.all.count == 1)
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: folder + ".aside", toPath: folder)
        try await store.change(wizard.id) { $0.approvesEach = true }
        #expect(await store[wizard.id]?.approvesEach == true)
    }

    @Test("of more than fifty wizards that led to no run, the oldest make room")
    func limit() async throws {
        let directory = try TemporaryDirectory()
        let store = WizardStore(path: directory.file("wizards.json"), bell: Bell()) { 7 }
        for _ in 0..<WizardStore.limit + 3 { _ = try await store.begin(by: "root") }
        #expect(await store.all.count == WizardStore.limit)
    }

    @Test("come back whole, and an answer that an earlier version did not ask for has its default")
    func earlierVersions() throws {
        var wizard = Wizard(id: "w", startedBy: "ann", begun: 7)
        wizard.reached = .updateMode
        (wizard.update, wizard.acknowledged, wizard.run) = ("u", "a", "r")
        (wizard.excluded, wizard.fixes, wizard.consents) = (["h"], [.disableWLB], ["vm": .suspend])
        wizard.olderMaster = "h"
        (wizard.hidesSuccessful, wizard.mode) = (false, .manual)
        (wizard.isOneAtATime, wizard.ending, wizard.approvesEach, wizard.hasBarrier) = (true, .home, true, true)
        (wizard.canary, wizard.canaryMinutes, wizard.finishBy, wizard.unusableFinishBy) = ("h", 3, 9, "never")
        wizard.further.take(Form("option-soak=60"))
        let answers = try answers(of: wizard)
        // Every field has another value than its default: what is not read is seen here.
        #expect(answers.count == Mirror(reflecting: wizard).children.count)
        #expect(try self.answers(of: JSONDecoder().decode(Wizard.self, from: JSONEncoder().encode(wizard))) == answers)
        for key in answers.allKeys.compactMap({ $0 as? String }) where key != "id" {
            let fewer = NSMutableDictionary()
            for case let name as String in answers.allKeys where name != key { fewer[name] = answers[name] }
            let text = try JSONSerialization.data(withJSONObject: fewer)
            #expect(throws: Never.self, "\(key)") { try JSONDecoder().decode(Wizard.self, from: text) }
        }
    }

    @Test("whose VMs were to go back in an earlier version's words still ask for that")
    func earlierWords() throws {
        let earlier = #"{"id": "w", "goesHome": true}"#
        #expect(try JSONDecoder().decode(Wizard.self, from: Data(earlier.utf8)).options.policy.goesHome)
    }

    private func answers(of wizard: Wizard) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(wizard)) as? NSDictionary)
    }

    @Test("of a file that can not be read are kept aside and told, not overwritten")
    func unreadable() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("wizards.json")
        let told = Mutex<[String]>([])
        let file = StateFile<[String: Wizard]>(path: path) { line in told.withLock { $0.append(line) } }
        #expect(file.read() == nil && told.withLock { $0.isEmpty })
        try Data("{ half".utf8).write(to: URL(filePath: path))
        #expect(file.read() == nil)
        try file.write([:])
        #expect(try String(contentsOfFile: path + ".unreadable", encoding: .utf8) == "{ half")
        #expect(told.withLock { $0.count == 1 && $0[0].contains(path + ".unreadable") })
        #expect(file.read()?.isEmpty == true && told.withLock { $0.count } == 1)
    }
}
