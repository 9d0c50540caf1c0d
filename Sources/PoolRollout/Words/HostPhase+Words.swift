public import Rollout

extension HostPhase {
    /// The words that people know from the log of the Windows console.
    ///
    /// - Parameter purpose: what the run is to do to the hosts.
    public func words(_ purpose: RunPurpose) -> String {
        switch self {
        case .pending: "Waiting"
        case .checking: "Looking at the host"
        case .disabling: "Entering maintenance mode"
        case .emptying: "Migrating VMs off"
        case .prechecking: "Prechecking"
        case .applying: "Installing update"
        case .clearing: "Checking that it is empty"
        case .restarting: "Rebooting"
        case .returning: "Coming back"
        case .plugging: "Reconnecting storage"
        case .verifying: "Proving the \(purpose.noun)"
        case .enabling: "Exiting maintenance mode"
        case .confirming: "Confirming"
        case .backingOut: "Going back into service"
        case .applied: "Applied"
        case .awaitingOperator: "Waiting for your restart"
        case .done: purpose == .install ? "Updated" : "Restarted"
        case .skipped: "Skipped"
        case .failed: "Failed"
        }
    }

    /// The same within a sentence.
    public func clause(_ purpose: RunPurpose) -> String {
        let words = words(purpose)
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
