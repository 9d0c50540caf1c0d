import Rollout
import Testing

@Suite("VMs are spread once the hosts are done")
struct BalanceTests {
    /// Three hosts with two VMs each, of which a plan alone leaves one empty.
    private func full() -> PoolView {
        var view = pool(hosts: 3)
        for number in 1...3 {
            view.vms.append(VMView(id: "w\(number)", name: "mail\(number)", host: "h\(number)", memory: 2048))
        }
        return view
    }

    private func counts(_ view: PoolView) -> [Int] { view.hosts.map { view.residents($0.id).count }.sorted() }

    @Test("No host is left fuller than the others, nothing is owed, and no VM was stopped")
    func balanced() {
        var spec = run()
        spec.policy.balances = true
        var talk = Conversation(spec, full())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(counts(talk.view) == [2, 2, 2])
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
        #expect(talk.view.vms.allSatisfy { $0.power == .running })
    }

    @Test("Without it VMs stay where the last move has brought them")
    func stays() {
        var talk = Conversation(run(), full())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(counts(talk.view) != [2, 2, 2])
    }
}
