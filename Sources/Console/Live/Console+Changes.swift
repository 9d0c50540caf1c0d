import PoolDatabase
import PoolRollout

extension Console {
    /// Rings the bell for everything that pages may show, until the task is cancelled.
    func listen() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await listenToPool() }
            group.addTask { await listenToRuns() }
        }
    }

    /// Objects of the pool; runs are among them.
    private func listenToPool() async {
        var generation = access.snapshot.generation
        while !Task.isCancelled {
            generation = await access.change(after: generation).generation
            live.bell.ring()
        }
    }

    /// How far migrations are is no object of the pool: while a run goes on, it is looked at every second.
    private func listenToRuns() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            if await services.rollouts.activeRun != nil { live.bell.ring() }
        }
    }
}
