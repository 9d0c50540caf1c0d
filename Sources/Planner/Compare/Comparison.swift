import Basics

/// A plan beside what other tools would do with the same pool, all judged by the same checker.
public struct Comparison: Sendable {
    /// One way to do it.
    public struct Row: Sendable, Equatable {
        public var name: String
        /// Nil when that way gets stuck; `note` says where.
        public var report: PlanReport?
        public var note: String
    }

    public var rows: [Row]

    /// Compares a plan with XenCenter's wizard and Xen Orchestra's rolling pool update, as modelled from how they work.
    public static func make(_ planned: PlannedUpdate, for instance: UpdateInstance) -> Comparison {
        let model = Model(instance)
        let checker = PlanChecker(instance)
        var rows = [Row(name: "pitstop (\(planned.policy.rawValue))", report: planned.report, note: "")]
        for (name, home) in [
            ("one host at a time (XenCenter)", false), ("the same, then all home (Xen Orchestra)", true),
        ] {
            var other = OneByOne(model)
            switch other.plan(movingHome: home) {
            case .failure(let stuck): rows.append(Row(name: name, report: nil, note: "stuck: \(stuck.reason)"))
            case .success(let plan):
                let report = checker.check(plan)
                rows.append(
                    Row(name: name, report: report, note: report.violations.first.map { "breaks a rule: \($0)" } ?? "")
                )
            }
        }
        return Comparison(rows: rows)
    }

    /// The comparison as a table of text.
    public func text() -> String {
        var lines = [Columns.line(["", "mixed state", "whole plan", "moves", "moved"], Self.widths)]
        for row in rows {
            guard let report = row.report else {
                lines.append(Columns.line([row.name, row.note], Self.widths))
                continue
            }
            lines.append(
                Columns.line(
                    [
                        row.name, Words.duration(report.mixedSeconds), Words.duration(report.totalSeconds),
                        String(report.migrations), Words.memory(report.movedMiB), row.note,
                    ],
                    Self.widths
                )
            )
        }
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n") + "\n"
    }

    private static let widths = [42, 14, 14, 8, 12]
}
