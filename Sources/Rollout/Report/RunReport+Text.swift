import Basics
import FoundationEssentials

extension RunReport {
    /// For a terminal or a mail. Nothing that somebody named begins a line of its own, or drives a terminal.
    public var text: String {
        var lines = ["Run \(run), started by \(startedBy) on \(Self.date(started))", ""]
        if !pool.isEmpty { lines.append("Pool      \(pool)") }
        lines += isRestart ? ["Restart   \(subject)"] : updates.map { "Update    \($0)" }
        lines.append("Ending    \(ending?.rawValue ?? "still running")")
        let planned = plannedMixedSeconds.map { "; planned \($0) s, bound \(lowerBound ?? 0) s" } ?? ""
        lines.append("\(isRestart ? "Restarts " : "Mixed    ") \(mixedSeconds) s\(planned)")
        if !isRestart { lines.append("Exposed   \(exposure)") }
        lines += ["", "Hosts"]
        for host in hosts {
            lines.append("  \(host.name): \(host.state.rawValue)\(host.reason.map { " (\($0))" } ?? "")")
            if !host.boots.isEmpty { lines.append("    \(host.boots)") }
            lines += host.changes.map { "    \($0)" }
        }
        lines += ["", "VMs"]
        lines += vms.map { "  \($0.name): \($0.moves.of("move")), downtime \($0.downtime) s\($0.change)" }
        lines += ["", "Obligations"]
        lines +=
            obligations.isEmpty
            ? ["  none"]
            : zip(obligations, debts).map { "  \($0.id) \($0.state): \($1)\($0.reason.map { " - \($0)" } ?? "")" }
        if !outstanding.isEmpty { lines += ["", "Left to do"] + outstanding.map { "  \($0)" } }
        lines += ["", "Deviations"] + (deviations.isEmpty ? ["  none"] : deviations.map { "  \($0)" })
        lines += ["", "Log"] + events.map { "  \(Self.date($0.at)) \($0.text)" }
        lines += ["", "Journal   \(journalHead)", ""]
        return lines.map { $0.escaped(for: .line) }.joined(separator: "\n")
    }

    /// The same as a page that needs nothing else.
    public var html: String {
        func row(_ cells: [String]) -> String {
            "<tr>" + cells.map { "<td>\($0.escaped(for: .markup))</td>" }.joined() + "</tr>"
        }
        let hostRows = hosts.map { host in
            let time = host.begun.map(Self.date) ?? ""
            let change = ([host.boots].filter { !$0.isEmpty } + host.changes).joined(separator: "; ")
            return row([
                host.name, host.state.rawValue, host.reason ?? "", time, host.ended.map(Self.date) ?? "", change,
            ])
        }
        let vmRows = vms.map { row([$0.name, "\($0.moves)", "\($0.downtime) s", $0.before ?? "", $0.after ?? ""]) }
        let debtRows = zip(obligations, debts).map { row(["\($0.id)", $1, "\($0.state)", $0.reason ?? ""]) }
        let eventRows = events.map { row([Self.date($0.at), $0.text]) }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Run \(run.escaped(for: .markup))</title>
            <style>body{font:14px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:left;border-bottom:1px solid #ddd}</style>
            </head><body>
            <h1>Run \(run.escaped(for: .markup)): \(ending?.rawValue ?? "still running")</h1>
            <p>\(pool.isEmpty ? "" : "Pool \(pool.escaped(for: .markup)). ")\(subject.escaped(for: .markup)) - started by \(startedBy.escaped(for: .markup)) on \(Self.date(started)).</p>
            <p>\(length.escaped(for: .markup))</p>
            <h2>Hosts</h2><table><tr><th>Host<th>State<th>Reason<th>Begun<th>Ended<th>Boots and packages</tr>
            \(hostRows.joined(separator: "\n"))</table>
            <h2>VMs</h2><table><tr><th>VM<th>Moves<th>Downtime<th>Before<th>Afterwards</tr>
            \(vmRows.joined(separator: "\n"))</table>
            <h2>Obligations</h2><table><tr><th>Number<th>What<th>State<th>Reason</tr>
            \(debtRows.joined(separator: "\n"))</table>
            <h2>Left to do</h2><ul>\(outstanding.map { "<li>\($0.escaped(for: .markup))" }.joined())</ul>
            <h2>Deviations</h2><ul>\(deviations.map { "<li>\($0.escaped(for: .markup))" }.joined())</ul>
            <h2>Log</h2><table>
            \(eventRows.joined(separator: "\n"))</table>
            <p>Journal <code>\(journalHead.escaped(for: .markup))</code></p>
            </body></html>

            """
    }

    /// For programs.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        // Readers get the same JSON, and a terminal no character that drives it.
        return Array(String(decoding: try encoder.encode(self), as: UTF8.self).escaped(for: .text).utf8)
    }

    private var isRestart: Bool { purpose == .restart }

    /// What it is about.
    private var subject: String {
        isRestart ? "each host once, and nothing is installed" : updates.joined(separator: ", ")
    }

    private var length: String {
        isRestart
            ? "From the first host's restart to the last one's return \(mixedSeconds) s."
            : "Mixed state \(mixedSeconds) s. Exposed \(exposure)."
    }

    /// Host-hours without the update: before the run, during it, and what is left.
    private var exposure: String {
        let before = exposedBefore.map { "\(Self.hours($0)) host-hours before the run, " } ?? ""
        let after = stillExposed.isEmpty ? "no host" : stillExposed.joined(separator: ", ")
        return before + "\(Self.hours(exposedHostSeconds)) host-hours during it; afterwards \(after)"
    }

    private static func date(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    private static func hours(_ seconds: Int64) -> String {
        let tenths = seconds / 360
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension RunReport.VMLine {
    /// What has become of it, where it is not as it was but for its host.
    fileprivate var change: String {
        guard let before, let after, before != after, !before.hasPrefix("running") || !after.hasPrefix("running") else {
            return ""
        }
        return "; was \(before), is \(after)"
    }
}

extension RunReport.HostLine {
    /// What it had booted before, and what it has booted now; empty where nobody looked.
    fileprivate var boots: String {
        guard !bootBefore.isEmpty else { return "" }
        guard !bootAfter.isEmpty, bootAfter != bootBefore else { return "boot \(bootBefore), and no other was seen" }
        return "boot \(bootBefore) -> \(bootAfter)"
    }

    /// Versions and packages that are others than before.
    var changes: [String] {
        Self.changes(versionBefore, versionAfter) + Self.changes(packagesBefore, packagesAfter)
    }

    private static func changes(_ before: [String: String], _ after: [String: String]) -> [String] {
        after.sorted { $0.key < $1.key }.compactMap { name, version in
            before[name] == version ? nil : "\(name) \(before[name] ?? "none") -> \(version)"
        }
    }
}
