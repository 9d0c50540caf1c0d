import Foundation
import Planner

/// Times of one pass, of the whole search and of reading, and how they grow.
struct Speed {
    let isQuick: Bool

    func run(_ report: inout Report, svg: String) {
        report.line("")
        report.line("## Speed")
        report.line("")
        report.line("Processor time; the best of five for one pass.")
        report.line("")
        report.line("| hosts | VMs | one pass ms | target ms | search s | target s | read JSON ms | check plan ms |")
        report.line("|--:|--:|--:|--:|--:|--:|--:|--:|")
        // Mean VM memory is scaled so that 80 % of the memory is in use by about that many VMs.
        row(hosts: 64, vms: 1000, target: "5", search: "", &report)
        row(hosts: 1024, vms: 25_000, target: "50", search: "", &report)
        row(hosts: 4096, vms: 100_000, target: "300", search: "5", &report)
        if let peak = peakMemory() {
            report.line("\nPeak memory so far: \(peak) MiB (target: under 512 MiB for 100,000 VMs).")
        }
        scaling(&report, svg)
        if !isQuick {
            report.line("")
            report.line("### A million VMs")
            report.line("")
            report.line(
                "| hosts | VMs | one pass ms | target ms | search s | target s | read JSON ms | check plan ms |"
            )
            report.line("|--:|--:|--:|--:|--:|--:|--:|--:|")
            row(hosts: 4096, vms: 1_000_000, target: "", search: "", &report)
            if let peak = peakMemory() { report.line("\nPeak memory: \(peak) MiB.") }
        }
    }

    private func pool(_ hosts: Int, _ vms: Int) -> UpdateInstance {
        // 252 GiB per host at 80 %, mean VM of 12.4 GiB before scaling.
        let scale = Double(hosts) * 252 * 0.8 / (12.9 * Double(vms))
        return SyntheticPool(hosts: hosts, utilisation: 0.8, vmScale: scale).instance()
    }

    /// Seconds of one pass over a pool of the growth table.
    func passSeconds(hosts: Int) -> Double { bestPass(pool(hosts, 16 * hosts)) }

    private func bestPass(_ pool: UpdateInstance) -> Double {
        let pass = OnePass(pool)
        var best = Double.infinity
        for _ in 0..<5 { best = min(best, processorSeconds { _ = pass.run() }.1) }
        return best
    }

    private func row(hosts: Int, vms: Int, target: String, search: String, _ report: inout Report) {
        let pool = pool(hosts, vms)
        let one = bestPass(pool)
        let json = pool.json()
        let (_, reading) = processorSeconds { _ = try? UpdateInstance(json: json) }
        var options = Planner.Options()
        options.policy = .fastest
        options.explains = false
        let (result, whole) = processorSeconds { try? Planner.plan(pool, options: options) }
        var checking = 0.0
        if case .planned(let planned)? = result {
            checking = processorSeconds { _ = PlanChecker.check(planned.plan, for: pool) }.1
        }
        report.line(
            "| \(hosts) | \(pool.vms.count) | \(fixed(one * 1000)) | \(target) | \(fixed(whole)) | \(search) | \(fixed(reading * 1000, 0)) | \(fixed(checking * 1000, 0)) |"
        )
    }

    /// One pass over growing pools of 16 VMs per host, and the plot of it.
    private func scaling(_ report: inout Report, _ svg: String) {
        report.line("")
        report.line("### Growth: one pass, 16 VMs a host, 80 % used")
        report.line("")
        report.line("| VMs | ms | µs per VM | µs per VM and log2 n |")
        report.line("|--:|--:|--:|--:|")
        var points: [(vms: Int, ms: Double)] = []
        for hosts in isQuick ? [64, 256, 1024] : [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384] {
            let pool = pool(hosts, 16 * hosts)
            let ms = bestPass(pool) * 1000
            let n = Double(pool.vms.count)
            points.append((pool.vms.count, ms))
            report.line(
                "| \(pool.vms.count) | \(fixed(ms)) | \(fixed(ms * 1000 / n)) | \(fixed(ms * 1000 / n / log2(n), 3)) |"
            )
        }
        guard let last = points.last, points.count > 1 else { return }
        let first = points[0]
        let exponent = log(last.ms / first.ms) / log(Double(last.vms) / Double(first.vms))
        report.line("")
        report.line(
            "Exponent over the whole range: \(fixed(exponent)) (1 is linear). Plot: `\(URL(fileURLWithPath: svg).lastPathComponent)`."
        )
        try? FileManager.default.createDirectory(
            at: URL(fileURLWithPath: svg).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try? Data(plot(points).utf8).write(to: URL(fileURLWithPath: svg))
    }

    /// Both axes logarithmic; the thin line is n log n through the first point.
    private func plot(_ points: [(vms: Int, ms: Double)]) -> String {
        let (first, last) = (points[0], points[points.count - 1])
        func x(_ vms: Double) -> Double {
            60 + 500 * log(vms / Double(first.vms)) / log(Double(last.vms) / Double(first.vms))
        }
        let (low, high) = (first.ms / 2, last.ms * 2)
        func y(_ ms: Double) -> Double { 320 - 280 * log(ms / low) / log(high / low) }
        func reference(_ vms: Double) -> Double {
            first.ms * vms * log(vms) / (Double(first.vms) * log(Double(first.vms)))
        }
        let measured = points.map { "\(fixed(x(Double($0.vms)), 1)),\(fixed(y($0.ms), 1))" }.joined(separator: " ")
        let line = points.map { "\(fixed(x(Double($0.vms)), 1)),\(fixed(y(reference(Double($0.vms))), 1))" }.joined(
            separator: " "
        )
        var marks = ""
        for point in points {
            marks +=
                "<circle cx=\"\(fixed(x(Double(point.vms)), 1))\" cy=\"\(fixed(y(point.ms), 1))\" r=\"3\" fill=\"#3a7ca5\"/>"
            marks +=
                "<text x=\"\(fixed(x(Double(point.vms)), 1))\" y=\"340\" text-anchor=\"middle\">\(point.vms)</text>\n"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 370" font-family="sans-serif" font-size="9" role="img">
            <title>One pass: milliseconds over VMs, both axes logarithmic</title><rect width="600" height="370" fill="#fff"/>
            <polyline points="\(line)" fill="none" stroke="#bbb"/><polyline points="\(measured)" fill="none" stroke="#3a7ca5" stroke-width="2"/>
            \(marks)<text x="60" y="20" font-size="12">One pass: \(fixed(first.ms)) ms to \(fixed(last.ms, 0)) ms; grey: n log n</text>
            <text x="300" y="362" text-anchor="middle">VMs</text></svg>

            """
    }
}
