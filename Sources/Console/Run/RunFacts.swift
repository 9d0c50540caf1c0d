import PoolDatabase
import PoolRollout
import Rollout

/// What the page of a run shows, as far as the words that are said there go by it: see ``Shown``.
struct RunFacts: Sendable {
    private let run: RunDetails
    private let guests: [RunConsents.Guest]

    init(_ run: RunDetails, _ guests: [RunConsents.Guest]) { (self.run, self.guests) = (run, guests) }

    init(_ run: RunDetails, _ snapshot: Snapshot) {
        self.init(run, RunConsents(run, snapshot, mayOperate: true).guests)
    }

    /// What the button of a word shows.
    ///
    /// - Parameters:
    ///   - word: as in the button's path, such as `skip`.
    ///   - subject: the host's uuid, or the obligation's number, where the word is about one.
    func shown(for word: String, _ subject: String = "") -> Shown {
        switch word {
        // To begin nothing more is right whatever has happened meanwhile.
        case "pause": .nothing
        case "resume": Shown([holds])
        case "cancel", "stop-after-host", "proceed": Shown([stage, hosts])
        case "fix-all": Shown([fixes])
        case "consent": Shown([holds, vms])
        case "pay": Shown(run.obligations.filter { String($0.number) == subject }.map(debt))
        default: Shown(run.hosts.filter { $0.uuid == subject }.map(host))
        }
    }

    /// All of them.
    var all: [Shown.Fact] {
        [stage, hosts, holds, fixes, vms] + run.hosts.map(host) + run.obligations.map(debt)
    }

    private var stage: Shown.Fact {
        .init("stage", "The run", now: run.sentence, value: run.state.rawValue + (run.finished == nil ? "" : " over"))
    }

    private var holds: Shown.Fact {
        let reasons = run.holds.map { "\($0.subject) \($0.reason)" } + [run.pausedBy.map { "paused by \($0)" } ?? ""]
        return .init(
            "holds",
            "What the run waits for",
            now: run.waitsFor.isEmpty ? "nothing" : run.waitsFor.joined(separator: " "),
            value: reasons.joined(separator: "\n")
        )
    }

    /// How far the hosts are, in three steps: what ending a run would leave depends on these.
    private var hosts: Shown.Fact {
        let steps = run.hosts.map { host in
            host.phase == .pending ? "waits" : host.phase.isSettled ? "over" : "under way"
        }
        func names(_ step: String) -> String {
            let names = zip(run.hosts, steps).filter { $0.1 == step }.map(\.0.name)
            return names.isEmpty ? "none" : Words.names(names)
        }
        return .init(
            "hosts",
            "The hosts",
            now: "under way: \(names("under way")); at their end: \(names("over"))",
            value: zip(run.hosts, steps).map { "\($0.uuid) \($1)" }.joined(separator: "\n")
        )
    }

    private var fixes: Shown.Fact {
        let fixable = run.problems.filter { $0.severity == .blocking && $0.fix != nil }
        return .init(
            "fixable",
            "Problems that have a fix",
            now: fixable.isEmpty ? "none" : fixable.map(\.text).joined(separator: " "),
            value: fixable.compactMap(\.fix?.key).sorted().joined(separator: " ")
        )
    }

    private var vms: Shown.Fact {
        .init(
            "vms",
            "VMs to choose from",
            now: guests.isEmpty ? "none" : Words.names(guests.map { "\($0.name) on \($0.host)" }),
            value: guests.map { "\($0.uuid) \($0.name) \($0.host)" }.joined(separator: "\n")
        )
    }

    private func host(_ host: RunDetails.Host) -> Shown.Fact {
        .init(
            "host-" + host.uuid,
            "Host \(host.name)",
            now: host.phase.words(run.aim),
            value: "\(host.name) \(host.phase.rawValue) \(host.reason ?? "")"
        )
    }

    private func debt(_ debt: RunDetails.Debt) -> Shown.Fact {
        .init("debt-\(debt.number)", "Obligation \(debt.number)", now: "\(debt.text), \(debt.state.rawValue)")
    }
}
