import PoolRollout
import Rollout

/// A plan drawn: a lane for each host with its restarts and the VMs that leave and arrive. The same is said in a table
/// below the drawing.
struct Gantt: Sendable {
    let plan: RunPlan
    /// Uuids and names of the hosts, the master first.
    let hosts: [(uuid: String, name: String)]
    let purpose: RunPurpose
    /// Whether its times are modelled.
    var isModelled = false

    var html: HTML {
        div {
            div(.class("scroll"), .tabindex("0"), .role("region"), .aria("aria-label", "The plan, drawn")) { drawing }
            p(.class("quiet")) {
                "Blue: a host \(purpose == .install ? "is updated and restarts" : "restarts"). Amber above: VMs leave it; below: VMs arrive on it."
            }
            details {
                summary { "The plan as a table" }
                table
            }
        }
    }

    private var chart: Chart { Chart(seconds: plan.totalSeconds, lanes: lanes.count) }
    /// Hosts that the plan touches at all.
    private var lanes: [(uuid: String, name: String)] {
        let touched = Set(plan.waves.flatMap(\.hosts) + plan.moves.flatMap { [$0.from, $0.to] })
        return hosts.filter { touched.contains($0.uuid) }
    }

    private var drawing: HTML {
        let waves = Words.count(plan.waves.count, "wave", "waves")
        return chart.drawing(
            "Plan in \(waves): \(purpose.span.lowercased()) \(Words.duration(plan.mixedSeconds))",
            lanes.enumerated().map { lane($0.offset, $0.element) }
        )
    }

    private func lane(_ index: Int, _ host: (uuid: String, name: String)) -> HTML {
        chart.lane(index, host.name) { y in
            for wave in plan.waves where wave.hosts.contains(host.uuid) {
                let title = "\(host.name): \(purpose == .install ? "update and restart" : "restart")"
                chart.bar("update", wave.start, wave.end, y + 4, 16, title)
            }
            moves(plan.moves.filter { $0.from == host.uuid }, y + 1) { "\($0.vmName) to \($0.toName)" }
            moves(plan.moves.filter { $0.to == host.uuid }, y + 19) { "\($0.vmName) from \($0.fromName)" }
        }
    }

    /// More moves than this are drawn together where they touch: nobody tells them apart, and browsers draw them slowly.
    private static let most = 400

    private func moves(_ moves: [RunPlan.Move], _ y: Double, _ title: (RunPlan.Move) -> String) -> HTML {
        guard plan.moves.count > Self.most else {
            return .group(moves.map { chart.bar("move", $0.start, $0.end, y, 4, title($0)) })
        }
        var spans: [(start: Int, end: Int, count: Int)] = []
        for move in moves.sorted(by: { $0.start < $1.start }) {
            if let last = spans.last, move.start <= last.end {
                spans[spans.count - 1] = (last.start, max(last.end, move.end), last.count + 1)
            } else {
                spans.append((move.start, move.end, 1))
            }
        }
        return .group(
            spans.map { chart.bar("move", $0.start, $0.end, y, 4, Words.count($0.count, "VM", "VMs")) }
        )
    }

    private var table: HTML {
        Words.table(
            "Waves: hosts that are down together",
            ["Wave", "Hosts", "Begins after", "Back after", "VMs moved before"]
        ) {
            HTML.group(
                plan.waves.enumerated().map { index, wave in
                    tr {
                        th(.scope("row")) { String(index + 1) }
                        td { Words.names(wave.names, atMost: 40) }
                        td { Words.duration(wave.start) }
                        td { Words.duration(wave.end) }
                        td(.class("number")) { String(wave.movesBefore) }
                    }
                }
            )
        }
    }

    /// The figures beside the drawing.
    var figures: HTML {
        dl(.class("figures")) {
            figure(purpose.span, expected(plan.mixedSeconds))
            if plan.lowerBound > 0 { figure("No plan can be shorter than", expected(plan.lowerBound)) }
            if let single = plan.oneAtATimeSeconds { figure("One host at a time", expected(single)) }
            figure("Expected in all", expected(plan.totalSeconds))
            figure("VMs moved", "\(plan.moves.count) (\(Words.size(Int64(plan.movedMiB) << 20)))")
            figure("Waves", String(plan.waves.count))
        }
    }

    private func expected(_ seconds: Int) -> String { Words.expected(seconds, isModelled: isModelled) }

    private func figure(_ title: String, _ value: String) -> HTML {
        div {
            dt { title }
            dd { value }
        }
    }
}
