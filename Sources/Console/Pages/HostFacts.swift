import PoolDatabase
import PoolOperations
import PoolRollout
import XenAPI

/// A host as its page shows it, as far as its buttons go by it: see ``Shown``.
struct HostFacts: Sendable {
    let host: Row
    let snapshot: Snapshot
    let state: HostState
    let now: RunNow
    /// Where its VMs would go if it were emptied now.
    let emptying: EvacuationPlan

    init(_ host: Row, _ snapshot: Snapshot, _ now: RunNow) {
        (self.host, self.snapshot, self.now) = (host, snapshot, now)
        state = HostState(host, snapshot, now)
        emptying = EvacuationPlan(emptying: host, in: snapshot)
    }

    /// The VMs that run on it, by name.
    var guests: [Row] {
        snapshot.pointing(at: host.ref, "host", "resident_VMs").compactMap { snapshot.stored("VM", $0) }
            .filter(\.isGuest)
            .map { (NaturalKey($0.nameLabel), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// What the button of an action shows.
    func shown(for action: HostAction) -> Shown {
        switch action {
        case .maintenance, .evacuate: Shown([stateFact, emptyingFact])
        case .restart: Shown([stateFact, guestsFact])
        case .service, .toolstack, .verify: Shown([stateFact])
        }
    }

    /// All of them.
    var all: [Shown.Fact] { [stateFact, guestsFact, emptyingFact] }

    private var stateFact: Shown.Fact { .init("state", "Host \(host.title)", now: state.text) }

    private var guestsFact: Shown.Fact {
        let guests = guests
        return .init(
            "guests",
            "VMs on \(host.title)",
            now: guests.isEmpty ? "none" : Words.names(guests),
            value: guests.map(\.uuid).joined(separator: " ")
        )
    }

    private var emptyingFact: Shown.Fact {
        let moves = emptying.moves.compactMap { move -> String? in
            guard let vm = snapshot.stored("VM", move.vm), let to = snapshot.stored("host", move.host) else {
                return nil
            }
            return "\(vm.title) to \(to.title)"
        }
        let stuck = emptying.problems.map { FailureWords(snapshot).sentence($0.error) }
        let words = stuck.isEmpty ? Words.names(moves) : Words.names(stuck, atMost: 3)
        return .init(
            "emptying",
            "What emptying \(host.title) leads to",
            now: words.isEmpty ? "nothing: it is empty" : words,
            value: (moves + stuck).joined(separator: "\n")
        )
    }
}

/// What may be done with a host on its page: each is one message of XenAPI, or a few that belong together.
enum HostAction: String, CaseIterable, Sendable {
    case maintenance, service, evacuate, restart, toolstack, verify

    var label: String {
        switch self {
        case .maintenance: "Enter Maintenance Mode…"
        case .service: "Exit Maintenance Mode…"
        case .evacuate: "Move All VMs Away…"
        case .restart: "Restart…"
        case .toolstack: "Restart Toolstack…"
        case .verify: "Verify Packages…"
        }
    }

    /// What the button says under the words on what it leads to.
    var confirmation: String {
        switch self {
        case .maintenance: "Enter maintenance mode"
        case .service: "Exit maintenance mode"
        case .evacuate: "Move all VMs away"
        case .restart: "Restart the host"
        case .toolstack: "Restart the toolstack"
        case .verify: "Verify the packages"
        }
    }

    /// Whether it makes sense now; the run that looks after the host aside.
    func isOffered(_ facts: HostFacts) -> Bool {
        let kind = facts.state.kind
        switch self {
        case .maintenance: return kind == .enabled || kind == .maintenance && !facts.host.isInMaintenance
        case .service: return kind == .maintenance
        case .evacuate: return (kind == .enabled || kind == .maintenance) && !facts.guests.isEmpty
        case .restart, .toolstack, .verify: return kind == .enabled || kind == .maintenance
        }
    }

    /// Why it can not be done now; nil where it can.
    func obstacle(_ facts: HostFacts) -> String? {
        switch self {
        case .evacuate where !facts.emptying.problems.isEmpty:
            return "Nothing would move: some of its VMs can not, as is said below."
        case .restart where facts.state.kind == .enabled:
            return "Take it into maintenance first, so that no VM starts there meanwhile."
        case .restart where !facts.guests.isEmpty:
            let guests = Words.count(facts.guests.count, "VM runs", "VMs run")
            return "\(guests) on it and would go down with it: move them away first."
        default: return nil
        }
    }

    /// What it leads to, in sentences, to be read before it is done.
    func consequence(_ facts: HostFacts) -> String {
        let name = facts.host.title
        let guests = facts.guests.count
        switch self {
        case .maintenance:
            let first =
                "No VM starts on \(name) or moves to it until it is taken out of maintenance, also by runs and after "
                + "restarts. "
            if guests == 0 { return first + "No VM runs on it." }
            if !facts.emptying.problems.isEmpty {
                return first + "Its VMs stay where they are, because some of them can not move, as is said below."
            }
            return first
                + "\(Words.count(guests, "VM moves", "VMs move")) to other hosts while running; below it says where."
        case .service: return "VMs may start on \(name) and move to it again. None comes back by itself."
        case .evacuate:
            return "\(Words.count(guests, "VM moves", "VMs move")) to other hosts while running; below it says where. "
                + "The host stays in service: VMs may start there meanwhile."
        case .restart:
            let role =
                HostOrder.isMaster(facts.host, facts.snapshot)
                ? " It is the master: commands to the pool wait until it is back." : ""
            return
                "\(name) restarts, and is away for some minutes. No VM runs on it.\(role) It stays in maintenance where "
                + "somebody has taken it there; otherwise it comes back into service by itself."
        case .toolstack:
            return "The management of \(name) restarts; its VMs run on. Tasks that are under way there may fail."
        case .verify:
            return "The files of its packages are compared with what its updates promised. This takes some seconds; "
                + "nothing is changed."
        }
    }
}
