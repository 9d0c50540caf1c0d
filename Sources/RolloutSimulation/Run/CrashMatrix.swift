import Rollout

/// Kills the controller at every boundary of its journal, in every way, and compares the end with that of a run that
/// nobody disturbed.
public enum CrashMatrix {
    /// One way of dying.
    public struct Way: Sendable, Hashable {
        public var mode: Scenario.Crash.Mode
        public var breaksOff: Bool
        public var name: String
    }

    /// All of them.
    public static let ways = [
        Way(mode: .before, breaksOff: false, name: "before the record"),
        Way(mode: .torn, breaksOff: false, name: "record torn"),
        Way(mode: .after, breaksOff: false, name: "after the record"),
        Way(mode: .after, breaksOff: true, name: "after the record, migrations broken off"),
    ]

    /// The runs that are killed.
    public enum Story: String, Sendable, CaseIterable {
        case threeHosts = "3 hosts, HA on, restart of the host"
        case toolstack = "2 hosts, restart of the toolstack"
        case pinned = "2 hosts, 2 updates, an ISO to eject and a VM to suspend"
        case cancelled = "2 hosts, cancelled in the middle"
        case overlapping = "7 hosts, waves that overlap"

        /// The scenario, without faults of its own.
        public var scenario: Scenario {
            var scenario = Scenario(hosts: self == .threeHosts ? 3 : 2)
            switch self {
            case .threeHosts: break
            case .overlapping: return .crowded(hosts: 7, used: 44, sizes: [8, 16, 32])
            case .toolstack: scenario.spec.updates = [Scenario.update(1, [.restartXAPI])]
            case .pinned:
                scenario.spec.updates = [Scenario.update(1, [.restartHost]), Scenario.update(2, [.restartXAPI])]
                scenario.pool.vms[0].iso = "tools.iso"
                scenario.pool.vms[2].tie = .device
                scenario.spec.consents = [
                    Consent(run: scenario.spec.run, vm: scenario.pool.vms[2].id, way: .suspend, givenBy: "root")
                ]
            case .cancelled: scenario.cancelAfter = 400
            }
            return scenario
        }
    }

    /// What came of one story.
    public struct Row: Sendable {
        public var story: Story
        public var boundaries: Int
        /// By way: runs that were killed, and those of them that ended as the undisturbed one.
        public var killed: [Int]
        public var passed: [Int]
        /// One line for each that did not.
        public var failures: [String]
    }

    /// Runs one story to its end, and once more for each boundary and way.
    ///
    /// - Parameter inTurn: whether each boundary is tried in one way only, in turn: a quarter of the time.
    public static func run(_ story: Story, inTurn: Bool = false) -> Row {
        let scenario = story.scenario
        let undisturbed = World(scenario).run()
        var row = Row(
            story: story,
            boundaries: undisturbed.boundaries,
            killed: ways.map { _ in 0 },
            passed: ways.map { _ in 0 },
            failures: undisturbed.violations
        )
        for boundary in 0..<undisturbed.boundaries {
            for (index, way) in ways.enumerated() where !inTurn || boundary % ways.count == index {
                row.killed[index] += 1
                var killed = scenario
                killed.crash = Scenario.Crash(boundary: boundary, mode: way.mode, breaksOff: way.breaksOff)
                let result = World(killed).run()
                if result.violations.isEmpty, story.agrees(result, undisturbed) {
                    row.passed[index] += 1
                } else {
                    let why = result.violations.first ?? "\(result.summary) instead of \(undisturbed.summary)"
                    row.failures.append("\(story.rawValue), boundary \(boundary), \(way.name): \(why)")
                }
            }
        }
        return row
    }

    /// The table for the documentation.
    public static func markdown(_ rows: [Row]) -> String {
        var text = "| run | boundaries | " + ways.map(\.name).joined(separator: " | ") + " |\n|---|---|"
        text += ways.map { _ in "---|" }.joined() + "\n"
        for row in rows {
            let cells = zip(row.passed, row.killed).map { "\($0) of \($1)" }.joined(separator: " | ")
            text += "| \(row.story.rawValue) | \(row.boundaries) | \(cells) |\n"
        }
        return text
    }
}

extension CrashMatrix.Story {
    /// A cancelled run may be cancelled a little earlier or later; all others end in the same world.
    fileprivate func agrees(_ result: SimulationResult, _ undisturbed: SimulationResult) -> Bool {
        guard self == .cancelled else { return result.summary == undisturbed.summary }
        return result.ending == undisturbed.ending && result.open.isEmpty
    }
}
