import Foundation
import Planner

// Measures the planner against its targets and writes a table.
//
// Usage: planner-bench [OUTPUT.md] [--quick] [--speed], or planner-bench --probe … for one generated pool.
// PITSTOP_INSTANCES names a folder of `pool-update-instance/1` files with known best windows; without it that table is left out.
if CommandLine.arguments.dropFirst().first == "--probe" {
    try Probe(arguments: Array(CommandLine.arguments.dropFirst(2))).run()
    exit(0)
}
let quickRun = CommandLine.arguments.contains("--quick")
let output = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("--") } ?? "Benchmarks/results/planner.md"
var report = Report()
report.line("# Planner: measured results")
report.line("")
report.line(
    "Written by `planner-bench`; one core, release build. Ratios are mixed state over the fast lower bound; every plan"
)
report.line(
    "was accepted by the independent checker. Seeds are fixed, so that the plans are the same on every machine when the"
)
report.line("search is not cut off by the clock.")
let onlySpeed = CommandLine.arguments.contains("--speed")
if !onlySpeed { Quality(isQuick: quickRun).run(&report) }
Speed(isQuick: quickRun).run(&report, svg: output.replacingOccurrences(of: ".md", with: "-scaling.svg"))
if !onlySpeed { Peer().run(&report) }
try FileManager.default.createDirectory(
    at: URL(fileURLWithPath: output).deletingLastPathComponent(),
    withIntermediateDirectories: true
)
try Data(report.text.utf8).write(to: URL(fileURLWithPath: output))
print("written to \(output)")
