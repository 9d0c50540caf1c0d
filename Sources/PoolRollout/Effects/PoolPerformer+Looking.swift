import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import Rollout
import XenAPI

/// Looks at hosts.
extension PoolPerformer {
    func facts(_ host: String) async throws(APIError) -> HostFacts {
        let reference = try ref(host)
        let driver = try pool.driver(reference)
        do throws(HostError) { return try await driver.facts() } catch { throw error.asAPIError(reference) }
    }

    func inspect(_ host: String) async throws(APIError) -> HostReport {
        let reference = try ref(host)
        let driver = try pool.driver(reference)
        do throws(HostError) {
            // Each look costs a way there and back: all at once.
            let before = snapshot
            async let asked = answer { () throws(HostError) in try await driver.facts() }
            async let stamped = answer { () throws(HostError) in try await driver.stamps().map(\.name) }
            async let installed = answer { () throws(HostError) in try await driver.installedPackages() }
            let facts = try await asked.get()
            await pool.learn(facts, of: reference, asked: before) { [patches] host in
                try? await patches.resyncStamps(of: host)
            }
            let stamps = try await stamped.get()
            let packages = promised(try await installed.get())
            let snapshot = snapshot
            let isLive = snapshot.row("host", reference).map { Self.isKnown($0, facts, snapshot) } ?? false
            let guests = EvacuationPlan.guests(of: reference, in: snapshot)
            var report = HostReport(
                bootID: facts.bootID,
                agentStart: facts.agentStartTime,
                isEnabled: isLive && (snapshot.row("host", reference)?.bool("enabled") ?? false),
                unpluggedStorage: PoolView.unplugged(reference, snapshot),
                stamps: stamps,
                packages: packages,
                softwareVersion: facts.softwareVersion,
                residents: guests.map(\.uuid)
            )
            report.residentNames = Dictionary(guests.map { ($0.uuid, $0.nameLabel) }) { first, _ in first }
            report.switches = try? PoolView.switches(snapshot)
            return report
        } catch {
            throw error.asAPIError(reference)
        }
    }

    /// What is installed of the packages that the updates promise. Of some, such as kernels, several versions are installed
    /// beside each other: the promised one counts where it is among them.
    private func promised(_ installed: [InstalledPackage]) -> [String: String] {
        var wanted: [String: Set<String>] = [:]
        for (name, version) in spec.updates.flatMap(\.packages) { wanted[name, default: []].insert(version) }
        var packages: [String: String] = [:]
        for package in installed {
            guard let versions = wanted[package.identity] else { continue }
            if let known = packages[package.identity], versions.contains(known) { continue }
            packages[package.identity] = package.version
        }
        return packages
    }

    /// Whether the pool's memory has caught up with the host's boot: what it says of the host counts only then.
    private static func isKnown(_ host: Row, _ facts: HostFacts, _ snapshot: Snapshot) -> Bool {
        host.map("other_config", HostNote.bootID.rawValue) == facts.bootID
            && snapshot.row("host_metrics", host.ref("metrics"))?.bool("live") ?? false
    }
}

/// A question's answer or error, for questions that are asked beside each other.
private func answer<Answer: Sendable>(_ question: @Sendable () async throws(HostError) -> Answer) async
    -> Result<Answer, HostError>
{
    do throws(HostError) { return .success(try await question()) } catch { return .failure(error) }
}
