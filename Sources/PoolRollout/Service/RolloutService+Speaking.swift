import PoolControl
import PoolDatabase
public import Rollout
public import XenAPI

/// What operators say to runs.
extension RolloutService {
    /// Says an operator's word to a run. It is on disk when this returns.
    ///
    /// A run whose journal can not be used hears one word: ``OperatorWord/cancel`` gives it up, so that another can begin.
    ///
    /// - Throws: `UUID_INVALID`; `ROLLOUT_WORD_REFUSED` with a sentence where the word means nothing to the run now.
    public func say(_ word: OperatorWord, to run: String, by operatorName: String) async throws(APIError) {
        let subject = try await subject(run)
        guard let machine = await machine(of: run, subject) else {
            if subject.ended != nil {
                throw APIError(
                    "ROLLOUT_WORD_REFUSED",
                    ["The run has ended, and its journal can not be carried on: give back by hand what it owes."]
                )
            }
            return try await giveUp(run, word, subject)
        }
        if let refusal = machine.refusal(of: word) ?? obstacle(word, machine) {
            throw APIError("ROLLOUT_WORD_REFUSED", [refusal])
        }
        do {
            if let active, active.run == run {
                try await active.keeper.say(word, by: operatorName)
            } else {
                try await sayWhereNobodyCarriesItOut(word, run, machine, operatorName)
            }
        } catch {
            throw .internalError(error.description)
        }
    }

    /// What forbids the stop that a consent would allow, as the pool is now: the run may have looked long ago.
    private func obstacle(_ word: OperatorWord, _ machine: RolloutMachine) -> String? {
        guard case .consent(let consent) = word,
            let view = try? PoolView(control.database.snapshot, updates: machine.spec?.updates ?? [], now: wall()),
            let vm = view.vm(consent.vm)
        else { return nil }
        return vm.obstacle(to: consent.way).map {
            "VM \(vm.name) can not be \(consent.way.participle): \($0.asSentence)"
        }
    }

    /// Lets go of a run that can not be carried on. Its journal stays as it is.
    private func giveUp(_ run: String, _ word: OperatorWord, _ subject: PastRun) async throws(APIError) {
        guard word == .cancel, archive.active == run else {
            throw APIError("ROLLOUT_WORD_REFUSED", [subject.problem ?? "The run can not be carried on."])
        }
        guard archive.giveUp(run) else {
            throw .internalError("\(archive.directory)/active can not be written: run \(run) is still active.")
        }
        // What it owed is nobody's any more: who gave it up was told.
        var details = RunDetails(unreadable: run, problem: subject.problem ?? "", owed: subject.owed)
        details.obligations = []
        keep(EndedRun(details: details, report: nil, times: RunTimes()))
        await show(run)
    }

    /// A run that has ended hears a word only to pay what it owes: a keeper is made for just that. One that has not, whose
    /// journal could not be written any more, is carried on.
    private func sayWhereNobodyCarriesItOut(
        _ word: OperatorWord,
        _ run: String,
        _ machine: RolloutMachine,
        _ operatorName: String
    ) async throws(RunError) {
        guard active == nil else { throw .busy(active?.run) }
        guard let spec = machine.spec else { throw .badName(run) }
        if !machine.stage.isEnded { _ = archive.takeUp(run) }
        let keeper = try await RunKeeper.takeOver(
            run: run,
            directory: archive.directory,
            performer: performer(spec),
            wall: wall
        )
        guard let keeper else { return }
        if let failure = await keeper.failure { throw .journal(failure) }
        guard machine.stage.isEnded else {
            await follow(run, keeper)
            return try await keeper.say(word, by: operatorName)
        }
        active = (run, keeper)
        defer { active = nil }
        try await keeper.say(word, by: operatorName)
        // What has begun is waited for, also where whoever said the word has gone.
        await Task {
            while await keeper.machine.awaitsOutcomes, await keeper.failure == nil {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }.value
        await tellFollowers(keeper)
        let paid = PastRun(await keeper.snapshot, times: past[run]?.times ?? RunTimes())
        past[run] = paid
        if let machine = paid.machine, paid.problem == nil { keep(machine, paid) }
        await keeper.letGo()
        await show(run)
    }
}
