import Basics

/// A plan as an SVG drawing: one row per host, with the times at which it drains, updates and fills.
public struct GanttChart {
    private let instance: UpdateInstance
    private let plan: UpdatePlan
    private let report: PlanReport

    /// Draws a plan that the checker has accepted.
    public init(_ plan: UpdatePlan, for instance: UpdateInstance) {
        self.plan = plan
        self.instance = instance
        report = PlanChecker.check(plan, for: instance)
    }

    private struct Row {
        var drain: (Int, Int)?
        var fill: (Int, Int)?
        var update: (Int, Int)?
    }

    /// The drawing, a complete SVG document.
    public func svg() -> String {
        let height = instance.hosts.count <= 64 ? 18 : instance.hosts.count <= 512 ? 6 : 2
        let (left, top, width) = (height >= 12 ? 130 : 20, 56, 900)
        let total = max(1, report.totalSeconds)
        func x(_ seconds: Int) -> String {
            Words.decimal(Double(left) + Double(seconds) / Double(total) * Double(width), 1)
        }
        func w(_ span: (Int, Int)) -> String {
            Words.decimal(max(1, Double(span.1 - span.0) / Double(total) * Double(width)), 1)
        }
        let rows = rows()
        let bottom = top + rows.count * height
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(left + width + 20) \(bottom + 40)" role="img" \
            font-family="sans-serif" font-size="11">
            <title>Update plan of \(instance.name.escaped(for: .markup)): mixed state \(Words.duration(report.mixedSeconds))</title>
            <style>.d{fill:#e0a030}.u{fill:#b02a37}.f{fill:#3a7ca5}.w{fill:#f2f2f2}text{fill:#222}</style>
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(left)" y="18" font-size="14">\(instance.name.escaped(for: .markup)): mixed state \
            \(Words.duration(report.mixedSeconds)), \(report.migrations) moves</text>
            <rect class="d" x="\(left)" y="28" width="10" height="10"/><text x="\(left + 14)" y="37">VMs leave</text>
            <rect class="u" x="\(left + 90)" y="28" width="10" height="10"/><text x="\(left + 104)" y="37">update and reboot</text>
            <rect class="f" x="\(left + 220)" y="28" width="10" height="10"/><text x="\(left + 234)" y="37">VMs arrive</text>

            """
        let starts = rows.compactMap { $0.row.update?.0 }
        if let first = starts.min() {
            let span = (first, first + report.mixedSeconds)
            out +=
                "<rect class=\"w\" x=\"\(x(span.0))\" y=\"\(top)\" width=\"\(w(span))\" height=\"\(bottom - top)\"/>\n"
        }
        for (index, (host, row)) in rows.enumerated() {
            let y = top + index * height
            let thickness = max(1, height - max(1, height / 5))
            if height >= 12 {
                out +=
                    "<text x=\"\(left - 6)\" y=\"\(y + height - 6)\" text-anchor=\"end\">\(instance.hosts[host].id.prefix(18).escaped(for: .markup))</text>\n"
            }
            for (name, span) in [("d", row.drain), ("f", row.fill), ("u", row.update)] {
                guard let span else { continue }
                out +=
                    "<rect class=\"\(name)\" x=\"\(x(span.0))\" y=\"\(y)\" width=\"\(w(span))\" height=\"\(thickness)\"/>\n"
            }
        }
        out += axis(total, x, bottom)
        return out + "</svg>\n"
    }

    private func axis(_ total: Int, _ x: (Int) -> String, _ bottom: Int) -> String {
        var step = 60
        for candidate in [300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400] where total / step > 12 {
            step = candidate
        }
        var out = ""
        for mark in stride(from: 0, through: total, by: max(step, total / 40 + 1)) {
            out += "<text x=\"\(x(mark))\" y=\"\(bottom + 16)\" text-anchor=\"middle\">\(Words.clock(mark))</text>\n"
        }
        return out
    }

    /// Hosts in the order of their updates; those without one come last.
    private func rows() -> [(host: Int, row: Row)] {
        let names = Names(instance)
        var rows = [Row](repeating: Row(), count: instance.hosts.count)
        func widen(_ span: inout (Int, Int)?, _ start: Int, _ end: Int) {
            span = (min(span?.0 ?? start, start), max(span?.1 ?? end, end))
        }
        let timed = plan.steps.compactMap { TimedStep($0, names, instance) }
        for step in timed where step.kind == .update { rows[step.host].update = (step.start, step.end) }
        for step in timed where step.kind == .migrate {
            // Arrivals before the host's own update are part of the preparation and would hide its drain.
            if let update = rows[step.host].update, step.start >= update.1 {
                widen(&rows[step.host].fill, step.start, step.end)
            }
            if let update = rows[step.source].update, step.end <= update.0 {
                widen(&rows[step.source].drain, step.start, step.end)
            }
        }
        return rows.enumerated().map { (host: $0.offset, row: $0.element) }
            .sorted { ($0.row.update?.0 ?? Int.max, $0.host) < ($1.row.update?.0 ?? Int.max, $1.host) }
    }
}
