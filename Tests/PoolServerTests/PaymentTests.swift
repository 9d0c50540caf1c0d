import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import XenAPI

@testable import PoolRollout
@testable import PoolServer
@testable import Rollout

/// Debts of a run, paid on a modelled pool on which somebody has worked meanwhile.
@Suite("What a run gives back")
struct PaymentTests {
    private let bench: Bench
    private let performer: PoolPerformer
    private var pool: Pool { bench.api.pool }

    init() async throws {
        bench = try await Bench()
        performer = PoolPerformer(
            control: ServedControl(bench.api.pool) { _ in },
            installer: SignedPackages(bench.api.patches),
            spec: RunSpec(run: "r", startedBy: "ann", updates: []),
            gates: GateKeeper(gates: "/nonexistent", prechecks: "/nonexistent", pairs: "/nonexistent"),
            now: bench.api.pool.now
        )
    }

    private func perform(_ action: Action, asks: Bool = false) async -> Outcome {
        await performer.perform(Effect(id: OperationID(run: "r", number: 1), action: action, isQuestion: asks))
    }

    /// A running guest, the host that it runs on, and another.
    private func guest() throws -> (vm: Row, host: Row, other: Row) {
        let snapshot = pool.database.snapshot
        let vm = try #require(
            snapshot.rows("VM").first { $0.string("power_state") == "Running" && !$0.bool("is_control_domain") }
        )
        let host = try #require(snapshot.row("host", vm.ref("resident_on")))
        return (vm, host, try #require(snapshot.rows("host").first { $0.ref != host.ref }))
    }

    private func state(_ vm: Row) -> String? { pool.database.snapshot.row("VM", vm.ref)?.string("power_state") }

    private func text(_ outcome: Outcome) -> String {
        switch outcome {
        case .overtaken(let text), .paidOtherwise(let text), .failed(let text), .unreachable(let text): text
        default: ""
        }
    }

