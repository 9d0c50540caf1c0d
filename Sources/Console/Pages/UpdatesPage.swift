import PoolDatabase
import PoolRollout
import Rollout

/// The updates of the pool, by update or by server.
enum UpdatesPage {
    static func make(_ visit: Visit) async -> Page {
        let snapshot = visit.snapshot
        let updates = UpdateStatus.all(snapshot)
        let byServer = visit.query["by"] == "server"
        let catalogue = await CatalogueView.read(visit)
        let now = await RunNow.read(visit.console)
        let body = HTML.group([
            h1 { "Updates" },
            nav(.aria("aria-label", "View"), .class("row")) {
                view("By update", "/updates", !byServer)
                view("By server", "/updates?by=server", byServer)
            },
            HTML.live("table", div(.id("table")) { byServer ? servers(updates, visit, now) : table(updates, visit) }),
            HTML.live("catalogue", catalogue.html(byServer: byServer)),
        ])
        return Page(title: "Updates", section: .updates, body: body)
    }

    private static func view(_ text: String, _ path: String, _ isHere: Bool) -> HTML {
        .element("a", [.href(path)] + (isHere ? [.aria("aria-current", "page")] : []), .text(text))
    }

    private static func table(_ updates: [UpdateStatus], _ visit: Visit) -> HTML {
        guard !updates.isEmpty else { return p { "No update has been uploaded or applied." } }
        let heads = ["Update", "Description", "Status", "Applied on", "Missing on", "Waits for a reboot of", "Install"]
        return Words.table("Updates", heads) {
            for update in updates {
                tr(.id("update-" + update.patch.uuid)) {
                    th(.scope("row")) { Links.update(update.patch) }
                    td { update.patch.nameDescription }
                    td { Words.state(update.reach.words, update.reach.look) }
                    td { Links.hosts(update.having) }
                    td { Links.hosts(update.lacking) }
                    td { Links.hosts(update.awaitingRestart) }
                    td { install(update, visit) }
                }
            }
        }
    }

    static func install(_ update: UpdateStatus, _ visit: Visit) -> HTML {
        guard visit.signedIn.mayOperate, update.hasFile, update.reach != .fully else { return .empty }
        return Words.button(
            "Install…",
            to: "/do/install",
            [("update", update.patch.uuid)],
            shown: Shown([UpdateStatus.fact(update.patch, visit.snapshot)]),
            about: update.patch.nameLabel
        )
    }

    private static func servers(_ updates: [UpdateStatus], _ visit: Visit, _ now: RunNow) -> HTML {
        let snapshot = visit.snapshot
        return Words.table("Hosts, the master first", ["Host", "Version", "Status", "Missing", "Installed"]) {
            for host in HostOrder.hosts(snapshot) { server(host, updates, snapshot, now) }
        }
    }

    private static func server(_ host: Row, _ updates: [UpdateStatus], _ snapshot: Snapshot, _ now: RunNow) -> HTML {
        let missing = updates.filter { $0.isMissing(on: host) }
        let installed = updates.filter { $0.has(host) }
        let waits = updates.filter { $0.awaitsRestart(host) }
        return tr(.id("server-" + host.uuid)) {
            th(.scope("row")) { Links.host(host, snapshot) }
            td { PoolPage.version(of: host) }
            td {
                if now.host(host)?.phase.isActive == true {
                    HostState(host, snapshot, now).why
                } else if !missing.isEmpty {
                    Words.state("Not updated", "bad")
                } else if !waits.isEmpty {
                    Words.state("Needs to be rebooted", "warn")
                } else {
                    Words.state("Updated", "good")
                }
            }
            td {
                for update in missing {
                    div {
                        Links.update(update.patch)
                        ": applied on \(Words.names(update.having)), not here"
                    }
                }
            }
            td { Links.updates(installed.map(\.patch)) }
        }
    }
}

/// One update: what its package says, where it is applied, and its article.
enum UpdatePage {
    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let snapshot = visit.snapshot
        guard let patch = snapshot.row("pool_patch", uuid: visit.parameter("update")) else { throw .notFound }
        let status = UpdateStatus(patch, HostOrder.hosts(snapshot), snapshot)
        let inspection = await visit.console.shelf.inspection(of: patch)
        let body = HTML.group([
            h1 { bdi { patch.nameLabel } },
            HTML.live(
                "update-status",
                div(.id("update-status"), .class("sheet")) {
                    p { Words.state(status.reach.words, status.reach.look) }
                    PackageDetails.facts(status, inspection, snapshot)
                    UpdatesPage.install(status, visit)
                }
            ),
            section(.id("article"), .class("sheet")) {
                h2 { "Article" }
                if let inspection, let article = ArticlePage.html(inspection, snapshot) {
                    article
                } else {
                    p {
                        status.isOffered
                            ? "The pool's repositories hold its packages, and no article: what their publisher says stands above."
                            : "The package is not on the coordinator, so its article can not be written from it."
                    }
                }
            },
        ])
        let facts = [UpdateStatus.fact(patch, snapshot)]
        return Page(title: patch.nameLabel, section: .updates, body: body, facts: facts)
    }
}
