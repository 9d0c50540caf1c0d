public import Rollout

/// Everything there is to show of one run. Times are seconds since the epoch, durations seconds.
public struct RunDetails: Codable, Hashable, Sendable {
    /// What the run is at, as one word for programs.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case surveying, fixing, applyingEverywhere, barrier, rolling, finishing, settling, ended
        /// Its journal can not be used; ``RunDetails/problem`` says why. The file is kept.
        case unreadable
    }

    /// The run's id, which is also the uuid of its `rollout` object.
    public var run: String
    /// The labels of the updates, or that it restarts.
    public var name: String
    public var updates: [Update]
    public var mode: RunSpec.Mode
    /// What it does to the hosts; nil in what was kept of runs of before it could do anything but install.
    public var purpose: RunPurpose?
    public var startedBy: String
    public var started: Int64
    /// Before when it changes nothing; nil where it was to begin at once.
    public var notBefore: Int64?
    /// When hosts may go down; nil for at any time.
    public var windows: [RunPolicy.Window]?
    /// When it ended; nil while it goes on.
    public var finished: Int64?
    public var state: State
    /// How it ended; nil while it goes on.
    public var ending: Ending?
    /// One sentence: what it does now, or what it waits for.
    public var sentence: String
    /// Why nothing new is begun. An operator's word takes each of these away.
    public var holds: [Hold]
    /// What it waits for, in sentences; empty where it goes on by itself.
    public var waitsFor: [String]
    public var pausedBy: String?
    /// The part of the hosts' way that is behind them, from 0 to 1.
    public var progress: Double
    /// The master first.
    public var hosts: [Host]
    /// Migrations under way.
    public var moves: [Move]
    /// Uuids of the hosts of each wave of the plan under way.
    public var waves: [[String]]
    /// The wave under way, from 0.
    public var wave: Int?
    /// Whether the pool is in mixed state because of this run, since when, and for how long so far.
    public var mixedSince: Int64?
    public var mixedSeconds: Int64
    /// What the first plan expected of the mixed state, and the bound below which no plan can go.
    public var plannedMixedSeconds: Int?
    public var lowerBound: Int?
    /// Seconds until the last step is over, as planned; nil where nobody can say.
    public var remainingSeconds: Int?
    public var obligations: [Debt]
    /// What the last prechecks found.
    public var problems: [Problem]
    /// The log.
    public var events: [RunEvent]
    /// The digest of the journal's newest record.
    public var journalHead: String
    /// Why the run goes no further, or can not be read.
    public var problem: String?

    /// One update of a run.
    public struct Update: Codable, Hashable, Sendable {
        public var uuid: String
        public var label: String
        public var sha256: String
    }

    /// One host of a run.
    public struct Host: Codable, Hashable, Sendable {
        public var uuid: String
        public var name: String
        public var isMaster: Bool
        public var phase: HostPhase
        /// When it entered the phase.
        public var since: Int64
        /// What the plan expects the host to take from beginning to end; nil where no plan names it.
        public var expectedSeconds: Int?
        /// Its wave, from 0; nil where the plan under way does not name it.
        public var wave: Int?
        /// Why it failed or was skipped; what it waits for, while it has not begun.
        public var reason: String?
        public var begun: Int64?
        /// When the run began to change it; nil as well in what was kept of earlier versions' runs.
        public var changed: Int64?
        public var ended: Int64?
        /// When it is expected to go down and to be back, in seconds from now; nil where that was, or nobody can say.
        public var expectation: RolloutMachine.Expectation?
        /// Whether the update was seen in effect, or the host to have restarted.
        public var isUpdated: Bool
        /// Whether it waits for the words `approve`, `retry`; and whether `skip` would be heard.
        public var needsApproval: Bool
        public var canRetry: Bool
        public var canSkip: Bool
        public var bootBefore: String
        public var bootAfter: String
        public var packagesBefore: [String: String]
        public var packagesAfter: [String: String]
    }

    /// One migration under way.
    public struct Move: Codable, Hashable, Sendable {
        public var vm: String
        public var vmName: String
        /// Uuids.
        public var from: String
        public var to: String
        public var since: Int64
        public var expectedSeconds: Int?
        /// From 0 to 1.
        public var progress: Double
    }

    /// Something that the run switched off and owes back.
    public struct Debt: Codable, Hashable, Sendable {
        /// What became of it.
        public enum State: String, Codable, Hashable, Sendable {
            case open, paid, void
        }

        /// Counts from 1 in each run.
        public var number: Int
        public var run: String
        /// In words, such as `host xs1 enabled`.
        public var text: String
        public var state: State
        public var since: Int64
        /// Why it could not be given back, or must not be yet.
        public var reason: String?
        /// Uuids of the host and the VM that it is about.
        public var host: String?
        public var vm: String?
    }
}
