import PoolPatching
import UpdatePackage
import XenAPI

/// What the catalogue says that the pool lacks, and why what is left out is left out.
enum CatalogueView: Sendable {
    case none
    case unusable(String)
    case known(PoolUpdates)

    static func read(_ visit: Visit) async -> CatalogueView {
        do throws(APIError) {
            guard let updates = try await visit.console.services.patches.poolUpdates() else { return .none }
            return .known(updates)
        } catch {
            return .unusable(error.parameters.first ?? error.code)
        }
    }

    func html(byServer: Bool) -> HTML {
        section(.id("catalogue")) {
            h2 { "Required updates" }
            switch self {
            case .none:
                p(.class("note")) {
                    "No catalogue of updates is installed, so nothing is known of updates that are not on this pool. "
                    "Install one with: pitstop catalogue install FILE"
                }
            case .unusable(let reason): p(.class("warning")) { "The catalogue can not be used: \(reason)" }
            case .known(let updates):
                Self.origin(updates)
                if byServer { Self.servers(updates) } else { Self.updates(updates) }
            }
        }
    }

    private static func origin(_ updates: PoolUpdates) -> HTML {
        let release = updates.source.release
        return p(.class("quiet")) {
            if let release {
                "Catalogue release \(release.number), issued \(release.issued), good until \(release.expires)."
            }
            if updates.order == nil { " No one order of these updates suits all hosts: see each host." }
        }
    }

    private static func updates(_ pool: PoolUpdates) -> HTML {
        let uuids = pool.hosts.flatMap { $0.missing.map(\.uuid) }
        let ordered = (pool.order ?? []) + uuids.filter { !(pool.order ?? []).contains($0) }
        let shown = ordered.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard !shown.isEmpty else { return p(.class("success")) { "According to the catalogue nothing is missing." } }
        return Words.table(
            "Updates that hosts lack, in the order in which to install them",
            ["Update", "Description", "Missing on", "Why"]
        ) {
            for uuid in shown { row(uuid, pool) }
        }
    }

    private static func row(_ uuid: String, _ pool: PoolUpdates) -> HTML {
        let entry = pool.update(uuid)
        let lacking = pool.hosts.filter { $0.missing.contains { $0.uuid == uuid } }
        let reasons = lacking.compactMap { host in host.missing.first { $0.uuid == uuid }?.reason }
        return tr(.id("missing-" + uuid)) {
            th(.scope("row")) { entry?.label ?? uuid }
            td { entry?.description ?? "" }
            td { Words.names(lacking.map(\.name)) }
            td {
                Set(reasons).sorted().joined(separator: "; ")
                if pool.foreignBuilds.contains(uuid) {
                    div(.class("warn")) { "⚠ The uploaded file is another build than the catalogue vouches for." }
                }
            }
        }
    }

    private static func servers(_ pool: PoolUpdates) -> HTML {
        Words.table(
            "What each host lacks",
            ["Host", "Version", "Status", "Required updates, in their order", "Left out, and why"]
        ) {
            for host in pool.hosts {
                tr(.id("needs-" + host.uuid)) {
                    th(.scope("row")) { host.name }
                    td { host.version ?? "not known to the catalogue" }
                    td { Words.state(host.isUpToDate ? "Updated" : "Not updated", host.isUpToDate ? "good" : "bad") }
                    td { host.sequence.map(\.label).joined(separator: ", ") }
                    td {
                        for update in host.missing where update.position == nil {
                            div { "\(update.label): \(update.reason)" }
                        }
                    }
                }
            }
        }
    }
}
