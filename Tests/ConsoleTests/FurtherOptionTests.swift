import PoolRollout
import Rollout
import Testing

@testable import Console

@Suite("What a wizard asks for beside its own few options")
struct FurtherOptionTests {
    private static let now: Int64 = 1_700_000_000

    private func wizard(_ form: String) -> Wizard {
        var wizard = Wizard(id: "w", startedBy: "ann", begun: Self.now)
        wizard.further.take(Form(form))
        return wizard
    }

    private func problem(_ key: String, _ text: String) -> String? {
        let option = RunOption.all.first { $0.key == key }
        let wizard = wizard(option.map { "\(FurtherOptions.name($0))=\(Form.encode(text))" } ?? "")
        return option.flatMap { wizard.further.problem($0, now: Self.now) }
    }

    @Test func `it is the run's, as the same words of a message would be`() throws {
        let options = wizard(
            "option-at=2030-01-02T03:04&option-windows=Sat+22:00-04:00+Europe/Berlin&option-soak=60&option-pair=backup=stop+all"
        ).options
        let said = try RunOptions(
            updates: [],
            words: [
                "at": "2030-01-02T03:04:00Z", "windows": "Sat 22:00-04:00 Europe/Berlin", "soak": "60",
                "pair.backup": "stop all",
            ]
        )
        #expect(options.policy.notBefore == said.policy.notBefore && options.policy.notBefore != nil)
        #expect(options.recurringWindows == said.recurringWindows && options.recurringWindows?.count == 1)
        #expect(options.policy.soak == 60)
        #expect(options.policy.pairs == said.policy.pairs && options.policy.pairs?.count == 1)
    }

    @Test func `programs stand one in a line, each under a name of its own`() {
        let gates = wizard("option-gate=" + Form.encode("web=tcp:web.example:443\n\n db=tcp:[2001:db8::1]:5432\r\n"))
            .options
            .policy.gates
        #expect(gates.map(\.name) == ["db", "web"])
        #expect(problem("gate.", "web=tcp:a:1\nweb=tcp:b:2")?.contains("a name of its own") == true)
        #expect(problem("gate.", "web=ftp")?.contains("tcp:HOST:PORT") == true)
        #expect(problem("pair.", "../../bin/sh=x")?.contains("without a path") == true)
    }

    @Test(arguments: [
        ("at", "2001-01-01T00:00"), ("at", "tomorrow"), ("windows", "Sat"), ("windows", "Sat 22:00-04:00 Mars/Olympus"),
        ("soak", "-1"), ("soak", "many"), ("max_failed_hosts", "99999999999999999999"),
    ])
    func `what can not be used is kept, flagged, and asked of no run`(key: String, text: String) throws {
        let wizard = wizard("option-\(key)=\(Form.encode(text))")
        #expect(wizard.further.typed[key] == text)
        #expect(wizard.further.problem(of: wizard.options, now: Self.now))
        #expect(wizard.options.policy.windows.isEmpty && wizard.options.policy.soak == RunPolicy().soak)
    }

    @Test func `manual mode asks for nothing that only a run can keep`() {
        var wizard = wizard("option-soak=60&option-max_failed_hosts=2")
        wizard.mode = .manual
        #expect(wizard.options.policy.soak == RunPolicy().soak && wizard.options.policy.maxFailedHosts == 2)
        #expect(!FurtherOptions.offered(wizard.options).contains { $0.isAutomaticOnly })
    }

    @Test func `an emptied field is none, and one that is not shown keeps its answer`() {
        var further = wizard("option-soak=60").further
        further.take(Form("option-windows="))
        #expect(further.typed == ["soak": "60"])
        further.take(Form("option-soak=+"))
        #expect(further.typed.isEmpty)
    }
}
