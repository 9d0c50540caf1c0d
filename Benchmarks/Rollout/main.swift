import Foundation
import Rollout
import RolloutSimulation

// rollout-bench                    measures, and prints a page for Benchmarks/results/
// rollout-bench seeds FIRST COUNT  random worlds; the first that breaks an invariant is printed as a command line
// rollout-bench show SEED         one random world, step by step
// rollout-bench soak [FIRST]       the same, until it is told to stop
// rollout-bench matrix             the table of docs/crash-matrix.md
// rollout-bench times              mixed state as planned, and as it becomes

/// Written at once, also to a file.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

let arguments = CommandLine.arguments.dropFirst()
let number = { (index: Int) in arguments.dropFirst(index).first.flatMap { UInt64($0) } }
switch arguments.first {
case "seeds":
    guard let first = number(1), let count = number(2) else { usage() }
    let tally = await Soak.run(seeds: first..<(first + count))
    say(tally.text)
    exit(tally.failures.isEmpty ? 0 : 1)
case "show":
    guard let seed = number(1) else { usage() }
    let rehearsal = Rehearsal(Scenario(seed: seed))
    say((rehearsal.log + [rehearsal.report?.text ?? "", rehearsal.result.summary]).joined(separator: "\n"))
    exit(rehearsal.result.violations.isEmpty ? 0 : 1)
case "soak":
    var first = number(1) ?? 1
    while true {
        let tally = await Soak.run(seeds: first..<(first + 1000))
        say(tally.text)
        guard tally.failures.isEmpty else { exit(1) }
        first += 1000
    }
case "matrix":
    print(CrashMatrix.markdown(CrashMatrix.Story.allCases.map { CrashMatrix.run($0) }), terminator: "")
case "times":
    for row in PlannedAndRun.rows() { print(row.text) }
case nil:
    try Measurements.write()
default: usage()
}

func usage() -> Never {
    FileHandle.standardError.write(
        Data("rollout-bench [seeds FIRST COUNT | show SEED | soak [FIRST] | matrix | times]\n".utf8)
    )
    exit(2)
}
