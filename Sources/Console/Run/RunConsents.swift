import PoolDatabase
import PoolRollout
import Rollout

/// What a run that is held can be told about VMs: what the prechecks offer, and that one VM, chosen by its name, may be
/// stopped by this run.
struct RunConsents: Sendable {
    /// A VM that may stand in the way.
    struct Guest: Hashable, Sendable {
        let uuid: String
        let name: String
        /// The name of the host that it runs on.
        let host: String
    }

    let run: RunDetails
    let guests: [Guest]
    let mayOperate: Bool

    init(_ run: RunDetails, _ guests: [Guest], mayOperate: Bool) {
        (self.run, self.guests, self.mayOperate) = (run, guests, mayOperate)
    }

    /// Chooses among the VMs that run on the hosts which the run has yet to bring to their end.
    init(_ run: RunDetails, _ snapshot: Snapshot, mayOperate: Bool) {
        guard Self.isHeld(run), mayOperate else {
            self.init(run, [], mayOperate: mayOperate)
            return
        }
        let hosts = Dictionary(run.hosts.filter { !$0.phase.isSettled }.map { ($0.uuid, $0.name) }) { $1 }
        let guests = snapshot.rows("VM").compactMap { vm -> Guest? in
            guard vm.isGuest, vm.powerState == "Running",
                let host = snapshot.row("host", vm.runsOn).flatMap({ hosts[$0.uuid] })
            else { return nil }
            return Guest(uuid: vm.uuid, name: vm.nameLabel, host: host)
        }
        self.init(run, guests.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }, mayOperate: mayOperate)
    }

    /// A consent takes these holds away, and no others.
    private static func isHeld(_ run: RunDetails) -> Bool {
        run.finished == nil && run.holds.contains { [.consent, .plan, .prechecks].contains($0.subject) }
    }

    var html: HTML {
        section(.id("run-consents")) {
            if Self.isHeld(run), mayOperate {
                // What the prechecks found is true only while the run waits for them.
                if run.holds.contains(where: { $0.subject == .prechecks }) { offers }
                if !guests.isEmpty { choice }
            }
        }
    }

    private var offers: HTML {
        ul {
            for problem in run.problems where problem.severity == .blocking && !problem.offers.isEmpty {
                li(.class("row")) {
                    span { problem.text }
                    for case .leaveOut(let host) in problem.offers { leaveOut(host) }
                }
            }
        }
    }

    private func leaveOut(_ host: String) -> HTML {
        let name = run.hosts.first { $0.uuid == host }?.name ?? host
        return Words.button(
            "Leave \(name) Out",
            to: "/do/runs/\(run.run)/skip",
            [("host", host)],
            shown: RunFacts(run, guests).shown(for: "skip", host)
        )
    }

    /// The VM that a hold or an offer is about is chosen already; its operator still has to say it.
    private var likely: String? {
        for case .stop(let vm, _) in run.problems.flatMap(\.offers) where guests.contains(where: { $0.uuid == vm }) {
            return vm
        }
        let reasons = run.holds.map(\.reason)
        return guests.filter { guest in reasons.contains { $0.contains("VM \(guest.name) ") } }
            .max { $0.name.count < $1.name.count }?.uuid
    }

    private var choice: HTML {
        let likely = likely
        return details(.class("sure"), .id("sure-consent")) {
            summary { "Let the Run Stop a VM…" }
            div(.class("warning")) {
                p {
                    "The VM that you choose may be stopped by this run if it can not be moved, and is brought back by this "
                    "run. No other VM is stopped."
                }
                post(to: "/do/runs/\(run.run)/consent", RunFacts(run, guests).shown(for: "consent")) {
                    label(.for("consent-vm")) { "VM" }
                    HTML.element("select", [.name("vm"), .id("consent-vm")], .group(guests.map { option($0, likely) }))
                    way(.suspend, "It may be suspended")
                    way(.shutdown, "It may be shut down")
                }
            }
        }
    }

    private func option(_ guest: Guest, _ likely: String?) -> HTML {
        HTML.element(
            "option",
            [.value(guest.uuid)] + (guest.uuid == likely ? [.selected] : []),
            .text("\(guest.name) on \(guest.host)")
        )
    }

    private func way(_ way: Consent.Way, _ label: String) -> HTML {
        button(.type("submit"), .name("way"), .value(way.rawValue), .class("danger")) { label }
    }
}
