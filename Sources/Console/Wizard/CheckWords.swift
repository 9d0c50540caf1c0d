import Rollout

extension Check {
    /// The group's title.
    var title: String {
        switch self {
        case .specification: "Checking what was asked for"
        case .otherRun: "Checking for other runs"
        case .liveness: "Checking that hosts answer and are enabled"
        case .highAvailability: "Checking high availability"
        case .workloadBalancing: "Checking workload balancing"
        case .storage: "Checking storage connections"
        case .alreadyApplied: "Checking where the update is applied already"
        case .versions: "Checking versions"
        case .mixedState: "Checking for mixed state"
        case .licence: "Checking licences"
        case .diskSpace: "Checking disk space"
        case .pendingRestart: "Checking for pending restarts"
        case .media: "Checking CD drives"
        case .autoPowerOn: "Checking automatic power-on"
        case .tiedVMs: "Checking that VMs can migrate"
        case .memory: "Checking memory"
        case .evacuation: "Checking that hosts can be emptied"
        case .clocks: "Checking clocks"
        case .backup: "Checking the backup"
        }
    }
}

extension Problem.Severity {
    var mark: String { self == .information ? "ℹ" : self == .warning ? "⚠" : "✖" }
    var word: String { self == .information ? "Information" : self == .warning ? "Warning" : "Failed" }
    var look: String { self == .information ? "busy" : self == .warning ? "warn" : "bad" }
}
