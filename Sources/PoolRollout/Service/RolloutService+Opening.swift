import PoolControl
import Rollout
import XenAPI

/// The runs that there were when the server starts, and those that have ended since.
extension RolloutService {
    /// Goes on with the run that was active when an earlier server ended, and lists those that there were. Runs that have
    /// ended are read when somebody asks for them.
    ///
    /// A journal that can not be used is kept and shown with the reason; it never keeps the server from starting.
    public func open() async {
        let active = await activeAtStart()
        for run in archive.runs where run != active {
            guard let outline = archive.outline(run) else { continue }
            outlines[run] = outline
            try? await RunRow.write(outline.details, in: control.database)
        }
        if let active { await takeOver(active) }
        catchingUp = Task(priority: .background) {
            await clearMarks()
            await catchUp()
        }
    }

    /// The run that is to be carried on: the one that `active` names; or, where that got lost, the one that still owes.
    private func activeAtStart() async -> String? {
        if let active = archive.active { return active }
        archive.clearNonsense()
        for run in archive.runs where archive.owed(run) != nil && archive.outline(run) == nil {
            guard let machine = await read(run).machine, !machine.stage.isEnded, archive.takeUp(run) else { continue }
            return run
        }
        return nil
    }

    private func takeOver(_ run: String) async {
        let read = await read(run)
        if read.ended != nil {
            // It had ended, and the server with it before `active` was emptied.
            _ = archive.giveUp(run)
            outlines[run] = archive.outline(run)
            return await show(run)
        }
        if let machine = read.machine, machine.spec == nil {
            // The server ended before the run began: nothing was done, and nobody was told that it had begun.
            _ = archive.giveUp(run)
            return
        }
        past[run] = read
        guard let spec = read.machine?.spec else { return await show(run) }
        do {
            let keeper = try await RunKeeper.takeOver(
                directory: archive.directory,
                performer: performer(spec),
                wall: wall
            )
            guard let keeper else { return }
            try? await mark(run)
            await follow(run, keeper)
        } catch {
            past[run]?.problem = error.description
            await show(run)
        }
    }

    /// Replays, one after another, the journals of runs whose end nobody has written down.
    private func catchUp() async {
        for run in archive.runs where outlines[run] == nil && past[run] == nil && active?.run != run {
            guard !Task.isCancelled else { return }
            guard (try? await load(run)) != nil else { continue }
            await show(run)
        }
    }

    /// A run that is not carried out now; read when it is asked for first.
    ///
    /// - Throws: `UUID_INVALID` where there is no such run.
    func load(_ run: String) async throws(APIError) -> PastRun {
        if let known = past[run] { return known }
        guard RunKeeper.isName(run), archive.runs.contains(run) || archive.active == run else {
            throw .uuidInvalid("rollout", run)
        }
        let read = await read(run)
        if let known = past[run] { return known }
        // It was taken over, or was never begun.
        if let active, active.run == run { return PastRun(await active.keeper.snapshot) }
        if let machine = read.machine, machine.spec == nil { throw .uuidInvalid("rollout", run) }
        past[run] = read
        if let machine = read.machine, !machine.stage.isEnded, archive.active != run {
            past[run]?.problem = "Nobody carries the run on: resume it, or cancel it."
        }
        if let machine = read.machine, machine.stage.isEnded, archive.active != run { keep(machine, read) }
        return past[run] ?? read
    }

    /// What it came to, or what its journal tells. Replaying takes its time, and others want to be answered meanwhile.
    private func read(_ run: String) async -> PastRun {
        await Task.detached(priority: Task.currentPriority) { [archive] in
            archive.ended(run).map { PastRun($0) } ?? archive.read(run)
        }.value
    }

    /// Writes down what a run came to.
    func keep(_ machine: RolloutMachine, _ read: PastRun) {
        let details = RunDetails(machine, head: read.head, progress: [:], now: now().seconds)
        let ended = EndedRun(
            details: details,
            report: RunReport(machine, journalHead: read.head),
            times: read.times
        )
        keep(ended)
    }

    func keep(_ ended: EndedRun) {
        let run = ended.details.run
        archive.keep(ended)
        past[run] = PastRun(ended)
        outlines[run] = EndedRun.Outline(ended)
    }
}
