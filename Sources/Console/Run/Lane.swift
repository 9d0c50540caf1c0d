import PoolRollout
import Rollout
import XenAPI

/// One host's lane: where it is on its way, since when, what is expected, and the VMs that leave or arrive.
struct Lane: Sendable {
    let run: RunDetails
    let host: RunDetails.Host
    let mayOperate: Bool
    /// Whether what the plan expects is modelled time.
    var isModelled = false

    var html: HTML {
        li(.id("lane-" + host.uuid), .class("lane " + look)) {
            h3 {
                span {
                    Links.link("/hosts/" + host.uuid, host.name)
                    if host.isMaster { " (master)" }
                }
                Words.state(host.phase.words(run.aim), look.isEmpty ? "idle" : look)
            }
            p(.class("quiet")) { timing }
            track
            if let reason = host.reason { p(.class(host.phase == .failed ? "error" : "quiet")) { reason } }
            moves
            if mayOperate, run.finished == nil { buttons }
        }
    }

    private var look: String {
        switch host.phase {
        case .done: "good"
        case .failed: "bad"
        case .skipped, .awaitingOperator, .applied, .backingOut: "warn"
        case .pending: host.needsApproval ? "warn" : ""
        default: "busy"
        }
    }

    private var timing: HTML {
        if let begun = host.begun, let ended = host.ended {
            return .text("took \(Words.duration(Int(ended - begun)))" + expected)
        }
        if host.phase == .pending {
            let place = host.wave.map { "wave \($0 + 1)" } ?? "waits for its turn"
            return .text(place + expected)
        }
        // In a run that is over nothing goes on; what a host has done without being begun has no length.
        if run.finished != nil || host.phase.isSettled { return .text(Self.still(host.phase)) }
        return .group([Words.since(host.since), .text(" in this step" + expected)])
    }

    private static func still(_ phase: HostPhase) -> String {
        switch phase {
        case .done: "had the update already"
        case .skipped: "was left out"
        case .failed: "was given up"
        default: "was left so when the run ended"
        }
    }

    private var expected: String {
        host.expectedSeconds.map { "; expected in all \(Words.expected($0, isModelled: isModelled))" } ?? ""
    }

    /// The way of a host in few marks; the state above says the same in words.
    private var track: HTML {
        let way: [[HostPhase]] = [
            [.checking, .disabling], [.emptying], [.prechecking, .applying, .applied],
            [.clearing, .awaitingOperator, .restarting],
            [.returning, .plugging], [.verifying, .enabling, .confirming],
        ]
        let at = host.phase == .done ? way.count : way.firstIndex { $0.contains(host.phase) }
        return div(.class("track"), .aria("aria-hidden", "true")) {
            for index in way.indices {
                span(.class(at.map { index < $0 ? "on" : index == $0 ? "now" : "" } ?? "")) {}
            }
        }
    }

    private var moves: HTML {
        let moves = run.moves.filter { $0.from == host.uuid || $0.to == host.uuid }
        guard !moves.isEmpty else { return .empty }
        return ul(.class("moves")) {
            for move in moves {
                li {
                    Links.link("/vms/" + move.vm, move.vmName)
                    move.from == host.uuid ? " → " : " ← "
                    other(move.from == host.uuid ? move.to : move.from)
                    " \(move.progress.portion(of: 100)) %"
                }
            }
        }
    }

    /// The host at the other end of a move.
    private func other(_ uuid: String) -> HTML {
        Links.link("/hosts/" + uuid, run.hosts.first { $0.uuid == uuid }?.name ?? uuid)
    }

    private var buttons: HTML { div(.class("row")) { words } }

    /// What may be said of the host now.
    var words: HTML {
        parts {
            if host.needsApproval { say("approve", "Approve", look: "primary") }
            if host.canRetry { say("retry", "Retry") }
            if host.canSkip { say("skip", "Skip") }
        }
    }

    private func say(_ word: String, _ label: String, look: String = "") -> HTML {
        Words.button(
            label,
            to: "/do/runs/\(run.run)/\(word)",
            [("host", host.uuid)],
            shown: RunFacts(run, []).shown(for: word, host.uuid),
            look: look,
            about: host.name
        )
    }
}
