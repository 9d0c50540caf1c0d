import PoolControl
import PoolDatabase
import Rollout
import XenAPI

extension PoolView {
    /// Looks at the pool and asks each host that lives how much room it has.
    ///
    /// - Parameters:
    ///   - run: the run that looks.
    ///   - runs: what earlier runs took, the newest first.
    ///   - now: seconds since the epoch.
    static func observe(
        _ control: any PoolControl,
        _ installer: any UpdateInstaller,
        run: String,
        updates: [UpdateFacts],
        runs: [RunTimes],
        now: Int64
    ) async throws(ControlError) -> PoolView {
        let snapshot = control.database.snapshot
        var view = try ControlError.refusing { () throws(APIError) in
            try PoolView(snapshot, updates: updates, now: now, runs: runs, wishes: control.wishes)
        }
        // A recording does not say how much room its hosts had: it can be planned for all the same.
        guard control.capabilities.has(.acting) else { return view }
        if control.capabilities.has(.judgingEvacuations) { view.judgesEvacuations = true }
        view.others = try await OthersWork.seen(by: control, besides: run)
        if !installer.isShownInRows, !updates.isEmpty { try await learnStanding(&view, control, installer, updates) }
        let answers = await withTaskGroup(of: (String, Result<HostRoom?, ControlError>).self) { group in
            for host in view.hosts where host.isLive {
                group.addTask { (host.id, await ask(host, control)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for index in view.hosts.indices {
            switch answers[view.hosts[index].id] {
            case .success(let room?):
                view.hosts[index].freeBytes = room.freeBytes
                view.hosts[index].obstacles = room.obstacles
            // Of such a host nobody knows whether it has room: it must not pass for one that has.
            case .failure(let error):
                view.hosts[index].obstacles = ["it can not be asked (\(error.description.prefix { $0 != "\n" }))"]
            case .success(nil), nil: break
            }
        }
        return view
    }

    /// Asks each host which of the updates it has, where the rows do not tell. One that does not say has none of them.
    private static func learnStanding(
        _ view: inout PoolView,
        _ control: any PoolControl,
        _ installer: any UpdateInstaller,
        _ updates: [UpdateFacts]
    ) async throws(ControlError) {
        var prepared: [(uuid: String, update: PreparedUpdate)] = []
        for update in updates { prepared.append((update.uuid, try await installer.find(update.uuid))) }
        for index in view.hosts.indices where view.hosts[index].isLive {
            guard let host = control.database.snapshot.row("host", uuid: view.hosts[index].id) else { continue }
            let standing = try? await installer.standing(of: host.ref, prepared.map(\.update))
            let has = prepared.filter { standing?.updates.contains($0.update.id) ?? false }
            // What its rows show was seen earlier.
            let before = Set(view.hosts[index].applied).subtracting(prepared.map(\.uuid))
            view.hosts[index].applied = before.union(has.map(\.uuid)).sorted()
            guard let owed = standing?.owed else { continue }
            view.hosts[index].awaitingRestart = owed.contains(.restartHost) ? has.map(\.uuid) : []
            view.hosts[index].awaitingToolstack = owed.contains(.restartToolstack) ? has.map(\.uuid) : nil
        }
    }

    private static func ask(_ host: HostView, _ control: any PoolControl) async -> Result<HostRoom?, ControlError> {
        do throws(ControlError) {
            guard let row = control.database.snapshot.row("host", uuid: host.id) else { return .success(nil) }
            return .success(try await control.room(on: row.ref))
        } catch {
            return .failure(error)
        }
    }
}
