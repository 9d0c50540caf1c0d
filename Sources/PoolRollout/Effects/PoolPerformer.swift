import Hosts
import PoolDatabase
public import PoolOperations
public import PoolPatching
public import Rollout
import XenAPI

/// Has a run's effects done by the pool: each is one message of XenAPI, or a look at a host.
///
/// What an effect was before a restart is found out from the pool and its hosts alone, never from memory.
public struct PoolPerformer: EffectPerformer {
    let pool: Pool
    let patches: PatchService
    let spec: RunSpec
    private let progress: MoveProgress
    private let gates: GateKeeper
    private let earlier: [RunTimes]
    private let passed = PassedPrechecks()

    /// Creates a performer for one run.
    ///
    /// - Parameters:
    ///   - progress: where migrations tell how far they are.
    ///   - earlier: what earlier runs took, the newest first.
    ///   - gates: asks the health gates that are not about the pool's own VMs, and the operator's prechecks.
    public init(
        pool: Pool,
        patches: PatchService,
        spec: RunSpec,
        progress: MoveProgress = MoveProgress(),
        earlier: [RunTimes] = [],
        gates: GateKeeper
    ) {
        self.pool = pool
        self.patches = patches
        self.spec = spec
        self.progress = progress
        self.earlier = earlier
        self.gates = gates
    }

    var snapshot: Snapshot { pool.database.snapshot }

    public func perform(_ effect: Effect) async -> Outcome {
        do throws(APIError) {
            if effect.isQuestion { return try await whatBecame(of: effect.action) }
            return try await perform(effect.action)
        } catch {
            let host = effect.action.askedHost.flatMap { snapshot.row("host", uuid: $0)?.ref }
            let sentence = FailureWords(snapshot, host: host).sentence(error)
            let isSilence = error.code == "HOST_OFFLINE" || error.code == "HOST_NOT_LIVE"
            return isSilence ? .unreachable(sentence) : .failed(sentence)
        }
    }

    private func perform(_ action: Action) async throws(APIError) -> Outcome {
        switch action {
        case .observe:
            return .pool(try await PoolView.observe(pool, updates: spec.updates, runs: earlier))
        case .plan(let request): return .plan(Planning.answer(request, effort: .init(for: request)))
        case .fix(let fix): try await self.fix(fix)
        case .pay(let debt): return try await pay(debt)
        case .inspect(let host): return .host(try await inspect(host))
        case .disable(let host): try await pool.disable(try ref(host))
        case .move(let vm, let from, let to):
            if let elsewhere = try overtaken(vm, from, to) { return .overtaken(elsewhere) }
            try await move(vm, to)
        case .stop(let stop, _): return try await self.stop(stop)
        case .precheck(let update, let host): try await precheck(update, host)
        case .apply(let update, let host): try await apply(update, host)
        case .restartHost(let host, let bootID): try await restart(host, unlessNot: bootID)
        case .restartAgent(let host, let startedAt):
            if try await facts(host).agentStartTime <= startedAt { try await pool.restartAgent(try ref(host)) }
        case .plugStorage(let host): try await plugStorage(host)
        case .check(let gate): return await check(gate)
        // The keeper breaks a migration off by cancelling its task.
        case .abort: return .done
        }
        return .done
    }

    /// Waits for nothing and begins nothing: says what is there.
    private func whatBecame(of action: Action) async throws(APIError) -> Outcome {
        switch action {
        case .disable(let host):
            return try snapshot.require("host", try ref(host)).bool("enabled") ? .lost : .done
        case .pay(let debt): return try whatBecame(ofPaying: debt)
        case .move(let vm, _, let to):
            let row = try snapshot.require("VM", try require("VM", vm))
            return row.ref("resident_on") == (try ref(to)) ? .done : .lost
        case .apply(let update, let host):
            return try await inspect(host).stamps.contains(update) ? .done : .lost
        case .restartHost(let host, let bootID):
            do throws(APIError) {
                return try await facts(host).bootID == bootID ? .lost : .done
            } catch {
                // It is on its way down, or up again.
                return .done
            }
        case .stop(let stop, _):
            let row = try snapshot.require("VM", try require("VM", stop.consent.vm))
            if row.string("power_state") == "Running" { return .lost }
            return row.string("power_state") == stop.consent.way.powerState ? .done : .overtaken(Self.stopped(row))
        default: return .lost
        }
    }

