public import PoolControl
import PoolDatabase
import PoolOperations
public import Rollout
public import XenAPI

/// Has a run's effects done by the pool: each is one message of XenAPI, or a look at a host.
///
/// What an effect was before a restart is found out from the pool and its hosts alone, never from memory.
public struct PoolPerformer: EffectPerformer {
    let control: any PoolControl
    let installer: any UpdateInstaller
    let spec: RunSpec
    /// The time of day.
    let now: @Sendable () -> Timestamp
    private let progress: MoveProgress
    let gates: GateKeeper
    private let earlier: [RunTimes]
    private let passed = PassedPrechecks()

    /// Creates a performer for one run.
    ///
    /// - Parameters:
    ///   - control: the pool.
    ///   - installer: how it takes updates.
    ///   - progress: where migrations tell how far they are.
    ///   - earlier: what earlier runs took, the newest first.
    ///   - gates: asks the health gates that are not about the pool's own VMs, and the operator's prechecks.
    ///   - now: the time of day.
    public init(
        control: any PoolControl,
        installer: any UpdateInstaller,
        spec: RunSpec,
        progress: MoveProgress = MoveProgress(),
        earlier: [RunTimes] = [],
        gates: GateKeeper,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.control = control
        self.installer = installer
        self.now = now
        self.spec = spec
        self.progress = progress
        self.earlier = earlier
        self.gates = gates
    }

    var snapshot: Snapshot { control.database.snapshot }

    public func perform(_ effect: Effect) async -> Outcome {
        do throws(ControlError) {
            if effect.isQuestion { return try await persistently(effect.action, whatBecame) }
            return try await persistently(effect.action, perform)
        } catch {
            let host = effect.action.askedHost.flatMap { snapshot.row("host", uuid: $0)?.ref }
            switch error {
            case .refused(let refusal):
                let sentence = sentence(refusal, host)
                let isSilence = refusal.code == "HOST_OFFLINE" || refusal.code == "HOST_NOT_LIVE"
                return isSilence ? .unreachable(sentence) : .failed(sentence)
            case .silent(let sentence, _): return .unreachable(sentence)
            case .impossible, .cancelled: return .failed(error.description)
            }
        }
    }

    private func perform(_ action: Action) async throws(ControlError) -> Outcome {
        switch action {
        case .observe:
            try await control.catchUp()
            return .pool(
                try await PoolView.observe(
                    control,
                    installer,
                    run: spec.run,
                    updates: spec.updates,
                    runs: earlier,
                    now: now().seconds
                )
            )
        case .plan(let request): return .plan(Planning.answer(request, effort: .init(for: request)))
        case .fix(let fix): try await self.fix(fix)
        case .pay(let debt): return try await pay(debt)
        case .inspect(let host): return .host(try await inspect(host))
        case .disable(let host): try await control.disable(try ref(host))
        case .move(let vm, let from, let to):
            if let elsewhere = try await overtaken(vm, from, to) { return .overtaken(elsewhere) }
            try await move(vm, to)
        case .stop(let stop, _): return try await self.stop(stop)
        case .precheck(let update, let host): try await precheck(update, host)
        case .apply(let update, let host): try await apply(update, host)
        case .restartHost(let host, let bootID): try await restart(host, unlessNot: bootID)
        case .restartAgent(let host, let startedAt):
            let reference = try ref(host)
            if try await look(reference).agentStart <= startedAt { try await control.restartAgent(reference) }
        case .plugStorage(let host): try await control.plugStorage(of: try ref(host))
        case .check(let gate): return await check(gate)
        case .judgeEvacuation(let host): return .evacuation(try await judge(host))
        // The keeper breaks a migration off by cancelling its task.
        case .abort: return .done
        }
        return .done
    }

    /// Waits for what was begun, begins nothing, and says what is there.
    private func whatBecame(of action: Action) async throws(ControlError) -> Outcome {
        switch action {
        case .disable(let host): return try await fresh("host", host).isEnabled ? .lost : .done
        case .pay(let debt): return try await whatBecame(ofPaying: debt)
        case .move(let vm, _, let to):
            let reference = try require("VM", vm)
            try await control.settle("VM", reference)
            return try await fresh("VM", vm).residentOn == (try ref(to)) ? .done : .lost
        case .apply(let update, let host):
            try await control.settle("host", try ref(host))
            return try await inspect(host).stamps.contains(update) ? .done : .lost
        case .restartHost(let host, let bootID):
            do throws(ControlError) {
                return try await look(try ref(host)).bootID == bootID ? .lost : .done
            } catch {
                // It is on its way down, or up again.
                return .done
            }
        case .stop(let stop, _):
            try await control.settle("VM", try require("VM", stop.consent.vm))
            let row = try await fresh("VM", stop.consent.vm)
            if row.powerState == "Running" { return .lost }
            return row.powerState == stop.consent.way.powerState ? .done : .overtaken(Self.stopped(row))
        default: return .lost
        }
    }

