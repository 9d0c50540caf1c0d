import PoolDatabase
import PoolRollout

/// Names that lead to the page of what they name, wherever they stand.
enum Links {
    static func host(_ host: Row, _ snapshot: Snapshot) -> HTML {
        .group([
            link("/hosts/" + host.uuid, host.title), HostOrder.isMaster(host, snapshot) ? .text(" (master)") : .empty,
        ])
    }

    static func vm(_ vm: Row) -> HTML { link("/vms/" + vm.uuid, vm.title) }

    static func update(_ patch: Row) -> HTML { link("/updates/" + patch.uuid, patch.title) }

    static func run(_ run: RunDetails) -> HTML { link("/runs/" + run.run, run.name.isEmpty ? run.run : run.name) }

    /// Hosts, as many as one reads; of the others, how many there are.
    static func hosts(_ hosts: [Row], atMost most: Int = 12) -> HTML {
        list(hosts.map { ("/hosts/" + $0.uuid, $0.title) }, most)
    }

    static func updates(_ patches: [Row], atMost most: Int = 12) -> HTML {
        list(patches.map { ("/updates/" + $0.uuid, $0.title) }, most)
    }

    static func link(_ path: String, _ name: String) -> HTML { a(.href(path)) { bdi { name } } }

    private static func list(_ links: [(path: String, name: String)], _ most: Int) -> HTML {
        let shown = links.prefix(most).enumerated().map { index, link in
            HTML.group([index > 0 ? .text(", ") : .empty, Self.link(link.path, link.name)])
        }
        return .group(shown + (links.count > most ? [.text(" and \(links.count - most) more")] : []))
    }
}
