import PoolDatabase
import PoolOperations
import PoolRollout
import Rollout

/// What a host is at, in one word, and why, where it is not simply in service.
struct HostState: Sendable {
    /// In the order in which somebody has to look at them.
    enum Kind: String, CaseIterable, Comparable, Sendable {
        case unreachable, restarting, maintenance, enabled

        var words: String {
            switch self {
            case .unreachable: "Unreachable"
            case .restarting: "Restarting"
            case .maintenance: "Maintenance mode"
            case .enabled: "Enabled"
            }
        }

        var look: String {
            switch self {
            case .unreachable: "bad"
            case .restarting: "busy"
            case .maintenance: "warn"
            case .enabled: "good"
            }
        }

        static func < (a: Kind, b: Kind) -> Bool { a.place < b.place }
        private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    let kind: Kind
    private let host: Row
    private let now: RunNow

    init(_ host: Row, _ snapshot: Snapshot, _ now: RunNow) {
        (self.host, self.now) = (host, now)
        let isGoingDown = host.operationsUnderWay.contains { $0.word == "shutdown" }
        let mayBeDown: Set<HostPhase> = [.restarting, .returning]
        if now.host(host).map({ mayBeDown.contains($0.phase) }) == true || isGoingDown {
            kind = .restarting
        } else if !snapshot.isLive(host) {
            kind = .unreachable
        } else {
            kind = host.isEnabled ? .enabled : .maintenance
        }
    }

    var pill: HTML { Words.state(kind.words, kind.look) }

    /// Why the host is not simply in service; nothing where it is.
    var why: HTML {
        if let run = now.run, let own = now.host(host), own.phase != .pending {
            return parts {
                "run "
                Links.run(run)
                ": \(own.phase.words(run.aim)), "
                Words.since(own.since)
            }
        }
        if isBeingEmptied {
            return parts {
                "its VMs are being moved away: "
                Links.link("/tasks", "Tasks")
            }
        }
        switch kind {
        case .unreachable: return .text("it does not answer: look at its console")
        case .restarting: return .text("it was told to go down, and is expected back")
        case .maintenance where host.isInMaintenance:
            return .text("somebody has taken it into maintenance: no VM starts here")
        case .maintenance: return .text("it is disabled, and nobody has noted why: no VM starts here")
        case .enabled: return .empty
        }
    }

    /// The same as text, for what a form shows.
    var text: String {
        let phase = now.host(host).map { " \($0.phase.rawValue)" } ?? ""
        let isNoted = host.isInMaintenance ? ", noted as in maintenance" : ""
        return kind.words + isNoted + phase + host.operationsUnderWay.map { ", \($0.word)" }.joined()
    }

    private var isBeingEmptied: Bool { host.operationsUnderWay.contains { $0.word == "evacuate" } }
}