    /// What somebody has done with a VM before it was this run's turn: it is not where it was to be moved from.
    private func overtaken(_ vm: String, _ from: String, _ to: String) async throws(ControlError) -> String? {
        let row = try await fresh("VM", vm)
        guard row.powerState == "Running" else { return Self.stopped(row) }
        guard let there = snapshot.row("host", row.residentOn), ![from, to].contains(there.uuid) else {
            return nil
        }
        return "VM \(row.nameLabel) runs on \(there.nameLabel): somebody has moved it."
    }

    private static func stopped(_ row: Row) -> String {
        "VM \(row.nameLabel) is \(row.powerState.lowercased()): somebody has stopped it."
    }

    func move(_ vm: String, _ host: String) async throws(ControlError) {
        defer { progress.set(vm, nil) }
        try await control.migrate(try require("VM", vm), to: try ref(host)) { [progress] part in
            progress.set(vm, part)
        }
    }

    /// Only a consent that names the VM and the run brings a call here.
    private func stop(_ stop: ConsentedStop) async throws(ControlError) -> Outcome {
        let row = try await fresh("VM", stop.consent.vm)
        // Whoever stopped it before does not want it back from this run.
        if ["Halted", "Suspended"].contains(row.powerState) { return .overtaken(Self.stopped(row)) }
        switch stop.consent.way {
        case .suspend: try await control.suspend(row.ref)
        case .shutdown: try await control.shutDown(row.ref, hard: false)
        }
        return .done
    }

    private func precheck(_ update: String, _ host: String) async throws(ControlError) {
        let reference = try ref(host)
        do throws(ControlError) {
            _ = try await installer.precheck(try await installer.find(update), on: reference)
            passed.add(update, host)
        } catch {
            // A package that asks for an empty host is asked again once the run has emptied it.
            let isEmptiedLater = spec.restart == .host && spec.mode == .automatic && !spec.policy.hasBarrier
            guard error.code == "PATCH_PRECHECK_FAILED_VM_RUNNING", isEmptiedLater,
                !EvacuationPlan.guests(of: reference, in: snapshot).isEmpty
            else { throw error }
        }
    }

    private func apply(_ update: String, _ host: String) async throws(ControlError) {
        let isPrechecked = passed.take(update, host)
        let (prepared, reference) = (try await installer.find(update), try ref(host))
        try await installer.apply(prepared, to: reference, isPrechecked: isPrechecked)
    }

    /// Restarts a host on which nothing runs, once.
    private func restart(_ host: String, unlessNot bootID: String) async throws(ControlError) {
        let reference = try ref(host)
        let look = try await look(reference)
        guard look.bootID == bootID else { return }
        if let vm = look.residents.first {
            throw .refused(APIError("HOST_IN_USE", [host, "VM", snapshot.stored("VM", vm)?.uuid ?? vm.rawValue]))
        }
        try await control.reboot(reference)
    }

    private func check(_ gate: Gate) async -> Outcome {
        if spec.policy.scripts.contains(gate) { return await gates.check(gate, for: spec) }
        guard case .availability(let vms, let minimum) = gate.kind else { return await gates.judge(gate) }
        let running = vms.filter { snapshot.row("VM", uuid: $0)?.powerState == "Running" }
        return running.count >= minimum
            ? .done : .failed("\(running.count) of its \(vms.count) VMs run, and \(minimum) are needed.")
    }

    func ref(_ host: String) throws(ControlError) -> Ref { try require("host", host) }

    func require(_ table: String, _ uuid: String) throws(ControlError) -> Ref {
        guard let row = snapshot.row(table, uuid: uuid) else { throw .refused(.uuidInvalid(table, uuid)) }
        return row.ref
    }

    /// An object as it is now.
    func fresh(_ table: String, _ uuid: String) async throws(ControlError) -> Row {
        let reference = try require(table, uuid)
        try await control.refresh(table, reference)
        return try snapshot.needed(table, reference)
    }
}

extension Snapshot {
    /// The object that a reference names; one that is gone is refused as the pool would.
    func needed(_ table: String, _ ref: Ref) throws(ControlError) -> Row {
        try ControlError.refusing { () throws(APIError) in try require(table, ref) }
    }
}

extension Action {
    /// The host that is asked, which answers may not name.
    fileprivate var askedHost: String? {
        switch self {
        case .inspect(let host), .disable(let host), .precheck(_, let host), .apply(_, let host),
            .restartHost(let host, _), .restartAgent(let host, _), .plugStorage(let host), .move(_, _, let host),
            .stop(_, let host), .pay(.hostEnabled(let host)), .pay(.vmRunning(_, let host, _)),
            .fix(.enableHost(let host)), .fix(.plugStorage(let host)), .judgeEvacuation(let host):
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
