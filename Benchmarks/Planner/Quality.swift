import Foundation
import Planner
import Synchronization

/// Windows and moves over their bounds, on public instances and generated pools.
struct Quality {
    let isQuick: Bool

    func run(_ report: inout Report) {
        publicInstances(&report)
        generated(&report)
        curve(&report)
    }

    /// The files in the folder that `PITSTOP_INSTANCES` names.
    private func publicInstances(_ report: inout Report) {
        guard let folder = ProcessInfo.processInfo.environment["PITSTOP_INSTANCES"].map(URL.init(fileURLWithPath:)),
            let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        else {
            report.line("")
            report.line("PITSTOP_INSTANCES names no folder of public instances, so they were not measured.")
            return
        }
        report.line("")
        report.line("## Public instances")
        report.line("")
        report.line(
            "| instance | hosts/VMs | bound | best known | fastest | over best known | default | over best known | search s (target 2) |"
        )
        report.line("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "json" {
            guard let data = try? Data(contentsOf: file), let pool = try? UpdateInstance(json: Array(data)) else {
                continue
            }
            let best = pool.known?.bestMixed
            var cells = ["\(pool.name)", "\(pool.hosts.count)/\(pool.vms.count)"]
            var time = 0.0
            for policy in [Planner.Policy.fastest, .balanced] {
                let (result, elapsed) = processorSeconds { plan(pool, policy) }
                time = max(time, elapsed)
                guard case .planned(let planned)? = result else {
                    if cells.count == 2 { cells += ["-", "-"] }
                    cells += ["no plan, proved", "-"]
                    continue
                }
                if cells.count == 2 {
                    cells += ["\(planned.certificate.mixedSeconds)", best.map(String.init) ?? "-"]
                }
                cells += [
                    "\(planned.report.mixedSeconds)",
                    best.map { fixed(Double(planned.report.mixedSeconds) / Double($0), 3) } ?? "-",
                ]
            }
            report.line("| " + (cells + [fixed(time)]).joined(separator: " | ") + " |")
        }
    }

