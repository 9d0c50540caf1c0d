import PoolDatabase
import PoolOperations
import XenAPI

/// The start page: what goes on, what is the matter, what the pool is, and the *Updates* section that people look for.
enum PoolPage {
    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let snapshot = visit.snapshot
        let pool: Row
        do throws(APIError) { pool = try snapshot.pool() } catch { throw PageError(error) }
        let updates = UpdateStatus.all(snapshot)
        let overview = await Overview.read(visit)
        let missing = await MissingUpdates.read(visit)
        let body = HTML.group([
            h1 { bdi { pool.nameLabel.isEmpty ? "Pool" : pool.nameLabel } },
            overview.html,
            div(.class("columns")) {
                general(pool, visit)
                HTML.live("updates", Self.updates(updates))
            },
            HTML.live("missing", missing.html),
            HTML.live("restarts", restarts(updates, snapshot, overview.now)),
            HTML.live("notices", notices(snapshot)),
            HTML.live("load", overview.load),
            HTML.live("last-runs", overview.history),
        ])
        return Page(title: "Overview", section: .pool, body: body, tellsHolds: true)
    }

    private static func general(_ pool: Row, _ visit: Visit) -> HTML {
        let snapshot = visit.snapshot
        let hosts = HostOrder.hosts(snapshot)
        let vms = snapshot.guests
        let running = vms.filter { $0.powerState == "Running" }
        let versions = Set(hosts.map { version(of: $0) }).sorted()
        return HTML.live(
            "general",
            section(.id("general"), .class("sheet")) {
                h2 { "General" }
                dl(.class("facts")) {
                    dt { "Master" }
                    dd {
                        if let master = hosts.first {
                            Links.link("/hosts/" + master.uuid, master.title)
                        } else {
                            "none"
                        }
                        " (coordinator)"
                    }
                    dt { "Hosts" }
                    dd { a(.href("/hosts")) { String(hosts.count) } }
                    dt { "VMs" }
                    dd {
                        a(.href("/vms")) { String(vms.count) }
                        ", \(running.count) running"
                    }
                    dt { "Version" }
                    dd { versions.joined(separator: "; ") }
                    dt { "High availability" }
                    dd { pool.bool("ha_enabled") ? "On" : "Off" }
                    dt { "Certificate" }
                    dd { certificate(visit) }
                    dt { "Backup" }
                    dd {
                        if let saved = snapshot.lastBackup {
                            "the pool's database was saved "
                            Words.moment(saved)
                        } else {
                            span(.class("warn")) { "nobody knows of one" }
                        }
                    }
                    dt { "UUID" }
                    dd { code { pool.uuid } }
                }
            }
        )
    }

    /// Until when browsers and clients take the certificate.
    private static func certificate(_ visit: Visit) -> HTML {
        guard let expires = visit.console.access.certificateExpires else {
            return .text("it does not say when it expires")
        }
        let left = expires - visit.console.now()
        return parts {
            if left < 0 { span(.class("bad")) { "has expired: " } } else { "expires " }
            Words.moment(expires)
            if left >= 0, left < 30 * 86_400 {
                span(.class("warn")) { ", in \(Words.count(Int(left / 86_400), "day", "days"))" }
            }
        }
    }

    static func version(of host: Row) -> String {
        let version = host.map("software_version", "product_version") ?? "unknown"
        guard let build = host.map("software_version", "build_number") else { return version }
        return "\(version) build \(build)"
    }

    private static func updates(_ updates: [UpdateStatus]) -> HTML {
        section(.id("updates"), .class("sheet")) {
            h2 { "Updates" }
            if updates.isEmpty { p { "No update has been uploaded or applied." } }
            dl(.class("facts")) {
                row("Fully applied", updates.filter { $0.reach == .fully })
                row("Partially applied", updates.filter { $0.reach == .partly })
                row("Not applied", updates.filter { $0.reach == .notApplied })
            }
        }
    }

    private static func row(_ title: String, _ updates: [UpdateStatus]) -> HTML {
        guard !updates.isEmpty else { return .empty }
        return .group([
            dt { title },
            dd {
                for update in updates {
                    div {
                        Links.update(update.patch)
                        if update.reach == .partly {
                            " "
                            span(.class("bad")) {
                                "(full application required: missing on "
                                Links.hosts(update.lacking)
                                ")"
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
    private static func restarts(_ updates: [UpdateStatus], _ snapshot: Snapshot, _ now: RunNow) -> HTML {
        section(.id("restarts")) {
            PendingGuidance.lines(snapshot)
            for update in updates {
                // What a run restarts needs nobody else to do so.
                for host in update.awaitingRestart where !now.holds(host) {
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