    /// What somebody has done with a VM before it was this run's turn: it is not where it was to be moved from.
    private func overtaken(_ vm: String, _ from: String, _ to: String) throws(APIError) -> String? {
        let row = try snapshot.require("VM", try require("VM", vm))
        guard row.string("power_state") == "Running" else { return Self.stopped(row) }
        guard let there = snapshot.row("host", row.ref("resident_on")), ![from, to].contains(there.uuid) else {
            return nil
        }
        return "VM \(row.nameLabel) runs on \(there.nameLabel): somebody has moved it."
    }

    private static func stopped(_ row: Row) -> String {
        "VM \(row.nameLabel) is \(row.string("power_state").lowercased()): somebody has stopped it."
    }

    func move(_ vm: String, _ host: String) async throws(APIError) {
        defer { progress.set(vm, nil) }
        try await pool.migrate(try require("VM", vm), to: try ref(host), operation: pool.makeRef()) { [progress] part in
            progress.set(vm, part)
        }
    }

    /// Only a consent that names the VM and the run brings a call here.
    private func stop(_ stop: ConsentedStop) async throws(APIError) -> Outcome {
        let vm = try require("VM", stop.consent.vm)
        let row = try snapshot.require("VM", vm)
        // Whoever stopped it before does not want it back from this run.
        if ["Halted", "Suspended"].contains(row.string("power_state")) { return .overtaken(Self.stopped(row)) }
        switch stop.consent.way {
        case .suspend: try await pool.suspend(vm)
        case .shutdown: try await pool.shutDown(vm, hard: false)
        }
        return .done
    }

    private func precheck(_ update: String, _ host: String) async throws(APIError) {
        let reference = try ref(host)
        do throws(APIError) {
            _ = try await patches.precheck(try require("pool_patch", update), on: reference)
            passed.add(update, host)
        } catch {
            // A package that asks for an empty host is asked again once the run has emptied it.
            let isEmptiedLater = spec.restart == .host && spec.mode == .automatic && !spec.policy.hasBarrier
            guard error.code == "PATCH_PRECHECK_FAILED_VM_RUNNING", isEmptiedLater,
                !EvacuationPlan.guests(of: reference, in: snapshot).isEmpty
            else { throw error }
        }
    }

    private func apply(_ update: String, _ host: String) async throws(APIError) {
        do throws(APIError) {
            let isPrechecked = passed.take(update, host)
            _ = try await patches.apply(
                try require("pool_patch", update),
                to: try ref(host),
                isPrechecked: isPrechecked
            )
        } catch {
            guard error.code == "PATCH_ALREADY_APPLIED" else { throw error }
        }
    }

    /// Restarts a host on which nothing runs, once.
    private func restart(_ host: String, unlessNot bootID: String) async throws(APIError) {
        guard try await facts(host).bootID == bootID else { return }
        let reference = try ref(host)
        if let vm = EvacuationPlan.guests(of: reference, in: snapshot).first {
            throw APIError("HOST_IN_USE", [host, "VM", vm.uuid])
        }
        try await pool.reboot(reference, operation: pool.makeRef())
    }

    private func check(_ gate: Gate) async -> Outcome {
        if spec.policy.scripts.contains(gate) { return await gates.check(gate, for: spec) }
        guard case .availability(let vms, let minimum) = gate.kind else { return await gates.judge(gate) }
        let running = vms.filter { snapshot.row("VM", uuid: $0)?.string("power_state") == "Running" }
        return running.count >= minimum
            ? .done : .failed("\(running.count) of its \(vms.count) VMs run, and \(minimum) are needed.")
    }

    func ref(_ host: String) throws(APIError) -> Ref { try require("host", host) }

    func require(_ table: String, _ uuid: String) throws(APIError) -> Ref {
        guard let row = snapshot.row(table, uuid: uuid) else { throw .uuidInvalid(table, uuid) }
        return row.ref
    }
}

extension Action {
    /// The host that is asked, which answers may not name.
    fileprivate var askedHost: String? {
        switch self {
        case .inspect(let host), .disable(let host), .precheck(_, let host), .apply(_, let host),
            .restartHost(let host, _), .restartAgent(let host, _), .plugStorage(let host), .move(_, _, let host),
            .stop(_, let host), .pay(.hostEnabled(let host)), .pay(.vmRunning(_, let host, _)),
            .fix(.enableHost(let host)), .fix(.plugStorage(let host)):
            host
        default: nil
        }
    }
}

extension Planning.Effort {
    /// On small pools a few hundred passes find what more would find; large ones are left to the planner's own measure.
    init(for request: PlanRequest) { self.init(passes: request.view.vms.count > 1000 ? nil : 300) }
}

extension Consent.Way {
    /// XenAPI's `power_state` of a VM that was stopped so.
    fileprivate var powerState: String { self == .suspend ? "Suspended" : "Halted" }
}