    @Test("A VM that the run suspended and its owner shut down is left off")
    func shutDown() async throws {
        let (vm, host, _) = try guest()
        try await pool.suspend(vm.ref)
        try await pool.shutDown(vm.ref, hard: true)
        let outcome = await perform(.pay(.vmRunning(vm: vm.uuid, host: host.uuid, way: .suspend)))
        #expect(
            outcome
                == .overtaken("\(vm.nameLabel) was suspended by this run and is halted now: somebody has decided so.")
        )
        #expect(state(vm) == "Halted")
    }

    @Test("A VM that its owner has started elsewhere is not claimed to run at home")
    func startedElsewhere() async throws {
        let (vm, host, other) = try guest()
        try await pool.shutDown(vm.ref, hard: false)
        try await pool.start(vm.ref, on: other.ref)
        let debt = Debt.vmRunning(vm: vm.uuid, host: host.uuid, way: .shutdown)
        for asks in [false, true] {
            let outcome = await perform(.pay(debt), asks: asks)
            if asks {
                #expect(outcome == .lost)
            } else {
                #expect(text(outcome) == "\(vm.nameLabel) runs on \(other.nameLabel): somebody has started it there.")
            }
        }
    }

    @Test("A VM whose host is out of service is started elsewhere, and that is said", arguments: [true, false])
    func homeIsOut(isOut: Bool) async throws {
        let (vm, host, other) = try guest()
        try await pool.shutDown(vm.ref, hard: false)
        if isOut { try await pool.disable(host.ref) }
        let debt = Debt.vmRunning(vm: vm.uuid, host: host.uuid, way: .shutdown)
        let expected =
            isOut
            ? Outcome.paidOtherwise(
                "\(vm.nameLabel) runs on \(other.nameLabel), as \(host.nameLabel) is out of service."
            )
            : .done
        #expect(await perform(.pay(debt)) == expected)
        #expect(await perform(.pay(debt), asks: true) == expected)
        #expect(state(vm) == "Running")
    }

    @Test("A VM that its owner has stopped is not stopped once more, nor moved, and neither is one that he has moved")
    func notToBeTouched() async throws {
        let (vm, host, other) = try guest()
        let consent = Consent(run: "r", vm: vm.uuid, way: .suspend, givenBy: "ann")
        let stop = try #require(ConsentedStop(consent, vm: vm.uuid, run: "r"))
        let elsewhere = Action.move(vm: vm.uuid, from: other.uuid, to: "nowhere")
        #expect(
            text(await perform(elsewhere)) == "VM \(vm.nameLabel) runs on \(host.nameLabel): somebody has moved it."
        )
        try await pool.shutDown(vm.ref, hard: false)
        let sentence = "VM \(vm.nameLabel) is halted: somebody has stopped it."
        #expect(await perform(.stop(stop, host: host.uuid)) == .overtaken(sentence))
        #expect(await perform(.stop(stop, host: host.uuid), asks: true) == .overtaken(sentence))
        #expect(await perform(.move(vm: vm.uuid, from: host.uuid, to: other.uuid)) == .overtaken(sentence))
        #expect(state(vm) == "Halted")
    }

    @Test("High availability comes on again with the number of failures that somebody has set meanwhile")
    func failures() async throws {
        let reference = try pool.database.snapshot.pool().ref
        func set(_ field: String, _ value: Value) async throws {
            try await pool.database.transaction { transaction throws(APIError) in
                try transaction.set("pool", reference, field, value)
            }
        }
        try await set("ha_host_failures_to_tolerate", .int(1))
        #expect(await perform(.pay(.haEnabled(failures: 1))) == .done)
        #expect(try pool.database.snapshot.pool().bool("ha_enabled"))
        try await set("ha_enabled", .bool(false))
        try await set("ha_host_failures_to_tolerate", .int(2))
        let outcome = await perform(.pay(.haEnabled(failures: 1)))
        #expect(text(outcome).contains("2 host failures to tolerate"))
        #expect(try pool.database.snapshot.pool().int("ha_host_failures_to_tolerate") == 2)
        #expect(try pool.database.snapshot.pool().bool("ha_enabled"))
    }

    @Test("Automatic power-on that its owner has turned off since stays off")
    func autoPowerOn() async throws {
        let (vm, _, _) = try guest()
        #expect(await perform(.pay(.autoPowerOn(vm: vm.uuid))) == .done)
        #expect(pool.database.snapshot.row("VM", vm.ref)?.map("other_config", "auto_poweron") == "true")
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set("VM", vm.ref, "other_config", key: "auto_poweron", "false")
        }
        let outcome = await perform(.pay(.autoPowerOn(vm: vm.uuid)))
        #expect(text(outcome).contains("somebody has turned automatic power-on of \(vm.nameLabel) off"))
        #expect(pool.database.snapshot.row("VM", vm.ref)?.map("other_config", "auto_poweron") == "false")
    }

    @Test("A host that was found disabled is disabled again")
    func disabled() async throws {
        let (_, _, other) = try guest()
        #expect(await perform(.pay(.hostDisabled(host: other.uuid)), asks: true) == .lost)
        #expect(await perform(.pay(.hostDisabled(host: other.uuid))) == .done)
        #expect(pool.database.snapshot.row("host", other.ref)?.bool("enabled") == false)
        #expect(await perform(.pay(.hostDisabled(host: other.uuid)), asks: true) == .done)
    }

    @Test("A VM goes home by a live migration, once")
    func home() async throws {
        let (vm, _, other) = try guest()
        let debt = Debt.vmHome(vm: vm.uuid, host: other.uuid)
        #expect(await perform(.pay(debt), asks: true) == .lost)
        #expect(await perform(.pay(debt)) == .done)
        #expect(await perform(.pay(debt), asks: true) == .done)
        #expect(pool.database.snapshot.row("VM", vm.ref)?.ref("resident_on") == other.ref)
    }
}
