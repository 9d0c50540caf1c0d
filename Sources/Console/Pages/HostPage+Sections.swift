import PoolDatabase
import PoolRollout
import Rollout

/// What a host is attached to, and what runs have done with it.
extension HostPage {
    var storage: HTML {
        let all = snapshot.storage(of: host)
        return section(.id("host-storage")) {
            h2 { "Storage" }
            if all.isEmpty { p { "No storage is attached here." } }
            if !all.isEmpty {
                Words.table("Storage that is attached here", ["Storage", "Type", "Shared", "Plugged"]) {
                    for (sr, isPlugged) in all {
                        tr {
                            th(.scope("row")) { bdi { sr.title } }
                            td { sr.storageType }
                            td { sr.isShared ? "yes" : "no" }
                            td { Words.state(isPlugged ? "Plugged" : "Unplugged", isPlugged ? "good" : "bad") }
                        }
                    }
                }
            }
        }
    }

    var networks: HTML {
        let cards = snapshot.cards(of: host)
        return section(.id("host-networks")) {
            h2 { "Networks" }
            if cards.isEmpty { p { "No network card is known here." } }
            if !cards.isEmpty {
                Words.table("Network cards", ["Card", "Network", "Address", "Attached"]) {
                    for card in cards {
                        tr {
                            th(.scope("row")) { card.device }
                            td { bdi { snapshot.network(of: card)?.title ?? "" } }
                            td { card.internetAddress }
                            td { card.isAttached ? "yes" : "no" }
                        }
                    }
                }
            }
        }
    }

    var history: HTML {
        section(.id("host-runs")) {
            h2 { "In runs" }
            if visits.isEmpty { p { "No run has had this host." } }
            if !visits.isEmpty {
                Words.table("What runs did with it, the newest first", ["Run", "Result", "When", "Took", "Boot"]) {
                    for (run, own) in visits { line(run, own) }
                }
            }
        }
    }

    private func line(_ run: RunDetails, _ own: RunDetails.Host) -> HTML {
        let hasRestarted = !own.bootAfter.isEmpty && own.bootAfter != own.bootBefore
        return tr {
            th(.scope("row")) { Links.run(run) }
            td {
                own.phase.words(run.aim)
                if let reason = own.reason { div(.class("quiet")) { reason } }
            }
            td { own.begun.map(Words.moment) ?? Words.moment(run.started) }
            td {
                if let begun = own.begun, let ended = own.ended { Words.duration(Int(max(0, ended - begun))) }
            }
            td {
                hasRestarted
                    ? .text("restarted")
                    : own.bootBefore.isEmpty ? .empty : .text(own.phase.isSettled ? "did not restart" : "")
            }
        }
    }
}
