import Foundation
import Planner

/// One generated pool, planned with a budget of processor time: `--probe KIND HOSTS PERCENT [SEED [SECONDS [FOLDER]]]`.
///
/// The budget is processor time, so that a busy machine does not change what is found. With a folder, instance and plan are
/// written there for the scorer or another tool.
struct Probe {
    let arguments: [String]

    func run() throws {
        func word(_ index: Int) -> String? { arguments.indices.contains(index) ? arguments[index] : nil }
        guard let kind = word(0).flatMap(SyntheticPool.Kind.init), let hosts = word(1).flatMap({ Int($0) }),
            let percent = word(2).flatMap({ Int($0) })
        else {
            print("usage: planner-bench --probe plain|constrained|unequal HOSTS PERCENT [SEED [SECONDS [FOLDER]]]")
            return
        }
        let seed = word(3).flatMap { UInt64($0) } ?? 1
        let budget = word(4).flatMap { Double($0) } ?? 0
        let pool = SyntheticPool(kind: kind, hosts: hosts, utilisation: Double(percent) / 100, seed: seed).instance()
        var options = Planner.Options()
        options.policy = .fastest
        options.explains = false
        if budget > 0 { options.passes = 1_000_000 }
        let begin = processorNow()
        let (result, time) = try processorSeconds {
            try Planner.plan(pool, options: options) { budget == 0 || processorNow() - begin < budget }
        }
        guard case .planned(let planned) = result else {
            return print("\(pool.name): \(isProved(result) ? "proved impossible" : "no plan"), \(fixed(time)) s")
        }
        print(
            "\(pool.name): \(pool.vms.count) VMs, window \(planned.report.mixedSeconds) s, bound \(planned.certificate.mixedSeconds) s,"
                + " ratio \(fixed(planned.ratio ?? 0, 4)), over the fast bound"
                + " \(fixed(Double(planned.report.mixedSeconds) / Double(max(1, planned.certificate.fastSeconds)), 4)), prepared \(planned.preparedHosts), moves"
                + " \(planned.report.migrations), \(planned.passes) passes, \(planned.looks / 1000) thousand looks, \(fixed(time)) s"
        )
        guard let folder = word(5) else { return }
        try Data(pool.json()).write(to: URL(fileURLWithPath: folder + "/\(pool.name).json"))
        try Data(planned.plan.json()).write(to: URL(fileURLWithPath: folder + "/\(pool.name).plan.json"))
    }

    private func isProved(_ result: Planner.Result) -> Bool {
        guard case .impossible(let explanation) = result else { return false }
        return !explanation.proofs.isEmpty
    }
}
