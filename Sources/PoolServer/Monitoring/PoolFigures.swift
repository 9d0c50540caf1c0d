import Datamodel
import Monitoring
import PoolDatabase
import PoolOperations
import PoolPatching
import PoolRollout
import Rollout
import XenAPI

/// The figures of a pool at one moment, for monitoring systems. Numbers only: whoever may read them learns no names.
struct PoolFigures: Sendable {
    let api: API
    /// The program's version.
    let version: String
    let certificate: ServedCertificate

    /// All families.
    func families() async -> [MetricFamily] {
        let snapshot = api.pool.database.snapshot
        var families = rows(snapshot) + api.meters.registry.families
        families.append(
            MetricFamily(
                "pitstop_info",
                "The program that serves the pool.",
                .gauge,
                [.init(1, [.init("version", version)])]
            )
        )
        families.append(
            .gauge("pitstop_sessions", "Sessions of XenAPI and the console that are open.", Double(api.sessions.count))
        )
        if let expires = certificate.expires {
            families.append(
                .gauge(
                    "pitstop_certificate_expiry_timestamp_seconds",
                    "When the server's certificate expires, in seconds since the epoch.",
                    Double(expires)
                )
            )
        }
        return families + (await updates()) + (await runs())
    }

    private func rows(_ snapshot: Snapshot) -> [MetricFamily] {
        var hosts = ["enabled": 0, "disabled": 0, "silent": 0]
        for host in snapshot.rows("host") {
            let isLive = snapshot.isLive(host)
            hosts[!isLive ? "silent" : host.isHostEnabled ? "enabled" : "disabled", default: 0] += 1
        }
        var guests = ["halted": 0, "paused": 0, "running": 0, "suspended": 0]
        for vm in snapshot.rows("VM") where !vm.bool("is_a_template") && !vm.bool("is_control_domain") {
            if vm.bool("is_a_snapshot") { continue }
            guests[vm.string("power_state").lowercased(), default: 0] += 1
        }
        let isHAOn = (try? snapshot.pool())?.bool("ha_enabled") ?? false
        return [
            .gauge("pitstop_hosts", "Hosts of the pool by what they are at.", by: "state", hosts),
            .gauge("pitstop_vms", "VMs of the pool by power state.", by: "power_state", guests),
            .gauge("pitstop_ha_enabled", "Whether high availability is on.", isHAOn ? 1 : 0),
        ]
    }

    /// What the catalogue in use says that hosts lack; nothing where there is none, for then nobody knows.
    private func updates() async -> [MetricFamily] {
        guard let updates = try? await api.patches.poolUpdates() else { return [] }
        let missing = updates.hosts.map(\.missing.count).reduce(0, +)
        let behind = updates.hosts.count { !$0.missing.isEmpty }
        return [
            .gauge(
                "pitstop_missing_updates",
                "Updates of the catalogue that hosts lack, each counted once for every host that lacks it.",
                Double(missing)
            ),
            .gauge("pitstop_hosts_missing_updates", "Hosts that lack an update of the catalogue.", Double(behind)),
        ]
    }

    private func runs() async -> [MetricFamily] {
        guard let rollouts = api.rollouts else { return [] }
        let debts = await rollouts.obligations()
        var details: RunDetails?
        if let run = await rollouts.activeRun { details = try? await rollouts.details(run) }
        let isUnusable = await rollouts.isBlocked
        var families: [MetricFamily] = [
            .gauge("pitstop_run_active", "Whether a run is under way.", details == nil ? 0 : 1),
            .gauge(
                "pitstop_run_unusable",
                "Whether a run is in the way whose journal can not be used: somebody has to look at it.",
                isUnusable ? 1 : 0
            ),
            .gauge(
                "pitstop_run_holds",
                "Reasons for which the run under way begins nothing new until somebody says a word.",
                Double(details?.holds.count ?? 0)
            ),
            .gauge(
                "pitstop_run_mixed_state_seconds",
                "How long the pool has been in mixed state because of the run under way.",
                Double(details?.mixedSeconds ?? 0)
            ),
            .gauge(
                "pitstop_obligations_open",
                "What runs have switched off and not given back yet.",
                Double(debts.count)
            ),
        ]
        // Each phase always, so that a series does not come and go with its hosts.
        var phases = Dictionary(uniqueKeysWithValues: HostPhase.allCases.map { ($0.rawValue, 0) })
        for host in details?.hosts ?? [] { phases[host.phase.rawValue, default: 0] += 1 }
        families.append(.gauge("pitstop_run_hosts", "Hosts of the run under way by phase.", by: "phase", phases))
        return families
    }
}
