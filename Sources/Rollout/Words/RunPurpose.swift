/// What a run does to the hosts.
public enum RunPurpose: String, Codable, Hashable, Sendable {
    /// It installs updates; hosts restart where these ask for it.
    case install
    /// It restarts each host once, and installs nothing.
    case restart

    /// What becomes of a host, as in `xs1 is updated`.
    public var participle: String { self == .install ? "updated" : "restarted" }

    /// What the operator waits for, as in `before the update`.
    public var noun: String { self == .install ? "update" : "restart" }

    /// What the time from the first host to the last is called, as before its length.
    public var span: String { self == .install ? "Mixed state" : "Restarts take" }

    /// What was seen of a host, as in `xs1 runs the update`.
    ///
    /// - Parameter isOne: whether it is said of one host.
    public func achievement(ofOne isOne: Bool) -> String {
        switch self {
        case .install: isOne ? "runs the update" : "run the update"
        case .restart: isOne ? "has restarted" : "have restarted"
        }
    }

    /// What will be seen of a host, as in `no host will run the update`.
    public var prospect: String { self == .install ? "run the update" : "have restarted" }
}

extension RunSpec {
    /// What it does to the hosts.
    public var purpose: RunPurpose { restartsOnly == true ? .restart : .install }

    /// What it is called by: the labels of its updates.
    public var title: String {
        purpose == .restart ? "Rolling restart" : updates.map(\.label).joined(separator: ", ")
    }

    /// Whether a host needs nothing of this run. That it has restarted before is nothing that a restart could be left out for.
    public func isSatisfied(by host: HostView) -> Bool { purpose == .install && host.has(updates) }

    /// Whether members may go before their master: by the operator's word, or because they become no newer than it.
    public var allowsOlderMaster: Bool { policy.allowsOlderMaster == true || purpose == .restart }
}
