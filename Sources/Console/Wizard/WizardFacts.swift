import PoolDatabase
import PoolRollout
import Rollout

/// What the pages of a wizard show of its answers and of the pool: see ``Shown``. A form says its own step's answers itself;
/// these are the others, which the reader goes by.
struct WizardFacts: Sendable {
    let wizard: Wizard
    let snapshot: Snapshot

    private typealias Fact = Shown.Fact

    /// What the form of a step shows.
    func shown(on step: Wizard.Step) -> Shown {
        var shown: Shown
        switch step {
        case .beforeYouStart, .selectUpdate, .install, .finish: shown = .nothing
        case .selectServers: shown = Shown(installed + hosts)
        case .prechecks: shown = Shown(installed + [leftOut, fixes, consents])
        case .updateMode: shown = Shown(installed + approved + [leftOut, fixes, consents])
        }
        shown.mayBeLeftOut = step < .updateMode
        return shown
    }

    /// All of them.
    var all: [Shown.Fact] { installed + approved + [leftOut, fixes, consents] + hosts }

    private var installed: [Fact] { wizard.purpose == .install ? [update] : [] }
    private var approved: [Fact] { wizard.purpose == .install ? [claims] : [] }

    private var status: UpdateStatus? {
        wizard.update.flatMap { snapshot.row("pool_patch", uuid: $0) }
            .map { UpdateStatus($0, HostOrder.hosts(snapshot), snapshot) }
    }

    private var update: Fact {
        let status = status
        let name = status?.patch.nameLabel ?? "none"
        return Fact("update", "The update", now: name, value: "\(wizard.update ?? "") \(status?.digest ?? "") \(name)")
    }

    private var claims: Fact {
        let isMade = wizard.acknowledged != nil && wizard.acknowledged == status?.digest
        return Fact("claims", "The note on security claims", now: isMade ? "confirmed" : "not confirmed")
    }

    private var leftOut: Fact {
        let names = HostOrder.hosts(snapshot).filter { wizard.excluded.contains($0.uuid) }.map(\.nameLabel)
        let isRisked = wizard.options.policy.allowsOlderMaster == true
        let risk = isRisked ? ", the master at the risk that it stays older" : ""
        return Fact(
            "left-out",
            "Hosts that are left out",
            now: names.isEmpty ? "none" : Words.names(names) + risk,
            value: wizard.excluded.sorted().joined(separator: " ") + risk
        )
    }

    private var fixes: Fact {
        let labels = wizard.fixes.map { ($0.key, $0.label) }.sorted { $0.0 < $1.0 }
        return Fact(
            "fixes",
            "Fixes that the run makes first",
            now: labels.isEmpty ? "none" : Words.names(labels.map(\.1)),
            value: labels.map(\.0).joined(separator: " ")
        )
    }

    private var consents: Fact {
        let given = wizard.consents.sorted { $0.key < $1.key }
        let words = given.map { vm, way in
            let name = snapshot.row("VM", uuid: vm)?.nameLabel ?? vm
            return "\(name) may be \(way == .suspend ? "suspended" : "shut down")"
        }
        return Fact(
            "consents",
            "VMs that the run may stop",
            now: words.isEmpty ? "none" : Words.names(words),
            value: given.map { "\($0.key) \($0.value.rawValue)" }.joined(separator: " ")
        )
    }

    /// Which hosts can be chosen, and why the others can not.
    private var hosts: [Fact] {
        let status = status
        return HostOrder.hosts(snapshot).map { host in
            let note = SelectServers.note(host, status, snapshot)
            return Fact(
                Self.name(ofHost: host.uuid),
                "Host \(host.nameLabel)",
                now: note ?? "can be chosen",
                value: "\(host.nameLabel) \(note ?? "")"
            )
        }
    }

    static func name(ofHost uuid: String) -> String { "host-" + uuid }

    /// What the pre-checks have found: nobody goes on past something that was not shown.
    static func problems(_ problems: [Problem]) -> [Shown.Fact] {
        let found = problems.filter { $0.severity != .information }
        guard found.count > mostProblems else { return found.map(fact) }
        let texts = found.map { "\($0.check) \($0.text)" }.sorted()
        return [
            Fact("problems", "The pre-checks", now: "\(found.count) problems", value: texts.joined(separator: "\n"))
        ]
    }

    /// Beyond so many they are told apart as a whole, or the form would be long.
    private static let mostProblems = 500

    private static func fact(_ problem: Problem) -> Fact {
        let name = Secret.digest("\(problem.check) \(problem.severity) \(problem.text)").filter {
            $0.isLetter || $0.isNumber
        }
        return Fact("p-" + name.prefix(12), problem.check.title, now: problem.text)
    }

    /// The fixes that are on offer: Fix All promises all of these, and no others.
    static func offers(_ problems: [Problem]) -> Shown.Fact {
        let fixes = problems.compactMap(\.fix)
        return Fact(
            "offers",
            "Fixes on offer",
            now: fixes.isEmpty ? "none" : Words.names(fixes.map(\.label)),
            value: fixes.map(\.key).sorted().joined(separator: " ")
        )
    }

    /// The plan that is drawn: which hosts go down together, and in which order.
    static func plan(_ plan: RunPlan) -> Shown.Fact {
        let waves = plan.waves.map { $0.hosts.sorted().joined(separator: " ") }
        return Fact(
            "plan",
            "The plan",
            now: plan.impossible ?? plan.waves.map { Words.names($0.names) }.joined(separator: "; then "),
            value: plan.impossible ?? waves.joined(separator: "\n")
        )
    }
}
