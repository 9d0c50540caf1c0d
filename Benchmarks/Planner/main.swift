import Foundation
import Planner

// Measures the planner against its targets and writes a table.
//
// Usage: planner-bench [OUTPUT.md] [--quick] [--speed]. The whole page is written in one go; --speed measures times only, for an
// idle machine, and puts them into the page that is there. Plans do not depend on the machine or its load, because the work of a
// search is counted, not timed. Or planner-bench --probe … for one generated pool.
// PITSTOP_INSTANCES names a folder of `pool-update-instance/1` files with known best windows; without it that table is left out.
if CommandLine.arguments.dropFirst().first == "--probe" {
    try Probe(arguments: Array(CommandLine.arguments.dropFirst(2))).run()
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "--pass" {
    // One size of the growth table, for a profiler.
    let hosts = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 4096
    print("\(hosts) hosts: \(fixed(Speed(isQuick: false).passSeconds(hosts: hosts) * 1000)) ms")
    exit(0)
}
let quickRun = CommandLine.arguments.contains("--quick")
let output = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("--") } ?? "Benchmarks/results/planner.md"
let onlySpeed = CommandLine.arguments.contains("--speed")
let speed = Speed(isQuick: quickRun)
let svg = output.replacingOccurrences(of: ".md", with: "-scaling.svg")
var report = Report()
if onlySpeed {
    speed.run(&report, svg: svg)
    if let page = try? String(contentsOfFile: output, encoding: .utf8) { report.replaceSpeed(of: page) }
} else {
    report.line(
        """
        # Planner: measured results

        Written by `planner-bench`; one core, release build. Ratios are mixed state over a lower bound; every plan was accepted
        by the independent checker. Seeds are fixed and the search's work is counted, so that the plans are the same on every
        machine; times are processor time. `planner-bench --speed` measures the section "Speed" alone again.
        """
    )
    Quality(isQuick: quickRun).run(&report)
    speed.run(&report, svg: svg)
    Peer().run(&report)
}
try FileManager.default.createDirectory(
    at: URL(fileURLWithPath: output).deletingLastPathComponent(),
    withIntermediateDirectories: true
)
try Data(report.text.utf8).write(to: URL(fileURLWithPath: output))
print("written to \(output)")
