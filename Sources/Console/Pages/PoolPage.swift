import PoolDatabase
import XenAPI

/// Pool → General: what the pool is, and the *Updates* section that people look for.
enum PoolPage {
    static func make(_ visit: Visit) throws(PageError) -> Page {
        let snapshot = visit.snapshot
        let pool: Row
        do throws(APIError) { pool = try snapshot.pool() } catch { throw PageError(error) }
        let updates = UpdateStatus.all(snapshot)
        let body = HTML.group([
            h1 { pool.nameLabel.isEmpty ? "Pool" : pool.nameLabel },
            div(.class("columns")) {
                general(pool, snapshot)
                HTML.live("updates", Self.updates(updates, snapshot))
            },
            HTML.live("restarts", restarts(updates, snapshot)),
            HTML.live("notices", notices(snapshot)),
        ])
        return Page(title: "General", section: .pool, body: body)
    }

    private static func general(_ pool: Row, _ snapshot: Snapshot) -> HTML {
        let hosts = HostOrder.hosts(snapshot)
        let vms = snapshot.rows("VM").filter { !$0.bool("is_control_domain") && !$0.bool("is_a_template") }
        let running = vms.filter { $0.string("power_state") == "Running" }
        let versions = Set(hosts.map { version(of: $0) }).sorted()
        return HTML.live(
            "general",
            section(.id("general"), .class("sheet")) {
                h2 { "General" }
                dl(.class("facts")) {
                    dt { "Master" }
                    dd { "\(hosts.first?.nameLabel ?? "none") (coordinator)" }
                    dt { "Hosts" }
                    dd { String(hosts.count) }
                    dt { "VMs" }
                    dd { "\(vms.count), \(running.count) running" }
                    dt { "Version" }
                    dd { versions.joined(separator: "; ") }
                    dt { "High availability" }
                    dd { pool.bool("ha_enabled") ? "On" : "Off" }
                    dt { "UUID" }
                    dd { code { pool.uuid } }
                }
            }
        )
    }

    static func version(of host: Row) -> String {
        let version = host.map("software_version", "product_version") ?? "unknown"
        guard let build = host.map("software_version", "build_number") else { return version }
        return "\(version) build \(build)"
    }

    private static func updates(_ updates: [UpdateStatus], _ snapshot: Snapshot) -> HTML {
        section(.id("updates"), .class("sheet")) {
            h2 { "Updates" }
            if updates.isEmpty { p { "No update has been uploaded or applied." } }
            dl(.class("facts")) {
                row("Fully applied", updates.filter { $0.reach == .fully }, snapshot)
                row("Partially applied", updates.filter { $0.reach == .partly }, snapshot)
                row("Not applied", updates.filter { $0.reach == .notApplied }, snapshot)
            }
        }
    }

    private static func row(_ title: String, _ updates: [UpdateStatus], _ snapshot: Snapshot) -> HTML {
        guard !updates.isEmpty else { return .empty }
        return .group([
            dt { title },
            dd {
                for update in updates {
                    div {
                        a(.href("/updates/" + update.patch.uuid)) { bdi { update.patch.nameLabel } }
                        if update.reach == .partly {
                            " "
                            span(.class("bad")) {
                                "(full application required: missing on \(Words.names(update.lacking)))"
                            }
                        }
                    }
                }
            },
        ])
    }

    /// The newest notices to the operator, as `xe message-list` has them all.
    private static func notices(_ snapshot: Snapshot) -> HTML {
        let newest = snapshot.rows("message").sorted { $1.date("timestamp") < $0.date("timestamp") }.prefix(20)
        return section(.id("notices")) {
            for notice in newest {
                p(.class("warning")) {
                    strong { "\(notice.string("name")): " }
                    bdi { notice.string("body") }
                }
            }
        }
    }

    /// What has to restart for updates to take effect, one line for each, as the General tab has it.
    private static func restarts(_ updates: [UpdateStatus], _ snapshot: Snapshot) -> HTML {
        section(.id("restarts")) {
            PendingGuidance.lines(snapshot)
            for update in updates {
                for host in update.awaitingRestart {
                    p(.class("warning")) {
                        strong { "\(update.patch.nameLabel) on \(Words.host(host, snapshot)): " }
                        "the host needs to be rebooted for update \(update.patch.nameLabel) to take effect."
                    }
                }
                for host in update.awaitingToolstack {
                    p(.class("warning")) {
                        strong { "\(update.patch.nameLabel) on \(Words.host(host, snapshot)): " }
                        "the toolstack needs to be restarted for update \(update.patch.nameLabel) to take effect."
                    }
                }
            }
        }
    }
}
