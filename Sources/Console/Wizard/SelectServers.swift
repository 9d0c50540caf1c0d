import PoolDatabase
import PoolOperations
import Rollout

/// The third step: which hosts. What can not be chosen says why in a column of its own.
struct SelectServers: Sendable {
    let page: WizardPage

    var content: HTML {
        let snapshot = page.visit.snapshot
        let hosts = HostOrder.hosts(snapshot)
        let status = page.wizard.update.flatMap { snapshot.row("pool_patch", uuid: $0) }
            .map { UpdateStatus($0, hosts, snapshot) }
        let notes = hosts.map { note($0, status, snapshot) }
        return page.form("Next ›") {
            p {
                page.wizard.purpose == .install
                    ? "The update is installed on the chosen hosts, the master always first."
                    : "The chosen hosts restart, the master always first."
            }
            page.message("no-hosts", "Choose at least one host.")
            HTML.live("servers", table(hosts, notes, snapshot))
            if page.wizard.purpose == .install {
                p(.class("quiet")) {
                    "Updating part of a pool leaves it in mixed state, which is not meant to last: choose all hosts unless you have a reason."
                }
            }
        }
    }

    private func table(_ hosts: [Row], _ notes: [String?], _ snapshot: Snapshot) -> HTML {
        div(.id("servers")) {
            if page.mayChange {
                div(.class("choice")) {
                    all(hosts, notes)
                    label(.for("all")) { "All hosts" }
                }
            }
            Words.table("Hosts of the pool", ["Host", "Notes", "Version"]) {
                for (host, note) in zip(hosts, notes) { row(host, note, snapshot) }
            }
        }
    }

    private func all(_ hosts: [Row], _ notes: [String?]) -> HTML {
        let isAll = zip(hosts, notes).allSatisfy { $1 != nil || !page.wizard.excluded.contains($0.uuid) }
        return HTML.element(
            Tag("input", isVoid: true),
            [.type("checkbox"), .id("all"), .data("data-all", "host")] + (isAll ? [.checked] : []),
            .empty
        )
    }

    private func row(_ host: Row, _ note: String?, _ snapshot: Snapshot) -> HTML {
        var attributes: [Attribute] = [
            .type("checkbox"), .name("host"), .value(host.uuid), .id("host-" + host.uuid),
        ]
        if note == nil, !page.wizard.excluded.contains(host.uuid) { attributes.append(.checked) }
        if note != nil || !page.mayChange { attributes.append(.disabled) }
        let isChanged = page.isChanged(WizardFacts.name(ofHost: host.uuid))
        return tr(.id("server-" + host.uuid), .class(isChanged ? "changed" : "")) {
            th(.scope("row")) {
                HTML.element(Tag("input", isVoid: true), attributes, .empty)
                label(.for("host-" + host.uuid)) { bdi { Words.host(host, snapshot) } }
            }
            td { note ?? "" }
            td { PoolPage.version(of: host) }
        }
    }

    /// Why a host can not be chosen; nil where it can.
    private func note(_ host: Row, _ status: UpdateStatus?, _ snapshot: Snapshot) -> String? {
        Self.note(host, status, snapshot)
    }

    static func note(_ host: Row, _ status: UpdateStatus?, _ snapshot: Snapshot) -> String? {
        if let status, status.has(host) {
            return status.awaitsRestart(host)
                ? nil : "\(status.patch.nameLabel) is already applied on this host."
        }
        let live = snapshot.isLive(host)
        return live ? nil : "This host does not answer: start it, or go on without it."
    }
}
