import Hosts
import PoolControl
import PoolDatabase
import Rollout
import XenAPI

/// Looks at hosts.
extension PoolPerformer {
    /// A host as a run tells its boots apart.
    struct Look {
        var bootID: String
        var agentStart: Int64
        var isEnabled: Bool
        var unpluggedStorage: [String]
        var softwareVersion: [String: String]
        var residents: [Ref]
    }

    func look(_ host: Ref) async throws(ControlError) -> Look {
        let seen = try await control.look(at: host)
        return Look(
            bootID: seen.bootID ?? "",
            agentStart: seen.agentID.flatMap { HostTime.seconds($0) } ?? 0,
            isEnabled: seen.isEnabled,
            unpluggedStorage: seen.unpluggedStorage,
            softwareVersion: seen.softwareVersion,
            residents: seen.residents
        )
    }

    func inspect(_ host: String) async throws(ControlError) -> HostReport {
        let reference = try ref(host)
        var updates: [PreparedUpdate] = []
        for update in spec.updates {
            // One that somebody has had the pool forget may be on the host all the same.
            let known = try? await installer.find(update.uuid)
            updates.append(known ?? PreparedUpdate(id: update.uuid, label: update.label))
        }
        // Each look costs a way there and back: all at once.
        async let looked = answer { () throws(ControlError) in try await look(reference) }
        async let stood = answer { [updates] () throws(ControlError) in
            // Where nothing is installed, nothing is asked of how that is done.
            updates.isEmpty ? HostStanding(updates: []) : try await installer.standing(of: reference, updates)
        }
        async let working = answer { () throws(ControlError) in
            try await OthersWork.seen(by: control, besides: spec.run)
        }
        let seen = try await looked.get()
        let standing = try await stood.get()
        // An update may be called otherwise in the pool than in the run.
        let own = zip(spec.updates, updates).filter { standing.updates.contains($1.id) }.map(\.0.uuid)
        let snapshot = snapshot
        let guests = seen.residents.compactMap { snapshot.stored("VM", $0) }
        var report = HostReport(
            bootID: seen.bootID,
            agentStart: seen.agentStart,
            isEnabled: seen.isEnabled,
            unpluggedStorage: seen.unpluggedStorage,
            stamps: standing.updates.union(own).sorted(),
            packages: promised(standing.packages ?? [:]),
            softwareVersion: seen.softwareVersion,
            residents: guests.map(\.uuid)
        )
        report.residentNames = Dictionary(guests.map { ($0.uuid, $0.nameLabel) }) { first, _ in first }
        report.switches = try? PoolView.switches(snapshot)
        report.others = try await working.get()
        report.owed = standing.owed.map { $0.map(\.rawValue).sorted().map { Guidance(rawValue: $0) } }
        // While others are at work the host does not begin, and is looked at again and again: the pool is not kept busy for that.
        if seen.isEnabled, (report.others ?? []).isEmpty {
            report.withdrawn = try await withdrawn(updates.filter { !standing.updates.contains($0.id) }, on: reference)
        }
        return report
    }

    /// Why one of the updates would no longer be installed on a host as it was pinned.
    private func withdrawn(_ updates: [PreparedUpdate], on host: Ref) async throws(ControlError) -> String? {
        for update in updates {
            do throws(ControlError) { try await installer.confirm(update, on: host) } catch {
                switch error {
                case .refused(let refusal): return sentence(refusal, host)
                case .impossible(let words): return words
                case .silent, .cancelled: throw error
                }
            }
        }
        return nil
    }

    /// A refusal in words: the pool's own where it has some.
    func sentence(_ refusal: APIError, _ host: Ref?) -> String {
        control.sentence(refusal, host: host) ?? FailureWords(snapshot, host: host).sentence(refusal)
    }

    /// The VMs that can not leave a host, as the pool itself says.
    func judge(_ host: String) async throws(ControlError) -> [JudgedVM] {
        let obstacles = try await control.evacuationObstacles(of: try ref(host))
        let snapshot = snapshot
        return obstacles.compactMap { obstacle in
            guard let vm = snapshot.stored("VM", obstacle.vm) else { return nil }
            let words =
                control.sentence(obstacle.refusal, host: nil) ?? FailureWords(snapshot).sentence(obstacle.refusal)
            return JudgedVM(vm: vm.uuid, reason: words, isLasting: obstacle.isLasting)
        }
    }

    /// What is installed of the packages that the updates promise. Of some, such as kernels, several versions are installed
    /// beside each other: the promised one counts where it is among them.
    private func promised(_ installed: [String: [String]]) -> [String: String] {
        var wanted: [String: Set<String>] = [:]
        for (name, version) in spec.updates.flatMap(\.packages) { wanted[name, default: []].insert(version) }
        var packages: [String: String] = [:]
        for (name, promised) in wanted {
            guard let versions = installed[name] else { continue }
            packages[name] = versions.first(where: promised.contains) ?? versions.last
        }
        return packages
    }
}

/// A question's answer or error, for questions that are asked beside each other.
private func answer<Answer: Sendable>(_ question: @Sendable () async throws(ControlError) -> Answer) async
    -> Result<Answer, ControlError>
{
    do throws(ControlError) { return .success(try await question()) } catch { return .failure(error) }
}

extension OthersWork {
    /// What others do with a pool; nil where that is nothing.
    static func seen(by control: any PoolControl, besides run: String) async throws(ControlError) -> [OthersWork]? {
        let work = try await control.foreignWork(besides: run)
        let snapshot = control.database.snapshot
        let seen = work.map { work in
            OthersWork(
                id: work.id,
                text: work.text,
                since: work.since,
                host: work.host.flatMap { snapshot.stored("host", $0)?.uuid },
                vm: work.vm.flatMap { snapshot.stored("VM", $0)?.uuid }
            )
        }
        return seen.isEmpty ? nil : seen
    }
}