    private func generated(_ report: inout Report) {
        report.line("")
        report.line("## Generated pools: window over fast bound / moves per VM")
        report.line("")
        report.line(
            "Mean over seeds 1 to \(Self.seeds(hosts: 3, isQuick)) up to 64 hosts, seed 1 above; (a/b) when only a of b pools have a plan, the others being proved"
        )
        report.line(
            "impossible unless marked *. Ratios are over the fast bound, the best of those that are formulas. Worst is the worst of"
        )
        report.line(
            "the seeds; over best bound: over the one that is searched for up to 20 hosts. Search s is the longest of the seeds."
        )
        report.line("")
        report.line(
            "| pool | hosts | memory used | VMs | one by one | fastest | default | fewest moves | worst fastest | worst default | worst fastest over best bound | search s |"
        )
        report.line("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        var rows: [(kind: SyntheticPool.Kind, hosts: Int, load: Double)] = []
        for kind in SyntheticPool.Kind.allCases {
            for hosts in isQuick ? [3, 8, 16, 64] : [3, 8, 16, 64, 256, 1024, 4096] {
                if kind != .plain, hosts > 1024 { continue }
                rows += [0.5, 0.65, 0.8, 0.9].map { (kind, hosts, $0) }
            }
        }
        // Rows do not depend on each other, and passes are counted: as many at once as there are cores.
        let lines = Mutex([String?](repeating: nil, count: rows.count))
        DispatchQueue.concurrentPerform(iterations: rows.count) { [rows] index in
            let line = row(rows[index].kind, rows[index].hosts, rows[index].load)
            lines.withLock { $0[index] = line }
        }
        for line in lines.withLock({ $0 }) { report.line(line ?? "") }
    }

    private static func seeds(hosts: Int, _ isQuick: Bool) -> Int { isQuick || hosts > 64 ? 1 : 6 }

    private func row(_ kind: SyntheticPool.Kind, _ hosts: Int, _ load: Double) -> String {
        let seeds = Self.seeds(hosts: hosts, isQuick)
        var sums: [Planner.Policy: (ratio: Double, moves: Double, count: Int)] = [:]
        var worst = (fast: 0.0, best: 0.0, byDefault: 0.0)
        var time = 0.0
        var vms = 0
        var unproved = 0
        var serial: (ratio: Double, moves: Double, count: Int) = (0, 0, 0)
        for seed in 1...seeds {
            let pool = SyntheticPool(kind: kind, hosts: hosts, utilisation: load, seed: UInt64(seed)).instance()
            vms += pool.vms.count / seeds
            for policy in [Planner.Policy.fastest, .balanced, .fewestMoves] {
                let (result, elapsed) = processorSeconds { plan(pool, policy) }
                if policy != .fewestMoves { time = max(time, elapsed) }
                guard let result else { continue }
                switch result {
                case .impossible(let explanation):
                    if policy == .fastest, explanation.proofs.isEmpty { unproved += 1 }
                case .planned(let planned):
                    guard planned.report.isValid, let best = planned.ratio else { continue }
                    let ratio = Double(planned.report.mixedSeconds) / Double(planned.certificate.fastSeconds)
                    var sum = sums[policy] ?? (0, 0, 0)
                    sum.ratio += ratio
                    sum.moves += Double(planned.report.migrations) / Double(max(1, pool.vms.count))
                    sum.count += 1
                    sums[policy] = sum
                    if policy == .balanced { worst.byDefault = max(worst.byDefault, ratio) }
                    if policy == .fastest {
                        (worst.fast, worst.best) = (max(worst.fast, ratio), max(worst.best, best))
                        if hosts <= 256 { addSerial(planned, pool, &serial) }
                    }
                }
            }
        }
        func cell(_ sum: (ratio: Double, moves: Double, count: Int)?) -> String {
            guard let sum, sum.count > 0 else { return "-" }
            let count = Double(sum.count)
            return "\(fixed(sum.ratio / count)) / \(fixed(sum.moves / count))"
                + (sum.count < seeds ? " (\(sum.count)/\(seeds))" : "")
        }
        let none = sums[.fastest] == nil
        return
            "| \(kind.rawValue) | \(hosts) | \(Int(load * 100)) % | \(vms) | \(none ? "" : hosts > 256 ? "not run" : serial.count == 0 ? "stuck" : cell(serial)) | "
            + (none
                ? (unproved > 0 ? "no plan*" : "proved impossible")
                : cell(sums[.fastest]) + (unproved > 0 ? "*" : ""))
            + " | \(none ? "" : cell(sums[.balanced])) | \(none ? "" : cell(sums[.fewestMoves])) | "
            + [worst.fast, worst.byDefault, worst.best].map { none ? "" : fixed($0, 3) }.joined(separator: " | ")
            + " | \(fixed(time)) |"
    }

    private func addSerial(
        _ planned: PlannedUpdate,
        _ pool: UpdateInstance,
        _ sum: inout (ratio: Double, moves: Double, count: Int)
    ) {
        guard let row = Comparison.make(planned, for: pool).rows.dropFirst().first?.report, row.isValid else { return }
        sum.ratio += Double(row.mixedSeconds) / Double(planned.certificate.fastSeconds)
        sum.moves += Double(row.migrations) / Double(max(1, pool.vms.count))
        sum.count += 1
    }

    private func curve(_ report: inout Report) {
        for load in [0.5, 0.8] {
            let pool = SyntheticPool(hosts: 64, utilisation: load).instance()
            guard case .planned(let planned)? = plan(pool, .balanced) else { continue }
            report.line("")
            report.line("## The trade-off, 64 hosts at \(Int(load * 100)) %")
            report.line("")
            report.line("| prepared hosts | mixed state s | moves per VM | |")
            report.line("|--:|--:|--:|---|")
            for point in planned.curve {
                let moves = fixed(Double(point.migrations) / Double(pool.vms.count), 3)
                report.line(
                    "| \(point.preparedHosts) | \(point.mixedSeconds) | \(moves) | \(point.preparedHosts == planned.preparedHosts ? "default" : "") |"
                )
            }
        }
    }

    private func plan(_ pool: UpdateInstance, _ policy: Planner.Policy) -> Planner.Result? {
        var options = Planner.Options()
        options.policy = policy
        options.explains = false
        return try? Planner.plan(pool, options: options)
    }
}
